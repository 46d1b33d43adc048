"""Sharing with another agency, and the answer to "who can see this, and why"."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dam import assets, onlookers, permissions, shares
from dam.forms import ShareForm
from dam.models import Asset, Production, Share, User
from dam.people import person
from dam.views.access import asset_for, production_for, trail

VERBS = ("view", "download", "edit", "trash", "share")


@require_http_methods(["GET", "HEAD", "POST"])
def share_asset(request: HttpRequest, code: str) -> HttpResponse:
    """Show with whom an asset is shared, and share it."""
    asset, _version = asset_for(request, code, "share")
    title = assets.title_of(asset)
    return _share(request, asset, title, trail(asset, title))


@require_http_methods(["GET", "HEAD", "POST"])
def share_production(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show with whom a production is shared, and share it with all that is in it."""
    production = production_for(request, key, "share")
    here = reverse("dam:production", args=[key])
    return _share(
        request,
        production,
        production.title,
        [(reverse("dam:productions"), _("Producciones")), (here, production.title)],
    )


def _share(
    request: HttpRequest, thing: Asset | Production, title: str, way: list[tuple[str, str]]
) -> HttpResponse:
    form = ShareForm(request.POST or None, thing=thing)
    if form.is_valid():
        share = shares.lend(
            thing,
            to=form.cleaned_data["agency"],
            until=form.cleaned_data["until"],
            reason=form.cleaned_data["reason"],
            by=person(request),
        )
        messages.success(request, _("Se compartió con %(agency)s.") % {"agency": share.agency})
        return redirect(request.path)
    current = thing.shares.current().select_related("agency", "shared_by").order_by("-shared_at")
    context: dict[str, Any] = {
        "thing": thing,
        "title": title,
        "trail": way,
        "url": way[-1][0],
        "form": form,
        "shares": list(current),
        "is_production": isinstance(thing, Production),
    }
    return render(request, "dam/share.html", context, status=422 if form.is_bound else 200)


@require_POST
def end_share(request: HttpRequest, key: UUID) -> HttpResponse:
    """End a share now."""
    found = Share.objects.select_related("asset__agency", "production__agency", "agency")
    share = get_object_or_404(found, pk=key)
    thing = share.asset or share.production
    if thing is None or not permissions.may(request.user, "view", thing):
        raise Http404(str(key))
    permissions.require(request.user, "share", thing)
    shares.end(share, by=person(request))
    messages.success(request, _("Ya no se comparte con %(agency)s.") % {"agency": share.agency})
    if share.asset is not None:
        return redirect("dam:share_asset", code=share.asset.code)
    return redirect("dam:share_production", key=share.production_id)


@require_safe
def access(request: HttpRequest, code: str) -> HttpResponse:
    """Say who can see an asset and why; who may share it can ask about anybody, others about themselves."""
    asset, _version = asset_for(request, code)
    may_ask = permissions.may(request.user, "share", asset)
    people = User.objects.order_by("first_name", "last_name", "username")
    about = person(request)
    if may_ask and (asked := request.GET.get("persona", "").replace("\x00", "")):
        about = people.filter(username=asked).first() or about
    words = {
        "view": _("Verlo"),
        "download": _("Descargarlo"),
        "edit": _("Editar su ficha"),
        "trash": _("Ponerlo en la papelera"),
        "share": _("Compartirlo"),
    }
    title = assets.title_of(asset)
    context = {
        "asset": asset,
        "title": title,
        "trail": trail(asset, title),
        "may_ask": may_ask,
        "people": people if may_ask else [],
        "about": about,
        "answers": [(words[verb], permissions.explain(about, verb, asset)) for verb in VERBS],
        "sources": onlookers.of(asset) if may_ask else [],
    }
    return render(request, "dam/access.html", context)
