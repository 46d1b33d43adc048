"""What was rejected: why, what to do, and for administrators the bytes as they came."""

from uuid import UUID

from django.db.models import F
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dam import downloads, events, paging, permissions, transfers
from dam.people import person
from dam.storage import NotStored
from ingest import standings
from ingest.models import IngestState, Upload
from ingest.views import access, listing

PER_PAGE = 50
MIME = "application/octet-stream"


@require_safe
def quarantine(request: HttpRequest) -> HttpResponse:
    """Show what was rejected, the newest first."""
    rejected = listing.files_in(request).filter(ingest__state=IngestState.REJECTED)
    page = paging.page(rejected.only("id"), request.GET, size=PER_PAGE)
    shown = Upload.objects.filter(pk__in=[upload.pk for upload in page.rows]).order_by(F("id").desc())
    context = {
        "rows": standings.of(shown, by=person(request)),
        "page": page,
        "here": request.get_full_path(),
        "download_origin": transfers.origin(request) if _administers(request) else None,
    }
    return render(request, "ingest/quarantine.html", context)


@require_safe
def download(request: HttpRequest, key: UUID) -> HttpResponseBase:
    """Serve a rejected file as it came, to administrators only, as a file that no program opens by itself."""
    ingest = access.ingest_for(request, key)
    if not _administers(request):
        raise permissions.Forbidden(
            _("Los archivos en cuarentena sólo los descarga quien administra el sistema.")
        )
    if ingest.state != IngestState.REJECTED or ingest.stored is None:
        raise Http404(str(key))
    if request.method == "GET" and "Range" not in request.headers:
        events.record(ingest, "quarantine.downloaded", by=person(request))
    try:
        return downloads.respond(
            request, ingest.stored, filename=ingest.upload.filename, mime=MIME, attachment=True
        )
    except NotStored:
        words = _(
            "El archivo no está disponible en este momento. No se ha perdido su registro: avise a quien administra el acervo."
        )
        return HttpResponse(words, content_type="text/plain; charset=utf-8", status=503)


def _administers(request: HttpRequest) -> bool:
    who = permissions.standing(request.user)
    return who is not None and who.administrator
