"""When, where and with what something was recorded."""

import pytest

from ingest.reading.capture import camera_name, exif_time, iso_time, resolve
from ingest.reading.precedence import Sources
from ingest.reading.xmp import Alternatives

LOCAL = "2026:05:01 10:20:30"


def found(**sources):
    return {each.field: (each.value, each.origin) for each in resolve(Sources(**sources))}


def date(**sources):
    return found(**sources).get("date_created")


def test_the_time_of_capture_comes_first():
    exif = {
        "Photo.DateTimeOriginal": LOCAL,
        "Photo.DateTimeDigitized": "2026:06:01 00:00:00",
        "Image.DateTime": LOCAL,
    }
    answer = date(
        exif=exif,
        xmp={"photoshop:DateCreated": "2020-01-01"},
        iim={"Application2.DateCreated": ["2019-01-01"]},
    )
    assert answer == ("2026-05-01T10:20:30", "EXIF:DateTimeOriginal")


def test_a_written_offset_is_believed():
    exif = {"Photo.DateTimeOriginal": LOCAL, "Photo.OffsetTimeOriginal": "-06:00"}
    assert date(exif=exif) == ("2026-05-01T10:20:30-06:00", "EXIF:DateTimeOriginal")


@pytest.mark.parametrize(
    ("clock", "expected"),
    [
        ("16/1 20/1 28/1", "2026-05-01T10:20:30-06:00"),
        ("16/1 16/1 0/1", "2026-05-01T10:20:30-06:00"),
        ("10/1 20/1 30/1", "2026-05-01T10:20:30+00:00"),
        ("4/1 50/1 30/1", "2026-05-01T10:20:30+05:30"),
        ("16/1 5/1 0/1", "2026-05-01T10:20:30"),
        ("25/1 0/1 0/1", "2026-05-01T10:20:30"),
        ("16/1 20/1", "2026-05-01T10:20:30"),
    ],
    ids=[
        "six hours",
        "a fix four minutes old",
        "greenwich",
        "half an hour",
        "a stale fix",
        "no such hour",
        "cut",
    ],
)
def test_gps_time_tells_the_zone_of_a_camera_that_does_not(clock, expected):
    gps = {"GPSInfo.GPSDateStamp": "2026:05:01", "GPSInfo.GPSTimeStamp": clock}
    assert date(exif={"Photo.DateTimeOriginal": LOCAL} | gps)[0] == expected


def test_a_zone_across_midnight():
    gps = {"GPSInfo.GPSDateStamp": "2026:05:02", "GPSInfo.GPSTimeStamp": "2/1 0/1 0/1"}
    assert (
        date(exif={"Photo.DateTimeOriginal": "2026:05:01 20:00:00"} | gps)[0] == "2026-05-01T20:00:00-06:00"
    )


def test_xmp_then_iim_where_exif_is_silent_and_the_other_way_round_when_iim_was_changed():
    sources = {
        "xmp": {"photoshop:DateCreated": "2026-05-01"},
        "iim": {"Application2.DateCreated": ["2025-04-30"], "Application2.TimeCreated": ["08:00:00-06:00"]},
    }
    assert date(**sources) == ("2026-05-01", "XMP:photoshop:DateCreated")
    assert date(**sources, iim_changed=True) == ("2025-04-30T08:00:00-06:00", "IIM:2:055")


def test_iim_without_a_time_is_a_day():
    iim = {"Application2.DateCreated": ["2025-04-30"]}
    assert date(iim=iim) == ("2025-04-30", "IIM:2:055")
    assert date(iim=iim | {"Application2.TimeCreated": ["00:00:00+00:00"]})[0] == "2025-04-30"


@pytest.mark.parametrize(
    ("sources", "origin"),
    [
        ({"xmp": {"exif:DateTimeOriginal": "2026-05-01T10:20:30"}}, "XMP:exif:DateTimeOriginal"),
        ({"exif": {"Image.DateTimeOriginal": LOCAL}}, "EXIF:DateTimeOriginal"),
        ({"exif": {"Photo.DateTimeDigitized": LOCAL, "Image.DateTime": LOCAL}}, "EXIF:DateTimeDigitized"),
        (
            {"xmp": {"xmp:CreateDate": "2026-05-01T10:20:30"}, "exif": {"Image.DateTime": LOCAL}},
            "XMP:xmp:CreateDate",
        ),
        ({"exif": {"GPSInfo.GPSDateStamp": "2026:05:01", "Image.DateTime": LOCAL}}, "EXIF:GPSDateStamp"),
        ({"xmp": {"exif:GPSTimeStamp": "2026-05-01T16:20:30Z"}}, "XMP:exif:GPSTimeStamp"),
        ({"exif": {"Image.DateTime": LOCAL}}, "EXIF:DateTime"),
    ],
)
def test_what_is_left_when_the_better_ones_are_missing(sources, origin):
    assert date(**sources)[1] == origin


def test_gps_alone_is_universal_time():
    gps = {"GPSInfo.GPSDateStamp": "2026:05:01", "GPSInfo.GPSTimeStamp": "16/1 20/1 30/1"}
    assert date(exif=gps)[0] == "2026-05-01T16:20:30+00:00"
    assert date(exif={"GPSInfo.GPSDateStamp": "2026:05:01"})[0] == "2026-05-01"


@pytest.mark.parametrize(
    "text", ["0000:00:00 00:00:00", "    :  :     :  :  ", "", "2026:13:01 00:00:00", "1026:01:01", "soon"]
)
def test_a_clock_that_was_never_set_is_no_date(text):
    assert exif_time(text) is None
    assert date(exif={"Photo.DateTimeOriginal": text}) is None


@pytest.mark.parametrize(
    "text", [LOCAL, "2026-05-01 10:20:30", "2026/05/01 10:20:30", "2026-05-01T10:20:30+02:00"]
)
def test_separators_of_careless_programs(text):
    assert str(exif_time(text)) == "2026-05-01 10:20:30"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026", "2026"),
        ("2026-05", "2026-05"),
        ("2026-05-01", "2026-05-01"),
        ("2026-05-01T10:20", "2026-05-01T10:20:00"),
        ("2026-05-01T10:20:30.123", "2026-05-01T10:20:30"),
        ("2026-05-01T10:20:30Z", "2026-05-01T10:20:30+00:00"),
        ("2026-05-01T10:20:30-0600", "2026-05-01T10:20:30-06:00"),
        ("2026-05-01 10:20:30 -06:00", "2026-05-01T10:20:30-06:00"),
        ("2026-05-01T10:20:30+99:00", "2026-05-01T10:20:30"),
        ("2026-13-01", None),
        ("1 de mayo", None),
        ("", None),
    ],
)
def test_iso_times_are_as_precise_as_they_are_written(text, expected):
    assert iso_time(text) == expected


@pytest.mark.parametrize(
    ("make", "model", "expected"),
    [
        ("NIKON CORPORATION", "NIKON D1", "NIKON D1"),
        ("Apple", "iPhone 7", "Apple iPhone 7"),
        ("Canon", "Canon EOS 5D Mark III", "Canon EOS 5D Mark III"),
        ("samsung", "SM-G930P", "samsung SM-G930P"),
        ("", "Hero", "Hero"),
        ("Sony", "", "Sony"),
        ("", "", ""),
    ],
)
def test_cameras_are_named_once(make, model, expected):
    assert camera_name(make, model) == expected


def test_camera_and_lens_of_exif_and_xmp():
    exif = {"Image.Make": "Apple", "Image.Model": "iPhone 7", "Photo.LensModel": "back camera"}
    answer = found(exif=exif)
    assert answer["camera"] == ("Apple iPhone 7", "EXIF:Model")
    assert answer["lens"] == ("back camera", "EXIF:LensModel")
    answer = found(xmp={"tiff:Make": "Nokia", "tiff:Model": "N78", "aux:Lens": "5 mm"})
    assert answer["camera"] == ("Nokia N78", "XMP:tiff:Model")
    assert answer["lens"] == ("5 mm", "XMP:aux:Lens")


@pytest.mark.parametrize(
    ("text", "expected"), [("3", 3), ("-1", -1), ("5.0", 5), ("0", None), ("9", None), ("good", None)]
)
def test_ratings(text, expected):
    answer = found(xmp={"xmp:Rating": text}).get("rating")
    assert (answer and answer[0]) == expected
    assert (found(exif={"Image.Rating": text}).get("rating") or (None,))[0] == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [("AG-U14", "yes"), ("AG-A17", "yes"), ("AG-A18", "no"), ("AG-A25", "no"), ("AG-UNK", None), ("", None)],
)
def test_the_age_of_the_youngest_person_tells_of_minors(code, expected):
    node = Alternatives({"x-default": f"http://ns.useplus.org/ldf/vocab/{code}"})
    answer = found(xmp={"plus:MinorModelAgeDisclosure": node}).get("minors_shown")
    assert (answer and answer[0]) == expected
