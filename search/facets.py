"""Facets and chips: what can be chosen and what is, in the words and the order of people.

Agencies stand as a tree, times newest first, closed lists in their own order, everything else by count.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.http import QueryDict
from django.utils.dates import MONTHS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dam import permissions
from dam.models import Agency, Kind, Verdict
from search import asked as addresses
from search.query import Query, Result

TITLES: Mapping[str, str | Promise] = MappingProxyType(
    {
        "kind": gettext_lazy("Tipo"),
        "agency": gettext_lazy("Dependencia"),
        "production": gettext_lazy("Producción"),
        "year": gettext_lazy("Año"),
        "ym": gettext_lazy("Mes"),
        "person": gettext_lazy("Persona"),
        "place": gettext_lazy("Lugar"),
        "keyword": gettext_lazy("Palabra clave"),
        "verdict": gettext_lazy("Revisión técnica"),
        "minors": gettext_lazy("Menores"),
        "orientation": gettext_lazy("Orientación"),
        "format": gettext_lazy("Formato del original"),
    }
)
#: The closed lists, in the order in which they are shown.
WORDS: Mapping[str, Mapping[str, str | Promise]] = MappingProxyType(
    {
        "kind": {kind.value: kind.label for kind in Kind},
        "verdict": {
            "fail": Verdict.FAIL.label,
            "warn": Verdict.WARN.label,
            "ok": gettext_lazy("Correcto"),
            "pending": gettext_lazy("Pendiente"),
        },
        "minors": {
            "yes": gettext_lazy("Aparecen"),
            "no": gettext_lazy("No aparecen"),
            "unknown": gettext_lazy("Sin dato"),
        },
        "orientation": {
            "landscape": gettext_lazy("Horizontal"),
            "portrait": gettext_lazy("Vertical"),
            "square": gettext_lazy("Cuadrada"),
        },
    }
)
#: Those that stand open before anybody opens them.
OPEN = frozenset({"kind", "agency", "production", "year", "ym", "person", "place", "keyword"})
#: Values shown before "more".
FIRST = 7
_DEEPEST = 3


@dataclass(frozen=True)
class Names:
    """The names of agencies (code to name and depth under the root) and productions that a person may be told."""

    agencies: Mapping[str, tuple[str, str]]
    productions: Mapping[str, str]

    @classmethod
    def of(cls, wanted: Query, result: Result, user: permissions.type_of_user) -> "Names":
        """Read those that are counted or chosen, in two queries."""
        values = {field: set(wanted.filters.get(field, ())) for field in ("agency", "production")}
        for field, known in values.items():
            known |= {value for value, _count in result.facets.get(field, ())}
        agencies = Agency.objects.filter(code__in=values["agency"]).values_list("code", "name", "path")
        keys = [key for key in map(_uuid, values["production"]) if key]
        productions = permissions.visible_productions(user).filter(pk__in=keys).values_list("pk", "title")
        return cls(
            {code: (name, path) for code, name, path in agencies},
            {str(key): title for key, title in productions},
        )

    def word(self, field: str, value: str) -> str:
        """Say a value in words; empty for one that the person may not be told."""
        if field in WORDS:
            return str(WORDS[field].get(value, ""))
        if field == "agency":
            return self.agencies.get(value, ("", ""))[0]
        if field == "production":
            return self.productions.get(value, "")
        if field == "ym":
            return _month(value)
        return value.upper() if field == "format" else value

    def depth(self, field: str, value: str) -> int:
        """Return how far below the top an agency stands; 0 for anything else."""
        if field != "agency" or value not in self.agencies:
            return 0
        return min(max(self.agencies[value][1].count("/") - 2, 0), _DEEPEST)


def facets(wanted: Query, result: Result, names: Names) -> list[dict[str, Any]]:
    """Return every facet for components/facets.html; one with nothing to choose has no values."""
    return [_facet(name, field, wanted, result, names) for name, field in addresses.FILTERS.items()]


def none() -> list[dict[str, Any]]:
    """Return the facets of a page without an answer: their places, and nothing to choose."""
    return facets(Query(viewer=frozenset()), Result(0, ()), Names({}, {}))


def _facet(name: str, field: str, wanted: Query, result: Result, names: Names) -> dict[str, Any]:
    chosen = wanted.filters.get(field, frozenset())
    values = [
        {
            "value": value,
            "words": words,
            "count": count,
            "chosen": value in chosen,
            "depth": names.depth(field, value),
        }
        for value, count in _in_order(field, result.facets.get(field, ()), names)
        if (words := names.word(field, value)) and (count or value in chosen)
    ]
    if not _helps(field, values, wanted):
        values = []
    first = [each for place, each in enumerate(values) if place < FIRST or each["chosen"]]
    return {
        "name": name,
        "words": TITLES[field],
        "open": field in OPEN or bool(chosen),
        "values": first,
        "more": [each for each in values if each not in first],
    }


def _helps(field: str, values: list[dict[str, Any]], wanted: Query) -> bool:
    """Answer whether there is something to choose; months only once the years are down to one or are chosen."""
    if any(each["chosen"] for each in values):
        return True
    if field == "ym" and not wanted.filters.get("year"):
        return len(values) > 1 and len({each["value"][:4] for each in values}) == 1
    return len(values) > 1


def _in_order(field: str, counts: Iterable[tuple[str, int]], names: Names) -> list[tuple[str, int]]:
    if field == "agency":
        # The root counts everything, so choosing it says nothing.
        below = [item for item in counts if names.agencies.get(item[0], ("", ""))[1].count("/") > 1]
        return sorted(below, key=lambda item: names.agencies[item[0]][1])
    if field in WORDS:
        known = list(WORDS[field])
        return sorted((item for item in counts if item[0] in known), key=lambda item: known.index(item[0]))
    return sorted(counts, reverse=True) if field in {"year", "ym"} else list(counts)


def chips(asked: QueryDict, names: Names) -> list[tuple[str, str, str]]:
    """Return the active filters as (field words, value words, address without it)."""
    return [
        (
            str(TITLES[field]),
            names.word(field, value) or _("sin nombre para usted"),
            addresses.address(asked, **{name: [other for other in asked.getlist(name) if other != value]}),
        )
        for name, field in addresses.FILTERS.items()
        for value in asked.getlist(name)
    ]


def _month(value: str) -> str:
    year, _sign, month = value.partition("-")
    number = int(month) if month.isdecimal() else 0
    return f"{MONTHS[number]} {year}" if number in MONTHS else value


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None
