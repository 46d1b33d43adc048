"""Keyset paging: pages that stay right while rows arrive, at the same cost however far one goes."""

from dataclasses import dataclass
from typing import Generic, TypeVar
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import QueryDict

T = TypeVar("T", bound=Model)
PARAMETER = "desde"


@dataclass(frozen=True)
class Page(Generic[T]):
    """The rows of a page, and the addresses (query strings) of the next and of the first; empty where none."""

    rows: list[T]
    next_url: str
    first_url: str


class InvalidCursor(Exception):
    """What was sent as a cursor is not one of this list."""


def after(rows: QuerySet[T], cursor: str, *, size: int, by: str) -> tuple[list[T], str]:
    """Return the rows after a cursor (the first where it is empty), newest first, and the cursor of the next page.

    ``by`` is a unique column that grows with time; the cursor is its value in the last row, empty at the end. Raises
    InvalidCursor.
    """
    ordered = rows.order_by(f"-{by}")
    try:
        chosen = ordered.filter(**{f"{by}__lt": cursor}) if cursor else ordered
        found = list(chosen[: size + 1])
    except (ValueError, ValidationError):
        raise InvalidCursor(cursor) from None
    more = len(found) > size
    found = found[:size]
    return found, str(getattr(found[-1], by)) if more else ""


def page(rows: QuerySet[T], asked: QueryDict, *, size: int, by: str = "id") -> Page[T]:
    """Return the page that ``?desde=`` asks for, newest first. ``by`` is a unique column that grows with time.

    A cursor that is not one means the first page.
    """
    cursor = asked.get(PARAMETER, "")
    try:
        found, last = after(rows, cursor, size=size, by=by)
    except InvalidCursor:
        cursor = ""
        found, last = after(rows, cursor, size=size, by=by)
    rest = [(key, value) for key, values in asked.lists() if key != PARAMETER for value in values]
    return Page(
        found,
        "?" + urlencode([*rest, (PARAMETER, last)]) if last else "",
        "?" + urlencode(rest) if cursor else "",
    )
