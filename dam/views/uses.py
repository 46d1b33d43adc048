"""Putting assets in productions and collections, one from its page or many from a selection."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from dam import collections, permissions, productions
from dam.models import Collection, Production, ProductionAsset, ProductionState, UseRole
from dam.people import person
from dam.views.access import chosen, codes, collection_for, production_for


@require_POST
def use_selection(request: HttpRequest) -> HttpResponse:
    """Put the chosen assets in an open production, with one role."""
    picked = list(chosen(request))
    role = request.POST.get("role", "")
    production = _open_production(request)
    if production is None or role not in UseRole.values or not picked:
        messages.warning(
            request, _("Elija el material, una producción en curso y la función. No se agregó nada.")
        )
        return _back(request)
    for asset in picked:
        productions.use(production, asset, role=role, by=person(request))
    words = ngettext(
        "Se agregó %(count)d material a “%(title)s”.",
        "Se agregaron %(count)d materiales a “%(title)s”.",
        len(picked),
    )
    messages.success(request, words % {"count": len(picked), "title": production.title})
    return _back(request)


def _open_production(request: HttpRequest) -> Production | None:
    try:
        production = production_for(request, UUID(request.POST.get("production", "")), "contribute")
    except ValueError:
        return None
    return production if production.state == ProductionState.OPEN else None


@require_POST
def stop_using(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take one asset out of a production."""
    used = get_object_or_404(ProductionAsset.objects.select_related("production__agency", "asset"), pk=key)
    if not permissions.may(request.user, "view", used.production):
        raise Http404(str(key))
    permissions.require(request.user, "contribute", used.production)
    productions.stop_using(used, by=person(request))
    messages.success(request, _("Se quitó de “%(title)s”.") % {"title": used.production.title})
    return _back(request)


@require_POST
def stop_using_selection(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take the chosen assets out of a production, in the role that is shown."""
    production = production_for(request, key, "contribute")
    role = request.POST.get("role", "")
    uses = production.uses.filter(asset__code__in=codes(request), role=role if role in UseRole else "")
    uses = uses.select_related("production", "asset")
    count = len([productions.stop_using(used, by=person(request)) for used in uses])
    words = ngettext("Se quitó %(count)d material.", "Se quitaron %(count)d materiales.", count)
    messages.success(request, words % {"count": count})
    return redirect("dam:production", key=key)


@require_POST
def collect_selection(request: HttpRequest) -> HttpResponse:
    """Put the chosen assets in a collection, a new one where none was named."""
    picked = list(chosen(request))
    if not picked:
        messages.warning(request, _("No eligió ningún material. No se guardó nada."))
        return _back(request)
    collection = _collection(request)
    collections.add(collection, picked, by=person(request))
    words = _("Se guardó en la colección “%(title)s”.") % {"title": collection.title}
    messages.success(request, words)
    return redirect("dam:collection", key=collection.pk)


def _collection(request: HttpRequest) -> Collection:
    named = request.POST.get("collection", "")
    if named:
        try:
            return collection_for(request, UUID(named), edit=True)
        except ValueError:
            raise Http404(named) from None
    return collections.create(
        request.POST.get("title", "").replace("\x00", "").strip()[:200] or _("Colección sin título"),
        agency=collections.home_of(person(request)),
        by=person(request),
    )


def _back(request: HttpRequest) -> HttpResponse:
    """Return to the page that asked (``next``), if it is ours; else to the library."""
    there = request.POST.get("next", "") or request.headers.get("Referer", "")
    if url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure()):
        return redirect(there)
    return redirect(reverse("search:library"))
