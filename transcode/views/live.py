"""The bytes of a version that still encodes: growing playlists and finished segments."""

from pathlib import PurePosixPath
from uuid import UUID

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from dam import files
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
    try:
        store, key = files.where(live.segment(job, path))
    except (live.NotThere, NotStored):
        raise Http404(path) from None
    response = FileResponse(
        store.open(key), content_type=MIMES.get(PurePosixPath(path).suffix, MIMES[".m4s"])
    )
    response["Cache-Control"] = "private, max-age=3600, immutable"
    return response
