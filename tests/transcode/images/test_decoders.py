"""Each format goes to the library that reads it, and to no other."""

from pathlib import Path

import pytest

from transcode.images.decoders import MIMES, decoder_for
from transcode.sandbox import ParserRefused
from transcode.sniff import sniff

# Kept and downloaded, but no pictures for us: SVG is a program (scripts, fetches), XMP describes pictures.
NOT_PICTURES = {"image/svg+xml", "application/rdf+xml"}


@pytest.mark.parametrize(
    "mime", ["image/svg+xml", "image/x-mvg", "application/pdf", "text/html", "video/mp4", ""]
)
def test_what_is_no_picture_is_not_decoded(mime):
    with pytest.raises(ParserRefused) as refusal:
        decoder_for(mime)
    assert refusal.value.code == "unsupported_picture"


@pytest.mark.parametrize("mime", sorted(MIMES))
def test_every_type_has_a_decoder(mime):
    assert callable(decoder_for(mime).header)


def test_every_photograph_of_the_shared_set_has_a_decoder(media: Path):
    for path in sorted((media / "photo").rglob("*.*")):
        mime = sniff(path).mime
        assert mime in NOT_PICTURES or decoder_for(mime), path.name
