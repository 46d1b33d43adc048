"""The library, one page that searches, filters, sorts, pages and chooses; and the state of the index."""

import logging
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dam import collections, permissions, tiles, transfers
from dam.models import Asset, UseRole
from dam.people import person
from search import asked as addresses
from search import facets, found, index
from search.engines.base import IndexOutdated
from search.query import BadCursor, BadQuery, Query, Result, SearchError

PAGE = "search/library.html"
#: Parts of the page that are asked for alone, by the id of what they replace or continue.
PARTS = {"resultados": "search/part.html", "encontrados": "search/more.html"}
#: The field in which people type: what it asks replaces the address, all else adds to the history.
TYPING = "buscar"
logger = logging.getLogger(__name__)


@require_safe
def library(request: HttpRequest) -> HttpResponse:
    """Show what is asked for; a search that cannot be answered says so and what to do."""
    asked = addresses.cleaned(request.GET)
    context: dict[str, Any] = {
        "in_library": True,
        "query_text": asked.get("q", ""),
        "list_view": addresses.is_list(asked),
        "kept": addresses.kept(asked),
        "clear_url": addresses.without_filters(asked),
        "facets": facets.none(),
    }
    status = 200
    try:
        wanted = addresses.query(asked, viewer=permissions.words_of(request.user))
        context |= _page(request, wanted, index.engine().search(wanted))
    except BadCursor:
        return redirect(addresses.address(asked))
    except BadQuery:
        context["problem"], status = "bad_query", 400
    except IndexOutdated:
        context["problem"], status = "rebuilding", 503
    except SearchError:
        logger.exception("the library cannot search")
        context["problem"], status = "engine", 503
    return _answer(request, context, status, here=addresses.address(asked, desde=asked.get("desde", "")))


def _answer(request: HttpRequest, context: dict[str, Any], status: int, *, here: str) -> HttpResponse:
    """Render the page, or the part of it that htmx asks for: it shows only parts that say 200."""
    part = PARTS.get(request.headers.get("HX-Target", ""))
    if part is None:
        response = render(request, PAGE, context, status=status)
    else:
        response = render(request, part, context)
        if request.headers["HX-Target"] == "resultados":
            header = "HX-Replace-Url" if request.headers.get("HX-Trigger") == TYPING else "HX-Push-Url"
            response[header] = here
    patch_vary_headers(response, ["HX-Target"])
    return transfers.allow(response, request)


def _page(request: HttpRequest, wanted: Query, result: Result) -> dict[str, Any]:
    asked = addresses.cleaned(request.GET)
    names = facets.Names.of(wanted, result, request.user)
    assets = _fetched(request, [hit.asset_id for hit in result.hits])
    shown = [found.tile(assets[hit.asset_id], hit) for hit in result.hits if hit.asset_id in assets]
    last = addresses.offset(wanted) + len(result.hits)
    return {
        "total": result.total - (len(result.hits) - len(shown)),
        "tiles": shown,
        "even": {tile["kind"] for tile in shown} != {"photo"},
        "facets": facets.facets(wanted, result, names),
        "chips": facets.chips(asked, names),
        "sorts": addresses.sorts(asked, wanted),
        "views": addresses.views(asked),
        "next_url": addresses.address(asked, desde=result.next_cursor or "") if result.next_cursor else "",
        "first_url": addresses.address(asked) if wanted.cursor else "",
        "last": last,
        "productions": permissions.contributable(request.user).order_by("title").values_list("pk", "title"),
        "roles": UseRole.choices,
        "collections": collections.visible(request.user)
        .filter(owner=request.user.pk)
        .order_by("title")
        .values_list("pk", "title"),
        "zip_url": transfers.origin(request) + reverse("dam:zip"),
    }


def _fetched(request: HttpRequest, ids: list[UUID]) -> dict[UUID, Asset]:
    """Fetch the hits from the database, which has the last word on who sees what."""
    seen = tiles.fetched(permissions.visible(request.user).filter(pk__in=ids))
    return {asset.pk: asset for asset in seen}


@require_http_methods(["GET", "HEAD", "POST"])
def index_state(request: HttpRequest) -> HttpResponse:
    """Show how the index stands to the catalogue; an administrator may have it built anew.

    Only for those who see everything: the counts are of everything.
    """
    if permissions.words_of(request.user) is not None:
        raise permissions.Forbidden(_("El estado del índice lo ven quienes ven todo el acervo."))
    administrator = person(request).is_superuser
    if request.method == "POST":
        if not administrator:
            raise permissions.Forbidden(_("Solo quien administra el sistema reconstruye el índice."))
        index.ask_to_rebuild()
        messages.success(request, _("El índice se reconstruye. Mientras tanto se busca en el anterior."))
        return redirect("search:index")
    context: dict[str, Any] = {
        "administrator": administrator,
        "trail": [(reverse("dam:operations"), _("Operación"))],
        "waiting": len(index.waiting()),
        "rebuilding": index.is_being_rebuilt(),
    }
    try:
        context["drift"] = index.drift()
    except SearchError:
        logger.exception("the index cannot be compared")
    asked_again = request.headers.get("HX-Target") == "estado"
    return render(request, "search/index_state.html" if asked_again else "search/index.html", context)
