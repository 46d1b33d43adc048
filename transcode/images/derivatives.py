"""Smaller copies of a picture: upright, in one colour space with its profile, never larger than the source.

Everything is made from one reading: shrunk while loading, brought to the largest size asked for, then each
smaller size from the one before it.
"""

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyvips

from transcode.images import colour, hdr
from transcode.images.decoders import decoder_for
from transcode.images.header import Header, undecodable
from transcode.records import Record
from transcode.sandbox import Limits

# 200 megapixels of HEIC take 7 CPU-seconds and 1.5 GB here; the rest is for slower machines.
LIMITS = Limits(wall_s=300.0, cpu_s=240, memory_bytes=4 * 1024**3, output_bytes=1024**3)
SUFFIXES = {"jpeg": ".jpg", "webp": ".webp", "png": ".png"}
_WHITE = "#ffffff"
_NAME = re.compile(r"[\w-]{1,60}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Order(Record):
    """One copy to make. `long_edge` in pixels, 0 for the source's own.

    `colour` is srgb; adobe_rgb, which stays sRGB where the source holds no colour beyond it; or keep, the
    source's own RGB profile. `background` (#rrggbb) goes under what is transparent where the format has no alpha.
    """

    name: str
    long_edge: int
    format: Literal["jpeg", "webp", "png"] = "jpeg"
    quality: int = 82
    colour: Literal["srgb", "adobe_rgb", "keep"] = "srgb"
    background: str = _WHITE


@dataclass(frozen=True, slots=True)
class Derivative(Record):
    """One copy made. `file` is its name inside the folder; `colour` the space it is in, and tagged with."""

    name: str
    file: str
    format: str
    width: int
    height: int
    size_bytes: int
    colour: str


def derive(path: str, mime: str, orders: list[dict[str, Any]], folder: str) -> list[dict[str, Any]]:
    """Make each order's copy as `folder/<name>.<suffix>`; return Derivatives as JSON, in the orders' order.

    The copies carry no metadata but their colour profile; `transcode.embed` writes what they are to say.
    Raise ParserRefused as `readable` does; a damaged picture is derived as far as it can be read.
    """
    wanted = [Order.from_json(order) for order in orders]
    if not wanted or not all(_NAME.fullmatch(order.name) for order in wanted):
        raise ValueError("orders need names of letters, digits, - and _")
    decoder, place = decoder_for(mime), Path(path)
    header = decoder.header(place)
    largest = max(_long_edge(order, header) for order in wanted)
    with tempfile.TemporaryDirectory(dir=folder) as scratch:
        try:
            picture = _upright(decoder.pixels(place, header, largest, False), header, largest)
            made = _cascade(picture, header, wanted, Path(folder), Path(scratch))
        except pyvips.Error as error:
            raise undecodable(error) from error
    return [made[order.name].to_json() for order in wanted]


def encode(pixels: bytes, width: int, height: int, order: Order, folder: Path) -> Derivative:
    """Write eight-bit sRGB pixels, three bands, that another parser drew, at the size that they have."""
    image = pyvips.Image.new_from_memory(pixels, width, height, 3, "uchar").copy(interpretation="srgb")
    return _save(image, order, "srgb", folder)


def _long_edge(order: Order, header: Header) -> int:
    longest = max(header.display_width, header.display_height)
    return min(order.long_edge, longest) if order.long_edge else longest


def _upright(image: pyvips.Image, header: Header, long_edge: int) -> pyvips.Image:
    """At `long_edge`, in memory, turned as EXIF asks and no longer saying so; alpha multiplied in."""
    image = image.copy()
    if header.profile is not None and colour.embedded(image) is None:
        colour.embed(image, header.profile.icc)
    interpretation, sample = image.interpretation, image.format
    if image.hasalpha():
        image = image.premultiply().cast(sample)
    turned = header.to_apply in {5, 6, 7, 8}
    width, height = _fit(header, long_edge)
    image = _resize(image, height, width) if turned else _resize(image, width, height)
    image = image.copy(interpretation=interpretation).copy_memory()
    image.set_type(pyvips.GValue.gint_type, "orientation", header.to_apply)
    return image.autorot()


def _fit(header: Header, long_edge: int) -> tuple[int, int]:
    """The display size brought to `long_edge`, neither side under one pixel."""
    longest = max(header.display_width, header.display_height)
    width, height = header.display_width * long_edge / longest, header.display_height * long_edge / longest
    return max(1, round(width)), max(1, round(height))


def _resize(image: pyvips.Image, width: int, height: int) -> pyvips.Image:
    if (image.width, image.height) == (width, height):
        return image
    return image.resize(width / image.width, vscale=height / image.height)


def _cascade(
    picture: pyvips.Image, header: Header, orders: list[Order], folder: Path, scratch: Path
) -> dict[str, Derivative]:
    """Largest first; colours are converted once per space, at the largest size that wants it."""
    profile = colour.read_profile(colour.embedded(picture))
    made: dict[str, Derivative] = {}
    spaces: dict[str, pyvips.Image] = {}
    for order in sorted(orders, key=lambda each: _long_edge(each, header), reverse=True):
        size = _fit(header, _long_edge(order, header))
        space = _space(order, profile)
        if space not in spaces:
            spaces[space] = _converted(_resize(picture, *size), space, profile, header, scratch)
        spaces[space] = _resize(spaces[space], *size).copy_memory()
        made[order.name] = _save(spaces[space], order, space, folder)
    return made


def _space(order: Order, profile: colour.Profile | None) -> str:
    """The space an order ends in: sRGB unless the source's own is wider and wanted."""
    if order.colour == "adobe_rgb" and profile is not None and profile.is_wide:
        return "adobe_rgb"
    if order.colour == "keep" and profile is not None and profile.space == "rgb" and not profile.is_srgb:
        return "keep"
    return "srgb"


def _converted(
    image: pyvips.Image, space: str, profile: colour.Profile | None, header: Header, scratch: Path
) -> pyvips.Image:
    """Alpha, where there is, is multiplied in before and after, because the sizes to come are made from it."""
    if image.hasalpha():
        image = image.unpremultiply().cast(image.format)
    if space == "adobe_rgb":
        image = colour.to_adobe_rgb(image, profile, scratch)
    elif space == "keep":
        image = colour.to_eight_bits(image)
    elif profile is None and header.nclx is not None and hdr.needs_mapping(header.nclx) and image.bands == 3:  # noqa: PLR2004
        image = hdr.to_srgb(image, header.nclx)
    else:
        image = colour.to_srgb(image, profile)
    return image.premultiply().cast("uchar") if image.hasalpha() else image


def _save(image: pyvips.Image, order: Order, space: str, folder: Path) -> Derivative:
    path = folder / f"{order.name}{SUFFIXES[order.format]}"
    if image.hasalpha():
        image = image.unpremultiply().cast("uchar")
    if order.format == "jpeg" and image.hasalpha():
        image = image.flatten(background=_rgb(order.background))
    options: dict[str, Any] = {"keep": pyvips.ForeignKeep.ICC} | (
        {"profile": "srgb"} if space == "srgb" else {}
    )
    if order.format == "jpeg":
        image.jpegsave(str(path), Q=order.quality, optimize_coding=True, **options)
    elif order.format == "webp":
        image.webpsave(str(path), Q=order.quality, **options)
    else:
        image.pngsave(str(path), **options)
    size = path.stat().st_size
    return Derivative(order.name, path.name, order.format, image.width, image.height, size, space)


def _rgb(colour_code: str) -> list[int]:
    return [int(colour_code[place : place + 2], 16) for place in (1, 3, 5)]
