"""What libvips has no decoder for here and Pillow has: JPEG 2000, JPEG XL and BMP."""

import warnings
from pathlib import Path

import pillow_jxl  # noqa: F401 - importing it teaches Pillow the format
import pyvips
from PIL import Image

from transcode.images.colour import read_profile
from transcode.images.header import MAX_PIXELS, Decoder, Header, refuse_bombs, undecodable
from transcode.sandbox import ParserRefused

FORMATS = {
    "image/jp2": ("jp2", "JPEG2000"),
    "image/jpx": ("jp2", "JPEG2000"),
    "image/x-jp2-codestream": ("jp2", "JPEG2000"),
    "image/j2c": ("jp2", "JPEG2000"),
    "image/jxl": ("jxl", "JXL"),
    "image/bmp": ("bmp", "BMP"),
    "image/x-ms-bmp": ("bmp", "BMP"),
}
# How Pillow keeps pixels: bands, sample format and interpretation for libvips. Other modes are converted first.
_MODES = {
    "L": (1, "uchar", "b-w"),
    "LA": (2, "uchar", "b-w"),
    "RGB": (3, "uchar", "srgb"),
    "RGBA": (4, "uchar", "srgb"),
    "CMYK": (4, "uchar", "cmyk"),
    "I;16": (1, "ushort", "grey16"),
}
_CONVERSIONS = {"1": "L", "PA": "RGBA", "La": "LA", "RGBa": "RGBA", "I;16B": "I;16", "I;16L": "I;16"}
_SPACES = {"L": "grey", "LA": "grey", "I;16": "grey", "CMYK": "cmyk"}

# Beyond this Pillow warns, and at twice this it refuses; the header has refused before.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS


def decoder(mime: str) -> Decoder:
    """For a key of FORMATS."""
    name, form = FORMATS[mime]
    return Decoder(
        header=lambda path: _header(path, name, form),
        pixels=lambda path, _header, _long_edge, strict: _pixels(path, form, strict=strict),
    )


def _open(path: Path, form: str) -> Image.Image:
    """With the format forced: Pillow must not try its other forty parsers."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(path, formats=[form])
    except Image.DecompressionBombError as error:
        raise ParserRefused("too_many_pixels", str(error)) from error
    except Exception as error:
        raise undecodable(error) from error


def _mode(image: Image.Image) -> str:
    """The mode to decode into, a key of _MODES."""
    if image.mode == "P":
        return "RGBA" if "transparency" in image.info else "RGB"
    mode = _CONVERSIONS.get(image.mode, image.mode)
    return mode if mode in _MODES else "RGB"


def _header(path: Path, name: str, form: str) -> Header:
    """Pillow's decoders of these turn the picture themselves (JPEG XL) or know no orientation."""
    with _open(path, form) as image:
        refuse_bombs(*image.size)
        mode = _mode(image)
        bands, sample, _ = _MODES[mode]
        pages = int(getattr(image, "n_frames", 1))
        return Header(
            format=name,
            display_width=image.width,
            display_height=image.height,
            orientation=1,
            to_apply=1,
            bands=bands,
            bit_depth=16 if sample == "ushort" else 8,
            colour_space=_SPACES.get(mode, "rgb"),
            profile=read_profile(image.info.get("icc_profile")),
            nclx=None,
            has_alpha=mode in {"LA", "RGBA"},
            pages=pages,
            animated=pages > 1,
        )


def _pixels(path: Path, form: str, *, strict: bool) -> pyvips.Image:
    with _open(path, form) as image:
        try:
            image.load()
        except Exception as error:
            if strict:
                raise undecodable(error) from error
        return to_vips(image)


def to_vips(image: Image.Image) -> pyvips.Image:
    """The pixels of a Pillow picture, copied once."""
    mode = _mode(image)
    converted = image if image.mode == mode else image.convert(mode)
    bands, sample, interpretation = _MODES[mode]
    memory = converted.tobytes()
    made = pyvips.Image.new_from_memory(memory, image.width, image.height, bands, sample)
    return made.copy(interpretation=interpretation)
