"""Documents: a picture of each page, and the text of each page."""

import json

from transcode import documents, sandbox
from transcode.forms import PageImages, PageText
from transcode.images import Derivative, Order
from transcode.making.made import CannotMake, Made, MadeFile, MadeRendition, Work
from transcode.making.photo import MIMES
from transcode.recipes import Recipe


def make(work: Work) -> Made:
    """Make the pages. Raises transcode.sandbox.ParserError where the document cannot be read."""
    made = []
    for number, recipe in enumerate(work.recipes):
        if isinstance(recipe.parameters, PageImages):
            made.append(_images(work, recipe, recipe.parameters))
        elif isinstance(recipe.parameters, PageText):
            made.append(_text(work, recipe, recipe.parameters))
        else:
            raise CannotMake("not_for_documents", recipe.slug)
        work.report(1000 * (number + 1) // len(work.recipes), None)
    return Made(tuple(made))


def _images(work: Work, recipe: Recipe, asked: PageImages) -> MadeRendition:
    out = work.folder / recipe.slug
    out.mkdir()
    order = Order(name="page", long_edge=asked.long_edge, format=asked.format, quality=asked.quality)
    drawn = sandbox.call(
        "transcode.documents:page_images",
        str(work.source),
        order.to_json(),
        asked.most_pages,
        str(out),
        limits=documents.LIMITS,
    )
    pages = [Derivative.from_json(item) for item in drawn]
    files = tuple(MadeFile(page.file, MIMES[page.format], out / page.file) for page in pages)
    facts = {
        "width": pages[0].width,
        "height": pages[0].height,
        "pages": [{"path": page.file, "width": page.width, "height": page.height} for page in pages],
    }
    return MadeRendition(recipe, files[0].path, files, facts)


def _text(work: Work, recipe: Recipe, asked: PageText) -> MadeRendition:
    pages = sandbox.call(
        "transcode.documents:text", str(work.source), asked.most_characters, limits=documents.LIMITS
    )
    path = work.folder / f"{recipe.slug}.json"
    path.write_text(json.dumps(pages, ensure_ascii=False), encoding="utf-8")
    return MadeRendition(recipe, path.name, (MadeFile(path.name, recipe.mime, path),), {"pages": len(pages)})
