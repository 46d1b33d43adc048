"""The bytes of a version that still encodes: growing playlists and finished segments."""

from pathlib import PurePosixPath
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from dam import downloads
from dam.storage import NotStored
from transcode import live
from transcode.making.av import MIMES


@require_safe
def live_file(request: HttpRequest, job_id: UUID, path: str) -> HttpResponseBase:
    """Serve one playlist as it is now, or one finished segment, to those who see the asset."""
    job = get_object_or_404(live.watchable(request.user), pk=job_id)
    text = live.playlist(job, path)
    if text is not None:
        growing = HttpResponse(text, content_type=MIMES[".m3u8"])
        growing["Cache-Control"] = "private, no-store"
        return growing
    mime = MIMES.get(PurePosixPath(path).suffix, MIMES[".m4s"])
    try:
        stored = live.segment(job, path)
        return downloads.respond(request, stored, filename=job.version.code, mime=mime, attachment=False)
    except (live.NotThere, NotStored):
        raise Http404(path) from None
