"""HEIC, through pillow-heif: the libheif of pyvips-binary carries no HEVC decoder."""

from pathlib import Path

import pillow_heif
import pyvips

from transcode.images import isobmff
from transcode.images.colour import read_profile
from transcode.images.header import Decoder, Header, display_size, refuse_bombs, undecodable
from transcode.images.with_vips import heif_orientation
from transcode.sandbox import ParserRefused

MIMES = frozenset({"image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"})
# Modes of pillow-heif: bands and sample format. It spreads 10 and 12 bits over 16.
_MODES = {
    "L": (1, "uchar", "b-w"),
    "RGB": (3, "uchar", "srgb"),
    "RGBA": (4, "uchar", "srgb"),
    "RGBa": (4, "uchar", "srgb"),
    "I;16": (1, "ushort", "grey16"),
    "RGB;16": (3, "ushort", "rgb16"),
    "RGBA;16": (4, "ushort", "rgb16"),
    "RGBa;16": (4, "ushort", "rgb16"),
}

pillow_heif.options.THUMBNAILS = False


def decoder() -> Decoder:
    return Decoder(header=_header, pixels=_pixels)


def _open(path: Path) -> pillow_heif.HeifFile:
    try:
        return pillow_heif.open_heif(path, convert_hdr_to_8bit=False)
    except Exception as error:
        raise undecodable(error) from error


def _header(path: Path) -> Header:
    """Of the primary picture: bursts and gain maps hold others."""
    file = _open(path)
    stored_width, stored_height = file.size
    refuse_bombs(stored_width, stored_height)
    properties = isobmff.read(path)
    orientation, to_apply = heif_orientation(properties.orientation, file.info.get("exif") or b"")
    width, height = display_size(stored_width, stored_height, to_apply)
    bands, _, interpretation = _mode(file.mode)
    return Header(
        format="heic",
        display_width=width,
        display_height=height,
        orientation=orientation,
        to_apply=to_apply,
        bands=bands,
        bit_depth=int(file.info.get("bit_depth", 8)),
        colour_space="grey" if interpretation in {"b-w", "grey16"} else "rgb",
        profile=read_profile(file.info.get("icc_profile")),
        nclx=properties.nclx,
        has_alpha=bool(file.has_alpha),
        pages=len(file),
        animated=False,
    )


def _mode(name: str) -> tuple[int, str, str]:
    if name not in _MODES:
        raise ParserRefused("unsupported_picture", f"HEIF {name}")
    return _MODES[name]


def _pixels(path: Path, _header: Header, _long_edge: int, _strict: bool) -> pyvips.Image:  # noqa: FBT001 - Decoder's shape
    file = _open(path)
    bands, sample, interpretation = _mode(file.mode)
    width, height = file.size
    try:
        memory = file.data
    except Exception as error:
        raise undecodable(error) from error
    image = pyvips.Image.new_from_memory(memory, width, height, bands, sample)
    image = image.copy(interpretation=interpretation)
    return image.unpremultiply().cast(sample) if file.mode.startswith("RGBa") else image
