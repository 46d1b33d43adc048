"""transcode.container_tags: foreign words made safe, timecode and reel found where containers hide them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcode.container_tags import (
    MAX_TAGS,
    MAX_VALUE_CHARACTERS,
    clean,
    is_drop_frame,
    language,
    reel,
    start_timecode,
    tags,
)


def as_read(raw: bytes) -> str:
    """As PyAV gives bytes of a tag."""
    return raw.decode("utf-8", "surrogateescape")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"Guanajuato", "Guanajuato"),
        ("Año 2026 · León".encode(), "Año 2026 · León"),
        ("Año 2026 – León".encode("cp1252"), "Año 2026 – León"),
        (b"a\x00b\x00", "ab"),
        (b"  x\n", "x"),
        (b"\x81\x8d", "��"),  # not even Windows-1252
        (b"", ""),
    ],
)
def test_clean(raw, expected):
    assert clean(as_read(raw)) == expected


@given(st.binary(max_size=300))
def test_any_bytes_become_text_that_can_be_stored(raw):
    text = clean(as_read(raw))
    assert "\x00" not in text
    assert json.loads(json.dumps(text)).encode("utf-8").decode() == text


def test_a_long_value_is_cut():
    assert len(clean("x" * 10**6)) == MAX_VALUE_CHARACTERS


def test_tags_without_a_value_are_left_out():
    assert tags({"title": "Spot", "coding_history": "", "x": "\x00"}, is_wave=False) == {"title": "Spot"}


def test_tags_are_not_without_number():
    assert len(tags({str(number): "x" for number in range(10_000)}, is_wave=False)) == MAX_TAGS


BEXT = {
    "comment": "Entrevista",
    "encoded_by": "PyramixTwo",
    "originator_reference": "CHMTIPYRAMIX",
    "date": "2005-11-14",
    "creation_time": "12:18:45",
    "time_reference": "458028579",
}


def test_a_bext_chunk_keeps_its_own_names():
    assert tags(BEXT, is_wave=True) == {
        "description": "Entrevista",
        "originator": "PyramixTwo",
        "originator_reference": "CHMTIPYRAMIX",
        "origination_date": "2005-11-14",
        "origination_time": "12:18:45",
        "time_reference": "458028579",
    }


def test_other_files_keep_the_general_names():
    assert tags(BEXT, is_wave=False)["comment"] == "Entrevista"
    assert tags({"comment": "x"}, is_wave=True) == {"comment": "x"}


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ([{"timecode": "01:00:00:00"}], "01:00:00:00"),
        ([{}, {"timecode": "10:00:00;00"}], "10:00:00;00"),
        ([{"timecode": "01:00:00:00"}, {"timecode": "02:00:00:00"}], "01:00:00:00"),
        ([{"timecode": "nonsense"}, {"timecode": " 02:00:00:00 "}], "02:00:00:00"),
        ([{"timecode": "01:00:00:00<script>"}], None),
        ([{}], None),
        ([], None),
    ],
)
def test_start_timecode(metadata, expected):
    assert start_timecode(metadata) == expected


@pytest.mark.parametrize(
    ("timecode", "expected"), [("01:00:00;00", True), ("01:00:00:00", False), (None, False)]
)
def test_drop_frame(timecode, expected):
    assert is_drop_frame(timecode) == expected


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [
        ([{}, {"reel_name": "CINTA 7"}], "CINTA 7"),
        ([{"tape": "A001"}], "A001"),
        ([{"reel_name": " "}, {"reel": "B"}], "B"),
        ([], ""),
    ],
)
def test_reel(metadata, expected):
    assert reel(metadata) == expected


@pytest.mark.parametrize(("written", "expected"), [("spa", "spa"), ("und", ""), ("", ""), ("es-MX", "es-MX")])
def test_language(written, expected):
    assert language({"language": written}) == expected
    assert language({}) == ""
