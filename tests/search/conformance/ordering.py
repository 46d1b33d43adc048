"""In which order hits come, and that pages neither repeat nor omit."""

import base64
import json
import random
from itertools import chain
from typing import Any

import pytest

from search.engines.base import Engine
from search.query import BadCursor, Query, Sort
from tests.search.making import FIRST_ADDED, ask, document, found, numbers


def pages(engine: Engine, **fields) -> list[list[int]]:
    """Return the numbers on each page of a whole walk."""
    walked, cursor = [], None
    while True:
        result = ask(engine, cursor=cursor, **fields)
        walked.append(numbers(result))
        cursor = result.next_cursor
        if cursor is None:
            return walked


FORGED: tuple[Any, ...] = (
    [],
    {},
    7,
    None,
    ["newest", 1],
    ["newest", -1, 1],
    ["newest", 1, None],
    ["newest", 1, "a"],
    ["newest", 1, 1.5],
    ["newest", True, 1],
    ["newest", 1 << 70, 1],
    ["oldest", 1, 1],
    ["strangest", 1, 1],
    [["newest"], 1, 1],
)


def forged(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode()


class TestOrder:
    def test_newest_and_oldest_go_by_registration(self, engine: Engine) -> None:
        engine.upsert([document(number, added=FIRST_ADDED) for number in (2, 1)])
        engine.upsert([document(3, added=FIRST_ADDED - 5_000), document(4, added=FIRST_ADDED + 5_000)])
        assert found(engine, sort=Sort.NEWEST) == [4, 2, 1, 3]
        assert found(engine, sort=Sort.OLDEST) == [3, 1, 2, 4]

    def test_without_words_the_newest_is_most_relevant(self, engine: Engine) -> None:
        engine.upsert([document(number) for number in (1, 2, 3)])
        assert found(engine, sort=Sort.RELEVANCE) == [3, 2, 1]

    def test_titles_are_in_spanish_order(self, engine: Engine) -> None:
        titles = [
            "Zafra",
            "Ñandú",
            "¡Nube!",
            "niño",
            "Ángel",
            "andén",
            "«Año» nuevo",
            "Ano",
            "C5 10",
            "",
            "c5 9",
        ]
        engine.upsert([document(number, headline=title) for number, title in enumerate(titles, start=1)])
        engine.upsert([document(12, headline="", filename="Álamo.jpg")])
        ordered = [
            titles[number - 1] if number <= len(titles) else "Álamo.jpg"
            for number in found(engine, sort=Sort.TITLE)
        ]
        assert ordered == [
            "",
            "Álamo.jpg",
            "andén",
            "Ángel",
            "Ano",
            "«Año» nuevo",
            "C5 10",
            "c5 9",
            "niño",
            "¡Nube!",
            "Ñandú",
            "Zafra",
        ]

    def test_equal_titles_are_in_order_of_registration(self, engine: Engine) -> None:
        engine.upsert([document(number, headline="Becas") for number in (3, 1, 200, 2)])
        assert found(engine, sort=Sort.TITLE) == [1, 2, 3, 200]

    def test_the_shortest_comes_first_and_what_has_no_duration_last(self, engine: Engine) -> None:
        durations = {1: 30_000, 2: None, 3: 0, 4: 10_010, 5: 100_000_000, 6: None}
        engine.upsert([document(number, duration_ms=length) for number, length in durations.items()])
        assert found(engine, sort=Sort.DURATION) == [3, 4, 1, 5, 2, 6]

    def test_equal_scores_are_in_order_of_registration(self, engine: Engine) -> None:
        for number in (5, 2, 4, 1, 3):
            engine.upsert([document(number, headline="Becas")])
        assert found(engine, "becas") == [1, 2, 3, 4, 5]
        hits = ask(engine, "becas").hits
        assert len({hit.score for hit in hits}) == 1
        assert hits[0].score > 0


class TestPages:
    @pytest.mark.parametrize("sort", list(Sort))
    @pytest.mark.parametrize("text", ["", "becas"])
    def test_a_walk_shows_each_once(self, engine: Engine, sort: Sort, text: str) -> None:
        shuffled = list(range(1, 251))
        random.Random(7).shuffle(shuffled)
        for start in range(0, len(shuffled), 100):
            engine.upsert(
                document(
                    number,
                    headline=f"Becas {number % 10} " + "palabra " * (number % 3),
                    duration_ms=number % 5 or None,
                    added=FIRST_ADDED + number // 50,
                )
                for number in shuffled[start : start + 100]
            )
        walked = pages(engine, text=text, sort=sort, size=40)
        assert [len(page) for page in walked] == [40] * 6 + [10]
        everything = list(chain.from_iterable(walked))
        assert everything == found(engine, text, sort=sort, size=1000)
        assert sorted(everything) == list(range(1, 251))

    @pytest.mark.parametrize("sort", [Sort.NEWEST, Sort.OLDEST, Sort.TITLE, Sort.DURATION])
    def test_edits_during_a_walk_neither_repeat_nor_hide_the_others(self, engine: Engine, sort: Sort) -> None:
        def made(number: int):
            return document(number, headline=f"T{number:04d}", duration_ms=number)

        kept = range(1000, 1300, 2)
        engine.upsert(made(number) for number in kept)
        seen: list[int] = []
        cursor = None
        for turn in range(1000):
            result = ask(engine, sort=sort, size=10, cursor=cursor)
            seen += numbers(result)
            cursor = result.next_cursor
            if cursor is None:
                break
            # what lies before and after the page comes and goes: more than a window of it at a time
            if turn % 2:
                engine.delete({made(number).id: 9 for number in range(1, 150)})
            else:
                engine.upsert(made(number) for number in (*range(1, 150), 1001 + 2 * turn))
        assert [number for number in seen if number in kept] == (sorted(kept, reverse=sort is Sort.NEWEST))
        assert len(seen) == len(set(seen))

    def test_the_total_is_the_same_on_every_page(self, engine: Engine) -> None:
        engine.upsert(document(number, headline="Becas") for number in range(1, 8))
        for sort in Sort:
            first = ask(engine, "becas", sort=sort, size=3)
            second = ask(engine, "becas", sort=sort, size=3, cursor=first.next_cursor)
            assert (first.total, second.total) == (7, 7)

    def test_the_last_page_has_no_next_one(self, engine: Engine) -> None:
        engine.upsert(document(number) for number in range(1, 4))
        assert ask(engine, size=3).next_cursor is None
        assert ask(engine, size=2).next_cursor is not None
        assert ask(engine, "nada de nada", size=2).next_cursor is None

    def test_a_walk_ends_when_the_rest_is_gone(self, engine: Engine) -> None:
        engine.upsert(document(number) for number in range(1, 8))
        cursor = ask(engine, size=5, sort=Sort.OLDEST).next_cursor
        engine.delete({document(number).id: 1 for number in range(3, 8)})
        result = ask(engine, size=5, sort=Sort.OLDEST, cursor=cursor)
        assert (result.hits, result.total, result.next_cursor) == ((), 2, None)

    @pytest.mark.parametrize(
        "cursor", ["", "x", "%%%", "ñ", "\x00", "A" * 5000, *(forged(value) for value in FORGED)]
    )
    def test_a_cursor_of_nobody_is_refused(self, engine: Engine, cursor: str) -> None:
        with pytest.raises(BadCursor):
            engine.search(Query(viewer=None, sort=Sort.NEWEST, cursor=cursor))
