"""What filters let through, what facets count, and that nobody counts what they may not see."""

import pytest

from search.document import FACETS, NUMBERS, AssetDocument
from search.engines.base import Engine
from search.query import BadQuery, Query, Sort
from tests.search.making import ask, document, found

COLOURS = (
    document(1, kind="video", keywords=("becas", "niños"), places=("León",), ym="2026-10"),
    document(2, kind="video", keywords=("becas",), places=("Irapuato",), ym="2026-10"),
    document(3, kind="photo", keywords=("becas", "Niños"), places=("León", "Silao"), ym="2026-09"),
    document(4, kind="photo", keywords=("salud",), places=(), ym="2025-09"),
    document(5, kind="audio", keywords=(), places=("León",), ym=""),
)


def one_of(*values: str) -> frozenset[str]:
    return frozenset(values)


class TestFilters:
    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            ({"kind": one_of("photo")}, [3, 4]),
            ({"kind": one_of("photo", "audio")}, [3, 4, 5]),
            ({"kind": one_of("photo", "video"), "keyword": one_of("becas")}, [1, 2, 3]),
            ({"keyword": one_of("niños")}, [1]),
            ({"keyword": one_of("beca")}, []),
            ({"place": one_of("León"), "ym": one_of("2026-10")}, [1]),
            ({"year": one_of("2026")}, [1, 2, 3]),
            ({"kind": one_of()}, [1, 2, 3, 4, 5]),
            ({"code": one_of("C2D3F004")}, [4]),
            ({"id": one_of(*(str(each.id) for each in COLOURS[1:3]))}, [2, 3]),
        ],
    )
    def test_any_value_of_every_field(self, engine: Engine, filters, expected: list[int]) -> None:
        engine.upsert(COLOURS)
        assert found(engine, filters=filters, sort=Sort.OLDEST) == expected

    @pytest.mark.parametrize("field", sorted(NUMBERS))
    def test_a_range_holds_its_start_and_not_its_end(self, engine: Engine, field: str) -> None:
        engine.upsert([document(number, **{field: 10 * number}) for number in (1, 2, 3)])
        for limits, expected in (
            ((None, None), [1, 2, 3]),
            ((20, None), [2, 3]),
            ((None, 20), [1]),
            ((20, 40), [2, 3]),
            ((30, 30), []),
            ((40, 20), []),
            ((-(1 << 80), 1 << 80), [1, 2, 3]),
        ):
            assert found(engine, ranges={field: limits}, sort=Sort.OLDEST) == expected, limits

    def test_what_has_no_number_is_in_no_range(self, engine: Engine) -> None:
        engine.upsert([document(1, width=1920), document(2)])
        assert found(engine, ranges={"width": (0, None)}) == [1]
        assert found(engine, ranges={"width": (None, 5000)}) == [1]
        assert found(engine, ranges={"width": (None, None)}, sort=Sort.OLDEST) == [1, 2]

    def test_times_before_1970_are_times(self, engine: Engine) -> None:
        engine.upsert([document(1, taken=-86_400_000), document(2, taken=0)])
        assert found(engine, ranges={"taken": (None, 0)}) == [1]

    def test_filters_and_words_narrow_each_other(self, engine: Engine) -> None:
        engine.upsert(COLOURS)
        assert found(engine, "becas", filters={"place": one_of("León")}, sort=Sort.OLDEST) == [1, 3]

    @pytest.mark.parametrize(
        "fields",
        [
            {"filters": {"colour": one_of("red")}},
            {"ranges": {"kind": (1, 2)}},
            {"facets": ("seen_by",)},
            {"size": 0},
            {"size": 100_000},
            {"facet_size": 0},
            {"filters": {"kind": one_of("\ud800")}},
        ],
    )
    def test_what_does_not_exist_is_refused(self, fields) -> None:
        with pytest.raises(BadQuery):
            Query(viewer=None, **fields)


class TestFacets:
    def test_values_are_counted_the_most_frequent_first(self, engine: Engine) -> None:
        engine.upsert(COLOURS)
        facets = ask(engine, facets=("keyword", "kind", "place", "year", "person")).facets
        assert facets == {
            "keyword": (("becas", 3), ("Niños", 1), ("niños", 1), ("salud", 1)),
            "kind": (("photo", 2), ("video", 2), ("audio", 1)),
            "place": (("León", 3), ("Irapuato", 1), ("Silao", 1)),
            "year": (("2026", 3), ("2025", 1)),
            "person": (),
        }

    def test_a_facet_leaves_out_its_own_filter(self, engine: Engine) -> None:
        engine.upsert(COLOURS)
        result = ask(
            engine,
            facets=("kind", "place", "ym"),
            filters={"kind": one_of("photo"), "place": one_of("León")},
        )
        assert result.total == 1
        assert result.facets == {
            "kind": (("audio", 1), ("photo", 1), ("video", 1)),
            "place": (("León", 1), ("Silao", 1)),
            "ym": (("2026-09", 1),),
        }

    def test_a_facet_counts_what_the_words_find(self, engine: Engine) -> None:
        engine.upsert(COLOURS)
        assert ask(engine, "salud", facets=("kind",)).facets == {"kind": (("photo", 1),)}
        assert ask(engine, "nada", facets=("kind",)).facets == {"kind": ()}

    def test_what_is_chosen_is_shown_even_with_nothing_in_it(self, engine: Engine) -> None:
        many = [document(number, keywords=("a", f"k{number % 7}")) for number in range(10, 40)]
        engine.upsert([*many, document(1, keywords=("rara",))])
        counts = ask(
            engine, facets=("keyword",), facet_size=2, filters={"keyword": one_of("rara", "ninguna")}
        ).facets["keyword"]
        assert counts[0] == ("a", 30)
        assert len(counts) == 4
        assert counts[2:] == (("rara", 1), ("ninguna", 0))

    def test_equal_counts_are_cut_in_order(self, engine: Engine) -> None:
        engine.upsert([document(number, keywords=(f"k{number:02d}",)) for number in range(1, 10)])
        assert ask(engine, facets=("keyword",), facet_size=3).facets["keyword"] == (
            ("k01", 1),
            ("k02", 1),
            ("k03", 1),
        )

    def test_a_value_counts_once_in_a_document(self, engine: Engine) -> None:
        engine.upsert([document(1, people=("Ana", "Ana", "", "Luis"))])
        assert ask(engine, facets=("person",)).facets["person"] == (("Ana", 1), ("Luis", 1))

    def test_an_agency_counts_for_those_above_it(self, engine: Engine) -> None:
        engine.upsert(
            [document(1, agency_path=("GTO", "SSG")), document(2, agency_path=("GTO",)), document(3)]
        )
        assert ask(engine, facets=("agency",)).facets["agency"] == (("GTO", 2), ("SSG", 1))
        assert found(engine, filters={"agency": one_of("GTO")}, sort=Sort.OLDEST) == [1, 2]

    def test_every_facet_can_be_counted_and_chosen(self, engine: Engine) -> None:
        full = document(
            1,
            agency_path=("GTO",),
            productions=("p1",),
            ym="2026-10",
            people=("Ana",),
            places=("León",),
            keywords=("becas",),
            verdict="ok",
            minors="yes",
            format="mp4",
            orientation="landscape",
        )
        engine.upsert([full, document(2, kind="other", minors="no")])
        facets = ask(engine, "", facets=tuple(FACETS), filters={"minors": one_of("yes")}).facets
        for name, counts in facets.items():
            value, count = counts[-1]
            assert count == 1, name
            assert found(engine, filters={name: one_of(value)}) in ([1], [2]), name

    def test_counts_are_new_after_every_write(self, engine: Engine) -> None:
        for number in (1, 2, 3):
            engine.upsert([document(number)])
            assert ask(engine, facets=("kind",)).facets["kind"] == (("video", number),)


class TestVisibility:
    DOCUMENTS = (
        document(1, headline="Becas", seen_by=("agency:SSG", "user:7"), keywords=("uno",)),
        document(2, headline="Becas", seen_by=("agency:SEG",), keywords=("dos",), cues=()),
        document(3, headline="Becas", seen_by=(), keywords=("tres",)),
    )

    @pytest.mark.parametrize(
        ("viewer", "expected"),
        [
            (None, [1, 2, 3]),
            (one_of("agency:SSG"), [1]),
            (one_of("user:7"), [1]),
            (one_of("agency:SSG", "agency:SEG"), [1, 2]),
            (one_of("agency"), []),
            (one_of("AGENCY:SSG"), []),
            (one_of(), []),
            (one_of(*(f"user:{number}" for number in range(3000))), [1]),
        ],
    )
    def test_hits_totals_and_facets_know_only_what_is_seen(
        self, engine: Engine, viewer: frozenset[str] | None, expected: list[int]
    ) -> None:
        engine.upsert(self.DOCUMENTS)
        words = {1: "uno", 2: "dos", 3: "tres"}
        for text, answering in (
            ("", {1, 2, 3}),
            ("becas", {1, 2, 3}),
            ('"becas"', {1, 2, 3}),
            ("C2D3F001", {1}),
        ):
            wanted = [number for number in expected if number in answering]
            for sort in (Sort.OLDEST, Sort.RELEVANCE):
                for filters in ({}, {"keyword": one_of(*words.values())}):
                    result = ask(
                        engine, text, viewer=viewer, facets=("keyword", "kind"), filters=filters, sort=sort
                    )
                    assert result.total == len(result.hits) == len(wanted)
                    counted = {value for value, count in result.facets["keyword"] if count}
                    assert counted == {words[number] for number in wanted}
                    assert sum(count for _, count in result.facets["kind"]) == len(wanted)

    def test_it_follows_the_document(self, engine: Engine) -> None:
        viewer = one_of("agency:SEG")
        engine.upsert(self.DOCUMENTS)
        assert found(engine, "becas", viewer=viewer) == [2]
        changed: AssetDocument = document(2, revision=2, headline="Becas", seen_by=("agency:SSG",))
        engine.upsert([changed])
        assert found(engine, "becas", viewer=viewer) == []
