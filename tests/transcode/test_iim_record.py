"""IIM texts keep within their bytes without cutting a letter in two."""

import unicodedata

import pytest

from transcode.iim_record import DATASETS, PLACE_DATASETS, UTF8_MARK, build, place, truncated

KEY = "Iptc.Application2.{}"


def test_values_become_datasets():
    record = build(
        {"headline": "Título", "keywords": ["agua", "campo"], "creator": ["Ana"], "alt_text": "no dataset"}
    )
    assert record.cut == ()
    assert record.datasets == {
        KEY.format("Headline"): "Título",
        KEY.format("Keywords"): ["agua", "campo"],
        KEY.format("Byline"): ["Ana"],
        KEY.format("RecordVersion"): "4",
        "Iptc.Envelope.CharacterSet": UTF8_MARK,
    }


def test_the_mark_of_utf8_is_the_escape_of_iso_2022():
    assert UTF8_MARK.encode() == b"\x1b\x25\x47"


@pytest.mark.parametrize(
    ("field", "octets"), [(field, dataset.octets) for field, dataset in DATASETS.items()]
)
def test_every_dataset_is_within_its_bytes(field, octets):
    record = build({field: "ñandú " * 600})
    (written,) = [
        value for name, value in record.datasets.items() if "Version" not in name and "Set" not in name
    ]
    texts = written if isinstance(written, list) else [written]
    assert all(octets - 6 <= len(text.encode()) <= octets for text in texts)
    assert record.cut == (field,)


@pytest.mark.parametrize(
    ("field", "octets"),
    [("description", 2000), ("headline", 256), ("copyright_notice", 128), ("keywords", 64), ("creator", 32)],
)
def test_the_limits_that_press_desks_know(field, octets):
    assert DATASETS[field].octets == octets


def test_places_are_within_their_bytes():
    assert PLACE_DATASETS["city"].octets == 32
    record = build(
        {"location_shown": {"city": "Dolores Hidalgo Cuna de la Independencia Nacional", "country": "México"}}
    )
    assert record.datasets[KEY.format("City")] == "Dolores Hidalgo Cuna de la Indep"
    assert record.datasets[KEY.format("CountryName")] == "México"


def test_the_place_shown_comes_before_the_place_of_capture():
    both = {"location_shown": {"city": "Silao"}, "location_created": {"city": "León"}}
    assert place(both) == {"city": "Silao"}
    assert place({"location_created": {"city": "León", "state": ""}}) == {"city": "León"}
    assert place({}) == {}


@pytest.mark.parametrize(
    ("text", "octets", "expected"),
    [
        ("ñandú", 10, "ñandú"),
        ("ñandú", 7, "ñandú"),
        ("ñandú", 6, "ñand"),
        ("ñandú", 1, ""),
        ("uno dos", 4, "uno"),
        ("😀😀", 7, "😀"),
        ("", 5, ""),
    ],
)
def test_texts_are_cut_between_characters(text, octets, expected):
    assert truncated(text, octets) == expected


def test_a_letter_is_not_parted_from_its_accent():
    text = unicodedata.normalize("NFD", "aé")
    assert truncated(text, 2) == "a"
    assert truncated(text, 3) == "a"
    assert truncated(text, 4) == text


def test_only_what_was_cut_is_named():
    record = build({"keywords": ["corta", "x" * 65], "headline": "corto", "credit_line": "y" * 33})
    assert record.cut == ("keywords", "credit_line")


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2026-05-01T10:20:30-06:00", {"DateCreated": "2026-05-01", "TimeCreated": "10:20:30-06:00"}),
        ("2026-05-01T10:20:30Z", {"DateCreated": "2026-05-01", "TimeCreated": "10:20:30+00:00"}),
        ("2026-05-01T10:20:30", {"DateCreated": "2026-05-01"}),
        ("2026-05-01", {"DateCreated": "2026-05-01"}),
        ("2026-05", {}),
        ("2026", {}),
        ("", {}),
        (None, {}),
    ],
)
def test_dates_say_no_more_than_is_known(date, expected):
    datasets = build({"date_created": date}).datasets
    assert {key: datasets.get(KEY.format(key)) for key in expected} == expected
    assert KEY.format("TimeCreated") in datasets or "TimeCreated" not in expected


@pytest.mark.parametrize(
    "values", [{}, {"headline": ""}, {"keywords": []}, {"alt_text": "x"}, {"creator": None}]
)
def test_nothing_to_say_is_no_record(values):
    assert build(values).datasets == {}


def test_single_datasets_hold_lists_as_one_text():
    assert build({"headline": ["uno", "dos"]}).datasets[KEY.format("Headline")] == "uno; dos"
