"""The shapes of descriptive values: what a person's value of each field must look like."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from dam.fields import FIELDS, Field

MAX_TEXT = 2_000
MAX_LONG = 100_000
MAX_WORDS = 500
#: XMP's Rating: -1 is rejected, 0 unrated, up to 5 (XMP Specification part 1, 8.4).
RATINGS = range(-1, 6)
PLACE_PARTS = ("sublocation", "city", "state", "country", "country_code")

_UNSEEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
_YEAR_OR_MONTH = re.compile(r"(?!0000)[0-9]{4}(-(0[1-9]|1[0-2]))?")
#: Python reads more of ISO 8601: weeks, dates without hyphens, anything between day and hour.
_DAY_OR_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}([T ].+)?")


class InvalidValue(Exception):
    """A value does not have its field's shape; ``str()`` is a sentence for the person."""


def checked(key: str, value: Any) -> list[Any]:
    """Return a person's value as the rows it makes: one, or one per word of a list; none where it is empty.

    Raises InvalidValue.
    """
    if key not in FIELDS:
        raise InvalidValue(_("El campo “%(field)s” no existe.") % {"field": key})
    field = FIELDS[key]
    if not field.editable:
        raise InvalidValue(_("El campo “%(field)s” no se puede escribir a mano.") % {"field": field.label})
    if value in (None, "", [], (), {}):
        return []
    match field.shape:
        case "list":
            return _words(field, value)
        case "place":
            return _place(field, value)
        case "number":
            return [_rating(field, value)]
        case _:
            return _text(field, value)


def split(text: str) -> list[str]:
    """Return the words of a line: apart by semicolons where there is one, else by commas; lines always."""
    return re.split(r"[;\n]" if ";" in text else r"[,\n]", text)


def joined(words: Sequence[str]) -> str:
    """Write words as the line that ``split`` reads them from."""
    return ("; " if any("," in word for word in words) else ", ").join(words) + (
        ";" if len(words) == 1 and "," in words[0] else ""
    )


def _text(field: Field, value: Any) -> list[str]:
    if not isinstance(value, str):
        raise _invalid(field, value)
    text = _clean(value)
    if not text:
        return []
    if len(text) > (MAX_LONG if field.shape == "long" else MAX_TEXT):
        raise InvalidValue(_("“%(field)s” es demasiado largo.") % {"field": field.label})
    if field.choices and text not in dict(field.choices):
        raise InvalidValue(
            _("“%(value)s” no es una opción de %(field)s.") % {"value": text, "field": field.label}
        )
    if field.shape == "date" and not _is_date(text):
        raise InvalidValue(
            _(
                "“%(value)s” no es una fecha. Escríbala como 2026, 2026-11, 2026-11-22 o 2026-11-22T18:40:00-06:00."
            )
            % {"value": text}
        )
    return [text]


def _words(field: Field, value: Any) -> list[str]:
    words: Sequence[Any] = split(value) if isinstance(value, str) else value
    if not isinstance(words, Sequence) or not all(isinstance(word, str) for word in words):
        raise _invalid(field, value)
    found = list(dict.fromkeys(word for word in map(_clean, words) if word))
    if len(found) > MAX_WORDS or any(len(word) > MAX_TEXT for word in found):
        raise InvalidValue(_("“%(field)s” es demasiado largo.") % {"field": field.label})
    return found


def _place(field: Field, value: Any) -> list[dict[str, str]]:
    if not isinstance(value, Mapping) or not all(isinstance(part, str) for part in value.values()):
        raise _invalid(field, value)
    place = {part: _clean(value[part])[:MAX_TEXT] for part in PLACE_PARTS if _clean(value.get(part, ""))}
    return [place] if place else []


def _rating(field: Field, value: Any) -> int:
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        raise _invalid(field, value) from None
    if number not in RATINGS or isinstance(value, bool) or (isinstance(value, float) and value != number):
        raise _invalid(field, value)
    return number


def _is_date(text: str) -> bool:
    """Answer whether it is a year, a month, a day or an instant of ISO 8601."""
    if _YEAR_OR_MONTH.fullmatch(text):
        return True
    try:
        datetime.fromisoformat(text)
    except ValueError:
        return False
    return _DAY_OR_INSTANT.fullmatch(text) is not None


def _clean(text: str) -> str:
    """Drop what cannot be seen (controls, direction overrides) and the spaces around; lines end as one."""
    return _UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def _invalid(field: Field, value: Any) -> InvalidValue:
    return InvalidValue(
        _("“%(value)s” no sirve para %(field)s.") % {"value": str(value)[:100], "field": field.label}
    )
