"""The values read, each within the limits of its field."""

import pytest

from dam.fields import FIELDS as CATALOGUE
from ingest.reading.fields import FIELDS, LISTS, PLACES, Found

GOOD = [
    Found("headline", "Título", "es", "XMP:photoshop:Headline"),
    Found("keywords", ["agua", "campo"], "", "IIM:2:025"),
    Found("location_shown", {"city": "León"}, "", "XMP:photoshop:City"),
    Found("gps", {"latitude": 21.0, "longitude": -101.2, "altitude_m": None}, "", "EXIF:GPS"),
    Found("rating", -1, "", "XMP:xmp:Rating"),
    Found("minors_shown", "no", "", "XMP:plus:MinorModelAgeDisclosure"),
]


@pytest.mark.parametrize("found", GOOD, ids=lambda found: found.field)
def test_there_and_back(found):
    assert Found.from_json(found.to_json()) == found


@pytest.mark.parametrize(
    "changes",
    [
        {"field": "owner"},
        {"field": "keywords"},
        {"field": "rating"},
        {"field": "rating", "value": True},
        {"field": "gps", "value": {"latitude": 1.0}},
        {"field": "location_shown", "value": {"galaxy": "x"}},
        {"field": "location_shown", "value": {"city": 3}},
        {"value": ["a"]},
        {"value": None},
        {"value": "x" * 200_000},
        {"field": "keywords", "value": ["a", 3]},
        {"field": "keywords", "value": ["a"] * 5_000},
        {"language": None},
        {"origin": 3},
    ],
)
def test_what_a_reader_cannot_have_said_is_refused(changes):
    raw = {"field": "headline", "value": "x", "language": "", "origin": "XMP:x"} | changes
    with pytest.raises(ValueError, match=r"no such metadata|is not"):
        Found.from_json(raw)


def test_the_catalogue_has_every_field_in_the_same_shape():
    assert set(FIELDS) == set(CATALOGUE)
    assert {name for name, field in CATALOGUE.items() if field.shape == "list"} == set(LISTS)
    assert {name for name, field in CATALOGUE.items() if field.shape == "place"} == set(PLACES)
