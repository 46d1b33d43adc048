"""The list of what is coming in, with how far each file is, and the quarantine."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dam.lifecycle import IllegalTransition
from dam.people import person
from ingest import ingests, standings
from ingest.models import Ingest, IngestState, Upload, UploadState

PER_PAGE = 50
UNDER_WAY = Q(state=UploadState.RECEIVING) | Q(ingest__state__in=[IngestState.QUEUED, IngestState.RUNNING])
#: What the tabs show, by the word in the address.
TABS = {
    "todos": Q(),
    "en-curso": UNDER_WAY,
    "por-atender": Q(ingest__state=IngestState.FAILED),
    "rechazados": Q(ingest__state=IngestState.REJECTED),
    "listos": Q(ingest__state__in=[IngestState.ACCEPTED, IngestState.DUPLICATE]),
}
GIVEN_UP = [UploadState.EXPIRED, UploadState.TERMINATED]


@require_safe
def ingest_list(request: HttpRequest) -> HttpResponse:
    """Show files newest first; a script asks for the table alone while something is under way."""
    seen = standings.visible(request.user).exclude(state__in=GIVEN_UP)
    if (batch := _key(request, "lote")) is not None:
        seen = seen.filter(batch=batch)
    tab = request.GET.get("estado", "todos")
    page, next_url = _page(request, seen.filter(TABS.get(tab, Q())))
    rows = standings.of(page)
    context: dict[str, Any] = {
        "rows": rows,
        "next_url": next_url,
        "tab": tab,
        "tabs": _tabs(request, seen),
        "batch": batch,
        "poll_url": request.get_full_path() if any(row.is_under_way for row in rows) else "",
    }
    name = "ingest/ingest_table.html" if request.headers.get("HX-Request") else "ingest/ingest_list.html"
    return render(request, name, context)


@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    """Show what was rejected: why, and what to do."""
    seen = standings.visible(request.user).filter(ingest__state=IngestState.REJECTED)
    page, next_url = _page(request, seen)
    return render(request, "ingest/quarantine.html", {"rows": standings.of(page), "next_url": next_url})


@require_POST
def retry(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have a failed ingest tried again, or a rejected file examined again."""
    seen = standings.visible(request.user)
    ingest = get_object_or_404(Ingest.objects.filter(upload__in=seen), pk=key)
    try:
        ingests.retry(ingest, by=person(request))
    except IllegalTransition:
        messages.info(request, _("Ya no hace falta: su estado cambió mientras tanto."))
    else:
        messages.success(request, _("Se volverá a intentar ahora."))
    return redirect("ingest:ingests")


def _page(request: HttpRequest, found: QuerySet[Upload]) -> tuple[QuerySet[Upload], str]:
    """Return one page, newest first, and the address of the next: ids grow with time, so no offset is counted."""
    if (before := _key(request, "antes")) is not None:
        found = found.filter(pk__lt=before)
    ids = list(found.order_by("-pk").values_list("pk", flat=True)[: PER_PAGE + 1])
    shown, next_url = ids[:PER_PAGE], ""
    if len(ids) > PER_PAGE:
        query = request.GET.copy()
        query["antes"] = str(shown[-1])
        next_url = f"{request.path}?{query.urlencode()}"
    return Upload.objects.filter(pk__in=shown).order_by("-pk"), next_url


def _tabs(request: HttpRequest, seen: QuerySet[Upload]) -> list[tuple[str, str, str, int | None]]:
    """Return (word, address, label, count) of each tab; only what waits for people is counted."""
    labels = {
        "todos": _("Todos"),
        "en-curso": _("En curso"),
        "por-atender": _("Por atender"),
        "rechazados": _("Rechazados"),
        "listos": _("Listos"),
    }
    counted = {"en-curso", "por-atender"}
    query = request.GET.copy()
    tabs = []
    for word, label in labels.items():
        query["estado"] = word
        query.pop("antes", None)
        count = seen.filter(TABS[word]).count() if word in counted else None
        tabs.append((word, f"{reverse('ingest:ingests')}?{query.urlencode()}", label, count))
    return tabs


def _key(request: HttpRequest, name: str) -> UUID | None:
    try:
        return UUID(request.GET.get(name, ""))
    except ValueError:
        return None
