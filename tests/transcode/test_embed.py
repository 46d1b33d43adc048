"""Metadata written into copies is read again by every kind of program, and no place of a public copy is told."""

import hashlib
import re

import pyexiv2
import pytest
import pyvips

from ingest.reading import embedded, photo_metadata
from transcode import images, sandbox
from transcode.embed import Writing, write
from transcode.images import Order, colour
from transcode.sandbox import ParserRefused
from transcode.sniff import sniff

VALUES = {
    "headline": "Inauguran obra en Ñuñoa",
    "title": "GTO-0001",
    "description": "Descripción " + "ñandú " * 500,
    "keywords": ["educación", "León", "x" * 100],
    "creator": ["Ana Pérez", "Luis Ñáñez"],
    "creator_job_title": "Fotógrafa",
    "credit_line": "Comunicación Social del Estado de Guanajuato",
    "copyright_notice": "© 2026 Gobierno del Estado de Guanajuato",
    "usage_terms": "Uso informativo",
    "source": "Comunicación Social",
    "instructions": 'Embargado <hasta> & "lunes"',
    "date_created": "2026-05-01T10:20:30-06:00",
    "event": "Gira de trabajo",
    "location_shown": {"city": "León", "state": "Guanajuato", "country": "México", "country_code": "MX"},
    "gps": {"latitude": 21.0190123, "longitude": -101.2574, "altitude_m": 2012.5},
    "persons_shown": ["Fulana de Tal"],
    "organisations": ["DIF"],
    "alt_text": "Una mujer corta un listón",
    "language": ["es"],
    "rating": 4,
    "job_id": "OT-77",
    "data_mining": "http://ns.useplus.org/ldf/vocab/DMI-PROHIBITED",
}
# Not written: coordinates of public copies, what XMP has no property for, and what belongs to the file.
NOT_WRITTEN = {"gps"}
FORMATS = [("jpeg", "a.jpg"), ("webp", "a.webp"), ("png", "a.png")]


@pytest.fixture(params=FORMATS, ids=[form for form, _ in FORMATS])
def copy(request, tmp_path):
    form, name = request.param
    pyvips.Image.black(60, 40, bands=3).copy(interpretation="srgb").pngsave(str(tmp_path / "source.png"))
    images.derive(str(tmp_path / "source.png"), "image/png", [Order("a", 60, form).to_json()], str(tmp_path))
    return tmp_path / name


@pytest.fixture
def jpeg(tmp_path):
    pyvips.Image.black(60, 40, bands=3).copy(interpretation="srgb").pngsave(str(tmp_path / "source.png"))
    images.derive(str(tmp_path / "source.png"), "image/png", [Order("a", 60).to_json()], str(tmp_path))
    return tmp_path / "a.jpg"


def embed(path, *, public=True, dpi=None, **values):
    return write(str(path), Writing(values, public=public, dpi=dpi).to_json())


def said(path):
    return {each["field"]: each["value"] for each in photo_metadata.read(str(path))}


def test_what_is_written_is_read_again(copy):
    embed(copy, **VALUES)
    found = said(copy)
    for field, value in VALUES.items():
        if field not in NOT_WRITTEN:
            assert found[field] == (value.strip() if isinstance(value, str) else value), field


def test_the_picture_and_its_profile_stay(copy):
    before = pyvips.Image.new_from_file(str(copy))
    pixels, icc = hashlib.sha256(before.write_to_memory()).hexdigest(), colour.embedded(before)
    embed(copy, **VALUES)
    after = pyvips.Image.new_from_file(str(copy))
    assert hashlib.sha256(after.write_to_memory()).hexdigest() == pixels
    assert colour.embedded(after) == icc
    assert sniff(copy).kind == "photo"


def test_orientation_is_upright(copy):
    embed(copy, **VALUES)
    assert embedded.read(str(copy)).exif["Image.Orientation"] == b"1"


def test_public_copies_carry_no_coordinates(copy):
    embed(copy, public=True, **VALUES)
    data = copy.read_bytes()
    blocks = embedded.read(str(copy))
    assert not any(name.startswith("GPSInfo") for name in blocks.exif)
    assert "GPS" not in blocks.xmp
    assert b"GPSLatitude" not in data
    assert "gps" not in said(copy)


def test_copies_that_are_not_public_carry_them(copy):
    embed(copy, public=False, **VALUES)
    value = said(copy)["gps"]
    assert value["latitude"] == pytest.approx(21.0190123, abs=3e-6)
    assert value["longitude"] == pytest.approx(-101.2574, abs=3e-6)
    assert value["altitude_m"] == 2012.5


def test_coordinates_that_were_there_go_when_the_copy_becomes_public(copy):
    embed(copy, public=False, **VALUES)
    embed(copy, public=True, **VALUES)
    assert not any(name.startswith("GPSInfo") for name in embedded.read(str(copy)).exif)


@pytest.mark.parametrize(
    "gps",
    [
        {"latitude": -33.4365, "longitude": 151.2, "altitude_m": -3.25},
        {"latitude": 0.00001, "longitude": -0.00001, "altitude_m": None},
        {"latitude": 89.999999, "longitude": 179.999999, "altitude_m": 0},
    ],
)
def test_coordinates_of_every_quarter_of_the_earth(jpeg, gps):
    embed(jpeg, public=False, gps=gps)
    value = said(jpeg)["gps"]
    assert value["latitude"] == pytest.approx(gps["latitude"], abs=3e-6)
    assert value["longitude"] == pytest.approx(gps["longitude"], abs=3e-6)
    assert value["altitude_m"] == gps["altitude_m"]


def test_iim_is_a_copy_within_its_bytes(jpeg):
    answer = embed(jpeg, **VALUES)
    assert answer == {"cut": ["keywords", "credit_line", "description"]}
    iim = embedded.read(str(jpeg)).iim
    assert iim["Envelope.CharacterSet"] == [b"\x1b%G"]
    assert iim["Application2.City"] == ["León".encode()]
    assert [len(keyword) for keyword in iim["Application2.Keywords"]] == [10, 5, 64]
    assert len(iim["Application2.Caption"][0]) <= 2000
    iim["Application2.Caption"][0].decode("utf-8")
    assert iim["Application2.Byline"] == ["Ana Pérez".encode(), "Luis Ñáñez".encode()]
    assert iim["Application2.TimeCreated"] == [b"10:20:30-06:00"]


def test_programs_that_read_iim_alone_see_the_accents(jpeg):
    embed(jpeg, **VALUES)
    with pyexiv2.Image(str(jpeg)) as image:
        image.clear_xmp()
        image.clear_exif()
    found = said(jpeg)
    assert found["headline"] == VALUES["headline"]
    assert found["location_shown"] == VALUES["location_shown"]


def test_programs_that_read_exif_alone_see_the_texts(jpeg):
    embed(jpeg, **VALUES)
    exif = embedded.read(str(jpeg)).exif
    assert exif["Image.Artist"].decode() == "Ana Pérez; Luis Ñáñez"
    assert exif["Image.Copyright"].decode() == VALUES["copyright_notice"]
    assert exif["Photo.DateTimeOriginal"] == b"2026:05:01 10:20:30"
    assert exif["Photo.OffsetTimeOriginal"] == b"-06:00"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-05-01T10:20:30", b"2026:05:01 10:20:30"),
        ("2026-05-01T10:20:30Z", b"2026:05:01 10:20:30"),
        ("2026-05-01", None),
        ("2026", None),
    ],
)
def test_exif_says_no_time_that_is_not_known(jpeg, date, expected):
    embed(jpeg, date_created=date)
    assert embedded.read(str(jpeg)).exif.get("Photo.DateTimeOriginal") == expected
    assert said(jpeg)["date_created"].startswith(date[:10])


@pytest.mark.parametrize("dpi", [72, 300])
def test_the_resolution_for_page_layout(jpeg, dpi):
    embed(jpeg, dpi=dpi, headline="x")
    assert embedded.read(str(jpeg)).exif["Image.XResolution"] == f"{dpi}/1".encode()
    image = pyvips.Image.new_from_file(str(jpeg))
    assert image.xres * 25.4 == pytest.approx(dpi, abs=0.5)
    header = re.match(rb"\xff\xd8\xff\xe0\x00\x10JFIF\x00..(.)(..)(..)", jpeg.read_bytes(), re.DOTALL)
    assert header is None or header.groups() == (b"\x01", dpi.to_bytes(2, "big"), dpi.to_bytes(2, "big"))


def test_what_was_there_before_is_replaced(jpeg):
    embed(jpeg, **VALUES)
    embed(jpeg, headline="Otro")
    found = said(jpeg)
    assert found == {"headline": "Otro"}


def test_nothing_to_say_is_written_too(copy):
    assert embed(copy) == {"cut": []}
    assert said(copy) == {}


def test_texts_longer_than_a_segment_are_written_as_far_as_they_go(jpeg):
    embed(jpeg, description="ñ" * 90_000, headline="Título", transcript="y" * 90_000)
    found = said(jpeg)
    assert found["headline"] == "Título"
    assert 10_000 < len(found["description"]) < 90_000
    assert "transcript" not in found


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"not a picture"])
def test_files_that_hold_no_metadata_are_refused(tmp_path, data):
    path = tmp_path / "a.jpg"
    path.write_bytes(data)
    with pytest.raises(ParserRefused) as refusal:
        embed(path, headline="x")
    assert refusal.value.code == "not_writable"


def test_through_the_sandbox(jpeg):
    answer = sandbox.call(
        "transcode.embed:write", str(jpeg), Writing(VALUES, public=False, dpi=300).to_json()
    )
    assert answer["cut"] == ["keywords", "credit_line", "description"]
    assert said(jpeg)["headline"] == VALUES["headline"]


def test_a_copy_of_a_signed_photograph_claims_no_signature(media, tmp_path):
    """C2PA stays with the original, whose bytes are not touched; a copy is another picture."""
    original = media / "photo/press-metadata/C.jpg"
    before = hashlib.sha256(original.read_bytes()).hexdigest()
    images.derive(str(original), "image/jpeg", [Order("web", 800).to_json()], str(tmp_path))
    embed(tmp_path / "web.jpg", **VALUES)
    assert b"c2pa" in original.read_bytes()
    assert b"c2pa" not in (tmp_path / "web.jpg").read_bytes()
    assert hashlib.sha256(original.read_bytes()).hexdigest() == before
