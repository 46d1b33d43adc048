"""The table of files that come in: what waits for people first, then what is under way, then the rest by pages."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dam import paging, permissions
from dam.people import person
from ingest import standings
from ingest.models import IngestState, Upload, UploadState
from ingest.standings import Standing

PER_PAGE = 50
#: On the first page, of each group that stands above the rest.
FIRST = 20
FAILED = Q(ingest__state=IngestState.FAILED, ingest__next_attempt_at__isnull=True)
UNDER_WAY = (
    Q(state=UploadState.RECEIVING)
    | Q(state=UploadState.COMPLETE, ingest__isnull=True)
    | Q(ingest__state__in=[IngestState.QUEUED, IngestState.RUNNING])
    | Q(ingest__state=IngestState.FAILED, ingest__next_attempt_at__isnull=False)
)
#: The tabs: the word in the address, what it is called, what it shows, and whether it is counted.
TABS: tuple[tuple[str, str | Promise, Q, bool], ...] = (
    ("", _("Todos"), Q(), False),
    ("por-atender", _("Por atender"), FAILED, True),
    ("en-curso", _("En curso"), UNDER_WAY, True),
    ("en-el-acervo", _("En el acervo"), Q(ingest__state=IngestState.ACCEPTED), False),
    ("ya-estaban", _("Ya estaban"), Q(ingest__state=IngestState.DUPLICATE), False),
    ("rechazados", _("Rechazados"), Q(ingest__state=IngestState.REJECTED), False),
    ("abandonados", _("Abandonados"), Q(state=UploadState.EXPIRED), False),
)


@dataclass(frozen=True)
class Group:
    """Rows that stand together; ``title`` is empty where there is only one group. ``more`` are not shown here."""

    key: str
    title: str | Promise
    rows: list[Standing]
    more: int = 0


@dataclass(frozen=True)
class Tab:
    """One tab; its count is None where nobody waits for it."""

    word: str
    url: str
    title: str | Promise
    count: int | None
    here: bool


def files_in(request: HttpRequest) -> QuerySet[Upload]:
    """Return the files the person sees, without what the sender cancelled."""
    return standings.visible(request.user).exclude(state=UploadState.TERMINATED)


def table(request: HttpRequest, files: QuerySet[Upload]) -> dict[str, Any]:
    """Return what templates/ingest/table.html needs for these files and the tab that ``?estado=`` names.

    ``poll_url`` is where the table asks for itself again; empty once nothing is under way.
    """
    word = request.GET.get("estado", "")
    chosen = next((shown for known, _title, shown, _counted in TABS if known == word), Q())
    first_page = paging.PARAMETER not in request.GET
    above = _above(request, files) if not word and first_page else []
    rest = files.exclude(FAILED).exclude(UNDER_WAY) if not word else files.filter(chosen)
    page = paging.page(rest.only("id"), request.GET, size=PER_PAGE)
    rows = _rows(request, [upload.pk for upload in page.rows])
    title = _("Terminados") if above else ""
    groups = [*above, Group("terminados", title, rows)] if rows else above
    moving = any(row.is_under_way for group in groups for row in group.rows)
    return {
        "groups": groups,
        "page": page,
        "word": word,
        "others": _sees_others(request),
        "poll_url": request.get_full_path() if moving else "",
        "here": request.get_full_path(),
    }


def tabs(request: HttpRequest, files: QuerySet[Upload]) -> list[Tab]:
    """Return the tabs over these files."""
    word = request.GET.get("estado", "")
    return [
        Tab(
            known,
            f"{request.path}?{urlencode({'estado': known})}" if known else request.path,
            title,
            files.filter(shown).count() if counted else None,
            known == word,
        )
        for known, title, shown, counted in TABS
    ]


def _above(request: HttpRequest, files: QuerySet[Upload]) -> list[Group]:
    """Return the groups of the first page that have rows: what waits for people, and what is under way."""
    found = []
    for key, title, shown in (
        ("por-atender", _("Por atender"), FAILED),
        ("en-curso", _("En curso"), UNDER_WAY),
    ):
        keys = list(files.filter(shown).order_by("-id").values_list("pk", flat=True)[: FIRST + 1])
        if keys:
            more = files.filter(shown).count() - FIRST if len(keys) > FIRST else 0
            found.append(Group(key, title, _rows(request, keys[:FIRST]), more))
    return found


def _rows(request: HttpRequest, keys: list[UUID]) -> list[Standing]:
    return standings.of(Upload.objects.filter(pk__in=keys).order_by("-id"), by=person(request))


def _sees_others(request: HttpRequest) -> bool:
    """Answer whether files of other people are in the list, so that it must say whose each is."""
    who = permissions.standing(request.user)
    return who is not None and (
        who.sees_everything or permissions.agencies_for(request.user, "edit").exists()
    )
