"""Words, whatever they come from."""

import random
import threading
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.document import Analysis
from search.engines.embedded.schema import analysers
from search.normalise import (
    MAX_WORD_LENGTH,
    STOP_WORDS,
    clean,
    fold,
    folded_stem,
    name_tokens,
    normalise,
    normalise_name,
    sort_key,
    stem,
    tokens,
    words,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", ""),
        ("  ¿?  ", ""),
        ("Entrega de Becas", "entrega de becas"),
        ("El D.I.F. de León", "el dif de león"),
        ("a las 10 a.m. en punto.", "a las 10 am en punto"),
        ("S.A. de C.V.", "sa de cv"),
        ("EE. UU. y EE.UU.", "eeuu y eeuu"),
        ("J.J. Benítez", "jj benítez"),
        ("Fin. Otra frase.", "fin otra frase"),
        ("vivo en A. Pérez", "vivo en a pérez"),
        ("1.5 km, 1,234.50 y 29.97", "1 5 km 1 234 50 y 29 97"),
        ("O'Higgins, COVID-19, spot_v2", "o higgins covid 19 spot v2"),
        ("VACUNACION y MISION", "vacunación y misión"),
        ("camion, cion", "camion cion"),
        ("caña", "caña"),
        ("can\u0303a", "caña"),
        ("be\u00adcas", "becas"),
        ("be\u200bcas", "be cas"),
        ("ﬁn de año", "fin de año"),
        ("１２ ｍ", "12 m"),
        ("becas😀niños", "becas niños"),
        ("\x00\x1bcampo\x7f", "campo"),
        ("x" * 100, "x" * MAX_WORD_LENGTH),
    ],
)
def test_normalise(text: str, expected: str) -> None:
    assert normalise(text) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SpotBecas_C0012.MP4", "spotbecas spot becas c0012 c 0012 mp4 mp 4"),
        ("VID-20261012-WA0003.mp4", "vid 20261012 wa0003 wa 0003 mp4 mp 4"),
        ("ÑandúLeón.mov", "ñandúleón ñandú león mov"),
        ("DSC_4471.JPG", "dsc 4471 jpg"),
        ("SSGInforme.pdf", "ssginforme ssg informe pdf"),
        ("final.final.v3", "final final v3 v 3"),
        ("carpeta/otra carpeta/toma 1.mxf", "carpeta otra carpeta toma 1 mxf"),
        ("___", ""),
    ],
)
def test_names(name: str, expected: str) -> None:
    assert normalise_name(name) == expected


@given(st.text(max_size=200))
@settings(max_examples=200, deadline=None)
def test_words_are_clean_and_where_they_are_said_to_be(text: str) -> None:
    cleaned = clean(text)
    assert unicodedata.is_normalized("NFC", cleaned) or " " in cleaned
    for found in (list(tokens(cleaned)), list(name_tokens(cleaned))):
        for start, end, word in found:
            assert 0 <= start < end <= len(cleaned)
            assert word
            assert len(word) <= MAX_WORD_LENGTH
            assert " " not in word
    starts = [start for start, _, _ in tokens(cleaned)]
    assert starts == sorted(starts)
    normalise_name(text).encode()
    normalise(text).encode()


@given(st.text(max_size=100))
@settings(max_examples=200, deadline=None)
def test_normalising_twice_changes_nothing(text: str) -> None:
    once = normalise(text)
    assert [word[:MAX_WORD_LENGTH] for word in once.split(" ")] == once.split(" ")
    if once.isascii():
        assert normalise(once) == once


def test_stop_words_leave_what_means_something_here() -> None:
    assert {"de", "la", "qué", "que", "también", "tambien", "fue"} <= STOP_WORDS
    assert not {"estado", "sentido", "era", "sin", "hoy", "casa", "nuevo"} & STOP_WORDS
    assert all(word == word.lower() and words(word) == [word] for word in STOP_WORDS)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("beca", "becas"),
        ("vacunación", "vacunas"),
        ("reforestar", "reforestación"),
        ("niñas", "niño"),
        ("policías", "policía"),
        ("inaugura", "inauguró"),
    ],
)
def test_stems_join_what_belongs_together(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(("one", "other"), [("caña", "cana"), ("año", "ano"), ("peña", "pena")])
def test_only_folding_joins_n_and_tilde(one: str, other: str) -> None:
    assert stem(one) != stem(other)
    assert folded_stem(one) == folded_stem(other)


def test_stems_are_those_of_the_engine() -> None:
    made = analysers()
    roots = "vacun reforest inaugur educ polic gobern beneficiari municip camion cañ niñ constru agricult"
    endings = "a o es as ar ado idas ación acion ciones idad ía ías amente ables encia arlos ándose aremos ó"
    for word in (root + ending for root in roots.split() for ending in endings.split()):
        if word not in STOP_WORDS:
            assert made[Analysis.X].analyze(word) == [stem(word)], word
            assert made[Analysis.ES].analyze(word) == [folded_stem(word)], word
            assert made[Analysis.V].analyze(word) == [fold(word)], word


def test_stop_words_are_those_of_the_engine() -> None:
    made = analysers()
    for word in STOP_WORDS:
        assert made[Analysis.ES].analyze(word) == []
        assert made[Analysis.V].analyze(word) == [fold(word)]


def test_threads_may_stem_at_once() -> None:
    asked = [f"vacunaciones{number}" for number in range(500)]
    expected = {word: stem(word) for word in asked}
    stem.cache_clear()
    wrong: list[str] = []

    def check() -> None:
        wrong.extend(word for word in random.sample(asked, len(asked)) if stem(word) != expected[word])

    threads = [threading.Thread(target=check) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


@pytest.mark.parametrize(
    "ordered",
    [
        ["Ano", "Año", "Aorta"],
        ["nube", "Nuez", "ñandú", "Ñu", "oasis"],
        ["Álamo", "«Alma»", "¡Alto!"],
        ["toma 1", "Toma 10", "toma 2"],
        ["", "a"],
    ],
)
def test_titles_sort_as_in_spanish(ordered: list[str]) -> None:
    shuffled = ordered[::-1]
    assert sorted(shuffled, key=sort_key) == ordered
