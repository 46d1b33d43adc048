"""The values of a search, and the cursor's word."""

import base64
import json
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.query import (
    MAX_SIZE,
    BadCursor,
    BadQuery,
    CueHit,
    Cursor,
    Hit,
    Query,
    Result,
    SearchError,
    Segment,
    Sort,
)

CURSORS = [
    Cursor(Sort.NEWEST, 48, (1_760_000_000 << 28) | 17),
    Cursor(Sort.OLDEST, 1, 0),
    Cursor(Sort.TITLE, 10_000, "vacunacion en leon\t000001f"),
    Cursor(Sort.DURATION, 96, (1 << 60) - 1),
    Cursor(Sort.RELEVANCE, 48),
]


def test_the_viewer_cannot_be_forgotten() -> None:
    with pytest.raises(TypeError):
        Query(text="becas")  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("text", "sort", "order"),
    [
        ("becas", Sort.RELEVANCE, Sort.RELEVANCE),
        ("", Sort.RELEVANCE, Sort.NEWEST),
        (" \t\n", Sort.RELEVANCE, Sort.NEWEST),
        ("", Sort.TITLE, Sort.TITLE),
        ("becas", Sort.OLDEST, Sort.OLDEST),
    ],
)
def test_the_order_that_applies(text: str, sort: Sort, order: Sort) -> None:
    assert Query(viewer=None, text=text, sort=sort).order is order


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        ({"filters": {"colour": frozenset({"red"})}}, "colour"),
        ({"filters": {"seen_by": frozenset({"me"})}}, "seen_by"),
        ({"ranges": {"kind": (1, 2)}}, "kind"),
        ({"facets": ("kind", "code")}, "code"),
        ({"size": 0}, "1 to"),
        ({"size": MAX_SIZE + 1}, "1 to"),
        ({"facet_size": -1}, "1 to"),
        ({"filters": {"kind": frozenset({"a", "\udfff"})}}, "no text"),
    ],
)
def test_what_cannot_be_asked_is_named(fields: dict[str, Any], named: str) -> None:
    with pytest.raises(BadQuery, match=named):
        Query(viewer=None, **fields)
    assert issubclass(BadQuery, SearchError)


@pytest.mark.parametrize("cursor", CURSORS, ids=lambda cursor: cursor.sort)
def test_a_cursor_survives_an_address(cursor: Cursor) -> None:
    text = cursor.encode()
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
    assert Cursor.of(Query(viewer=None, text="x", sort=cursor.sort, cursor=text)) == cursor


def test_without_a_cursor_the_page_is_the_first() -> None:
    assert Cursor.of(Query(viewer=None, text="becas")) == Cursor(Sort.RELEVANCE, 0)
    assert Cursor.of(Query(viewer=None)) == Cursor(Sort.NEWEST, 0)


@pytest.mark.parametrize("cursor", CURSORS, ids=lambda cursor: cursor.sort)
def test_a_cursor_of_another_order_is_refused(cursor: Cursor) -> None:
    for sort in set(Sort) - {cursor.sort}:
        with pytest.raises(BadCursor):
            Cursor.of(Query(viewer=None, text="x", sort=sort, cursor=cursor.encode()))


def test_a_cursor_by_relevance_is_not_one_by_date_once_the_words_are_gone() -> None:
    with pytest.raises(BadCursor):
        Cursor.of(Query(viewer=None, text="", cursor=Cursor(Sort.RELEVANCE, 48).encode()))


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_is_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        Cursor.of(Query(viewer=None, cursor=text))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: st.lists(inner, max_size=4),
        max_leaves=6,
    )
)
def test_any_value_in_a_cursor_is_whole_or_refused(value: Any) -> None:
    text = base64.urlsafe_b64encode(json.dumps(value).encode()).decode()
    for sort in Sort:
        try:
            cursor = Cursor.of(Query(viewer=None, text="x", sort=sort, cursor=text))
        except BadCursor:
            continue
        assert cursor.offset > 0


def test_a_very_deep_cursor_is_refused() -> None:
    text = base64.urlsafe_b64encode(("[" * 200_000).encode()).decode()
    with pytest.raises(BadCursor):
        Cursor.of(Query(viewer=None, cursor=text))


@pytest.mark.parametrize(("start_ms", "second"), [(0, 0), (999, 0), (1000, 1), (62_250, 62)])
def test_a_cue_is_played_from_its_second(start_ms: int, second: int) -> None:
    assert CueHit("es", start_ms, start_ms + 1, (Segment("hola"),)).second == second


def test_the_best_cues_are_told_in_order_of_time() -> None:
    cues = tuple(CueHit("es", ms, ms + 900, (Segment("agua"),)) for ms in (7000, 0, 3000))
    hit = Hit(UUID(int=1), 1.0, cues=cues)
    assert [cue.second for cue in hit.moments()] == [0, 3, 7]
    assert [cue.second for cue in hit.moments(2)] == [0, 7]
    assert [cue.second for cue in hit.cues] == [7, 0, 3]


def test_results_are_values() -> None:
    hit = Hit(UUID(int=1), 2.5)
    assert (hit.highlights, hit.cues) == ({}, ())
    assert Result(1, (hit,)) == Result(1, (Hit(UUID(int=1), 2.5),))
    assert Result(0, ()).facets == {}
    assert Result(0, ()).next_cursor is None
