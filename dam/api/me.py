"""Who the caller is and what it may do; the agencies; the record of what was done to an asset."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Schema

from dam import events, permissions
from dam.api import auth, examples, schemas
from dam.api.operations import operation
from dam.api.paging import Page, Paging, listed
from dam.models import Agency, Event, Scope
from dam.people import person
from dam.views.access import asset_for

router = Router(tags=["account"])


class RoleOut(Schema):
    """A role in force, and what it lets one do in its agency."""

    role: str
    agency: str
    verbs: list[str]


class Me(Schema):
    """The person, their roles, and the scopes of the token that asks (null: a session)."""

    id: UUID
    username: str
    name: str
    administrator: bool
    roles: list[RoleOut]
    scopes: list[str]
    token: str | None
    token_expires_at: datetime | None


class AgencyOut(schemas.AgencyRef):
    """An agency in the tree."""

    path: str
    parent: str | None


class EventOut(Schema):
    """What was done, by whom (null: the system) and when; ``digest`` chains it to the one before."""

    seq: int
    verb: str
    by: schemas.PersonRef | None
    at: datetime
    digest: str


ME = {
    "id": examples.PERSON["id"],
    "username": "ana",
    "name": "Ana Ruiz",
    "administrator": False,
    "roles": [{"role": "producer", "agency": "SSG", "verbs": ["download", "edit", "view"]}],
    "scopes": ["read", "download"],
    "token": "Respaldo nocturno",
    "token_expires_at": examples.INSTANT,
}
EVENT = {
    "seq": 3,
    "verb": "described",
    "by": examples.PERSON,
    "at": examples.INSTANT,
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
}


@router.get(
    "/me",
    **operation(
        Me,
        scope=Scope.READ,
        summary=_("Quién soy"),
        description=_("La persona, sus funciones vigentes y los alcances de la clave con que se pregunta."),
        example=ME,
        operation_id="get_me",
    ),
)
def me(request: HttpRequest) -> dict[str, Any]:
    """Say who asks."""
    user, caller = person(request), auth.caller(request)
    memberships = user.memberships.current().select_related("agency").order_by("since", "pk")
    return {
        "id": user.pk,
        "username": user.username,
        "name": str(user),
        "administrator": user.is_superuser,
        "roles": [
            {"role": one.role, "agency": one.agency.code, "verbs": sorted(permissions.ROLE_VERBS[one.role])}
            for one in memberships
        ],
        "scopes": list(caller.scopes),
        "token": caller.token.name if caller.token else None,
        "token_expires_at": caller.token.expires_at if caller.token else None,
    }


@router.get(
    "/agencies",
    **operation(
        Page[AgencyOut],
        scope=Scope.READ,
        summary=_("Dependencias"),
        description=_("El árbol de dependencias; “path” dice de quién depende cada una."),
        example=examples.page(examples.AGENCY | {"path": "GTO/SSG/", "parent": "GTO"}),
        paged=True,
        operation_id="list_agencies",
    ),
)
def agencies(request: HttpRequest, asked: Query[Paging]) -> dict[str, Any]:
    """List the agencies."""

    def show(found: Sequence[Agency]) -> list[Any]:
        return [
            schemas.agency(one) | {"path": one.path, "parent": one.parent.code if one.parent else None}
            for one in found
        ]

    return listed(request, Agency.objects.select_related("parent"), asked, show=show, by="id")


@router.get(
    "/assets/{code}/events",
    tags=["assets"],
    **operation(
        Page[EventOut],
        scope=Scope.READ,
        summary=_("Registro de un material"),
        description=_("Lo que se hizo con él, lo último primero. No se puede cambiar ni borrar."),
        example=examples.page(EVENT),
        problems=("not-found",),
        paged=True,
        operation_id="list_asset_events",
    ),
)
def asset_events(request: HttpRequest, code: str, asked: Query[Paging]) -> dict[str, Any]:
    """List the events of an asset. Their data may name what the person does not see, and is left out."""
    asset, _version = asset_for(request, code)

    def show(found: Sequence[Event]) -> list[Any]:
        return [
            {
                "seq": one.seq,
                "verb": one.verb,
                "by": schemas.person(one.actor) if one.actor else None,
                "at": one.at,
                "digest": one.digest,
            }
            for one in found
        ]

    return listed(request, events.of(asset).select_related("actor"), asked, show=show, by="seq")
