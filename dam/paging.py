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


def page(rows: QuerySet[T], asked: QueryDict, *, size: int, by: str = "id") -> Page[T]:
    """Return the page that ``?desde=`` asks for, newest first. ``by`` is a unique column that grows with time.

    A cursor that is not one means the first page.
    """
    cursor = asked.get(PARAMETER, "")
    ordered = rows.order_by(f"-{by}")
    try:
        chosen = ordered.filter(**{f"{by}__lt": cursor}) if cursor else ordered
        found = list(chosen[: size + 1])
    except (ValueError, ValidationError):
        cursor, found = "", list(ordered[: size + 1])
    more = len(found) > size
    found = found[:size]
    last = getattr(found[-1], by) if more else None
    rest = [(key, value) for key, values in asked.lists() if key != PARAMETER for value in values]
    return Page(
        found,
        "?" + urlencode([*rest, (PARAMETER, str(last))]) if last is not None else "",
        "?" + urlencode(rest) if cursor else "",
    )
