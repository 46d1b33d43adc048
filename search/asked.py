"""From an address to a query and back: what the library's parameters mean, in Spanish as they are written.

``q`` text; ``tipo``, ``dependencia``, ``produccion``, ``anio``, ``mes``, ``persona``, ``lugar``, ``clave``,
``revision``, ``menores``, ``formato`` filters, each repeatable; ``orden``; ``vista`` (lista); ``desde`` a cursor.
"""

from collections.abc import Mapping
from typing import Any

from django.http import QueryDict
from django.utils.dates import MONTHS
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dam import permissions
from dam.models import Agency, Kind, Production
from search.query import Cursor, Query, Result, Sort

SIZE = 48
FILTERS: Mapping[str, tuple[str, str | Promise]] = {
    "tipo": ("kind", gettext_lazy("Tipo")),
    "dependencia": ("agency", gettext_lazy("Dependencia")),
    "produccion": ("production", gettext_lazy("Producción")),
    "anio": ("year", gettext_lazy("Año")),
    "mes": ("ym", gettext_lazy("Mes")),
    "persona": ("person", gettext_lazy("Persona")),
    "lugar": ("place", gettext_lazy("Lugar")),
    "clave": ("keyword", gettext_lazy("Palabra clave")),
    "revision": ("verdict", gettext_lazy("Revisión técnica")),
    "menores": ("minors", gettext_lazy("Menores")),
    "orientacion": ("orientation", gettext_lazy("Orientación")),
    "formato": ("format", gettext_lazy("Formato del original")),
}
SORTS: Mapping[str, tuple[Sort, str | Promise]] = {
    "": (Sort.RELEVANCE, gettext_lazy("Relevancia")),
    "recientes": (Sort.NEWEST, gettext_lazy("Más recientes")),
    "antiguos": (Sort.OLDEST, gettext_lazy("Más antiguos")),
    "titulo": (Sort.TITLE, gettext_lazy("Título")),
    "duracion": (Sort.DURATION, gettext_lazy("Duración")),
}
WORDS: Mapping[str, Mapping[str, str | Promise]] = {
    "kind": dict(Kind.choices),
    "verdict": {
        "ok": gettext_lazy("Correcto"),
        "warn": gettext_lazy("Revisar"),
        "fail": gettext_lazy("No cumple"),
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


def query(asked: QueryDict, *, viewer: frozenset[str] | None) -> Query:
    """Return the query of an address. Raises search.query.BadQuery."""
    filters = {
        field: frozenset(asked.getlist(name)) for name, (field, _w) in FILTERS.items() if name in asked
    }
    sort, _words = SORTS.get(asked.get("orden", ""), SORTS[""])
    return Query(
        viewer=viewer,
        text=asked.get("q", ""),
        filters=filters,
        facets=tuple(field for field, _words in FILTERS.values()),
        facet_size=20,
        sort=sort,
        cursor=asked.get("desde") or None,
        size=SIZE,
    )


def offset(wanted: Query) -> int:
    """Return how many hits come before this page."""
    return Cursor.of(wanted).offset


def is_list(asked: QueryDict) -> bool:
    """Answer whether the list view is asked for."""
    return asked.get("vista") == "lista"


def facets(wanted: Query, result: Result, user: permissions.type_of_user) -> list[dict[str, Any]]:
    """Return the facets for components/facets.html; a facet with nothing to choose is left out."""
    names = _names(wanted, result, user)
    shown = []
    for name, (field, words) in FILTERS.items():
        chosen = wanted.filters.get(field, frozenset())
        values = [
            (value, said, count, value in chosen)
            for value, count in result.facets.get(field, ())
            if (said := word(field, value, names)) and (count or value in chosen)
        ]
        if values and (len(values) > 1 or chosen):
            shown.append({"name": name, "words": words, "values": values})
    return shown


def chips(asked: QueryDict, wanted: Query, user: permissions.type_of_user) -> list[tuple[str, str, str]]:
    """Return the active filters, each with the address without it."""
    names = _names(wanted, None, user)
    found = []
    for name, (field, words) in FILTERS.items():
        for value in asked.getlist(name):
            rest = _first_page(asked)
            rest.setlist(name, [other for other in asked.getlist(name) if other != value])
            found.append((str(words), str(word(field, value, names) or value), f"?{rest.urlencode()}"))
    return found


def word(field: str, value: str, names: Mapping[str, str]) -> str | Promise:
    """Say a value in words; empty for one the person may not have named to them."""
    if field in WORDS:
        return WORDS[field].get(value, value)
    if field == "ym" and len(value) == len("2026-11"):
        return f"{MONTHS[int(value[5:])]} {value[:4]}"
    if field in {"agency", "production"}:
        return names.get(value, "")
    return value.upper() if field == "format" else value


def _names(wanted: Query, result: Result | None, user: permissions.type_of_user) -> dict[str, str]:
    """Read the names of the agencies and productions that are counted or chosen."""
    values = {field: set(wanted.filters.get(field, ())) for field in ("agency", "production")}
    if result is not None:
        for field, known in values.items():
            known |= {value for value, _count in result.facets.get(field, ())}
    names = dict(Agency.objects.filter(code__in=values["agency"]).values_list("code", "name"))
    ids = [value for value in values["production"] if _is_uuid(value)]
    seen: list[Production] = list(permissions.visible_productions(user).filter(pk__in=ids))
    return names | {str(production.pk): production.title for production in seen}


def _is_uuid(value: str) -> bool:
    return len(value) == len("00000000-0000-0000-0000-000000000000") and value.count("-") == 4  # noqa: PLR2004


def _first_page(asked: QueryDict) -> QueryDict:
    copy = asked.copy()
    copy.pop("desde", None)
    return copy


def hidden(asked: QueryDict) -> list[tuple[str, str]]:
    """Return what the facets' form keeps besides its checkboxes."""
    return [(name, str(asked[name])) for name in ("q", "orden", "vista") if asked.get(name)]


def cleared(asked: QueryDict) -> str:
    """Return the address without any filter."""
    kept = QueryDict(mutable=True)
    for name, value in hidden(asked):
        kept[name] = value
    return f"?{kept.urlencode()}"


def with_cursor(asked: QueryDict, cursor: str | None) -> str:
    """Return the address of the next page; empty where there is none."""
    if cursor is None:
        return ""
    copy = asked.copy()
    copy["desde"] = cursor
    return f"?{copy.urlencode()}"


def without_cursor(asked: QueryDict) -> str:
    """Return the address of the first page."""
    return f"?{_first_page(asked).urlencode()}"


def sorts(asked: QueryDict, wanted: Query) -> list[tuple[str, str, bool]]:
    """Return the orders as (address, words, whether it is the one in use)."""
    return [
        (
            _with(asked, "orden", name),
            str(words),
            sort is wanted.order or (sort is wanted.sort and not wanted.text),
        )
        for name, (sort, words) in SORTS.items()
        if wanted.text.strip() or sort is not Sort.RELEVANCE
    ]


def views(asked: QueryDict) -> list[tuple[str, str, bool]]:
    """Return the two views as (address, words, whether it is the one in use)."""
    return [
        (_with(asked, "vista", ""), _("Cuadrícula"), not is_list(asked)),
        (_with(asked, "vista", "lista"), _("Lista"), is_list(asked)),
    ]


def _with(asked: QueryDict, name: str, value: str) -> str:
    copy = _first_page(asked)
    copy.pop(name, None)
    if value:
        copy[name] = value
    return f"?{copy.urlencode()}"
