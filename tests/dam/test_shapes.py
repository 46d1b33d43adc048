"""What a person may write in each field: the shapes, their limits, and the sentence where one is not met."""

import pytest
from django.utils import translation

from dam import shapes
from dam.fields import FIELDS
from dam.shapes import InvalidValue, checked

DATES = [
    "2026",
    "1810",
    "2026-11",
    "2026-11-22",
    "2024-02-29",
    "2026-11-22T18:40",
    "2026-11-22 18:40",
    "2026-11-22T18:40:07",
    "2026-11-22T18:40:07.250",
    "2026-11-22T18:40:00-06:00",
    "2026-11-22T18:40:00Z",
]
NO_DATES = [
    "0000",
    "26",
    "20261",
    "20261122",
    "2026-13",
    "2026-00",
    "2026-1",
    "2026-11-31",
    "2025-02-29",
    "22/11/2026",
    "2026:11:22",
    "2026-11-22T25:00",
    "2026-W47",
    "2026-W47-7",
    "2026-W47-7T10:00",
    "2026-11-22x18:40",
    "２０２６",
    "ayer",
    "2026-11-22T",
]


@pytest.mark.parametrize("text", DATES)
def test_a_date_is_kept_as_precisely_as_it_is_known(text: str):
    assert checked("date_created", f" {text} ") == [text]


@pytest.mark.parametrize("text", NO_DATES)
def test_what_is_no_date_is_refused_with_how_to_write_one(text: str):
    with pytest.raises(InvalidValue, match=r"no es una fecha\. Escríbala como 2026, 2026-11, 2026-11-22"):
        checked("date_created", text)


@pytest.mark.parametrize(
    ("key", "length"),
    [("headline", 2_000), ("credit_line", 2_000), ("description", 100_000), ("transcript", 100_000)],
)
def test_a_text_has_room_to_its_limit_and_not_one_character_more(key: str, length: int):
    assert checked(key, "ñ" * length) == ["ñ" * length]
    with pytest.raises(InvalidValue, match=f"“{FIELDS[key].label}” es demasiado largo"):
        checked(key, "ñ" * (length + 1))


def test_a_list_has_room_to_its_limit_of_words_and_of_letters():
    words = [f"palabra {number}" for number in range(500)]
    assert checked("keywords", words) == words
    for too_much in ([*words, "una más"], ["a" * 2_001]):
        with pytest.raises(InvalidValue, match=r"Palabras clave.* es demasiado largo"):
            checked("keywords", too_much)
    assert checked("keywords", [*words, "palabra 0", " palabra 1"]) == words


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("  Presa  ", "Presa"),
        ("uno\r\ndos\rtres", "uno\ndos\ntres"),
        ("con\ttabulador", "con\ttabulador"),
        ("nulo\x00 y campana\x07", "nulo y campana"),
        ("al rev\u202eés\u202c", "al revés"),
        ("aislado\u2066s\u2069", "aislados"),
        ("línea\u2028separada", "líneaseparada"),
        ("familia 👨‍👩‍👧", "familia 👨‍👩‍👧"),
        ("مرحبا", "مرحبا"),
    ],
)
def test_what_cannot_be_seen_is_dropped_and_the_rest_stays(written: str, kept: str):
    assert checked("description", written) == [kept]


@pytest.mark.parametrize("key", [key for key, field in FIELDS.items() if field.editable])
@pytest.mark.parametrize("empty", ["", None, [], {}])
def test_an_empty_value_is_none_in_every_field(key: str, empty: object):
    assert checked(key, empty) == []


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("headline", "   "),
        ("headline", "\u202e\x00"),
        ("keywords", " , ,\n,"),
        ("keywords", ["", "\x00"]),
        ("location_created", {"city": " ", "country": ""}),
        ("location_created", {"planet": "Marte"}),
        ("date_created", " "),
        ("minors_shown", " "),
    ],
)
def test_a_value_of_which_nothing_remains_is_none(key: str, value: object):
    assert checked(key, value) == []


@pytest.mark.parametrize(
    ("key", "value", "sentence"),
    [
        ("headline", 7, "“7” no sirve para Título."),
        ("headline", ["a"], "no sirve para Título."),
        ("keywords", 7, "“7” no sirve para Palabras clave."),
        ("keywords", ["a", 7], "no sirve para Palabras clave."),
        ("keywords", {"a": "b"}, "no sirve para Palabras clave."),
        ("location_created", "León", "“León” no sirve para Lugar de captura."),
        ("location_created", {"city": 7}, "no sirve para Lugar de captura."),
        ("rating", "6", "“6” no sirve para Calificación."),
        ("rating", "-2", "“-2” no sirve para Calificación."),
        ("rating", "muy buena", "“muy buena” no sirve para Calificación."),
        ("rating", float("inf"), "“inf” no sirve para Calificación."),
        ("rating", [3], "no sirve para Calificación."),
        ("minors_shown", "quizá", "“quizá” no es una opción de ¿Aparecen menores?."),
        ("gps", "21.0,-101.2", "El campo “Coordenadas” no se puede escribir a mano."),
        ("camera", "", "El campo “Cámara” no se puede escribir a mano."),
        ("horoscope", "Leo", "El campo “horoscope” no existe."),
    ],
)
def test_a_value_of_another_shape_is_refused_with_a_sentence(key: str, value: object, sentence: str):
    with pytest.raises(InvalidValue) as refused:
        checked(key, value)
    assert str(refused.value).endswith(sentence)


def test_a_sentence_does_not_repeat_a_long_value_whole():
    with pytest.raises(InvalidValue) as refused:
        checked("rating", "x" * 10_000)
    assert len(str(refused.value)) < 200


def test_the_sentences_are_in_the_language_of_the_page():
    with translation.override("en"), pytest.raises(InvalidValue) as refused:
        checked("date_created", "ayer")
    assert "is not a date" in str(refused.value)


@pytest.mark.parametrize(
    ("value", "kept"), [("3", 3), (3, 3), ("-1", -1), ("0", 0), (0, 0), (" 5 ", 5), ("5", 5)]
)
def test_a_rating_is_a_number_from_rejected_to_five(value: object, kept: int):
    assert checked("rating", value) == [kept]


def test_a_place_keeps_its_known_parts_in_their_order():
    written = {"country": "México", "city": " León ", "sublocation": "", "planet": "Tierra", "state": "Gto."}
    (place,) = checked("location_shown", written)
    assert list(place.items()) == [("city", "León"), ("state", "Gto."), ("country", "México")]


@pytest.mark.parametrize("words", [["a", "b"], ["Pérez, Ana"], ["Ruiz, B.", "c"], ["uno"], []])
def test_what_a_line_joins_it_splits(words: list[str]):
    assert checked("keywords", shapes.joined(words)) == words


def test_no_two_fields_are_called_alike_in_either_language():
    for language in ("es-mx", "en"):
        with translation.override(language):
            labels = [str(field.label) for field in FIELDS.values()]
        assert sorted(labels) == sorted(set(labels))
