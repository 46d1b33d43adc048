"""Marks in texts."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.highlight import MAX_READ, PASSAGE, SHOWN, Marker, shown
from search.normalise import clean
from search.plan import Asked
from search.query import Highlight, Segment
from tests.search.making import document, plain


def mark(asked: str, text: str, *known: str, passage: bool = False) -> Highlight:
    return Marker(Asked(asked), frozenset(known)).mark(text, passage=passage)


def brackets(highlight: Highlight) -> str:
    return "".join(f"[{segment.text}]" if segment.marked else segment.text for segment in highlight)


@pytest.mark.parametrize(
    ("asked", "text", "expected"),
    [
        ("beca", "Entrega de becas.", "Entrega de [becas]."),
        ("vacunacion", "VACUNACIÓN y vacunas", "[VACUNACIÓN] y [vacunas]"),
        ("policia", "La policía", "La [policía]"),
        ("policía", "POLICIA ESTATAL", "[POLICIA] ESTATAL"),
        ("dif", "El D.I.F. Estatal y el DIF", "El [D.I.F]. Estatal y el [DIF]"),
        ("nino", "niño y niña", "[niño] y [niña]"),
        ("niño", "nino y niña", "nino y [niña]"),
        ("caña", "cana, Caná, cañas", "cana, Caná, [cañas]"),
        ("presa", "prensa y presas", "prensa y [presas]"),
        ('"agua potable"', "agua muy potable", "[agua] muy [potable]"),
        ("entrega de becas", "de todo: becas de entrega", "de todo: [becas] de [entrega]"),
        ("de la", "la orilla de la presa", "[la] orilla [de] [la] presa"),
        ("acam", "Acámbaro y Acámparo", "[Acámbaro] y [Acámparo]"),
        ("aca becas", "Acámbaro becas", "Acámbaro [becas]"),
        ("900", "Son 900 y 9000", "Son [900] y [9000]"),
        ("c5", "C5 y C5i", "[C5] y C5i"),
        ("x", "", ""),
        ("", "nada", "nada"),
        ("¿?", "nada?", "nada?"),
        ("dos", "uno\x00dos\u00ad😀tres", "uno [dos]😀tres"),
    ],
)
def test_marks(asked: str, text: str, expected: str) -> None:
    known = ("presa", "beca", "aca", "niño", "caña")
    assert brackets(mark(asked, text, *known)) == expected


@pytest.mark.parametrize(
    ("asked", "text", "marked"),
    [
        ("vacunasion", "vacunación", True),
        ("avcuna x", "vacuna", True),
        ("vacna x", "vacuna", True),
        ("vacunna x", "vacuna", True),
        ("bacuna x", "vacuna", True),
        ("bacunna x", "vacuna", False),
        ("vcauan x", "vacuna", False),
        ("leo x", "lea", False),
        ("c0012 x", "c0013", False),
    ],
)
def test_one_edit_of_an_unknown_word(asked: str, text: str, *, marked: bool) -> None:
    assert any(segment.marked for segment in mark(asked, text)) is marked


def test_a_known_word_has_no_errors() -> None:
    assert brackets(mark("prensa libre", "presa", "prensa")) == "presa"
    assert brackets(mark("prensa libre", "presa")) == "[presa]"


class TestPassages:
    LONG = "palabra " * 200 + "aquí la vacunación de niños, la vacuna " + "relleno " * 200

    def test_a_passage_is_where_the_marks_are(self) -> None:
        highlight = mark("vacuna niños", self.LONG, passage=True)
        text = plain(highlight)
        assert len(text) <= PASSAGE + 2
        assert text.startswith("…")
        assert text.endswith("…")
        assert [segment.text for segment in highlight if segment.marked] == ["vacunación", "niños", "vacuna"]
        assert text.strip("…") in self.LONG

    @pytest.mark.parametrize("asked", ["palabra", "relleno", "nada"])
    def test_a_passage_at_an_end_has_no_ellipsis_there(self, asked: str) -> None:
        text = plain(mark(asked, self.LONG.strip(), passage=True))
        assert text.startswith("palabra") == (asked != "relleno")
        assert len(text) <= PASSAGE + 2

    def test_a_short_text_is_whole(self) -> None:
        assert plain(mark("becas", "Entrega de becas", passage=True)) == "Entrega de becas"

    def test_a_text_without_spaces_is_cut_all_the_same(self) -> None:
        text = "x" * 5000
        assert 0 < len(plain(mark("becas", text, passage=True))) <= PASSAGE + 2

    def test_a_word_longer_than_a_passage(self) -> None:
        text = "uno " + "x" * 500 + " dos"
        assert len(plain(mark("x" * 500, text, passage=True))) <= PASSAGE + 2

    def test_words_are_not_cut(self) -> None:
        text = " ".join(f"palabra{number}" for number in range(300))
        for number in (0, 1, 17, 150, 299):
            shown_words = plain(mark(f"palabra{number} x", text, passage=True)).strip("…").split()
            assert f"palabra{number}" in shown_words
            assert set(shown_words) <= set(text.split())


@given(st.text(alphabet="abñ áéAB.,<>&\"' \n😀", max_size=400), st.text(alphabet='abñ á"', max_size=20))
@settings(max_examples=200, deadline=None)
def test_no_text_is_changed_or_an_error(text: str, asked: str) -> None:
    assert plain(mark(asked, text)) == clean(text)
    passage = plain(mark(asked, text, passage=True)).strip("…")
    assert passage in clean(text)


class TestFields:
    DOCUMENT = document(
        1,
        headline="Becas",
        description="Entrega de becas. " * 100,
        keywords=("becas", "salud", ""),
        filename="SpotBecas_C0012.MP4",
        document_text="x" * (2 * MAX_READ),
    )

    def test_what_an_engine_keeps(self) -> None:
        texts = shown(self.DOCUMENT)
        assert set(texts) <= set(SHOWN)
        assert texts["headline"] == ("Becas",)
        assert texts["keywords"] == ("becas", "salud")
        assert len(texts["document_text"][0]) == MAX_READ
        assert "event" not in texts

    def test_fields_that_do_not_answer_are_left_out(self) -> None:
        marker = Marker(Asked("beca"), frozenset({"beca"}))
        found = marker.highlights(shown(self.DOCUMENT))
        assert set(found) == {"headline", "description", "keywords", "filename"}
        assert found["headline"] == ((Segment("Becas", marked=True),),)
        assert [brackets(value) for value in found["keywords"]] == ["[becas]"]
        assert brackets(found["filename"][0]) == "Spot[Becas]_C0012.MP4"
        assert len(plain(found["description"][0])) <= PASSAGE + 2

    @pytest.mark.parametrize(
        ("asked", "expected"),
        [
            ("0012", "SpotBecas_C[0012].MP4"),
            ("c0012", "SpotBecas_[C0012].MP4"),
            ("spotbecas", "[SpotBecas]_C0012.MP4"),
            ("spot mp4", "[Spot]Becas_C0012.[MP4]"),
        ],
    )
    def test_parts_of_a_file_name(self, asked: str, expected: str) -> None:
        found = Marker(Asked(asked), frozenset()).highlights(shown(self.DOCUMENT))
        assert brackets(found["filename"][0]) == expected

    def test_nothing_asked_marks_nothing(self) -> None:
        assert Marker(Asked(" "), frozenset()).highlights(shown(self.DOCUMENT)) == {}
