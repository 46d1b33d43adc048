"""The assets in a production: which, with what role, putting one in and taking one out."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Schema
from ninja.responses import Status

from dam import assets, permissions, productions
from dam.api import examples
from dam.api.assets import AssetLine, line
from dam.api.operations import operation
from dam.api.paging import Page, Paging, listed
from dam.api.problems import Problem
from dam.models import ProductionAsset, ProductionState, Scope, UseRole
from dam.people import person
from dam.views.access import asset_for, production_for

router = Router(tags=["productions"])
REFUSED = ("not-found", "forbidden")
USE = {"role": "used_in", "added_at": examples.INSTANT, "asset": examples.ASSET}


class Use(Schema):
    """An asset in a production with its role."""

    role: UseRole
    added_at: datetime
    asset: AssetLine


@router.get(
    "/productions/{uuid:key}/assets",
    **operation(
        Page[Use],
        scope=Scope.READ,
        summary=_("Material de una producción"),
        description=_("De lo que está en ella, lo que usted puede ver, con la función de cada material."),
        example=examples.page(USE),
        problems=("not-found",),
        paged=True,
        operation_id="list_production_assets",
    ),
)
def uses(request: HttpRequest, key: UUID, asked: Query[Paging]) -> dict[str, Any]:
    """List the assets in a production."""
    found = production_for(request, key)
    seen = permissions.visible(request.user)
    rows = ProductionAsset.objects.filter(production=found, asset__in=seen)

    def show(page: Sequence[ProductionAsset]) -> list[Any]:
        named = assets.with_titles(seen.filter(pk__in=[one.asset_id for one in page]))
        known = {one.pk: one for one in named.select_related("agency", "current", "created_by")}
        return [
            {"role": one.role, "added_at": one.added_at, "asset": line(known[one.asset_id])}
            for one in page
            if one.asset_id in known
        ]

    return listed(request, rows, asked, show=show, by="id")


@router.put(
    "/productions/{uuid:key}/assets/{code}/{role}",
    **operation(
        None,
        scope=Scope.EDIT,
        status=204,
        summary=_("Poner un material en una producción"),
        description=_("Con una función: shot_for, used_in u output_of. Dos veces es una."),
        problems=(*REFUSED, "conflict", "invalid"),
        unsafe=True,
        operation_id="use_asset",
    ),
)
def use(request: HttpRequest, key: UUID, code: str, role: UseRole) -> Status[None]:
    """Put an asset in a production."""
    found = production_for(request, key, "contribute")
    asset, _version = asset_for(request, code, "download")
    if found.state != ProductionState.OPEN:
        raise Problem("conflict", gettext("La producción está cerrada."))
    productions.use(found, asset, role=role, by=person(request))
    return Status(204, None)


@router.delete(
    "/productions/{uuid:key}/assets/{code}/{role}",
    **operation(
        None,
        scope=Scope.EDIT,
        status=204,
        summary=_("Quitar un material de una producción"),
        description=_("El material sigue en el acervo."),
        problems=(*REFUSED, "invalid"),
        unsafe=True,
        operation_id="stop_using_asset",
    ),
)
def stop_using(request: HttpRequest, key: UUID, code: str, role: UseRole) -> Status[None]:
    """Take an asset out of a production."""
    found = production_for(request, key, "contribute")
    asset, _version = asset_for(request, code)
    used = found.uses.filter(asset=asset, role=role).select_related("production", "asset").first()
    if used is None:
        raise Http404(code)
    productions.stop_using(used, by=person(request))
    return Status(204, None)
