"""The shapes that several resources share."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from ninja import Field, Schema
from pydantic import ConfigDict, StringConstraints

from dam.models import Agency, AssetVersion, User

#: Text without the character that the database has not.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
Line = Annotated[
    str, StringConstraints(pattern=r"^[^\x00]*$", strip_whitespace=True, min_length=1, max_length=200)
]
Code = Annotated[str, StringConstraints(pattern=r"^[0-9A-Za-z]+$", max_length=10)]


class Sent(Schema):
    """What a program sends: a name that nobody knows is a mistake, not a wish."""

    model_config = ConfigDict(extra="forbid")


class AgencyRef(Schema):
    """An agency in few words."""

    code: str
    name: str


class PersonRef(Schema):
    """A person in few words."""

    id: UUID
    name: str


class VersionRef(Schema):
    """A version in few words; durations are ticks at ``edit_rate`` ("30000/1001" per second)."""

    code: str
    number: int
    mime: str
    created_at: datetime
    width: int | None
    height: int | None
    duration_ticks: int | None
    edit_rate: str | None
    duration_ms: int | None = Field(description="Rounded, for showing; the truth is duration_ticks.")


def agency(found: Agency) -> dict[str, Any]:
    """Return an agency in few words."""
    return {"code": found.code, "name": found.name}


def person(found: User) -> dict[str, Any]:
    """Return a person in few words."""
    return {"id": found.pk, "name": str(found)}


def version(found: AssetVersion) -> dict[str, Any]:
    """Return a version in few words."""
    rate = found.edit_rate
    return {
        "code": found.code,
        "number": found.number,
        "mime": found.mime,
        "created_at": found.created_at,
        "width": found.width,
        "height": found.height,
        "duration_ticks": found.duration_ticks,
        "edit_rate": f"{rate.numerator}/{rate.denominator}" if rate else None,
        "duration_ms": found.duration_ms,
    }
