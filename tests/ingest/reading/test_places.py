"""Places: coordinates and names."""

from fractions import Fraction

import pytest

from ingest.reading.places import position, rationals, resolve
from ingest.reading.precedence import Sources
from ingest.reading.xmp import Alternatives

GPS = {
    "GPSInfo.GPSLatitudeRef": "N",
    "GPSInfo.GPSLatitude": "21/1 1/1 841/100",
    "GPSInfo.GPSLongitudeRef": "W",
    "GPSInfo.GPSLongitude": "101/1 15/1 2664/100",
}


def found(**sources):
    return {each.field: (each.value, each.origin) for each in resolve(Sources(**sources))}


def gps(changes: dict[str, str]):
    value = found(exif=GPS | changes).get("gps")
    return value and value[0]


def test_degrees_have_signs():
    value = gps({})
    assert value == {"latitude": 21.0190028, "longitude": -101.2574, "altitude_m": None}
    south = gps({"GPSInfo.GPSLatitudeRef": "S", "GPSInfo.GPSLongitudeRef": "E"})
    assert (south["latitude"], south["longitude"]) == (-21.0190028, 101.2574)


@pytest.mark.parametrize("written", ["21/1 114/100 0/1", "210190/10000", "21/1 1/1 84/10"])
def test_degrees_with_fewer_parts_or_other_fractions(written):
    assert gps({"GPSInfo.GPSLatitude": written})["latitude"] == pytest.approx(21.019, abs=0.0001)


@pytest.mark.parametrize(
    ("altitude", "reference", "expected"),
    [
        ("2012/1", "0", 2012.0),
        ("20125/10", "", 2012.5),
        ("3/1", "1", -3.0),
        ("3/1", "3", -3.0),
        ("0/10", "0", 0.0),
        ("0/0", "0", None),
        ("4294967284/1", "0", None),
        ("abc", "0", None),
    ],
)
def test_altitudes(altitude, reference, expected):
    value = gps({"GPSInfo.GPSAltitude": altitude, "GPSInfo.GPSAltitudeRef": reference})
    assert value["altitude_m"] == expected


@pytest.mark.parametrize(
    "changes",
    [
        {"GPSInfo.GPSLatitude": "0/0 0/0 0/0"},
        {"GPSInfo.GPSLatitude": ""},
        {"GPSInfo.GPSLatitudeRef": ""},
        {"GPSInfo.GPSLongitudeRef": "\x00"},
        {"GPSInfo.GPSLatitude": "91/1 0/1 0/1"},
        {"GPSInfo.GPSLongitude": "181/1 0/1 0/1"},
        {"GPSInfo.GPSLatitude": "0/1 0/1 0/1", "GPSInfo.GPSLongitude": "0/1 0/1 0/1"},
        {"GPSInfo.GPSLatitude": "twenty one"},
    ],
    ids=[
        "0/0",
        "empty",
        "no side",
        "no side of longitude",
        "past the pole",
        "past the date line",
        "0, 0",
        "words",
    ],
)
def test_an_empty_or_impossible_fix_is_no_place(changes):
    assert gps(changes) is None


def test_the_equator_and_the_first_meridian_are_places():
    assert position(0.0, -78.5, None, "x") is not None
    assert position(51.5, 0.0, None, "x") is not None


@pytest.mark.parametrize(
    ("latitude", "longitude"),
    [("21,1.14N", "101,15.444W"), ("21,1,8N", "101,15,27W"), ("21,1.14n", "101,15.444w")],
)
def test_xmp_writes_degrees_its_own_way(latitude, longitude):
    value, origin = found(
        xmp={"exif:GPSLatitude": latitude, "exif:GPSLongitude": longitude, "exif:GPSAltitude": "40/2"}
    )["gps"]
    assert origin == "XMP:exif:GPS"
    assert value["latitude"] == pytest.approx(21.019, abs=0.001)
    assert value["longitude"] == pytest.approx(-101.2574, abs=0.001)
    assert value["altitude_m"] == 20.0


def test_exif_comes_before_xmp():
    assert (
        found(exif=GPS, xmp={"exif:GPSLatitude": "1,0.0N", "exif:GPSLongitude": "1,0.0E"})["gps"][1]
        == "EXIF:GPS"
    )


@pytest.mark.parametrize("bad", ["21.019", "21,1.14", "", "N21"])
def test_other_spellings_in_xmp_are_not_guessed(bad):
    assert found(xmp={"exif:GPSLatitude": bad, "exif:GPSLongitude": "1,0.0E"}) == {}


def place(**parts):
    names = {
        "city": "City",
        "state": "ProvinceState",
        "country": "CountryName",
        "code": "CountryCode",
        "spot": "Sublocation",
    }
    return {f"Iptc4xmpExt:{names[part]}": text for part, text in parts.items()}


def test_places_created_and_shown_of_the_extension():
    answer = found(
        xmp={
            "Iptc4xmpExt:LocationCreated": [place(city="León", state="Guanajuato")],
            "Iptc4xmpExt:LocationShown": [
                place(),
                place(city=Alternatives({"x-default": "Silao"}), code="MX"),
            ],
        }
    )
    assert answer["location_created"] == (
        {"city": "León", "state": "Guanajuato"},
        "XMP:Iptc4xmpExt:LocationCreated",
    )
    assert answer["location_shown"] == (
        {"city": "Silao", "country_code": "MX"},
        "XMP:Iptc4xmpExt:LocationShown",
    )


def test_a_place_that_is_no_list():
    answer = found(xmp={"Iptc4xmpExt:LocationCreated": place(spot="Alhóndiga")})
    assert answer["location_created"][0] == {"sublocation": "Alhóndiga"}


def test_older_fields_are_the_place_shown_part_by_part():
    answer = found(
        iim={"Application2.City": ["viejo"], "Application2.CountryName": ["México"]},
        xmp={"photoshop:City": "Celaya"},
    )
    assert answer["location_shown"] == (
        {"city": "Celaya", "country": "México"},
        "XMP:photoshop:City, IIM:2:101",
    )


def test_the_extensions_place_comes_before_the_older_fields():
    answer = found(xmp={"photoshop:City": "viejo", "Iptc4xmpExt:LocationShown": [place(city="nuevo")]})
    assert answer["location_shown"][0] == {"city": "nuevo"}


def test_empty_places_are_none():
    assert found(xmp={"photoshop:City": " null ", "Iptc4xmpExt:LocationShown": [place(city="")]}) == {}


@pytest.mark.parametrize(
    ("text", "expected"), [("1/2 3", [Fraction(1, 2), Fraction(3)]), ("", None), ("1/0", None), ("x", None)]
)
def test_rationals(text, expected):
    assert rationals(text) == expected
