"""Pages of a list: opaque cursors over dam.paging, so that nothing is missed or repeated while rows arrive."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode

from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Field, Schema

from dam import paging
from dam.api.problems import Problem

MOST = 200
DEFAULT = 50
_MARK = "v1:"

M = TypeVar("M", bound=Model)
S = TypeVar("S")


class Paging(Schema):
    """What every list may be asked; a list with filters inherits from it."""

    limit: int = Field(DEFAULT, ge=1, le=MOST, description=_("Cuántos por página."))
    cursor: str = Field(
        "", max_length=200, description=_("El valor “next” de la página anterior; vacío pide la primera.")
    )


class Page(Schema, Generic[S]):
    """One page of a list, newest first."""

    items: list[S]
    next: str | None = Field(description=_("Cursor de la página siguiente; null en la última."))


def listed(
    request: HttpRequest, rows: QuerySet[M], asked: Paging, *, show: Callable[[Sequence[M]], list[S]], by: str
) -> dict[str, Any]:
    """Return the page that was asked for; the answer also carries a Link to the next one (RFC 8288).

    ``by`` is a unique column that grows with time. Raises Problem invalid-cursor.
    """
    try:
        found, last = paging.after(rows, _read(asked.cursor), size=asked.limit, by=by)
    except paging.InvalidCursor:
        raise Problem("invalid-cursor") from None
    following = _written(last) if last else None
    if following:
        rest = [(key, value) for key, values in request.GET.lists() if key != "cursor" for value in values]
        link = f"{request.path}?{urlencode([*rest, ('cursor', following)])}"
        request.api_link = f'<{link}>; rel="next"'  # type: ignore[attr-defined]  # read by dam.api.frame
    return {"items": show(found), "next": following}


def _written(value: str) -> str:
    return urlsafe_b64encode(f"{_MARK}{value}".encode()).decode().rstrip("=")


def _read(cursor: str) -> str:
    if not cursor:
        return ""
    try:
        text = urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
    except ValueError:
        raise paging.InvalidCursor from None
    value = text.removeprefix(_MARK)
    if not value or _written(value) != cursor:
        raise paging.InvalidCursor
    return value
