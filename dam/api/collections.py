"""Collections: list, one, start, edit, delete, and the assets in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Schema
from ninja.responses import Status

from dam import assets, collections, permissions
from dam.api import conditions, examples, schemas
from dam.api.assets import AssetLine, line
from dam.api.operations import operation
from dam.api.paging import Page, Paging, listed
from dam.api.schemas import Line, Sent
from dam.models import Collection, CollectionItem, Scope
from dam.people import person
from dam.views.access import asset_for, collection_for

router = Router(tags=["collections"])


class CollectionOut(Schema):
    """A list somebody keeps. It gives no access to what is in it."""

    id: UUID
    title: str
    owner: schemas.PersonRef
    agency: schemas.AgencyRef
    shared: bool
    created_at: datetime
    mine: bool


class NewCollection(Sent):
    """What is said of a new collection."""

    title: Line
    shared: bool = False


class CollectionEdit(Sent):
    """What changes; what is not sent stays."""

    title: Line | None = None
    shared: bool | None = None


COLLECTION: dict[str, Any] = {
    "id": "01999f5e-7c1a-7000-8000-000000000006",
    "title": "Portadas del año",
    "owner": examples.PERSON,
    "agency": examples.AGENCY,
    "shared": False,
    "created_at": examples.INSTANT,
    "mine": True,
}


def state_of(found: Collection) -> str:
    """Return what somebody who writes must have seen."""
    return conditions.digest(found.title, found.shared)


def _shown(request: HttpRequest, found: Sequence[Collection]) -> list[Any]:
    return [
        {
            "id": one.pk,
            "title": one.title,
            "owner": schemas.person(one.owner),
            "agency": schemas.agency(one.agency),
            "shared": one.shared,
            "created_at": one.created_at,
            "mine": collections.may_edit(request.user, one),
        }
        for one in found
    ]


def _whole(request: HttpRequest, found: Collection) -> dict[str, Any]:
    conditions.state(request, state_of(found))
    [said] = _shown(request, [found])
    return dict(said)


def _mine(request: HttpRequest, key: UUID) -> Collection:
    """Return a collection that is the person's to change. Raises Http404, permissions.Forbidden."""
    found = collection_for(request, key)
    if not collections.may_edit(request.user, found):
        raise permissions.Forbidden(gettext("Sólo quien la hizo puede cambiar una colección."))
    return found


def _opened(request: HttpRequest, key: UUID) -> Collection:
    """Return the collection, its row locked, if it is theirs and they know how it stands."""
    _mine(request, key)
    rows = Collection.objects.select_related("owner", "agency")
    locked = rows.select_for_update(of=("self",)).filter(pk=key).first()
    if locked is None:
        raise Http404(str(key))
    conditions.require(request, state_of(locked))
    return locked


@router.get(
    "/collections",
    **operation(
        Page[CollectionOut],
        scope=Scope.READ,
        summary=_("Lista de colecciones"),
        description=_("Las suyas y las que comparte su dependencia."),
        example=examples.page(COLLECTION),
        paged=True,
        operation_id="list_collections",
    ),
)
def collection_list(request: HttpRequest, asked: Query[Paging]) -> dict[str, Any]:
    """List the collections that the person sees."""
    rows = collections.visible(request.user).select_related("owner", "agency")
    return listed(request, rows, asked, show=lambda found: _shown(request, found), by="id")


@router.post(
    "/collections",
    **operation(
        CollectionOut,
        scope=Scope.EDIT,
        status=201,
        summary=_("Empezar una colección"),
        description=_("Queda a su nombre; con “shared” la ve su dependencia."),
        example=COLLECTION,
        sent={"title": "Portadas del año"},
        problems=("forbidden",),
        operation_id="create_collection",
    ),
)
def create(request: HttpRequest, said: NewCollection) -> Status[dict[str, Any]]:
    """Start a collection."""
    by = person(request)
    made = collections.create(said.title, agency=collections.home_of(by), shared=said.shared, by=by)
    return Status(201, _whole(request, made))


@router.get(
    "/collections/{uuid:key}",
    **operation(
        CollectionOut,
        scope=Scope.READ,
        summary=_("Una colección"),
        description=_("De quién es y quién la ve."),
        example=COLLECTION,
        problems=("not-found",),
        operation_id="get_collection",
    ),
)
def collection(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """Show one collection."""
    return _whole(request, collection_for(request, key))


@router.patch(
    "/collections/{uuid:key}",
    **operation(
        CollectionOut,
        scope=Scope.EDIT,
        summary=_("Editar una colección"),
        description=_("Sólo cambia lo que se envía."),
        example=COLLECTION,
        sent={"title": "Portadas de 2026", "shared": True},
        problems=("not-found", "forbidden"),
        conditional=True,
        operation_id="edit_collection",
    ),
)
def edit(request: HttpRequest, key: UUID, said: CollectionEdit) -> dict[str, Any]:
    """Edit a collection."""
    with transaction.atomic():
        found = _opened(request, key)
        title = found.title if said.title is None else said.title
        shared = found.shared if said.shared is None else said.shared
        return _whole(request, collections.edit(found, title=title, shared=shared, by=person(request)))


@router.delete(
    "/collections/{uuid:key}",
    **operation(
        None,
        scope=Scope.EDIT,
        status=204,
        summary=_("Borrar una colección"),
        description=_("El material sigue en el acervo."),
        problems=("not-found", "forbidden"),
        conditional=True,
        operation_id="delete_collection",
    ),
)
def delete(request: HttpRequest, key: UUID) -> Status[None]:
    """Delete a collection."""
    with transaction.atomic():
        collections.delete(_opened(request, key), by=person(request))
    return Status(204, None)


@router.get(
    "/collections/{uuid:key}/assets",
    **operation(
        Page[AssetLine],
        scope=Scope.READ,
        summary=_("Material de una colección"),
        description=_("De lo que está en ella, lo que usted puede ver; lo último que se agregó, primero."),
        example=examples.page(examples.ASSET),
        problems=("not-found",),
        paged=True,
        operation_id="list_collection_assets",
    ),
)
def items(request: HttpRequest, key: UUID, asked: Query[Paging]) -> dict[str, Any]:
    """List the assets in a collection."""
    seen = permissions.visible(request.user)
    rows = CollectionItem.objects.filter(collection=collection_for(request, key), asset__in=seen)

    def show(page: Sequence[CollectionItem]) -> list[Any]:
        named = assets.with_titles(seen.filter(pk__in=[one.asset_id for one in page]))
        known = {one.pk: one for one in named.select_related("agency", "current", "created_by")}
        return [line(known[one.asset_id]) for one in page if one.asset_id in known]

    return listed(request, rows, asked, show=show, by="id")


@router.put(
    "/collections/{uuid:key}/assets/{code}",
    **operation(
        None,
        scope=Scope.EDIT,
        status=204,
        summary=_("Agregar un material a una colección"),
        description=_("Dos veces es una."),
        problems=("not-found", "forbidden"),
        unsafe=True,
        operation_id="collect_asset",
    ),
)
def add(request: HttpRequest, key: UUID, code: str) -> Status[None]:
    """Add an asset."""
    found = _mine(request, key)
    asset, _version = asset_for(request, code)
    collections.add(found, [asset], by=person(request))
    return Status(204, None)


@router.delete(
    "/collections/{uuid:key}/assets/{code}",
    **operation(
        None,
        scope=Scope.EDIT,
        status=204,
        summary=_("Quitar un material de una colección"),
        description=_("El material sigue en el acervo."),
        problems=("not-found", "forbidden"),
        unsafe=True,
        operation_id="uncollect_asset",
    ),
)
def remove(request: HttpRequest, key: UUID, code: str) -> Status[None]:
    """Take an asset out."""
    found = _mine(request, key)
    asset, _version = asset_for(request, code)
    collections.remove(found, asset, by=person(request))
    return Status(204, None)
