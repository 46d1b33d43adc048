"""Collections: the list, one with its material, and changing it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from dam import collections, paging, permissions, tiles, transfers
from dam.forms import CollectionForm
from dam.models import Asset
from dam.people import person
from dam.views.access import codes, collection_for

PER_PAGE = 30
TILES = 48


@require_http_methods(["GET", "HEAD", "POST"])
def collection_list(request: HttpRequest) -> HttpResponse:
    """Show the collections that the person sees, and start a new one."""
    form = CollectionForm(request.POST or None)
    if form.is_valid():
        by = person(request)
        made = collections.create(
            form.cleaned_data["title"],
            shared=form.cleaned_data["shared"],
            agency=collections.home_of(by),
            by=by,
        )
        return redirect("dam:collection", key=made.pk)
    seen = collections.visible(request.user).select_related("owner", "agency").annotate(count=Count("items"))
    context = {"page": paging.page(seen, request.GET, size=PER_PAGE), "form": form}
    return render(request, "dam/collections.html", context, status=422 if form.is_bound else 200)


@require_safe
def collection(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show one collection: of what is in it, what the person sees; the rest is counted and not named."""
    found = collection_for(request, key)
    seen = permissions.visible(request.user)
    items = found.items.filter(asset__in=seen)
    page = paging.page(items, request.GET, size=TILES)
    in_order = [item.asset_id for item in page.rows]
    assets = {asset.pk: asset for asset in tiles.fetched(seen.filter(pk__in=in_order))}
    shown = tiles.of_all(assets[key] for key in in_order if key in assets)
    mine = collections.may_edit(person(request), found)
    context: dict[str, Any] = {
        "collection": found,
        "mine": mine,
        "trail": [(reverse("dam:collections"), _("Colecciones"))],
        "tiles": shown,
        "even": {tile["kind"] for tile in shown} != {"photo"},
        "page": page,
        "total": items.count(),
        "unseen": found.items.count() - items.count() if mine else 0,
        "form": CollectionForm(collection=found) if mine else None,
        "zip_url": transfers.origin(request) + reverse("dam:zip"),
    }
    return transfers.allow(render(request, "dam/collection.html", context), request)


@require_POST
def edit(request: HttpRequest, key: UUID) -> HttpResponse:
    """Change its title and who sees it."""
    found = collection_for(request, key, edit=True)
    form = CollectionForm(request.POST, collection=found)
    if form.is_valid():
        said = form.cleaned_data
        collections.edit(found, title=said["title"], shared=said["shared"], by=person(request))
        messages.success(request, _("Se guardó la colección."))
    else:
        messages.warning(request, _("La colección necesita un título. No se cambió nada."))
    return redirect("dam:collection", key=key)


@require_POST
def delete(request: HttpRequest, key: UUID) -> HttpResponse:
    """Delete the list; the material stays where it is."""
    found = collection_for(request, key, edit=True)
    title = found.title
    collections.delete(found, by=person(request))
    words = _("Se borró la colección “%(title)s”. El material sigue en el acervo.") % {"title": title}
    messages.success(request, words)
    return redirect("dam:collections")


@require_POST
def remove_selection(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take the chosen assets out of the collection."""
    found = collection_for(request, key, edit=True)
    picked = list(Asset.objects.filter(code__in=codes(request), pk__in=found.items.values("asset")))
    for asset in picked:
        collections.remove(found, asset, by=person(request))
    words = ngettext("Se quitó %(count)d material.", "Se quitaron %(count)d materiales.", len(picked))
    messages.success(request, words % {"count": len(picked)})
    return redirect("dam:collection", key=key)
