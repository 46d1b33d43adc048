"""Productions: list, one, open, edit, close and reopen."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Schema
from ninja.responses import Status

from dam import permissions, productions
from dam.api import conditions, examples, schemas
from dam.api.operations import operation
from dam.api.paging import Page, Paging, listed
from dam.api.problems import Problem
from dam.api.schemas import Line, Sent, Text
from dam.api.words import of_field
from dam.models import Agency, Genre, Production, ProductionState, Scope, User
from dam.people import person
from dam.views.access import production_for

router = Router(tags=["productions"])
REFUSED = ("not-found", "forbidden")


class ProductionLine(Schema):
    """A production in a list."""

    id: UUID
    title: str
    genre: Genre
    state: ProductionState
    agency: schemas.AgencyRef
    created_at: datetime


class ProductionOut(ProductionLine):
    """A production whole, with its team."""

    description: str
    members: list[schemas.PersonRef]
    may: list[str]


class ProductionFilters(Paging):
    """What a list of productions may be narrowed to."""

    state: ProductionState | None = None
    genre: Genre | None = None


class NewProduction(Sent):
    """What is said of a new production. Who opens it is in its team."""

    title: Line
    agency: Text
    genre: Genre = Genre.SPOT
    description: Text = ""


class ProductionEdit(Sent):
    """What changes; what is not sent stays."""

    title: Line | None = None
    genre: Genre | None = None
    description: Text | None = None
    members: list[UUID] | None = None
    state: ProductionState | None = None


PRODUCTION: dict[str, Any] = {
    "id": "01999f5e-7c1a-7000-8000-000000000005",
    "title": "Vacunación de invierno",
    "genre": "spot",
    "state": "open",
    "agency": examples.AGENCY,
    "created_at": examples.INSTANT,
}
WHOLE = PRODUCTION | {
    "description": "",
    "members": [examples.PERSON],
    "may": ["contribute", "download", "edit", "view"],
}


def state_of(production: Production) -> str:
    """Return what somebody who writes must have seen: everything that can be written, as it stands."""
    team = sorted(str(key) for key in production.members.values_list("pk", flat=True))
    said = (production.title, production.genre, production.description, production.state)
    return conditions.digest(said, production.state_since, team)


def _lines(found: Sequence[Production]) -> list[dict[str, Any]]:
    return [
        {
            "id": one.pk,
            "title": one.title,
            "genre": one.genre,
            "state": one.state,
            "agency": schemas.agency(one.agency),
            "created_at": one.created_at,
        }
        for one in found
    ]


def _whole(request: HttpRequest, key: UUID) -> dict[str, Any]:
    found = Production.objects.select_related("agency").get(pk=key)
    conditions.state(request, state_of(found))
    [said] = _lines([found])
    return said | {
        "description": found.description,
        "members": [schemas.person(one) for one in found.members.order_by("username")],
        "may": sorted(permissions.verbs(request.user, found)),
    }


def _opened(request: HttpRequest, key: UUID) -> Production:
    """Return the production, its row locked, if the person may edit it and knows how it stands."""
    production_for(request, key, "edit")
    locked = Production.objects.select_for_update(of=("self",), no_key=True).get(pk=key)
    conditions.require(request, state_of(locked))
    return locked


@router.get(
    "/productions",
    **operation(
        Page[ProductionLine],
        scope=Scope.READ,
        summary=_("Lista de producciones"),
        description=_("Las que usted puede ver, lo más reciente primero."),
        example=examples.page(PRODUCTION),
        paged=True,
        operation_id="list_productions",
    ),
)
def production_list(request: HttpRequest, asked: Query[ProductionFilters]) -> dict[str, Any]:
    """List the productions that the person sees."""
    rows = permissions.visible_productions(request.user).select_related("agency")
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.genre:
        rows = rows.filter(genre=asked.genre)
    return listed(request, rows, asked, show=_lines, by="id")


@router.post(
    "/productions",
    **operation(
        ProductionOut,
        scope=Scope.EDIT,
        status=201,
        summary=_("Abrir una producción"),
        description=_("En una dependencia donde usted puede producir."),
        example=WHOLE,
        sent={"title": "Vacunación de invierno", "agency": "SSG", "genre": "spot"},
        problems=("forbidden",),
        operation_id="create_production",
    ),
)
def create(request: HttpRequest, said: NewProduction) -> Status[dict[str, Any]]:
    """Open a production."""
    able = permissions.agencies_for(request.user, "produce")
    if not able.exists():
        raise permissions.Forbidden(gettext("Ninguna de sus funciones permite abrir producciones."))
    agency = (
        able.filter(code=said.agency).first() if Agency.objects.filter(code=said.agency).exists() else None
    )
    if agency is None:
        raise Problem(
            "invalid", errors=[of_field("agency", gettext("No es una dependencia donde pueda producir."))]
        )
    made = productions.create(
        said.title, agency=agency, genre=said.genre, description=said.description, by=person(request)
    )
    return Status(201, _whole(request, made.pk))


@router.get(
    "/productions/{uuid:key}",
    **operation(
        ProductionOut,
        scope=Scope.READ,
        summary=_("Una producción"),
        description=_("Qué es, su equipo y lo que usted puede hacer en ella."),
        example=WHOLE,
        problems=("not-found",),
        operation_id="get_production",
    ),
)
def production(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """Show one production."""
    return _whole(request, production_for(request, key).pk)


@router.patch(
    "/productions/{uuid:key}",
    **operation(
        ProductionOut,
        scope=Scope.EDIT,
        summary=_("Editar, cerrar o reabrir una producción"),
        description=_(
            "Sólo cambia lo que se envía: título, tipo, descripción, equipo (identificadores) o estado."
        ),
        example=WHOLE | {"state": "closed"},
        sent={"state": "closed"},
        problems=(*REFUSED, "conflict"),
        conditional=True,
        operation_id="edit_production",
    ),
)
def edit(request: HttpRequest, key: UUID, said: ProductionEdit) -> dict[str, Any]:
    """Edit a production."""
    by = person(request)
    with transaction.atomic():
        found = _opened(request, key)
        team = _team(said)
        if {"title", "genre", "description"} & said.model_fields_set:
            productions.edit(
                found,
                title=said.title or found.title,
                genre=said.genre or found.genre,
                description=found.description if said.description is None else said.description,
                by=by,
            )
        if team is not None:
            productions.set_members(found, team, by=by)
        if said.state and said.state != found.state:
            (productions.close if said.state == ProductionState.CLOSED else productions.reopen)(found, by=by)
        return _whole(request, key)


def _team(said: ProductionEdit) -> list[User] | None:
    if said.members is None:
        return None
    team = list(User.objects.filter(pk__in=said.members, is_active=True))
    if len(team) != len(set(said.members)):
        raise Problem(
            "invalid",
            errors=[of_field("members", gettext("Hay personas que no existen o no están activas."))],
        )
    return team
