"""Real photographs: what is recorded of each."""

import json
import tarfile
from pathlib import Path
from typing import Any

import pyexiv2
import pytest
import pyvips

from ingest.reading import photo_metadata
from ingest.reading.embedded import Blocks
from ingest.reading.fields import Found
from transcode import sandbox

# Field: where exiftool (facts.json) says the same. Any one of them may be the winner.
TOLD = {
    "headline": ("IPTC:Headline", "XMP-photoshop:Headline"),
    "title": ("IPTC:ObjectName", "XMP-dc:Title"),
    "description": ("IFD0:ImageDescription", "IPTC:Caption-Abstract", "XMP-dc:Description"),
    "keywords": ("IPTC:Keywords", "XMP-dc:Subject"),
    "creator": ("IFD0:Artist", "IPTC:By-line", "XMP-dc:Creator"),
    "creator_job_title": ("IPTC:By-lineTitle",),
    "credit_line": ("IPTC:Credit", "XMP-photoshop:Credit"),
    "source": ("IPTC:Source",),
    "copyright_notice": ("IFD0:Copyright", "IPTC:CopyrightNotice", "XMP-dc:Rights"),
    "usage_terms": ("XMP-xmpRights:UsageTerms",),
    "persons_shown": ("XMP-iptcExt:PersonInImage",),
    "camera": ("IFD0:Model",),
    "lens": ("ExifIFD:LensModel",),
    "date_created": (
        "ExifIFD:DateTimeOriginal",
        "IFD0:DateTimeOriginal",
        "IPTC:DateCreated",
        "ExifIFD:CreateDate",
    ),
    "rating": ("XMP-xmp:Rating", "IFD0:Rating"),
}
SAYS_NOTHING = {"null", "", "0", "0.0"}
# What exiftool shows and this does not, or otherwise, and why.
EXPLAINED_ALTITUDES = {
    # -12 written as an unsigned number: 4294967284 m is no height, and what was meant is a guess.
    "photo/camera/altitude.jpg": None,
}


def told(media: Path):
    """What exiftool saw in each photograph."""
    facts = json.loads((media / "facts.json").read_text())["files"]
    return {
        name: each["exiftool"]
        for name, each in facts.items()
        if name.startswith("photo/") and not name.endswith(".xmp") and "exiftool" in each
    }


def read(path: Path):
    found: dict[str, Any] = {}
    for each in photo_metadata.read(str(path)):
        found.setdefault(each["field"], Found.from_json(each))
    return found


def plain(value: object):
    joined = "; ".join(map(str, value)) if isinstance(value, list) else str(value)
    return " ".join(joined.split())


def agrees(field: str, value: object, others: list[object]):
    here = plain(value)
    if field == "date_created":  # exiftool's separators; dates of IIM have no time
        here = f"{here[:10].replace('-', ':')} {here[11:19]}".strip()
        return any(here.startswith(plain(each)) or plain(each).startswith(here) for each in others)
    if field == "camera":
        return any(here.endswith(plain(each)) for each in others)
    if field == "rating":
        return any(float(here) == float(str(each)) for each in others)
    return here in map(plain, others)


def test_every_photograph_says_what_exiftool_read(media):
    compared = 0
    for name, exiftool in told(media).items():
        found = read(media / name)
        for field, keys in TOLD.items():
            others = [exiftool[key] for key in keys if key in exiftool]
            if all(plain(each).lower() in SAYS_NOTHING for each in others):
                assert field not in found or not others, (name, field)
                continue
            assert field in found, (name, field)
            assert agrees(field, found[field].value, others), (name, field, found[field], others)
            compared += 1
    assert compared > 200


def test_every_position_is_exiftools(media):
    compared = 0
    for name, exiftool in told(media).items():
        found = read(media / name).get("gps")
        if "Composite:GPSLatitude" not in exiftool:
            assert found is None, name
            continue
        assert found is not None, name
        assert found.value["latitude"] == pytest.approx(exiftool["Composite:GPSLatitude"], abs=1e-6), name
        assert found.value["longitude"] == pytest.approx(exiftool["Composite:GPSLongitude"], abs=1e-6), name
        altitude = exiftool.get("Composite:GPSAltitude")
        expected = EXPLAINED_ALTITUDES.get(name, altitude and pytest.approx(altitude, abs=0.001))
        assert found.value["altitude_m"] == expected or not altitude, name
        compared += 1
    assert compared > 20


def test_the_reference_image_of_iptc_fills_every_field(media):
    found = read(media / "photo/press-metadata/IPTC-PhotometadataRef-Std2021.1.jpg")
    rights = {"copyright_notice", "usage_terms", "credit_line", "source", "creator", "creator_job_title"}
    assert rights <= set(found)
    assert found["alt_text"].value.startswith("This is the Alt Text")
    assert found["location_shown"].value["city"] == "City (Location shown1) (ref2021.1)"
    assert found["location_created"].value["state"] == "Province/State (Location created1) (ref2021.1)"
    assert found["persons_shown"].value == ["Person Shown 1 (ref2021.1)", "Person Shown 2 (ref2021.1)"]
    assert found["event"].value == "Event Name (ref2021.1)"
    assert found["digital_source_type"].value.endswith("/softwareImage")
    assert found["minors_shown"].value == "no"
    assert found["subject_codes"].value == ["10020211", "20020211", "30020211"]


def test_alternatives_in_several_languages_are_all_there(media):
    path = media / "photo/press-metadata/IPTC-PhotometadataRef-Std2021.1.jpg"
    languages = [each["language"] for each in photo_metadata.read(str(path)) if each["field"] == "alt_text"]
    assert languages == ["", "en"]


def test_the_working_groups_own_example(media):
    """Whoever made it marked the values that a right reader shows."""
    for field, each in read(media / "photo/press-metadata/MWG.jpg").items():
        if field not in {"date_created", "rating"}:
            assert "WRONG" not in plain(each.value), field
            assert "RIGHT" in plain(each.value), field


def test_three_blocks_that_disagree(media):
    found = read(media / "photo/press-metadata/metadata_demo_inc_exif_out_of_sync_Inc_adobe.jpg")
    assert found["description"].value.startswith("(This caption in Exif)")
    assert found["creator"].value == ["Carl Seibert (Exif)"]
    assert found["headline"].origin == "IIM:2:105"  # changed after XMP last agreed with it


def test_the_word_null_is_nothing(media):
    found = read(media / "photo/camera/canon_5d3_null_metadata.jpg")
    assert set(found) == {"date_created", "camera", "lens"}


def test_an_empty_fix_is_not_the_gulf_of_guinea(media):
    assert "gps" not in read(media / "photo/camera/moto_g9_empty_gps.jpg")


def test_zones(media):
    zones = {
        "photo/press-metadata/sunrise.jpg": "2017-10-27T08:38:52+02:00",
        "photo/camera/iphone_hdr_YES.jpg": "2015-04-10T20:12:23+02:00",
        "photo/camera/gps-datetime.jpg": "2023-11-15T12:30:00+00:00",
        "photo/camera/date-priority-test.jpg": "2023-02-02T02:00:00",
        "photo/heic/iphone15pro_24mp.heic": "2026-02-19T14:22:37-08:00",
    }
    for name, moment in zones.items():
        assert read(media / name)["date_created"].value == moment, name


def test_one_picture_in_five_formats_says_the_same(media):
    said = [
        read(media / f"photo/press-metadata/sunrise.{kind}") for kind in ("jpg", "png", "tif", "webp", "avif")
    ]
    for field in ("headline", "keywords", "creator", "gps", "date_created", "camera", "location_shown"):
        assert {plain(each[field].value) for each in said} == {plain(said[0][field].value)}, field


def test_accents_survive(media):
    assert "Skåne" in read(media / "photo/press-metadata/testJPEG_commented.jpg")["description"].value
    assert read(media / "photo/press-metadata/sunrise.jpg")["location_shown"].value["city"] == "Benalmádena"


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "mac_roman"])
def test_iim_of_any_encoding(tmp_path, encoding):
    path = tmp_path / "a.jpg"
    pyvips.Image.black(16, 16).jpegsave(str(path))
    texts = {
        "Caption": "Niñez y juventud en San José Iturbide",
        "City": "Acámbaro",
        "Byline": ["Íñigo Núñez"],
    }
    with pyexiv2.Image(str(path)) as image:
        image.modify_iptc(
            {f"Iptc.Application2.{name}": text for name, text in texts.items()}, encoding=encoding
        )
    found = read(path)
    assert found["description"].value == texts["Caption"]
    assert found["creator"].value == texts["Byline"]
    assert found["location_shown"].value == {"city": "Acámbaro"}


def test_windows_own_fields_fill_what_is_left(tmp_path):
    path = tmp_path / "a.jpg"
    pyvips.Image.black(16, 16).jpegsave(str(path))
    with pyexiv2.Image(str(path)) as image:
        image.modify_exif(
            {
                "Exif.Image.XPTitle": "Título",
                "Exif.Image.XPKeywords": "agua; campo;",
                "Exif.Image.XPAuthor": "Ana",
                "Exif.Image.Artist": "Luis",
            }
        )
    found = read(path)
    assert found["title"] == Found("title", "Título", "", "EXIF:XPTitle")
    assert found["keywords"].value == ["agua", "campo"]
    assert found["creator"].value == ["Luis"]


def test_a_broken_packet_does_not_take_the_rest_with_it():
    blocks = Blocks(exif={"Image.Artist": b"Ana"}, xmp="<rdf:RDF broken")
    assert [each.value for each in photo_metadata.interpret(photo_metadata.sources(blocks))] == [["Ana"]]


def test_formats_without_metadata_say_nothing(media):
    assert photo_metadata.read(str(media / "photo/gif/newtonscradle.gif")) == []
    assert photo_metadata.read(str(media / "hostile/empty.heic")) == []


def test_orientation_is_not_metadata(media):
    assert not {"orientation"} & set(read(media / "photo/orientation/Landscape_6.jpg"))


def test_hostile_files_neither_crash_nor_hang(media, tmp_path):
    with tarfile.open(media / "hostile/fuzz-batch.tar") as archive:
        archive.extractall(tmp_path, filter="data")
    files = [
        path
        for folder in (tmp_path, media / "hostile")
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]
    assert len(files) > 160
    for path in files:
        for each in sandbox.call("ingest.reading.photo_metadata:read", str(path)):
            Found.from_json(each)
