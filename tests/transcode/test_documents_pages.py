"""PDFs as offices make and send them: boxes, stamps and forms, lost pages, counts that are not true."""

import pytest
import pyvips

from tests.transcode.test_documents import pdf
from transcode.documents import MAX_PAGES, inspect, page_images, text
from transcode.images import Order
from transcode.sandbox import ParserRefused

KIDS = b"/Kids [4 0 R 6 0 R 8 0 R]"
BLUE_FORM = b"<< /Type /XObject /Subtype /Form /BBox [0 0 200 200] /Length 25 >>\nstream\n0 0 1 rg 0 0 200 200 re f \nendstream"


@pytest.fixture
def written(tmp_path):
    def write(data: bytes) -> str:
        path = tmp_path / "a.pdf"
        path.write_bytes(data)
        return str(path)

    return write


def drawn(path: str, folder, long_edge: int = 300, most: int = 10):
    return page_images(path, Order("page", long_edge).to_json(), most, str(folder))


@pytest.mark.parametrize(
    "size",
    [
        (960, 540),
        (720, 405),
        (612, 792),
        (595.28, 841.89),
        (841.89, 1190.55),
        (333.33, 100.1),
        (1, 5000),
        (0.4, 7),
    ],
)
@pytest.mark.parametrize("edge", [480, 777, 1000, 1600])
def test_no_page_is_a_pixel_larger_than_asked(written, tmp_path, size, edge):
    """960 points at 1000 pixels were 1001."""
    (made,) = drawn(written(pdf(["x"], size=size)), tmp_path, edge)
    assert max(made["width"], made["height"]) == edge
    assert min(made["width"], made["height"]) >= 1


@pytest.mark.parametrize(
    ("old", "new", "size"),
    [
        (b"/Rotate 0", b"/CropBox [0 0 200 100]", (200, 100)),
        (b"/Rotate 0", b"/CropBox [0 0 200 100] /Rotate 90", (100, 200)),
        (b"/Rotate 0", b"/CropBox [100 100 9000 9000]", (512, 692)),
        (b"/Rotate 0", b"/Rotate -90", (792, 612)),
        (b"/Rotate 0", b"/Rotate 450", (792, 612)),
        (b"/MediaBox [0 0 612 792]", b"", (612, 792)),
        (b"[0 0 612 792]", b"[612 792 0 0]", (612, 792)),
        (b"[0 0 612 792]", b"[-306 -396 306 396]", (612, 792)),
    ],
)
def test_the_size_is_that_of_the_sheet_as_it_is_read(written, tmp_path, old, new, size):
    path = written(pdf(["x"]).replace(old, new))
    facts = inspect(path)
    assert (facts["width_pt"], facts["height_pt"]) == size
    (made,) = drawn(path, tmp_path)
    assert made["width"] / made["height"] == pytest.approx(size[0] / size[1], rel=0.02)


def test_a_stamp_on_the_page_is_drawn(written, tmp_path):
    """Annotations with an appearance: signatures, seals, what was marked by hand."""
    stamp = b"/Annots [<< /Subtype /Stamp /F 4 /Rect [300 400 500 600] /AP << /N 6 0 R >> >>]"
    data = pdf(["x"]).replace(b"/Rotate 0", stamp)
    data = data.replace(b"6 0 obj\n", b"60 0 obj\n") + b"6 0 obj\n" + BLUE_FORM + b"\nendobj\n"
    path = written(data.replace(b"startxref", b"startxreg"))
    (made,) = drawn(path, tmp_path, 792)
    image = pyvips.Image.new_from_file(str(tmp_path / made["file"]))
    assert image.getpoint(400, 792 - 500) == pytest.approx([0, 0, 255], abs=12)
    assert image.getpoint(100, 792 - 100) == pytest.approx([255, 0, 0], abs=12)


@pytest.mark.parametrize("lost", [b"99 0 R", b"3 0 R", b"null"])
def test_the_pages_around_a_lost_one_are_kept(written, tmp_path, lost):
    path = written(pdf(["uno", "dos", "tres"]).replace(KIDS, KIDS.replace(b"6 0 R", lost)))
    assert text(path, 100) in (["uno", "", "tres"], ["uno", "tres"])
    assert {each["file"] for each in drawn(path, tmp_path)} <= {
        f"page-000{number}.jpg" for number in (1, 2, 3)
    }
    assert len(drawn(path, tmp_path)) == 2


def test_a_lost_page_hides_no_text_behind_it(written):
    lost = pdf(["", "dos", "tres"]).replace(KIDS, KIDS.replace(b"6 0 R", b"99 0 R"))
    assert inspect(written(lost))["has_text"] is True


def test_where_no_page_can_be_drawn_it_is_said(written, tmp_path):
    path = written(pdf(["x"]).replace(b"/Kids [4 0 R]", b"/Kids [2 0 R]"))
    for look in (inspect, lambda path: drawn(path, tmp_path)):
        with pytest.raises(ParserRefused) as refusal:
            look(path)
        assert refusal.value.code == "broken_document"
    assert list(tmp_path.glob("page-*")) == []


def test_more_pages_than_there_are_is_no_more_work(written):
    path = written(pdf(["uno"]).replace(b"/Count 1", b"/Count 5"))
    assert text(path, 100) == ["uno", "", "", "", ""]


@pytest.mark.parametrize("look", [inspect, lambda path: text(path, 9)])
def test_a_count_past_all_reason_is_refused_before_a_page_is_read(written, look):
    path = written(pdf(["uno"]).replace(b"/Count 1", b"/Count %d" % (MAX_PAGES + 1)))
    with pytest.raises(ParserRefused) as refusal:
        look(path)
    assert (refusal.value.code, refusal.value.detail) == ("too_many_pages", str(MAX_PAGES + 1))


@pytest.mark.parametrize(
    ("title", "clean"),
    [
        ("Boletín 12\0\0", "Boletín 12"),
        ("Comuni\u00adcado", "Comunicado"),
        ("Uno\r\nDos\rTres", "Uno\nDos\nTres"),
        ("  Márgenes  ", "Márgenes"),
        ("Año 😀", "Año 😀"),
        ("", ""),
    ],
)
def test_a_title_can_be_stored_and_shown(written, title, clean):
    assert inspect(written(pdf(["x"], title=title)))["title"] == clean


@pytest.mark.parametrize("most", [1, 2])
def test_only_the_first_pages_are_drawn(written, tmp_path, most):
    made = drawn(written(pdf(["uno", "dos", "tres"])), tmp_path, most=most)
    assert [each["file"] for each in made] == [f"page-000{number}.jpg" for number in range(1, most + 1)]
    assert len(list(tmp_path.glob("page-*"))) == most
