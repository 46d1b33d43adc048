"""A document of one page as PDF (ISO 32000-1), with text that can be searched, in a font every reader has."""

from collections.abc import Iterator
from pathlib import Path

WIDTH, HEIGHT, MARGIN = 612, 792, 72  # letter, in points
TITLE_SIZE, TEXT_SIZE, LEADING = 20, 11, 17


def write(path: Path, *, title: str, office: str, lines: tuple[str, ...]) -> Path:
    """Write the page: a band with the office, the title, and the lines as they are (an empty one is a gap)."""
    content = "\n".join(_page(title, office, lines)).encode("cp1252")
    font = b"<</Type/Font/Subtype/Type1/BaseFont/%s/Encoding/WinAnsiEncoding>>"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R/Lang(es-MX)>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 %d %d]/Contents 4 0 R" % (WIDTH, HEIGHT)
        + b"/Resources<</Font<</F1 5 0 R/F2 6 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(content), content),
        font % b"Helvetica",
        font % b"Helvetica-Bold",
        b"<</Title<%s>/Author<%s>>>" % (_hex(title), _hex(office)),
    )
    out, places = b"%PDF-1.4\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    count = len(objects) + 1
    path.write_bytes(
        out
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (count, table)
        + b"trailer<</Size %d/Root 1 0 R/Info %d 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (count, count - 1, len(out))
    )
    return path


def _page(title: str, office: str, lines: tuple[str, ...]) -> Iterator[str]:
    yield f"0.06 0.29 0.30 rg 0 {HEIGHT - 54} {WIDTH} 54 re f 0.94 0.70 0.16 rg 0 {HEIGHT - 58} {WIDTH} 4 re f"
    yield _text("F2", 12, MARGIN, HEIGHT - 33, "1 g", office)
    y = HEIGHT - 110
    yield _text("F2", TITLE_SIZE, MARGIN, y, "0.06 0.29 0.30 rg", title)
    y -= 2 * LEADING
    for line in lines:
        yield _text("F1", TEXT_SIZE, MARGIN, y, "0.15 g", line)
        y -= LEADING


def _text(font: str, size: int, x: int, y: int, colour: str, text: str) -> str:
    escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")
    return f"BT {colour} /{font} {size} Tf {x} {y} Td ({escaped}) Tj ET"


def _hex(text: str) -> bytes:
    """Text outside the page is UTF-16 with its mark, in hexadecimal."""
    return (b"\xfe\xff" + text.encode("utf-16-be")).hex().encode()
