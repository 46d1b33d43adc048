"""What a page is about, if the person may: what they may not see is not there for them."""

from collections.abc import Iterable
from uuid import UUID

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from dam import assets, collections, permissions
from dam.models import Asset, AssetVersion, Collection, Production
from dam.people import person


def asset_for(request: HttpRequest, code: str, verb: str = "view") -> tuple[Asset, AssetVersion]:
    """Return an asset, in the trash too, and the version its code means.

    Raises Http404 where the person may not see it, permissions.Forbidden where they may not ``verb`` it.
    """
    try:
        asset, version = assets.by_code(code, Asset.objects.select_related("trashed_by"))
    except Asset.DoesNotExist:
        raise Http404(code) from None
    if not permissions.may(request.user, "view", asset):
        raise Http404(code)
    if verb != "view":
        permissions.require(request.user, verb, asset)
    return asset, version


def production_for(request: HttpRequest, key: UUID, verb: str = "view") -> Production:
    """Return a production. Raises Http404 or permissions.Forbidden as ``asset_for`` does."""
    production = get_object_or_404(Production.objects.select_related("agency", "created_by"), pk=key)
    if not permissions.may(request.user, "view", production):
        raise Http404(str(key))
    if verb != "view":
        permissions.require(request.user, verb, production)
    return production


def collection_for(request: HttpRequest, key: UUID, *, edit: bool = False) -> Collection:
    """Return a collection that the person sees; with ``edit`` it must be theirs."""
    collection = get_object_or_404(
        collections.visible(request.user).select_related("owner", "agency"), pk=key
    )
    if edit and not collections.may_edit(person(request), collection):
        raise Http404(str(key))
    return collection


def chosen(request: HttpRequest, *, trashed: bool = False) -> Iterable[Asset]:
    """Return the assets whose codes were sent as ``asset`` and that the person sees."""
    seen = permissions.visible(request.user, trashed=trashed)
    return seen.filter(code__in=codes(request)).select_related("agency")


def codes(request: HttpRequest) -> list[str]:
    """Return what was sent as ``asset`` and can be a code."""
    return [code for code in request.POST.getlist("asset") if code.isalnum()]


def trail(asset: Asset, title: str) -> list[tuple[str, str]]:
    """Return the way to a page below an asset's: the library, then the asset."""
    return [(reverse("search:library"), _("Acervo")), (reverse("dam:asset", args=[asset.code]), title)]
