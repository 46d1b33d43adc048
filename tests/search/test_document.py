"""The document and its fields."""

from collections.abc import Callable
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.document import (
    FACETS,
    FILTERS,
    NUMBERS,
    SEQ_BITS,
    TEXTS,
    Analysis,
    AssetDocument,
    CueDocument,
    added_key,
    duration_key,
    exact_values,
    title_key,
)
from tests.search.making import document

FULL = document(
    7,
    revision=12,
    codes=("C2D3F007", "C2D3F00723"),
    headline="«Becas» \u2028 para niñas 😀",
    description="Descripción",
    keywords=("becas", "niñas"),
    people=("Ana Peña",),
    places=("León",),
    agency="Secretaría de Salud",
    agency_path=("GTO", "SSG"),
    productions=("p1", "p2"),
    production_titles=("Octubre rosa",),
    event="Arranque",
    creator="Luis",
    credit="CGCS",
    filename="SpotBecas_C0012.MP4",
    document_text="texto\nde página",
    cues=(
        CueDocument("es", 0, 900, "Hola."),
        CueDocument("en", 0, 900, "Hi."),
        CueDocument("es", 900, 1800, "Sí."),
    ),
    taken=-5,
    ym="2026-10",
    duration_ms=30_000,
    width=1920,
    height=1080,
    orientation="landscape",
    verdict="ok",
    minors="yes",
    format="mp4",
)


def test_a_document_survives_a_line_of_json() -> None:
    line = FULL.to_json()
    assert "\n" not in line
    assert line.isascii()
    assert AssetDocument.from_json(line) == FULL
    assert AssetDocument.from_json(document(1).to_json()) == document(1)


def test_the_full_document_is_full() -> None:
    for each in fields(AssetDocument):
        assert getattr(FULL, each.name) not in ("", (), None), each.name


@given(st.text(), st.lists(st.text()), st.none() | st.integers())
def test_any_document_survives_a_line_of_json(text: str, several: list[str], number: int | None) -> None:
    made = replace(
        FULL,
        headline=text,
        keywords=tuple(several),
        taken=number,
        cues=tuple(CueDocument(text, 0, 1, each) for each in several),
    )
    assert AssetDocument.from_json(made.to_json()) == made
    assert "\n" not in made.to_json()


def test_captions_are_joined_by_track() -> None:
    assert FULL.captions == ("Hola. Sí.", "Hi.")
    assert document(1).captions == ()


def test_every_text_is_found_somewhere() -> None:
    texts = {text for field in TEXTS.values() for text in field.texts(FULL)}
    for expected in (
        FULL.headline,
        FULL.description,
        *FULL.keywords,
        *FULL.people,
        *FULL.places,
        FULL.agency,
        *FULL.agency_path,
        *FULL.production_titles,
        FULL.event,
        FULL.creator,
        FULL.credit,
        FULL.filename,
        FULL.document_text,
        *FULL.captions,
        "octubre 2026",
        "video vídeo",
        "horizontal",
        "mp4",
    ):
        assert expected in texts, expected


@pytest.mark.parametrize(
    ("kind", "words"),
    [("photo", "foto fotografía imagen"), ("audio", "audio"), ("document", "documento"), ("other", "")],
)
def test_a_kind_has_the_words_people_use(kind: str, words: str) -> None:
    assert words in set(TEXTS["facts"].texts(document(1, kind=kind)))


@pytest.mark.parametrize(
    ("ym", "words"), [("2026-01", "enero 2026"), ("1998-12", "diciembre 1998"), ("", "")]
)
def test_a_month_has_its_name(ym: str, words: str) -> None:
    assert words in list(TEXTS["facts"].texts(document(1, ym=ym)))


def test_the_fields_are_sound() -> None:
    assert FACETS.keys() <= FILTERS.keys()
    assert not FILTERS.keys() & NUMBERS.keys()
    for name, field in TEXTS.items():
        assert field.weight > 0, name
        assert field.analyses in ((Analysis.V,), tuple(Analysis)), name
    assert TEXTS["headline"].weight == max(field.weight for field in TEXTS.values())


def test_exact_values_are_distinct_and_not_empty() -> None:
    made = document(1, keywords=("a", "", "b", "a"), ym="")
    assert exact_values(FILTERS["keyword"], made) == ("a", "b")
    assert exact_values(FILTERS["ym"], made) == ()
    assert exact_values(FILTERS["year"], made) == ()
    assert exact_values(FILTERS["year"], FULL) == ("2026",)
    assert exact_values(FILTERS["code"], FULL) == FULL.codes
    assert exact_values(FILTERS["id"], FULL) == (str(FULL.id),)


def test_numbers_are_those_of_the_document() -> None:
    assert {name: number(FULL) for name, number in NUMBERS.items()} == {
        "added": FULL.added,
        "taken": -5,
        "duration_ms": 30_000,
        "width": 1920,
        "height": 1080,
    }


@pytest.mark.parametrize("seq", [-1, 1 << SEQ_BITS])
def test_a_seq_that_would_break_the_order_is_refused(seq: int) -> None:
    with pytest.raises(ValueError, match="seq"):
        document(1, seq=seq)


@pytest.mark.parametrize("key", [added_key, duration_key])
@pytest.mark.parametrize("value", [0, 1, 999, -5, None, 1 << 40, 1 << 50])
def test_keys_fit_63_bits_and_end_in_the_seq(key: Callable[[AssetDocument], int], value: int | None) -> None:
    made = document(5, added=value or 0, duration_ms=value)
    assert 0 <= key(made) < 1 << 63
    assert key(made) & ((1 << SEQ_BITS) - 1) == 5


def test_keys_order_documents() -> None:
    assert added_key(document(9, added=1_000)) < added_key(document(1, added=2_000))
    assert added_key(document(1, added=1_100)) < added_key(document(2, added=1_000)), (
        "the same second: by seq"
    )
    assert duration_key(document(9, duration_ms=1)) < duration_key(document(1, duration_ms=2))
    assert duration_key(document(1)) > duration_key(document(9, duration_ms=10**12))
    assert title_key(document(9, headline="Ángel")) < title_key(document(1, headline="beca"))
    assert title_key(document(1, headline="Beca")) < title_key(document(2, headline="BECA"))
    assert title_key(document(1, headline="Beca")) < title_key(document(1, headline="Becas"))
    assert title_key(document(1, headline="", filename="Zafra.mp4")).startswith("zafra mp4")
