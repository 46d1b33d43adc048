"""The trash: what lies there, putting there and taking back."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from dam import paging, permissions, tiles, trash
from dam.models import Asset
from dam.people import person
from dam.views.access import asset_for, chosen

PER_PAGE = 48


@require_safe
def trash_list(request: HttpRequest) -> HttpResponse:
    """Show what lies in the trash, of what the person sees; ``recien`` marks what was just put there."""
    seen = permissions.visible(request.user, trashed=True).select_related("trashed_by")
    page = paging.page(tiles.fetched(seen), request.GET, size=PER_PAGE, by="seq")
    just_now = set(request.GET.getlist("recien"))
    rows = [
        {"asset": asset, "tile": tiles.of(asset), "chosen": asset.code in just_now} for asset in page.rows
    ]
    return render(request, "dam/trash.html", {"rows": rows, "page": page, "just_now": just_now})


@require_POST
def put(request: HttpRequest, code: str) -> HttpResponse:
    """Put one asset in the trash; its page stays and says so."""
    asset, _version = asset_for(request, code, "trash")
    trash.put(asset, by=person(request))
    return redirect("dam:asset", code=asset.code)


@require_POST
def restore(request: HttpRequest, code: str) -> HttpResponse:
    """Take one asset out of the trash."""
    asset, _version = asset_for(request, code, "restore")
    trash.restore(asset, by=person(request))
    messages.success(request, _("Se restauró el material. Todo quedó como estaba."))
    return redirect("dam:asset", code=asset.code)


@require_POST
def put_selection(request: HttpRequest) -> HttpResponse:
    """Put the chosen assets in the trash, those that the person may; say what happened to the others."""
    picked = list(chosen(request))
    moved = [asset for asset in picked if permissions.may(request.user, "trash", asset)]
    for asset in moved:
        trash.put(asset, by=person(request))
    if moved:
        _say_moved(request, moved)
    if left := len(picked) - len(moved):
        messages.warning(
            request,
            ngettext(
                "%(count)d material se quedó donde estaba: no puede ponerlo en la papelera.",
                "%(count)d materiales se quedaron donde estaban: no puede ponerlos en la papelera.",
                left,
            )
            % {"count": left},
        )
    return redirect("search:library")


def _say_moved(request: HttpRequest, moved: Iterable[Asset]) -> None:
    codes = [asset.code for asset in moved]
    words = ngettext(
        "%(count)d material pasó a la papelera.", "%(count)d materiales pasaron a la papelera.", len(codes)
    ) % {"count": len(codes)}
    undo = f"{reverse('dam:trash')}?{urlencode({'recien': codes}, doseq=True)}"
    messages.success(request, format_html('{} <a href="{}">{}</a>', words, undo, _("Deshacer")))


@require_POST
def restore_selection(request: HttpRequest) -> HttpResponse:
    """Take the chosen assets out of the trash, those that the person may."""
    restored = 0
    for asset in chosen(request, trashed=True):
        if permissions.may(request.user, "restore", asset):
            trash.restore(asset, by=person(request))
            restored += 1
    if restored:
        words = ngettext("Se restauró %(count)d material.", "Se restauraron %(count)d materiales.", restored)
        messages.success(request, words % {"count": restored})
    return redirect("dam:trash")
