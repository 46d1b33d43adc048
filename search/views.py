"""The library: one page that searches, filters, sorts, pages and chooses."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dam import permissions, tiles, transfers
from dam.models import Asset, Collection, UseRole
from search import asked, index
from search.query import BadQuery, Hit, Query, Result, SearchError, Segment

TEXT_HIT_FIELDS = ("description", "body", "captions", "document_text")


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Show what is asked for; a search that cannot be answered says so and what to do."""
    context: dict[str, Any] = {
        "query_text": request.GET.get("q", ""),
        "list_view": asked.is_list(request.GET),
    }
    try:
        query = asked.query(request.GET, viewer=permissions.words_of(request.user))
        result = index.engine().search(query)
    except BadQuery:
        return render(request, "search/library.html", context | {"problem": "bad_query"}, status=400)
    except SearchError:
        return render(request, "search/library.html", context | {"problem": "engine"}, status=503)
    context |= _page(request, query, result)
    name = (
        "search/results.html" if request.headers.get("HX-Target") == "resultados" else "search/library.html"
    )
    return render(request, name, context)


def _page(request: HttpRequest, query: Query, result: Result) -> dict[str, Any]:
    found = _fetched(request, [hit.asset_id for hit in result.hits])
    shown = [_tile(found[hit.asset_id], hit) for hit in result.hits if hit.asset_id in found]
    kinds = {tile["kind"] for tile in shown}
    first = asked.offset(query)
    return {
        "total": result.total,
        "tiles": shown,
        "even": kinds != {"photo"},
        "facets": asked.facets(query, result, request.user),
        "chips": asked.chips(request.GET, query, request.user),
        "hidden": asked.hidden(request.GET),
        "clear_url": asked.cleared(request.GET),
        "sorts": asked.sorts(request.GET, query),
        "views": asked.views(request.GET),
        "next_url": asked.with_cursor(request.GET, result.next_cursor),
        "previous_url": asked.without_cursor(request.GET) if query.cursor else "",
        "words": _("%(first)d-%(last)d de %(total)d")
        % {"first": first + 1, "last": first + len(result.hits), "total": result.total}
        if result.hits
        else "",
        "productions": permissions.visible_productions(request.user).filter(state="open"),
        "roles": UseRole.choices,
        "collections": Collection.objects.filter(owner=request.user.pk),
        "zip_url": transfers.origin(request) + reverse("dam:zip"),
    }


def _fetched(request: HttpRequest, ids: list[UUID]) -> dict[UUID, Asset]:
    """Fetch the hits from the database, which has the last word on who sees what."""
    seen = tiles.fetched(permissions.visible(request.user).filter(pk__in=ids))
    return {asset.pk: asset for asset in seen}


def _tile(asset: Asset, hit: Hit) -> dict[str, Any]:
    tile = tiles.of(asset) | {"asset": asset}
    if hit.cues:
        cue = hit.cues[0]
        tile["hit"] = _text(cue.text)
        tile["hit_at"] = cue.start_ms
        tile["hit_url"] = f"{tile['url']}?t={cue.second}"
        return tile
    for name in TEXT_HIT_FIELDS:
        for passage in hit.highlights.get(name, ()):
            tile["hit"] = _text(passage)
            return tile
    return tile


def _text(passage: tuple[Segment, ...]) -> str:
    return "".join(segment.text for segment in passage)
