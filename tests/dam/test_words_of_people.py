"""Sizes, durations, dates and numbers as people read them, in Spanish of Mexico and in English."""

from datetime import UTC, datetime
from types import SimpleNamespace

import pytest
from django.template import Context, Template
from django.utils import formats, timezone, translation

from dam import wording
from dam.fields import FIELDS
from dam.metadata import Known
from dam.templatetags import acervo

INSTANT = datetime(2026, 11, 23, 0, 40, 7, tzinfo=UTC)  # the evening before in Guanajuato


@pytest.mark.parametrize(
    ("milliseconds", "words"),
    [
        (None, ""),
        (0, "0:00"),
        (499, "0:00"),
        (999, "0:01"),
        (30_000, "0:30"),
        (59_600, "1:00"),
        (725_000, "12:05"),
        (3_599_700, "1:00:00"),
        (3_723_000, "1:02:03"),
        (90_000_000, "25:00:00"),
    ],
)
def test_a_clock_has_hours_only_where_there_are_some(milliseconds: int | None, words: str):
    assert acervo.clock(milliseconds) == words


@pytest.mark.parametrize(
    ("milliseconds", "link"), [(0, "0.000"), (7, "0.007"), (1001, "1.001"), (3_600_500, "3600.500")]
)
def test_the_seconds_of_a_link_are_exact(milliseconds: int, link: str):
    assert acervo.seconds(milliseconds) == link


@pytest.mark.parametrize(
    ("size", "spanish", "english"),
    [
        (None, "", ""),
        (0, "0 bytes", "0 bytes"),
        (1, "1 byte", "1 byte"),
        (15_938_355, "15.2 MB", "15.2 MB"),
        (5 * 1024**4, "5.0 TB", "5.0 TB"),
    ],
)
def test_a_size_is_written_alike_in_both_languages(size: int | None, spanish: str, english: str):
    for language, words in (("es-mx", spanish), ("en", english)):
        with translation.override(language):
            assert acervo.size(size).replace("\xa0", " ") == words


@pytest.mark.parametrize(
    ("width", "height", "name"),
    [
        (6000, 4000, "r-150"),
        (4000, 6000, "r-65"),
        (1920, 1080, "r-180"),
        (1000, 1000, "r-100"),
        (20_000, 1000, "r-300"),
        (10, 1000, "r-50"),
        (0, 1000, "r-150"),
        (None, None, "r-150"),
    ],
)
def test_a_picture_s_shape_has_a_class_that_the_style_sheet_has(
    width: int | None, height: int | None, name: str
):
    assert acervo.ratio_class(width, height) == name


@pytest.mark.parametrize(
    ("filter_", "value", "shown"),
    [
        ("clock", 725_000, "12:05"),
        ("seconds", 1001, "1.001"),
        ("duration", None, ""),
        ("size", 1, "1\xa0byte"),
    ],
)
def test_templates_have_the_filters(filter_: str, value: object, shown: str):
    template = Template("{% load acervo %}{{ value|" + filter_ + " }}")
    assert template.render(Context({"value": value})) == shown


def test_a_version_lasts_what_its_frames_last_and_nothing_lasts_nothing():
    assert acervo.duration(SimpleNamespace(duration_ms=10_010)) == "0:10"  # type: ignore[arg-type]
    assert acervo.duration(SimpleNamespace(duration_ms=None)) == ""  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "spanish", "english"),
    [
        ("DATE_FORMAT", "22 nov 2026", "22 Nov 2026"),
        ("DATETIME_FORMAT", "22 nov 2026, 18:40", "22 Nov 2026, 18:40"),
        ("TIME_FORMAT", "18:40", "18:40"),
        ("SHORT_DATE_FORMAT", "22/11/2026", "22/11/2026"),
        ("SHORT_DATETIME_FORMAT", "22/11/2026 18:40", "22/11/2026 18:40"),
    ],
)
def test_a_day_comes_before_its_month_and_the_hour_is_the_office_s(name: str, spanish: str, english: str):
    here = timezone.localtime(INSTANT)
    for language, words in (("es-mx", spanish), ("en", english)):
        with translation.override(language):
            assert formats.date_format(here, name) == words


@pytest.mark.parametrize("language", ["es-mx", "en"])
def test_a_number_has_a_point_for_decimals_and_commas_for_thousands(language: str):
    with translation.override(language):
        assert formats.number_format(1234567.5, 1, force_grouping=True) == "1,234,567.5"
        assert formats.get_format("FIRST_DAY_OF_WEEK") == 1


@pytest.mark.parametrize(
    ("text", "spanish", "english"),
    [
        ("1810", "1810", "1810"),
        ("2026-11", "Noviembre 2026", "November 2026"),
        ("2026-11-22", "22 nov 2026", "22 Nov 2026"),
        ("2026-11-22T18:40", "22 nov 2026, 18:40", "22 Nov 2026, 18:40"),
        ("2026-11-23T00:40:07Z", "22 nov 2026, 18:40", "22 Nov 2026, 18:40"),
        ("2026-11-22T19:40:00-05:00", "22 nov 2026, 18:40", "22 Nov 2026, 18:40"),
        ("0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z"),
        ("hacia 1950", "hacia 1950", "hacia 1950"),
        ("2026-13", "2026-13", "2026-13"),
        ("", "", ""),
    ],
)
def test_a_date_of_the_sheet_is_as_precise_as_it_is_known(text: str, spanish: str, english: str):
    for language, words in (("es-mx", spanish), ("en", english)):
        with translation.override(language):
            assert wording.value_in_words(FIELDS["date_created"], text) == words


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("minors_shown", "yes", "Sí"),
        ("minors_shown", "perhaps", "perhaps"),
        ("location_shown", {"country": "México", "city": "León", "country_code": "MEX"}, "León, México"),
        ("location_shown", {"city": "León", "country_code": "MEX"}, "León, MEX"),
        ("location_shown", {}, ""),
        ("location_shown", "León", "León"),
        ("gps", {"latitude": 21.019, "longitude": -101.2574}, "21.01900° N, 101.25740° O"),
        ("gps", {"latitude": -33.5, "longitude": 151}, "33.50000° S, 151.00000° E"),
        ("gps", {"latitude": 21}, "{'latitude': 21}"),
        ("rating", 0, "0"),
        ("headline", "Presa", "Presa"),
    ],
)
def test_a_value_of_the_sheet_is_in_words(key: str, value: object, words: str):
    assert wording.value_in_words(FIELDS[key], value) == words


@pytest.mark.parametrize(
    ("source", "origin", "values", "words"),
    [
        ("person", "", ("Presa",), "Ana Ruiz, 22 nov 2026"),
        ("person", "", ("",), "Ana Ruiz lo dejó vacío, 22 nov 2026"),
        ("embedded", "XMP:Headline", ("Presa",), "Venía en el archivo (XMP:Headline)"),
    ],
)
def test_how_a_value_is_known_is_in_words(source: str, origin: str, values: tuple[str, ...], words: str):
    known = Known("headline", "", values, source, origin, None, INSTANT)
    assert wording.origin_in_words(known, {None: "Ana Ruiz"}) == words
