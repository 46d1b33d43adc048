"""PDF: the only door to pypdfium2. Runs in the sandbox; no Django. Scripts and XFA are not in this PDFium."""

import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pypdfium2
from pypdfium2 import raw

from transcode.facts import DocumentFacts
from transcode.images import Order, encode
from transcode.sandbox import Limits, ParserRefused

LIMITS = Limits(wall_s=300.0, cpu_s=240, memory_bytes=3 * 1024**3, output_bytes=256 * 1024**2)
MAX_PAGES = 10_000
# Pages looked at to tell a document of text from one of scans.
_TEXT_PROBE_PAGES = 10
_BLANK = str.maketrans({"\0": "", "\ufffe": "", "\uffff": "", "\u00ad": ""})


def inspect(path: str) -> dict[str, Any]:
    """DocumentFacts as JSON.

    Raise ParserRefused: 'encrypted' (it asks for a password), 'broken_document', 'no_pages', 'too_many_pages'.
    """
    with _opened(path) as document:
        width, height = document[0].get_size()
        information = document.get_metadata_dict()
        facts = DocumentFacts(
            pages=len(document),
            width_pt=round(width, 2),
            height_pt=round(height, 2),
            has_text=any(
                _page_text(document, number).strip() for number in _first(document, _TEXT_PROBE_PAGES)
            ),
            title=_clean(information.get("Title", "")),
            author=_clean(information.get("Author", "")),
        )
    return facts.to_json()


def page_images(path: str, order: dict[str, Any], most_pages: int, folder: str) -> list[dict[str, Any]]:
    """Draw the first pages upright on white, their long edge at `order`'s; return transcode.images.Derivatives.

    Files are `<order name>-0001.<suffix>` and on. Page sizes are only limited by the order: a page is drawn at
    that many pixels whatever its size in inches. A page that cannot be read is left out. Raise ParserRefused as `inspect` does.
    """
    asked, made = Order.from_json(order), []
    with _opened(path) as document:
        for number in _first(document, most_pages):
            try:
                pixels, width, height = _drawn(document, number, asked.long_edge)
            except pypdfium2.PdfiumError:
                continue  # the others can still be read
            named = Order(f"{asked.name}-{number + 1:04d}", asked.long_edge, asked.format, asked.quality)
            made.append(encode(pixels, width, height, named, Path(folder)).to_json())
    if not made:
        raise ParserRefused("broken_document", "no page can be drawn")
    return made


def text(path: str, most_characters: int) -> list[str]:
    """The text of each page in the file's order, in all at most `most_characters`; later pages are then ''."""
    pages, left = [], most_characters
    with _opened(path) as document:
        for number in range(len(document)):
            found = _clean(_page_text(document, number))[:left] if left else ""
            left -= len(found)
            pages.append(found)
    return pages


@contextmanager
def _opened(path: str) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        locked = getattr(error, "err_code", None) in {raw.FPDF_ERR_PASSWORD, raw.FPDF_ERR_SECURITY}
        raise ParserRefused("encrypted" if locked else "broken_document", str(error)[:200]) from error
    try:
        if len(document) < 1:
            raise ParserRefused("no_pages")
        if len(document) > MAX_PAGES:
            raise ParserRefused("too_many_pages", str(len(document)))
        document.init_forms()  # so that what was filled in is drawn
        yield document
    except pypdfium2.PdfiumError as error:
        raise ParserRefused("broken_document", str(error)[:200]) from error
    finally:
        document.close()


def _first(document: pypdfium2.PdfDocument, most: int) -> range:
    return range(min(len(document), most))


def _drawn(document: pypdfium2.PdfDocument, number: int, long_edge: int) -> tuple[bytes, int, int]:
    """(RGB pixels, width, height)."""
    page = document[number]
    # PDFium's binding rounds sides up: a hair less keeps a rounding error from adding a pixel
    scale = math.nextafter(long_edge / max(*page.get_size(), 1.0), 0.0)
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=False, draw_annots=True)
    width, height, stride, bands = bitmap.width, bitmap.height, bitmap.stride, bitmap.n_channels
    rows = bytes(bitmap.buffer)
    bitmap.close()
    page.close()
    if bands != 3:  # noqa: PLR2004
        raise ParserRefused("broken_document", f"drawn in {bands} bands")
    return b"".join(rows[row * stride : row * stride + width * 3] for row in range(height)), width, height


def _page_text(document: pypdfium2.PdfDocument, number: int) -> str:
    """'' also of a page that cannot be read."""
    try:
        page = document[number]
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError:
        return ""
    found: str = textpage.get_text_range()
    textpage.close()
    page.close()
    return found


def _clean(found: str) -> str:
    """With one kind of line ending, and without PDFium's signs for hyphens and unknown characters."""
    lines = found.translate(_BLANK).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(line.rstrip() for line in lines).strip()
