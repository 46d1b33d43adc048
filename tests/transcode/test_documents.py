"""PDFs: what is known of them, their pages as pictures and their text, and what broken and hostile ones do."""

import pytest
import pyvips

from transcode import sandbox
from transcode.documents import LIMITS, inspect, page_images, text
from transcode.facts import DocumentFacts
from transcode.images import Order
from transcode.sandbox import ParserRefused

LOCKED = (
    f"/Encrypt << /Filter /Standard /V 1 /R 2 /O <{'11' * 32}> /U <{'22' * 32}> /P -4 >> "
    f"/ID [<{'00' * 16}> <{'00' * 16}>]"
)


def pdf(pages: list[str], *, title: str = "Boletín", size=(612, 792), trailer: str = "", rotate: int = 0):
    """Pages with a line of text near the top and a red square at the bottom left."""
    kids = " ".join(f"{4 + 2 * number} 0 R" for number in range(len(pages)))
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for line in pages:
        drawn = b"BT /F1 24 Tf 72 700 Td (" + line.encode("cp1252") + b") Tj ET 1 0 0 rg 0 0 200 200 re f"
        bodies.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {size[0]} {size[1]}] /Rotate {rotate} "
            f"/Contents {len(bodies) + 2} 0 R /Resources << /Font << /F1 3 0 R >> >> >>".encode()
        )
        bodies.append(b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawn), drawn))
    bodies.append(f"<< /Title <FEFF{title.encode('utf-16-be').hex()}> /Author (Prensa) >>".encode())
    data, places = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        places.append(len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n%b" % (len(bodies) + 1, table)
    root = f"<< /Size {len(bodies) + 1} /Root 1 0 R /Info {len(bodies)} 0 R {trailer} >>"
    return data + b"trailer %b\nstartxref\n%d\n%%%%EOF\n" % (root.encode(), start)


@pytest.fixture
def document(tmp_path):
    def write(*pages: str, **options):
        path = tmp_path / "a.pdf"
        path.write_bytes(pdf(list(pages), **options))
        return str(path)

    return write


def test_facts(document):
    facts = DocumentFacts.from_json(inspect(document("Año nuevo", "Página dos")))
    assert facts == DocumentFacts(2, 612.0, 792.0, has_text=True, title="Boletín", author="Prensa")


def test_a_document_of_pictures_has_no_text(document):
    facts = inspect(document("", ""))
    assert (facts["has_text"], facts["pages"]) == (False, 2)


def test_a_turned_page_is_measured_as_it_is_read(document):
    facts = inspect(document("x", rotate=90))
    assert (facts["width_pt"], facts["height_pt"]) == (792.0, 612.0)


@pytest.mark.parametrize(("form", "suffix"), [("jpeg", ".jpg"), ("webp", ".webp"), ("png", ".png")])
def test_pages_are_drawn_at_the_long_edge(document, tmp_path, form, suffix):
    made = page_images(document("uno", "dos", "tres"), Order("page", 800, form).to_json(), 2, str(tmp_path))
    assert [each["file"] for each in made] == [f"page-0001{suffix}", f"page-0002{suffix}"]
    for each in made:
        image = pyvips.Image.new_from_file(str(tmp_path / each["file"])).colourspace("srgb")
        assert (image.width, image.height) == (each["width"], each["height"])
        assert abs(image.height - 800) <= 1
        assert image.width == pytest.approx(800 * 612 / 792, abs=1)
        assert image.getpoint(20, image.height - 20) == pytest.approx([255, 0, 0], abs=8)
        assert image.getpoint(image.width - 5, 5) == pytest.approx([255, 255, 255], abs=3)


def test_a_turned_page_is_drawn_upright(document, tmp_path):
    (made,) = page_images(document("x", rotate=90), Order("page", 400).to_json(), 1, str(tmp_path))
    assert made["width"] > made["height"]
    image = pyvips.Image.new_from_file(str(tmp_path / made["file"]))
    assert image.getpoint(5, 5) == pytest.approx([255, 0, 0], abs=8)


@pytest.mark.parametrize("size", [(14_400, 14_400), (20, 20), (14_400, 10), (612, 792)])
def test_a_page_is_as_many_pixels_as_are_asked_whatever_its_inches(document, tmp_path, size):
    (made,) = page_images(document("x", size=size), Order("page", 500).to_json(), 1, str(tmp_path))
    assert max(made["width"], made["height"]) <= 501
    assert min(made["width"], made["height"]) >= 1


def test_text_by_page(document):
    assert text(document("Año nuevo", "", "Niñez y vacunación"), 10_000) == [
        "Año nuevo",
        "",
        "Niñez y vacunación",
    ]


def test_text_is_bounded(document):
    assert text(document("abcdef", "ghi", "jkl"), 8) == ["abcdef", "gh", ""]
    assert text(document("abcdef"), 0) == [""]


@pytest.mark.parametrize(
    "call",
    [
        inspect,
        lambda path: text(path, 10),
        lambda path: page_images(path, Order("p", 9).to_json(), 1, "/nowhere"),
    ],
)
def test_a_document_that_asks_for_a_password_is_refused(document, call):
    with pytest.raises(ParserRefused) as refusal:
        call(document("secreto", trailer=LOCKED))
    assert refusal.value.code == "encrypted"


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7\n", b"%PDF-1.4\nnothing here", pdf(["a"])[:200], b"not a pdf"]
)
def test_a_broken_document_is_refused(tmp_path, data):
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    with pytest.raises(ParserRefused) as refusal:
        inspect(str(path))
    assert refusal.value.code == "broken_document"


def test_a_document_without_pages_is_refused(document):
    with pytest.raises(ParserRefused) as refusal:
        inspect(document())
    assert refusal.value.code in {"no_pages", "broken_document"}


def test_a_document_with_a_lost_table_is_still_read(tmp_path):
    """As after a transfer in text mode: PDFium rebuilds what it can."""
    path = tmp_path / "a.pdf"
    path.write_bytes(pdf(["Año nuevo"]).replace(b"startxref\n", b"startxref\n9"))
    assert inspect(str(path))["pages"] == 1


def test_cuts_anywhere_are_answered_through_the_sandbox(tmp_path):
    whole, path = pdf(["uno", "dos"]), tmp_path / "a.pdf"
    endings = set()
    for length in range(0, len(whole), len(whole) // 8):
        path.write_bytes(whole[:length])
        try:
            endings.add(sandbox.call("transcode.documents:inspect", str(path), limits=LIMITS)["pages"])
        except ParserRefused as refusal:
            endings.add(refusal.code)
    assert endings <= {0, 1, 2, "broken_document", "no_pages"}


def test_scripts_and_links_do_nothing(tmp_path):
    """Neither is there a script engine, nor does drawing follow addresses."""
    data = pdf(["x"]).replace(
        b"/Type /Catalog",
        b"/Type /Catalog /OpenAction << /S /JavaScript /JS (app.launchURL\\('http://127.0.0.1:9'\\)) >>",
    )
    path = tmp_path / "a.pdf"
    path.write_bytes(data)
    assert sandbox.call("transcode.documents:inspect", str(path), limits=LIMITS)["pages"] == 1
