"""Descriptive values in words, and how each is known: the sheet (Ficha) of an asset."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from dam import metadata
from dam.fields import FIELDS, GROUPS, Field
from dam.metadata import Known
from dam.models import MetadataValue, Source
from dam.shapes import PLACE_PARTS

#: Which values lead to the library, and by which of its parameters (search.asked).
_LIBRARY = {"keywords": "clave", "persons_shown": "persona"}
_YEAR, _MONTH, _DAY = 4, 7, 10


@dataclass(frozen=True)
class Row:
    """One field as shown: the values in words, how they are known, and what the file says behind them.

    ``hidden`` is the value a person's stands over, in words; ``can_take_back`` says that there is one.
    """

    key: str
    label: str | Promise
    values: tuple[str, ...]
    is_long: bool
    origin: str
    hidden: str = ""
    can_take_back: bool = False
    links: tuple[tuple[str, str], ...] = ()


@dataclass
class Group:
    """The fields of one group that have something to show."""

    key: str
    title: str | Promise
    rows: list[Row] = field(default_factory=list)


def sheet(values: Iterable[MetadataValue]) -> list[Group]:
    """Return what is known of an asset, by groups; ``values`` come with ``by`` fetched."""
    values = list(values)
    people = {row.by_id: str(row.by) for row in values if row.by_id}
    said = metadata.standings(values)
    groups = {key: Group(key, title) for key, title in GROUPS.items()}
    for key, one in FIELDS.items():
        if key in said:
            groups[one.group].rows.append(_row(one, said[key], people))
    return [group for group in groups.values() if group.rows]


def _row(one: Field, standings: list[Known], people: Mapping[Any, str]) -> Row:
    best, *behind = standings
    words = () if best.is_blank else tuple(value_in_words(one, value) for value in best.values)
    below = next((known for known in behind if not known.by_person), None)
    parameter = _LIBRARY.get(one.key)
    return Row(
        key=one.key,
        label=one.label,
        values=words,
        is_long=one.shape == "long",
        origin=origin_in_words(best, people),
        hidden=", ".join(value_in_words(one, value) for value in below.values) if below else "",
        can_take_back=best.by_person and below is not None,
        links=tuple((word, urlencode({parameter: word})) for word in words) if parameter else (),
    )


def origin_in_words(known: Known, people: Mapping[Any, str]) -> str:
    """Say how a value is known: by whom and when, or where in the file it stood."""
    if known.by_person:
        day = formats.date_format(timezone.localtime(known.at), "DATE_FORMAT")
        named = {"person": people.get(known.by_id, ""), "day": day}
        if known.is_blank:
            return _("%(person)s lo dejó vacío, %(day)s") % named
        return _("%(person)s, %(day)s") % named
    words = str(Source(known.source).label)
    return f"{words} ({known.origin})" if known.origin else words


def value_in_words(one: Field, value: Any) -> str:
    """Return one value as people read it."""
    match one.shape:
        case "choice":
            return str(dict(one.choices).get(value, value))
        case "place":
            return ", ".join(_place_parts(value))
        case "gps":
            return _coordinates(value)
        case "date":
            return _date(str(value))
        case _:
            return str(value)


def _place_parts(value: Any) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield str(value)
        return
    for part in PLACE_PARTS:
        if value.get(part) and not (part == "country_code" and value.get("country")):
            yield str(value[part])


def _coordinates(value: Any) -> str:
    if not isinstance(value, Mapping) or "latitude" not in value or "longitude" not in value:
        return str(value)
    latitude, longitude = float(value["latitude"]), float(value["longitude"])
    north, east = (_("N") if latitude >= 0 else _("S")), (_("E") if longitude >= 0 else _("O"))
    return f"{abs(latitude):.5f}° {north}, {abs(longitude):.5f}° {east}"


def _date(text: str) -> str:
    """Write a date as precisely as it is known; an instant with its offset in the office's time."""
    try:
        if len(text) == _YEAR:
            return text
        if len(text) == _MONTH:
            return formats.date_format(date.fromisoformat(f"{text}-01"), "YEAR_MONTH_FORMAT")
        if len(text) == _DAY:
            return formats.date_format(date.fromisoformat(text), "DATE_FORMAT")
        instant = datetime.fromisoformat(text)
        here = timezone.localtime(instant) if instant.tzinfo else instant
    except (ValueError, OverflowError):  # the other: the calendar ends between there and here
        return text
    return formats.date_format(here, "DATETIME_FORMAT")
