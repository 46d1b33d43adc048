"""Pieces of the asset page that ask for themselves again: the stage, the line of progress, the formats."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from dam import assets, permissions
from dam.models import Asset, AssetVersion
from transcode import live, panels
from transcode.views.jobs import time_left


def _seen(request: HttpRequest, code: str) -> tuple[Asset, AssetVersion]:
    try:
        return assets.by_code(code, permissions.visible(request.user))
    except Asset.DoesNotExist:
        raise Http404(code) from None


@require_safe
def stage(request: HttpRequest, code: str) -> HttpResponse:
    """Return the stage as it is now."""
    return HttpResponse(panels.Stage().render(request, *_seen(request, code)))


@require_safe
def formats(request: HttpRequest, code: str) -> HttpResponse:
    """Return the list of formats as it is now."""
    return HttpResponse(panels.Formats().render(request, *_seen(request, code)))


@require_safe
def making(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Return the line that says how far the previews are."""
    job = get_object_or_404(live.watchable(request.user), pk=job_id)
    context = {"job": job, "version": job.version, "left": time_left(job), "ended": not job.is_active}
    return render(request, "transcode/making.html", context)
