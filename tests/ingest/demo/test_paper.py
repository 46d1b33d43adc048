"""Tests of the demo's document: a PDF that readers open, whose words are found, whatever signs are in them."""

import re
from pathlib import Path

import pypdfium2
import pytest

from ingest.demo import paper

LINES = (
    "Objetivo: que nadie falte (ni tú).",
    "",
    r"Ruta: C:\spots\niñez",
    "Fechas: 17 de agosto — 11 de septiembre.",
)


@pytest.fixture
def written(tmp_path: Path) -> Path:
    return paper.write(tmp_path / "brief.pdf", title="Campaña de otoño", office="Secretaría", lines=LINES)


def test_it_is_one_letter_page(written):
    document = pypdfium2.PdfDocument(written)
    assert len(document) == 1
    assert document[0].get_size() == (612, 792)


@pytest.mark.parametrize("words", ["Campaña de otoño", "Secretaría", *filter(None, LINES)])
def test_every_line_can_be_found(written, words):
    text = pypdfium2.PdfDocument(written)[0].get_textpage().get_text_bounded()
    assert words in text


def test_title_and_author_keep_their_accents(written):
    document = pypdfium2.PdfDocument(written)
    assert document.get_metadata_value("Title") == "Campaña de otoño"
    assert document.get_metadata_value("Author") == "Secretaría"


def test_it_is_seen_and_not_only_read(written):
    page = pypdfium2.PdfDocument(written)[0].render(scale=0.5).to_pil().convert("RGB")
    band, paper_white = page.getpixel((20, 8)), page.getpixel((20, 380))
    assert band == pytest.approx((15, 74, 77), abs=3)
    assert paper_white == (255, 255, 255)
    below_the_band = page.crop((36, 60, 280, page.height)).convert("L")
    dark = sum(below_the_band.histogram()[:200])
    assert dark > 300


def test_the_table_of_objects_is_true(written):
    """A reader that mends broken files would hide a wrong one."""
    content = written.read_bytes()
    begins = re.search(rb"startxref\n(\d+)\n%%EOF", content)
    assert begins is not None
    table = content[int(begins[1]) :]
    assert table.startswith(b"xref\n0 8\n")
    places = [int(place) for place in re.findall(rb"(\d{10}) 00000 n", table)]
    for number, place in enumerate(places, 1):
        assert content[place:].startswith(b"%d 0 obj" % number)


def test_the_same_words_are_the_same_bytes(tmp_path, written):
    again = paper.write(tmp_path / "two.pdf", title="Campaña de otoño", office="Secretaría", lines=LINES)
    assert again.read_bytes() == written.read_bytes()


def test_a_sign_the_font_does_not_have_is_refused(tmp_path):
    with pytest.raises(UnicodeEncodeError):
        paper.write(tmp_path / "x.pdf", title="漢", office="", lines=())
    assert not (tmp_path / "x.pdf").exists()
