"""EXIF, IPTC-IIM and XMP as the reader of photographs finds them."""

import pyexiv2
import pytest
import pyvips

from ingest.reading import embedded
from transcode.sandbox import ParserRefused


@pytest.fixture
def photograph(tmp_path):
    path = tmp_path / "a.jpg"
    pyvips.Image.black(16, 16).jpegsave(str(path))
    return path


def test_the_three_blocks_as_they_stand(photograph):
    with pyexiv2.Image(str(photograph)) as image:
        image.modify_exif({"Exif.Image.Artist": "Ana"})
        image.modify_iptc({"Iptc.Application2.Keywords": ["agua", "campo"], "Iptc.Application2.City": "León"})
        image.modify_xmp({"Xmp.photoshop.City": "León"})
    blocks = embedded.read(str(photograph))
    assert blocks.exif["Image.Artist"] == b"Ana"
    assert blocks.iim["Application2.Keywords"] == [b"agua", b"campo"]
    assert blocks.iim["Application2.City"] == ["León".encode()]
    assert "photoshop:City" in blocks.xmp


def test_bytes_are_not_decoded_here(photograph):
    with pyexiv2.Image(str(photograph)) as image:
        image.modify_iptc({"Iptc.Application2.City": "León"}, encoding="latin-1")
    assert embedded.read(str(photograph)).iim["Application2.City"] == ["León".encode("latin-1")]


def test_maker_notes_and_thumbnails_are_left_out(media):
    blocks = embedded.read(str(media / "photo/camera/pixel8_ultraHDR.jpg"))
    assert {name.partition(".")[0] for name in blocks.exif} <= {"Image", "Photo", "GPSInfo", "Iop"}


def test_a_file_that_says_nothing(photograph):
    assert embedded.read(str(photograph)).iim == {}
    assert embedded.read(str(photograph)).xmp == ""


@pytest.mark.parametrize(
    "name",
    [
        "heic/iphone_7.heic",
        "avif/Mexico.avif",
        "raw/Canon-R6-pruned.CR3",
        "webp/exiv2-bug1199.webp",
        "png/exif.png",
    ],
)
def test_exif_of_every_container(media, name):
    assert embedded.read(str(media / "photo" / name)).exif


@pytest.mark.parametrize("data", [b"", b"not a picture", b"\xff\xd8\xff\xe1\xff\xff"])
def test_what_it_does_not_know_is_refused(tmp_path, data):
    path = tmp_path / "a"
    path.write_bytes(data)
    with pytest.raises(ParserRefused) as refusal:
        embedded.read(str(path))
    assert refusal.value.code == "no_metadata"


def test_odd_directories_do_not_hide_the_rest(media):
    """The exiv2 library complains of this one's IFD in its log, and reads it all the same."""
    assert isinstance(embedded.read(str(media / "hostile/infinite_loop_exif.jpg")), embedded.Blocks)
