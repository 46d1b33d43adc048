"""The upload page, its form without script, and what became of the files it sent."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from dam import assets, permissions, transfers
from dam.models import Asset, User
from dam.people import person
from ingest import batches, names, standings, uploads
from ingest.forms import BatchForm
from ingest.incoming import CHUNK_BYTES, incoming
from ingest.models import Batch, Source, Upload
from ingest.standings import Standing

MOST_ASKED = 100


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Show the drop target with the batch form beside it; or take what a form without script sends."""
    user = person(request)
    replaced = _replaced(request, user)
    batch = _batch(request, user, replaced)
    if request.method == "POST":
        return _taken(request, batch, replaced)
    context: dict[str, Any] = {
        "endpoint": transfers.origin(request) + reverse("ingest:tus"),
        "status_url": reverse("ingest:status"),
        "batch": batch,
        "max_bytes": settings.UPLOAD_MAX_BYTES,
        "action": request.get_full_path(),
        "meta": [("versionOf", replaced.code)] if replaced else [],
        "replaced": replaced,
        "replaced_title": assets.title_of(replaced) if replaced else "",
        "form": None if replaced else BatchForm(batch=batch, by=user),
    }
    return transfers.allow(render(request, "ingest/upload.html", context), request)


@require_safe
def status(request: HttpRequest) -> JsonResponse:
    """Answer how the uploads of these ids stand: what components/upload.html documents."""
    asked = [key for key in map(_uuid, request.GET.getlist("id")[:MOST_ASKED]) if key]
    found = standings.of(Upload.objects.filter(pk__in=asked, owner=person(request)))
    return JsonResponse({"uploads": [_told(standing) for standing in found]})


def _told(standing: Standing) -> dict[str, str]:
    why = standing.why
    return {
        "id": str(standing.upload.pk),
        "state": standing.code,
        "text": str(why) if why else "",
        "url": standing.url,
        "label": standing.title,
        "thumb": standing.thumb,
    }


def _replaced(request: HttpRequest, user: User) -> Asset | None:
    """Return the asset that gets a new version, where the address names one."""
    code = request.GET.get("version_of", "")
    if not code:
        return None
    asset = permissions.visible(user).filter(code=code[:8].upper()).first()
    if asset is None:
        raise Http404
    if not permissions.may(user, "edit", asset):
        raise PermissionDenied
    return asset


def _batch(request: HttpRequest, user: User, replaced: Asset | None) -> Batch:
    """Return the batch the page works on: the one named, or the person's next."""
    key = _uuid(request.POST.get("batch", "") or request.GET.get("lote", ""))
    if key is not None:
        batch = Batch.objects.filter(pk=key, created_by=user).select_related("agency", "production").first()
        if batch is None:
            raise Http404
        return batch
    usual = batches.usual_agency(user)
    if usual is None:
        raise PermissionDenied
    return batches.open_for(usual, by=user) if replaced else batches.waiting_for(user, usual)


def _taken(request: HttpRequest, batch: Batch, replaced: Asset | None) -> HttpResponse:
    """Take the files of a plain form; they go the same way as all others."""
    user = person(request)
    sent = [file for file in request.FILES.getlist("files") if isinstance(file, UploadedFile)]
    try:
        for file in sent:
            _take(file, batch, replaced, user)
    except uploads.NoRoom:
        messages.error(
            request,
            _("El disco del servidor está lleno. Lo que llegó antes está guardado. Avise a soporte."),
        )
    if sent:
        words = ngettext("Se recibió %(count)s archivo.", "Se recibieron %(count)s archivos.", len(sent))
        messages.success(request, words % {"count": len(sent)})
    return redirect(reverse("ingest:ingests") + f"?lote={batch.pk}")


def _take(file: "UploadedFile[Any]", batch: Batch, replaced: Asset | None, user: User) -> None:
    raw = (file.name or "").encode("utf-8", "surrogateescape")
    announced = uploads.Announced(
        name=names.of(raw), size_bytes=file.size or 0, raw_name=raw, version_of=replaced
    )
    begun = uploads.begin(batch, announced, by=user)
    with incoming().writing(begun.pk) as writing:
        writing.append(file.chunks(CHUNK_BYTES))
        size = writing.flush()
    uploads.arrived(begun, size, by=user, source=Source.BROWSER)


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
