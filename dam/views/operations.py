"""Operation: how much is kept, what is at work, and the ways to the pages of the other houses."""

from typing import Any

from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from procrastinate.contrib.django.models import ProcrastinateJob

from dam import health, permissions
from dam.health import Level
from dam.models import Kind, Placement, PlacementState, Rendition, StoredFile

AT_WORK = {"todo", "doing", "failed"}


@require_safe
def operations(request: HttpRequest) -> HttpResponse:
    """Show the counts. What lies in the stores is told to those who see everything; others count what they see."""
    seen = permissions.visible(request.user)
    by_kind = dict(seen.order_by().values_list("kind").annotate(Count("pk")))
    context: dict[str, Any] = {
        "kinds": [
            (kind, Kind(kind).label, by_kind.get(kind, 0)) for kind in Kind.values if by_kind.get(kind)
        ],
        "total": sum(by_kind.values()),
        "in_trash": permissions.visible(request.user, trashed=True).count(),
        "queues": _queues(),
    }
    if permissions.words_of(request.user) is None:
        context |= _kept() | {"checks": health.examine(Level.PAGE)}
    return render(request, "dam/operations.html", context)


def _queues() -> list[dict[str, Any]]:
    """Return, by queue, how many jobs wait, run and have failed."""
    words = {
        "ingest": _("Ingreso"),
        "transcode": _("Conversión"),
        "search": _("Búsqueda"),
        "default": _("General"),
    }
    counted = (
        ProcrastinateJob.objects.filter(status__in=AT_WORK)
        .order_by()
        .values_list("queue_name", "status")
        .annotate(Count("pk"))
    )
    queues: dict[str, dict[str, Any]] = {
        name: {"words": label, "todo": 0, "doing": 0, "failed": 0} for name, label in words.items()
    }
    for name, status, count in counted:
        queues.setdefault(name, {"words": name, "todo": 0, "doing": 0, "failed": 0})[status] = count
    return list(queues.values())


def _kept() -> dict[str, Any]:
    states = dict(Placement.objects.order_by().values_list("state").annotate(Count("pk")))
    stored = StoredFile.objects.aggregate(count=Count("pk"), size_bytes=Sum("size_bytes"))
    return {
        "stored": stored,
        "renditions": Rendition.objects.count(),
        "harmed": states.get(PlacementState.MISSING, 0) + states.get(PlacementState.CORRUPT, 0),
    }
