"""Text of unknown charset, as old programs wrote it."""

import pytest

from ingest.reading.charsets import decode, tidy

SPANISH = [
    "Gira de trabajo en León: el gobernador visitó la presa de Ibarrilla",
    "Niñas y niños de Dolores Hidalgo reciben útiles; «mañana será otro día», dijo",
    "¿Cuándo inicia la vacunación? ¡Ya! Acámbaro, Guanajuato",
    "AÑO NUEVO EN SAN JOSÉ ITURBIDE",
    "Pingüinos, cigüeñas y güeros",
]
OTHERS = [
    "Bird site in north eastern Skåne",
    "Bjørn Erik Pedersen",
    "Façade à Besançon, 15 août",
    "Grüße aus Köln",
]


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "latin-1", "mac_roman"])
@pytest.mark.parametrize("text", SPANISH + OTHERS)
def test_western_texts_of_unknown_encoding(text, encoding):
    assert decode([text.encode(encoding)]) == [text]


@pytest.mark.parametrize("encoding", ["cp1252", "mac_roman"])
def test_typography_beside_letters(encoding):
    text = "“La mañana – dijo – será nuestra…” y el señor O’Higgins calló"
    assert decode([text.encode(encoding)]) == [text]


def test_all_values_of_a_record_share_one_encoding():
    """One value alone may be read either way."""
    values = ["Peña", "Ana Muñoz", "Bajío, León y Salamanca"]
    for encoding in ("cp1252", "mac_roman"):
        assert decode([value.encode(encoding) for value in values]) == values


def test_ascii_is_ascii_in_every_encoding():
    assert decode([b"plain", b""]) == ["plain", ""]


def test_a_declaration_of_utf8_is_believed_of_utf8():
    assert decode(["Skåne".encode()], b"\x1b%G") == ["Skåne"]


def test_a_false_declaration_of_utf8_is_not_believed():
    assert decode(["Año en León".encode("latin-1")], b"\x1b%G") == ["Año en León"]


def test_a_last_character_cut_by_a_length_limit_is_lost_alone():
    cut = "Comunicación".encode()[:-2]
    assert decode([cut], b"\x1b%G") == ["Comunicaci�"] or decode([cut], b"\x1b%G")[0].startswith("Comunicaci")
    cut = "España es ñandú ú".encode()[:-1]
    assert decode([cut], b"\x1b%G")[0].startswith("España es ñandú")


@pytest.mark.parametrize("mark", [b"\x1b.A", b"\x1b-A"])
def test_declared_latin1_is_read_as_windows_reads_it(mark):
    assert decode(["Año – León".encode("cp1252")], mark) == ["Año – León"]


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("  a  ", "a"),
        ("line\r\nline\rline", "line\nline\nline"),
        ("nul\x00 bell\x07 esc\x1b", "nul bell esc"),
        ("tab\tstays", "tab\tstays"),
        ("", ""),
    ],
)
def test_texts_are_tidied(raw, expected):
    assert tidy(raw) == expected
