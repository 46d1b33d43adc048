"""Assets: the list that the database filters, one with its metadata, describing it, the trash."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Field, Query, Router, Schema
from pydantic import AwareDatetime

from dam import assets, metadata, permissions, trash
from dam.api import conditions, examples, schemas
from dam.api.operations import operation
from dam.api.paging import Page, Paging, listed
from dam.api.problems import Problem
from dam.api.schemas import Sent, Text
from dam.api.words import UNKNOWN, of_field
from dam.fields import FIELDS
from dam.models import Agency, Asset, Kind, Scope
from dam.people import person
from dam.shapes import PLACE_PARTS, InvalidValue, checked
from dam.views.access import asset_for

router = Router(tags=["assets"])


class AssetLine(Schema):
    """An asset in a list."""

    code: str
    kind: Kind
    title: str
    name: str = Field(description=_("El nombre con que llegó."))
    agency: schemas.AgencyRef
    created_by: schemas.PersonRef
    created_at: datetime
    trashed_at: datetime | None
    revision: int
    version: schemas.VersionRef | None = Field(description=_("La versión vigente."))


class Value(Schema):
    """The effective value of a field: who or what said it, where and when."""

    value: Any
    language: str
    source: str
    origin: str
    at: datetime


class AssetOut(AssetLine):
    """An asset whole: its metadata, and what the caller may do with it."""

    may: list[str]
    metadata: dict[str, Value]


class AssetFilters(Paging):
    """What a list of assets may be narrowed to; searching by words is /search."""

    kind: Kind | None = None
    agency: Text = Field(
        "", max_length=20, description=_("Siglas de una dependencia, con las que dependen de ella.")
    )
    created_after: AwareDatetime | None = None
    created_before: AwareDatetime | None = None
    mine: bool = Field(False, description=_("Sólo lo que usted subió."))
    trashed: bool = Field(False, description=_("Lo que está en la papelera, en vez de lo que no."))


class Description(Sent):
    """Values by field; null or empty says "nothing here". ``take_back`` lets the file's own value show again."""

    metadata: dict[str, Any] = Field(default_factory=dict)
    take_back: list[Text] = Field(default_factory=list, max_length=100)
    language: Text = Field("", max_length=20)


def line(asset: Asset) -> dict[str, Any]:
    """Return an asset as a list shows it; reads what ``assets.for_pages`` fetched."""
    return {
        "code": asset.code,
        "kind": asset.kind,
        "title": assets.title_of(asset),
        "name": asset.name,
        "agency": schemas.agency(asset.agency),
        "created_by": schemas.person(asset.created_by),
        "created_at": asset.created_at,
        "trashed_at": asset.trashed_at,
        "revision": asset.revision,
        "version": schemas.version(asset.current) if asset.current else None,
    }


def lines(found: Sequence[Asset]) -> list[Any]:
    """Return assets as a list shows them."""
    return [line(asset) for asset in found]


def whole(request: HttpRequest, asset: Asset) -> dict[str, Any]:
    """Return an asset whole as it stands now, and mark the answer with its revision."""
    fresh = assets.with_titles(Asset.objects.select_related("agency", "current", "created_by")).get(
        pk=asset.pk
    )
    conditions.state(request, fresh.revision)
    known = metadata.known(fresh)
    return line(fresh) | {
        "may": sorted(permissions.verbs(request.user, fresh)),
        "metadata": {
            key: {
                "value": one.value,
                "language": one.language,
                "source": one.source,
                "origin": one.origin,
                "at": one.at,
            }
            for key, one in known.items()
        },
    }


def opened(request: HttpRequest, code: str, verb: str) -> Asset:
    """Return the asset, its row locked, if the person may and the caller knows how it stands.

    Raises Http404, permissions.Forbidden, Problem (precondition-required, precondition-failed).
    """
    found, _version = asset_for(request, code, verb)
    locked = assets.locked(found)
    conditions.require(request, locked.revision)
    return locked


@router.get(
    "/assets",
    **operation(
        Page[AssetLine],
        scope=Scope.READ,
        summary=_("Lista de materiales"),
        description=_(
            "Lo que usted puede ver, lo más reciente primero. Para buscar con palabras, use la búsqueda."
        ),
        example=examples.page(examples.ASSET),
        paged=True,
        operation_id="list_assets",
    ),
)
def asset_list(request: HttpRequest, asked: Query[AssetFilters]) -> dict[str, Any]:
    """List what the person sees."""
    rows = permissions.visible(request.user, trashed=asked.trashed)
    if asked.kind:
        rows = rows.filter(kind=asked.kind)
    if asked.agency:
        here = Agency.objects.filter(code=asked.agency).first()
        rows = rows.filter(agency__path__startswith=here.path) if here else rows.none()
    if asked.created_after:
        rows = rows.filter(created_at__gte=asked.created_after)
    if asked.created_before:
        rows = rows.filter(created_at__lt=asked.created_before)
    if asked.mine:
        rows = rows.filter(created_by=person(request))
    rows = assets.with_titles(rows).select_related("agency", "current", "created_by")
    return listed(request, rows, asked, show=lines, by="seq")


@router.get(
    "/assets/{code}",
    **operation(
        AssetOut,
        scope=Scope.READ,
        summary=_("Un material"),
        description=_(
            "Su ficha, su versión vigente y lo que usted puede hacer con él, en la papelera también."
        ),
        example=examples.WHOLE_ASSET,
        problems=("not-found",),
        operation_id="get_asset",
    ),
)
def asset(request: HttpRequest, code: str) -> dict[str, Any]:
    """Show one asset."""
    found, _version = asset_for(request, code)
    return whole(request, found)


@router.patch(
    "/assets/{code}",
    **operation(
        AssetOut,
        scope=Scope.EDIT,
        summary=_("Escribir la ficha"),
        description=_(
            "Sólo cambian los campos que se envían. Lo que escribe una persona queda por encima de lo que decía el archivo; “take_back” lo retira."
        ),
        example=examples.WHOLE_ASSET,
        sent={"metadata": {"headline": "Jornada de vacunación en Celaya", "keywords": ["salud", "vacunas"]}},
        problems=("not-found", "forbidden"),
        conditional=True,
        operation_id="describe_asset",
    ),
)
def describe(request: HttpRequest, code: str, said: Description) -> dict[str, Any]:
    """Write a person's values."""
    with transaction.atomic():
        found = opened(request, code, "edit")
        _check(said)
        metadata.describe(found, said.metadata, by=person(request), language=said.language)
        if said.take_back:
            metadata.take_back(found, said.take_back, by=person(request), language=said.language)
        return whole(request, found)


def _check(said: Description) -> None:
    errors = []
    for key, value in said.metadata.items():
        try:
            checked(key, value)
        except InvalidValue as invalid:
            errors.append(of_field(f"metadata/{key}", str(invalid)))
            continue
        if FIELDS[key].shape == "place" and value:
            errors += [
                of_field(f"metadata/{key}/{part}", str(UNKNOWN)) for part in value if part not in PLACE_PARTS
            ]
    for position, key in enumerate(said.take_back):
        if key not in FIELDS:
            errors.append(of_field(f"take_back/{position}", key))
    if errors:
        raise Problem("invalid", errors=errors)


@router.post(
    "/assets/{code}/trash",
    **operation(
        AssetOut,
        scope=Scope.EDIT,
        summary=_("Poner en la papelera"),
        description=_("Deja de aparecer en búsquedas y listas. Nada se borra."),
        example=examples.WHOLE_ASSET | {"trashed_at": examples.INSTANT, "may": ["restore", "view"]},
        problems=("not-found", "forbidden"),
        conditional=True,
        operation_id="trash_asset",
    ),
)
def put_in_trash(request: HttpRequest, code: str) -> dict[str, Any]:
    """Put an asset in the trash."""
    with transaction.atomic():
        return whole(request, trash.put(opened(request, code, "trash"), by=person(request)))


@router.post(
    "/assets/{code}/restore",
    **operation(
        AssetOut,
        scope=Scope.EDIT,
        summary=_("Sacar de la papelera"),
        description=_("Todo queda como estaba."),
        example=examples.WHOLE_ASSET,
        problems=("not-found", "forbidden"),
        conditional=True,
        operation_id="restore_asset",
    ),
)
def restore(request: HttpRequest, code: str) -> dict[str, Any]:
    """Take an asset out of the trash."""
    with transaction.atomic():
        return whole(request, trash.restore(opened(request, code, "restore"), by=person(request)))
