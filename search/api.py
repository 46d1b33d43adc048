"""What programs find: the library's search, with its filters, counts, highlights and the seconds of captions."""

import logging
from collections.abc import Mapping
from typing import Annotated, Any

from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Field, Query, Router, Schema

from dam import assets, permissions
from dam.api import examples
from dam.api.assets import AssetLine, line
from dam.api.operations import operation
from dam.api.problems import Problem
from dam.api.schemas import Text
from dam.models import Asset, Scope
from search import index
from search.document import FACETS
from search.engines.base import IndexOutdated
from search.query import BadCursor, BadQuery, Hit, Result, SearchError, Sort
from search.query import Query as Wanted

MOST = 100
FACET_SIZE = 20
Values = Annotated[list[Annotated[Text, Field(max_length=200)]], Field(max_length=50)]
logger = logging.getLogger(__name__)
router = Router(tags=["search"])


class Filters(Schema):
    """What is looked for. Any value of a field will do; every field must."""

    q: Text = Field("", max_length=2000, description=_("Lo que se busca, como se escribe en la biblioteca."))
    kind: Values = Field(default_factory=list)
    agency: Values = Field(default_factory=list)
    production: Values = Field(default_factory=list)
    year: Values = Field(default_factory=list)
    ym: Values = Field(default_factory=list, description=_("Meses, como 2026-11."))
    person: Values = Field(default_factory=list)
    place: Values = Field(default_factory=list)
    keyword: Values = Field(default_factory=list)
    verdict: Values = Field(default_factory=list)
    minors: Values = Field(default_factory=list)
    format: Values = Field(default_factory=list)
    orientation: Values = Field(default_factory=list)
    sort: Sort = Field(Sort.RELEVANCE, description=_("Sin texto, la relevancia es lo más reciente."))
    facets: bool = Field(False, description=_("Cuenta también los valores de cada filtro."))
    limit: int = Field(24, ge=1, le=MOST, description=_("Cuántos por página."))
    cursor: Text = Field(
        "", max_length=2000, description=_("El valor “next” de la página anterior; vacío pide la primera.")
    )

    @property
    def chosen(self) -> dict[str, frozenset[str]]:
        """Return the filters that were set, by the name of the index's field."""
        return {name: frozenset(values) for name in FACETS if (values := getattr(self, name))}


class Piece(Schema):
    """A piece of a text, marked where it answers."""

    text: str
    marked: bool


class CueOut(Schema):
    """A caption that answers, from the start of the current version."""

    start_ms: int
    end_ms: int
    text: list[Piece]


class Found(AssetLine):
    """An asset that was found, and why: pieces of its fields by name, and the captions that say it."""

    score: float
    highlights: dict[str, list[list[Piece]]]
    cues: list[CueOut]


class Count(Schema):
    """How many of what answers has a value of a field."""

    value: str
    count: int


class FoundPage(Schema):
    """One page of what was found."""

    total: int
    items: list[Found]
    next: str | None = Field(description=_("Cursor de la página siguiente; null en la última."))
    facets: dict[str, list[Count]]


FOUND: dict[str, Any] = examples.ASSET | {
    "score": 12.5,
    "highlights": {
        "headline": [[{"text": "Jornada de ", "marked": False}, {"text": "vacunación", "marked": True}]]
    },
    "cues": [
        {"start_ms": 7000, "end_ms": 9000, "text": [{"text": "La vacuna es gratuita.", "marked": True}]}
    ],
}
EXAMPLE: dict[str, Any] = {
    "total": 1,
    "items": [FOUND],
    "next": None,
    "facets": {"kind": [{"value": "video", "count": 1}]},
}


@router.get(
    "/search",
    **operation(
        FoundPage,
        scope=Scope.READ,
        summary=_("Buscar"),
        description=_(
            "Encuentra material por palabras, también las que se dicen en los subtítulos. Los acentos no importan; "
            "entre comillas, las palabras van juntas. Sólo cuenta lo que usted puede ver."
        ),
        example=EXAMPLE,
        problems=("invalid", "invalid-cursor", "unavailable"),
        operation_id="search",
    ),
)
def search(request: HttpRequest, asked: Query[Filters]) -> dict[str, Any]:
    """Search as the library does."""
    try:
        wanted = Wanted(
            viewer=permissions.words_of(request.user),
            text=asked.q,
            filters=asked.chosen,
            facets=tuple(FACETS) if asked.facets else (),
            facet_size=FACET_SIZE,
            sort=asked.sort,
            cursor=asked.cursor or None,
            size=asked.limit,
        )
        return _page(request, index.engine().search(wanted))
    except BadCursor:
        raise Problem("invalid-cursor") from None
    except BadQuery as bad:
        raise Problem("invalid", str(bad)) from bad
    except IndexOutdated as outdated:
        sentence = gettext("El índice se está haciendo de nuevo. Nada se perdió: intente en unos minutos.")
        raise Problem("unavailable", sentence) from outdated
    except SearchError as error:
        logger.exception("the API cannot search")
        raise Problem("unavailable") from error


def _page(request: HttpRequest, result: Result) -> dict[str, Any]:
    """Return the hits as the database shows them: it has the last word on who sees what."""
    seen = permissions.visible(request.user).filter(pk__in=[hit.asset_id for hit in result.hits])
    named = assets.with_titles(seen).select_related("agency", "current", "created_by")
    known = {asset.pk: asset for asset in named}
    return {
        "total": result.total,
        "items": [_found(known[hit.asset_id], hit) for hit in result.hits if hit.asset_id in known],
        "next": result.next_cursor,
        "facets": _counts(result.facets),
    }


def _found(asset: Asset, hit: Hit) -> dict[str, Any]:
    return line(asset) | {
        "score": hit.score,
        "highlights": {name: [_pieces(value) for value in values] for name, values in hit.highlights.items()},
        "cues": [
            {"start_ms": cue.start_ms, "end_ms": cue.end_ms, "text": _pieces(cue.text)}
            for cue in hit.moments()
        ],
    }


def _pieces(segments: Any) -> list[dict[str, Any]]:
    return [{"text": segment.text, "marked": segment.marked} for segment in segments]


def _counts(facets: Mapping[str, tuple[tuple[str, int], ...]]) -> dict[str, list[dict[str, Any]]]:
    return {
        name: [{"value": value, "count": count} for value, count in values] for name, values in facets.items()
    }
