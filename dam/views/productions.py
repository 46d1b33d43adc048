"""Productions: the list, one with its material by role, and opening, editing, closing it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dam import history, paging, permissions, productions, tiles, transfers
from dam.forms import ProductionForm
from dam.lifecycle import IllegalTransition
from dam.models import Production, ProductionAsset, ProductionState, UseRole
from dam.people import person
from dam.views.access import production_for

PER_PAGE = 30
TILES = 48


@require_safe
def production_list(request: HttpRequest) -> HttpResponse:
    """Show the productions that the person sees, open ones unless the closed are asked for."""
    closed = request.GET.get("estado") == ProductionState.CLOSED
    seen = permissions.visible_productions(request.user)
    shown = seen.filter(state=ProductionState.CLOSED if closed else ProductionState.OPEN)
    text = request.GET.get("titulo", "").replace("\x00", "").strip()
    if text:
        shown = shown.filter(title__icontains=text)
    page = paging.page(_for_list(shown), request.GET, size=PER_PAGE)
    here = reverse("dam:productions")
    counts = dict(seen.order_by().values_list("state").annotate(Count("pk")))
    context: dict[str, Any] = {
        "page": page,
        "text": text,
        "closed": closed,
        "tabs": [
            (here, _("En curso"), counts.get(ProductionState.OPEN, 0)),
            (f"{here}?estado=closed", _("Cerradas"), counts.get(ProductionState.CLOSED, 0)),
        ],
        "here": f"{here}?estado=closed" if closed else here,
        "can_produce": permissions.agencies_for(request.user, "produce").exists(),
    }
    return render(request, "dam/productions.html", context)


def _for_list(shown: QuerySet[Production]) -> QuerySet[Production]:
    return shown.select_related("agency").annotate(team=Count("members", distinct=True))


@require_safe
def production(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show one production: what it is, who works in it, and its material in one role at a time."""
    found = production_for(request, key)
    may = permissions.verbs(request.user, found)
    seen = permissions.visible(request.user)
    uses = ProductionAsset.objects.filter(production=found, asset__in=seen)
    counts = dict(uses.order_by().values_list("role").annotate(Count("pk")))
    role = _role(request, counts)
    page = paging.page(uses.filter(role=role).only("id", "asset_id"), request.GET, size=TILES)
    in_order = [used.asset_id for used in page.rows]
    assets = {asset.pk: asset for asset in tiles.fetched(seen.filter(pk__in=in_order))}
    shown = tiles.of_all(assets[key] for key in in_order if key in assets)
    here = reverse("dam:production", args=[found.pk])
    context: dict[str, Any] = {
        "production": found,
        "may": may,
        "trail": [(reverse("dam:productions"), _("Producciones"))],
        "team": found.members.order_by("first_name", "last_name", "username"),
        "tabs": [
            (f"{here}?funcion={value}", words, counts.get(value, 0)) for value, words in UseRole.choices
        ],
        "here": f"{here}?funcion={role}",
        "role": role,
        "tiles": shown,
        "even": {tile["kind"] for tile in shown} != {"photo"},
        "page": page,
        "zip_url": transfers.origin(request) + reverse("dam:zip"),
        "history": history.of(found, request.user),
        "shares": found.shares.current().select_related("agency") if "share" in may else [],
    }
    return transfers.allow(render(request, "dam/production.html", context), request)


def _role(request: HttpRequest, counts: dict[str, int]) -> str:
    asked = request.GET.get("funcion", "")
    if asked in UseRole.values:
        return asked
    return next((value for value in UseRole.values if counts.get(value)), UseRole.SHOT_FOR)


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    """Open a production in an agency where the person may."""
    by = person(request)
    if not permissions.agencies_for(by, "produce").exists():
        raise permissions.Forbidden(_("Ninguna de sus funciones permite abrir producciones."))
    form = ProductionForm(request.POST or None, by=by)
    if form.is_valid():
        said = form.cleaned_data
        made = productions.create(
            said["title"],
            agency=said["agency"],
            genre=said["genre"],
            description=said["description"],
            members=said["members"],
            by=by,
        )
        return redirect("dam:production", key=made.pk)
    context = {"form": form, "production": None}
    return render(request, "dam/production_form.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Edit what a production is and who works in it."""
    found, by = production_for(request, key, "edit"), person(request)
    form = ProductionForm(request.POST or None, production=found, by=by)
    if form.is_valid():
        said = form.cleaned_data
        productions.edit(
            found, title=said["title"], genre=said["genre"], description=said["description"], by=by
        )
        if "members" in form.changed_data:
            productions.set_members(found, said["members"], by=by)
        messages.success(request, _("Se guardó la producción."))
        return redirect("dam:production", key=key)
    context = {"form": form, "production": found}
    return render(request, "dam/production_form.html", context, status=422 if form.is_bound else 200)


@require_POST
def change_state(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close or reopen a production; where somebody did it first, that stands."""
    found, by = production_for(request, key, "edit"), person(request)
    try:
        if request.POST.get("estado") == ProductionState.CLOSED:
            productions.close(found, by=by)
            messages.success(request, _("Se cerró la producción. Su material sigue en el acervo."))
        else:
            productions.reopen(found, by=by)
            messages.success(request, _("Se reabrió la producción."))
    except IllegalTransition:
        messages.info(request, _("Alguien más lo hizo antes. No hay nada que cambiar."))
    return redirect("dam:production", key=key)
