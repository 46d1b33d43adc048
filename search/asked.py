"""From an address to a query and back: what the library's parameters mean, in Spanish as they are written.

``q`` text; the names of ``FILTERS``, each repeatable; ``orden`` one of ``SORTS``; ``vista`` (lista); ``desde`` a
cursor. Anything else, and whatever is empty, means nothing and is left out of the addresses that are given.
"""

from collections.abc import Mapping
from types import MappingProxyType

from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from search.query import Cursor, Query, Sort

SIZE = 48
FACET_SIZE = 20
#: Parameter to the field it filters by, in the order in which people see them.
FILTERS: Mapping[str, str] = MappingProxyType(
    {
        "tipo": "kind",
        "dependencia": "agency",
        "produccion": "production",
        "anio": "year",
        "mes": "ym",
        "persona": "person",
        "lugar": "place",
        "clave": "keyword",
        "revision": "verdict",
        "menores": "minors",
        "orientacion": "orientation",
        "formato": "format",
    }
)
SORTS: Mapping[str, tuple[Sort, str | Promise]] = MappingProxyType(
    {
        "": (Sort.RELEVANCE, gettext_lazy("Relevancia")),
        "recientes": (Sort.NEWEST, gettext_lazy("Más recientes")),
        "antiguos": (Sort.OLDEST, gettext_lazy("Más antiguos")),
        "titulo": (Sort.TITLE, gettext_lazy("Título")),
        "duracion": (Sort.DURATION, gettext_lazy("Duración")),
    }
)
LIST = "lista"
CURSOR = "desde"
_ONCE = ("q", "orden", "vista", CURSOR)


def cleaned(sent: QueryDict) -> QueryDict:
    """Return what was sent that means something, always in the same order."""
    kept = QueryDict(mutable=True)
    for name in FILTERS:
        if values := list(dict.fromkeys(filter(None, sent.getlist(name)))):
            kept.setlist(name, values)
    for name in _ONCE:
        if value := sent.get(name, "").strip():
            kept[name] = value
    for name, known in (("orden", SORTS), ("vista", {LIST})):
        if name in kept and kept[name] not in known:
            del kept[name]
    return kept


def query(asked: QueryDict, *, viewer: frozenset[str] | None) -> Query:
    """Return the query of a cleaned address. Raises search.query.BadQuery."""
    sort, _words = SORTS[asked.get("orden", "")]
    return Query(
        viewer=viewer,
        text=asked.get("q", ""),
        filters={field: frozenset(asked.getlist(name)) for name, field in FILTERS.items() if name in asked},
        facets=tuple(FILTERS.values()),
        facet_size=FACET_SIZE,
        sort=sort,
        cursor=asked.get(CURSOR),
        size=SIZE,
    )


def address(asked: QueryDict, **changes: str | list[str]) -> str:
    """Return the library's address for what is asked with these changes, from the first page unless they say so."""
    changed = asked.copy()
    for name, value in {CURSOR: "", **changes}.items():
        changed.setlist(name, value if isinstance(value, list) else [value])
    parameters = cleaned(changed).urlencode()
    return reverse("search:library") + (f"?{parameters}" if parameters else "")


def without_filters(asked: QueryDict) -> str:
    """Return the address of the same text without any filter."""
    return address(asked, **{name: [] for name in FILTERS})


def is_list(asked: QueryDict) -> bool:
    """Answer whether the list view is asked for."""
    return asked.get("vista") == LIST


def kept(asked: QueryDict) -> list[tuple[str, str]]:
    """Return what the search form keeps beside its text and its checkboxes."""
    return [(name, str(asked[name])) for name in ("orden", "vista") if name in asked]


def offset(wanted: Query) -> int:
    """Return how many hits come before this page."""
    return Cursor.of(wanted).offset


def sorts(asked: QueryDict, wanted: Query) -> list[tuple[str, str, bool]]:
    """Return the orders as (address, words, whether it is the one in use)."""
    return [
        (address(asked, orden=name), str(words), sort is wanted.order)
        for name, (sort, words) in SORTS.items()
        if wanted.text or sort is not Sort.RELEVANCE
    ]


def views(asked: QueryDict) -> list[tuple[str, str, str, bool]]:
    """Return the two views as (address, words, icon, whether it is the one in use)."""
    return [
        (address(asked, vista=""), _("Cuadrícula"), "grid", not is_list(asked)),
        (address(asked, vista=LIST), _("Lista"), "list", is_list(asked)),
    ]
