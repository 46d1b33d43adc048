"""What a picture is, and how much of it can be read."""

from pathlib import Path
from typing import Any

import pyvips

from transcode.images.decoders import decoder_for
from transcode.images.header import undecodable
from transcode.sandbox import ParserRefused

# Under half of a picture there is nothing to use; the card or the sender still has the whole one.
USABLE_FRACTION = 0.5
# A raw file whose sensor data are gone but whose preview opens.
_PREVIEW_ONLY = 0.5
# The whole surface is there, as in a progressive JPEG cut short, but not all that was in it.
_DAMAGED = 0.99
_PROBE_EDGE = 400


def inspect(path: str, mime: str) -> dict[str, Any]:
    """ImageFacts as JSON, from the header alone.

    Raise ParserRefused: 'unsupported_picture', 'undecodable', 'no_pixels', or, for decompression bombs and
    before anything is decoded, 'too_many_pixels'.
    """
    return decoder_for(mime).header(Path(path)).facts().to_json()


def readable(path: str, mime: str) -> float:
    """The part of the picture, from its top, that can be decoded: only 1.0 is whole and undamaged.

    Decodes everything once, as small as the format allows. Raise ParserRefused as `inspect` does, and
    'truncated' below USABLE_FRACTION.
    """
    decoder, place = decoder_for(mime), Path(path)
    header = decoder.header(place)
    try:
        _decode(decoder.pixels(place, header, 0, True))
    except ParserRefused as refusal:
        damage = refusal
    else:
        return 1.0
    try:
        fraction = _filled(_decode(decoder.pixels(place, header, 0, False)))
    except ParserRefused:
        raise damage from None
    if not fraction:
        raise damage
    fraction = min(fraction, _PREVIEW_ONLY if header.format == "raw" else _DAMAGED)
    if fraction < USABLE_FRACTION:
        raise ParserRefused("truncated", f"{fraction:.0%}")
    return fraction


def _decode(image: pyvips.Image) -> pyvips.Image:
    """Small enough to keep, after every row was asked for."""
    try:
        scale = min(1.0, _PROBE_EDGE / image.width)
        return image.resize(scale, vscale=1.0, kernel="nearest").copy_memory()
    except pyvips.Error as error:
        raise undecodable(error) from error


def _filled(image: pyvips.Image) -> float:
    """What a decoder cannot read it leaves in one colour, down to the bottom: the rows above that."""
    last = image.getpoint(0, image.height - 1)
    differing = (image != last).bandor().project()[1].tolist()
    rows = [row for row, (count,) in enumerate(differing) if count]
    return (rows[-1] + 1) / image.height if rows else 0.0
