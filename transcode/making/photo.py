"""Photographs: one reading of the original, every size from it, descriptive metadata written into what asks for it."""

from pathlib import Path

from dam import metadata
from transcode import sandbox
from transcode.embed import Writing
from transcode.forms import PhotoSize
from transcode.images import LIMITS, Derivative, Order
from transcode.making.made import CannotMake, Made, MadeFile, MadeRendition, Work
from transcode.recipes import Recipe

MIMES = {"jpeg": "image/jpeg", "webp": "image/webp", "png": "image/png"}


def make(work: Work) -> Made:
    """Make every size. Raises transcode.sandbox.ParserError where the picture cannot be read."""
    out = work.folder / "out"
    out.mkdir()
    orders = [_order(recipe).to_json() for recipe in work.recipes]
    made = sandbox.call(
        "transcode.images:derive", str(work.source), work.version.mime, orders, str(out), limits=LIMITS
    )
    derived = {item["name"]: Derivative.from_json(item) for item in made}
    work.report(700, None)
    return Made(tuple(_rendition(work, recipe, derived[recipe.slug], out) for recipe in work.recipes))


def _parameters(recipe: Recipe) -> PhotoSize:
    if not isinstance(recipe.parameters, PhotoSize):
        raise CannotMake("not_for_photos", recipe.slug)
    return recipe.parameters


def _order(recipe: Recipe) -> Order:
    asked = _parameters(recipe)
    return Order(
        name=recipe.slug,
        long_edge=asked.long_edge,
        format=asked.format,
        quality=asked.quality,
        colour=asked.colour,
    )


def _rendition(work: Work, recipe: Recipe, derived: Derivative, out: Path) -> MadeRendition:
    asked, path = _parameters(recipe), out / derived.file
    if asked.embed:
        known = {key: item.value for key, item in metadata.known(work.version.asset).items()}
        writing = Writing(values=known, public=asked.public, dpi=asked.dpi)
        sandbox.call("transcode.embed:write", str(path), writing.to_json())
    entry = f"{recipe.slug}{path.suffix}"
    facts = {"width": derived.width, "height": derived.height, "colour": derived.colour}
    return MadeRendition(recipe, entry, (MadeFile(entry, MIMES[derived.format], path),), facts)
