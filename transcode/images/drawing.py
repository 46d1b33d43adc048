"""Drawing: a picture from SVG, with lettering in our own font and the grain of a film, the same at every run.

Lettering is set by Pillow, because librsvg would look for fonts among those of the system, and a server has none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pyvips
from PIL import Image, ImageDraw, ImageFont

from transcode.images.with_pillow import to_vips

QUALITY = 90


@dataclass(frozen=True, slots=True)
class Lettering:
    """Lines of text. `x`, `y` and `size` are in the drawing's units; `y` is the first baseline.

    `align` says what of each line stands at `x`: its left end, middle or right end. `colour` is #rrggbb or
    #rrggbbaa; `weight` that of the variable font (IBM Plex Sans: 100 to 700).
    """

    text: str
    x: float
    y: float
    size: float
    colour: str = "#ffffff"
    weight: int = 400
    align: Literal["l", "m", "r"] = "l"
    leading: float = 1.25


@dataclass(frozen=True, slots=True)
class Sheet:
    """SVG, and lettering over it."""

    svg: str
    lettering: tuple[Lettering, ...] = ()


def draw(
    sheets: Sequence[Sheet], path: Path, *, font: Path, scale: float = 1.0, grain: float = 0.0, seed: int = 0
) -> Path:
    """Write sheets of one size, the first at the back, as ``path``: .png keeps transparency, .jpg lies on white.

    ``scale`` is pixels per unit of the drawing, ``grain`` the standard deviation of its noise in 8-bit steps.
    ``font`` is a variable font for the lettering.
    """
    image = _layer(sheets[0], font, scale)
    for sheet in sheets[1:]:
        image = image.composite2(_layer(sheet, font, scale), "over")
    if path.suffix == ".png":
        image.cast("uchar").pngsave(str(path), compression=3)
        return path
    flat = image.flatten(background=[255, 255, 255])
    if grain:
        flat = flat + pyvips.Image.gaussnoise(flat.width, flat.height, sigma=grain, mean=0, seed=seed)
    options: dict[str, Any] = {"Q": QUALITY, "optimize_coding": True, "profile": "srgb"}
    flat.cast("uchar").copy(interpretation="srgb").jpegsave(str(path), **options)
    return path


def _layer(sheet: Sheet, font: Path, scale: float) -> pyvips.Image:
    image = pyvips.Image.svgload_buffer(sheet.svg.encode(), scale=scale)
    if sheet.lettering:
        image = image.composite2(_set(sheet.lettering, font, image.width, image.height, scale), "over")
    return image


def _set(lettering: Sequence[Lettering], font: Path, width: int, height: int, scale: float) -> pyvips.Image:
    """All lines on a transparent picture."""
    sheet = Image.new("RGBA", (width, height), (255, 255, 255, 0))
    pen = ImageDraw.Draw(sheet)
    for each in lettering:
        face = ImageFont.truetype(str(font), each.size * scale)
        face.set_variation_by_axes([each.weight])
        for number, line in enumerate(each.text.splitlines()):
            baseline = each.y + number * each.size * each.leading
            place = (each.x * scale, baseline * scale)
            pen.text(place, line, fill=each.colour, font=face, anchor=f"{each.align}s")
    return to_vips(sheet)
