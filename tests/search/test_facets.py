"""Facets as people choose from them, and the lines that say why something was found."""

from typing import Any
from uuid import uuid4

import pytest
from django.http import QueryDict

from search import asked as addresses
from search import facets, found
from search.facets import Names
from search.query import CueHit, Hit, Query, Result, Segment
from tests import factories

AGENCIES = {
    "GTO": ("Comunicación Social", "GTO/"),
    "SSG": ("Secretaría de Salud", "GTO/SSG/"),
    "ISAPEG": ("Instituto de Salud", "GTO/SSG/ISAPEG/"),
    "SEG": ("Secretaría de Educación", "GTO/SEG/"),
}
NOBODY = Names({}, {})


def of(field: str, *counted: tuple[str, int], names: Names = NOBODY, **chosen: str) -> dict[str, Any]:
    """The facet of one field as the page shows it."""
    wanted = Query(viewer=None, filters={name: frozenset({value}) for name, value in chosen.items()})
    made = facets.facets(wanted, Result(0, (), facets={field: counted}), names)
    (name,) = [name for name, each in addresses.FILTERS.items() if each == field]
    (facet,) = [each for each in made if each["name"] == name]
    return facet


def words(facet: dict[str, Any]) -> list[str]:
    return [each["words"] for each in (*facet["values"], *facet["more"])]


class TestValues:
    def test_closed_lists_stand_in_their_own_order_and_in_words(self):
        facet = of("kind", ("photo", 5), ("other", 9), ("video", 1))
        assert words(facet) == ["Video", "Fotografía", "Otro archivo"]

    def test_open_ones_stand_as_they_are_counted(self):
        assert words(of("keyword", ("becas", 5), ("salud", 3))) == ["becas", "salud"]

    def test_of_dates_the_newest_come_first(self):
        assert words(of("year", ("2019", 9), ("2026", 1), ("2024", 3))) == ["2026", "2024", "2019"]

    def test_months_are_told_in_words(self):
        facet = of("ym", ("2026-02", 1), ("2026-11", 2), year="2026")
        assert words(facet) == ["Noviembre 2026", "Febrero 2026"]

    def test_formats_as_people_write_them(self):
        assert words(of("format", ("mov", 1), ("mp4", 2))) == ["MOV", "MP4"]

    def test_a_value_without_a_name_is_not_shown(self):
        assert words(of("production", (str(uuid4()), 3), (str(uuid4()), 2))) == []

    def test_only_the_first_stand_open_and_what_is_chosen(self):
        counted = [(f"k{number:02}", 30 - number) for number in range(20)]
        facet = of("keyword", *counted, keyword="k15")
        assert [each["words"] for each in facet["values"]] == [f"k{n:02}" for n in range(7)] + ["k15"]
        assert len(facet["more"]) == 12

    def test_one_value_alone_is_no_choice(self):
        assert words(of("keyword", ("becas", 5))) == []

    def test_unless_it_is_the_one_chosen(self):
        assert words(of("keyword", ("becas", 5), keyword="becas")) == ["becas"]

    def test_what_counts_nothing_is_shown_only_where_it_is_chosen(self):
        assert words(of("kind", ("video", 0), ("photo", 2), ("audio", 1))) == ["Audio", "Fotografía"]
        assert "Video" in words(of("kind", ("video", 0), ("photo", 2), kind="video"))

    def test_months_of_several_years_wait_until_a_year_is_chosen(self):
        counted = [("2026-02", 1), ("2025-11", 2)]
        assert words(of("ym", *counted)) == []
        assert len(words(of("ym", *counted, year="2026"))) == 2

    def test_without_an_answer_there_is_nothing_to_choose(self):
        assert [each["values"] for each in facets.none()] == [[]] * len(addresses.FILTERS)


class TestAgencies:
    NAMES = Names(AGENCIES, {})

    def test_they_stand_as_a_tree_without_its_root(self):
        facet = of("agency", ("GTO", 9), ("ISAPEG", 2), ("SSG", 5), ("SEG", 4), names=self.NAMES)
        shown = [(each["words"], each["depth"]) for each in facet["values"]]
        assert shown == [
            ("Secretaría de Educación", 0),
            ("Secretaría de Salud", 0),
            ("Instituto de Salud", 1),
        ]

    @pytest.mark.django_db
    def test_names_are_read_for_what_is_counted_or_chosen(self):
        health = factories.agency("SSG", parent=factories.central(), name="Salud")
        production = factories.production("Vacunación")
        wanted = Query(viewer=None, filters={"production": frozenset({str(production.pk), "no-es-clave"})})
        result = Result(0, (), facets={"agency": (("SSG", 2), ("SXX", 1))})
        names = Names.of(wanted, result, factories.person())
        assert names.word("agency", "SSG") == "Salud"
        assert names.word("agency", "SXX") == ""
        assert names.word("production", str(production.pk)) == "Vacunación"
        assert health.path == names.agencies["SSG"][1]

    @pytest.mark.django_db
    def test_nobody_is_told_of_a_production_they_may_not_see(self):
        production = factories.production("Secreta")
        other = factories.person("liaison", factories.agency("SEG", parent=factories.central()))
        wanted = Query(viewer=None, filters={"production": frozenset({str(production.pk)})})
        assert Names.of(wanted, Result(0, ()), other).word("production", str(production.pk)) == ""


class TestChips:
    def test_each_is_taken_off_alone(self):
        asked = addresses.cleaned(QueryDict("tipo=video&tipo=audio&clave=becas&q=x"))
        assert facets.chips(asked, NOBODY) == [
            ("Tipo", "Video", "/acervo/?tipo=audio&clave=becas&q=x"),
            ("Tipo", "Audio", "/acervo/?tipo=video&clave=becas&q=x"),
            ("Palabra clave", "becas", "/acervo/?tipo=video&tipo=audio&q=x"),
        ]

    def test_what_has_no_name_for_this_person_is_still_taken_off(self):
        asked = addresses.cleaned(QueryDict(f"produccion={uuid4()}"))
        assert facets.chips(asked, NOBODY) == [("Producción", "sin nombre para usted", "/acervo/")]


def marked(text: str) -> tuple[Segment, ...]:
    """Segments of a text in which what stands between asterisks is marked."""
    return tuple(Segment(part, marked=bool(place % 2)) for place, part in enumerate(text.split("*")) if part)


def lines(hit: Hit, title: str = "Spot") -> list[str]:
    """The lines below a result, as text."""
    made = found._lines("/acervo/ABCD2345/", found._title(title, hit), hit)
    return [
        " ".join(
            filter(
                None, [str(line.get("label", "")), line.get("at", ""), "".join(p.text for p in line["parts"])]
            )
        )
        for line in made
    ]


class TestWhyItWasFound:
    def hit(self, cues: tuple[CueHit, ...] = (), **highlights: str) -> Hit:
        passages = {field: (marked(text),) for field, text in highlights.items()}
        return Hit(uuid4(), 1.0, passages, cues)

    def test_the_title_is_marked_where_the_index_holds_the_same(self):
        assert found._title("Entrega de becas", self.hit(headline="Entrega de *becas*")) == marked(
            "Entrega de *becas*"
        )

    def test_a_title_that_changed_meanwhile_is_plain(self):
        assert found._title("Otro", self.hit(headline="Entrega de *becas*")) == (Segment("Otro"),)

    def test_what_is_said_comes_first_and_leads_to_its_second(self):
        cues = tuple(CueHit("t", 65_400 * n, 66_000 * n, marked("la *vacuna*")) for n in (2, 1, 3))
        hit = self.hit(cues=cues, description="de la *vacuna*")
        made = list(found._lines("/acervo/ABCD2345/", marked("Spot"), hit))
        assert [line["url"] for line in made] == ["/acervo/ABCD2345/?t=65.400", "/acervo/ABCD2345/?t=130.800"]

    def test_then_a_passage_of_the_description(self):
        assert lines(self.hit(description="…de las *becas*", keywords="*becas*")) == ["…de las becas"]

    def test_a_title_that_answers_needs_no_line(self):
        assert lines(self.hit(headline="*Spot*", keywords="*spot*"), "Spot") == []

    def test_otherwise_the_field_is_named(self):
        assert lines(self.hit(people="*Libia* García")) == ["Personas Libia García"]
        assert lines(self.hit(filename="*c0001*.mp4")) == ["Archivo c0001.mp4"]

    def test_several_values_stand_in_one_line(self):
        values = tuple(marked(f"*beca* {number}") for number in range(5))
        hit = Hit(uuid4(), 1.0, {"keywords": values})
        assert lines(hit) == ["Palabras clave beca 0, beca 1, beca 2"]

    def test_where_nothing_is_marked_there_is_no_line(self):
        assert lines(self.hit()) == []
