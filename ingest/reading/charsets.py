"""Text of unknown encoding, as IIM and EXIF hold it: UTF-8, Windows-1252 (and Latin-1 within it) or MacRoman.

IIM may declare its character set (IIM 4.2, 1:90, by ISO 2022 escapes); most programs never did, and wrote in
whatever their system used. UTF-8 cannot be mistaken: other encodings hardly ever happen to be valid UTF-8.
Between the two of one byte the better reading wins, judged by how each non-ASCII letter sits in its word.
"""

import re
from collections.abc import Sequence

_UTF8_ESCAPES = frozenset({b"\x1b%G", b"\x1b%/G", b"\x1b%/I"})
# ISO 8859-1 right half into G1 or G2. cp1252 agrees with it, and has letters where it has control codes.
_LATIN1_ESCAPES = frozenset({b"\x1b.A", b"\x1b-A"})
_CANDIDATES = ("cp1252", "mac_roman")
_SPANISH = frozenset("áéíóúüñÁÉÍÓÚÜÑ")
_OPENING = frozenset("¿¡“‘«")
_DASHES = frozenset("–—…“”‘’«»°ºª©®€·")
# What control codes and typography make of a text that was read in the wrong encoding.
_LETTER, _SPANISH_LETTER, _MARK, _NONSENSE = 1.0, 2.0, 1.0, -2.0
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


def decode(values: Sequence[bytes], declared: bytes = b"") -> list[str]:
    """All texts of one record, which share their encoding. `declared` is 1:90 as it stands, or b''."""
    joined = b"\n".join(values)
    encoding = _encoding(joined, declared.strip())
    return [tidy(value.decode(encoding, "replace")) for value in values]


def tidy(text: str) -> str:
    """Without control codes, with one kind of line ending, without blanks around it."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _encoding(data: bytes, declared: bytes) -> str:
    """A declaration of UTF-8 is believed only of what is UTF-8: some programs declare it and write Latin-1."""
    if declared in _LATIN1_ESCAPES:
        return "cp1252"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        if declared in _UTF8_ESCAPES and _is_cut(data, error):
            return "utf-8"
        return max(_CANDIDATES, key=lambda each: _plausibility(data.decode(each, "replace")))
    return "utf-8"


def _is_cut(data: bytes, error: UnicodeDecodeError) -> bool:
    """Whether the only fault is a last character cut by a length limit."""
    return error.reason == "unexpected end of data" or data[error.start + 1 : error.start + 2] == b"\n"


def _plausibility(text: str) -> float:
    padded = f" {text} "
    return sum(
        _weight(padded[place - 1], letter, padded[place + 1])
        for place, letter in enumerate(padded)
        if not letter.isascii()
    )


def _weight(before: str, letter: str, after: str) -> float:
    """How well a character sits between its neighbours."""
    if letter.isalpha() and letter not in "ªº":
        beside = before.isalpha() or after.isalpha()
        if letter.isupper() and before.islower():
            return _NONSENSE
        return (_SPANISH_LETTER if letter in _SPANISH else _LETTER) if beside else 0.0
    if letter in _OPENING:
        return _MARK if not before.isalpha() and after.isalnum() else _NONSENSE
    if letter in _DASHES:
        inside_word = before.isalpha() and after.isalpha()
        return _MARK if not inside_word or letter == "’" else _NONSENSE
    return _NONSENSE
