"""The upload page, and its form for browsers without script."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dam import assets, permissions, transfers
from dam.identifiers import new_id
from dam.models import Asset
from dam.people import person
from ingest import batches, plain_uploads
from ingest.forms import MINORS, BatchForm
from ingest.models import Batch, Upload, UploadState
from ingest.plain_uploads import Taken
from ingest.views import access
from ingest.views import batches as batch_pages

#: How many names of files left half-way are told.
NAMED = 6


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest) -> HttpResponse:
    """Show the drop target with the batch form beside it; or take what a form without script sends."""
    replaced = access.replaced_by(request)
    if not permissions.agencies_for(request.user, "upload").exists():
        raise permissions.Forbidden(
            _("Su función no incluye subir material. Pídala a quien administra el acervo.")
        )
    if request.method == "POST":
        return _taken(request, replaced)
    if "production" in request.GET and replaced is None:
        return _for_production(request)
    batch = _batch(request)
    context: dict[str, Any] = {
        "endpoint": transfers.origin(request) + reverse("ingest:tus"),
        "status_url": reverse("ingest:status"),
        "max_bytes": settings.UPLOAD_MAX_BYTES,
        "most_files": settings.DATA_UPLOAD_MAX_NUMBER_FILES,
        "batch": batch,
        "batch_is_known": not batch._state.adding,  # noqa: SLF001 - Django's own word for "not saved yet"
        "lacks_minors": replaced is None and MINORS not in batch.values,
        "halfway": _halfway(request, batch),
    }
    context |= _for_version(replaced) if replaced else {"form": BatchForm(batch=batch, by=person(request))}
    return transfers.allow(render(request, "ingest/upload.html", context), request)


def _for_version(replaced: Asset) -> dict[str, Any]:
    title = assets.title_of(replaced)
    return {
        "replaced": replaced,
        "replaced_title": title,
        "trail": [
            (reverse("search:library"), _("Acervo")),
            (reverse("dam:asset", args=[replaced.code]), title),
        ],
        "meta": [("versionOf", replaced.code)],
    }


def _batch(request: HttpRequest) -> Batch:
    """Return the batch that ``?lote=`` names, or one that is written only when something comes in it."""
    key = access.key_of(request.GET.get("lote", ""))
    if key is None:
        agency = batches.usual_agency(person(request))
        return Batch(pk=new_id(), created_by=person(request), agency=agency)
    batch = access.batch_for(request, key)
    if batch.created_by_id != person(request).pk:
        raise Http404(str(key))
    return batch


def _for_production(request: HttpRequest) -> HttpResponse:
    """Open a batch for a production and go on with it, so that a reload does not open another."""
    key = access.key_of(request.GET["production"])
    if key is None:
        raise Http404
    able = permissions.contributable(request.user).select_related("agency")
    production, by = get_object_or_404(able, pk=key), person(request)
    batch = batches.edit(batches.of_page(new_id(), by=by), by=by, production=production, values={})
    return redirect(f"{reverse('ingest:upload')}?lote={batch.pk}")


def _halfway(request: HttpRequest, here: Batch) -> list[tuple[Batch, list[str]]]:
    """Return the person's other batches with files that are not all here yet, and the names of those."""
    waiting = Upload.objects.filter(owner=person(request), state=UploadState.RECEIVING).exclude(batch=here.pk)
    found: dict[Any, tuple[Batch, list[str]]] = {}
    for one in waiting.select_related("batch__agency").order_by("-id")[: NAMED * NAMED]:
        _known, names = found.setdefault(one.batch_id, (one.batch, []))
        if len(names) < NAMED:
            names.append(one.filename)
    return list(found.values())


def _taken(request: HttpRequest, replaced: Asset | None) -> HttpResponse:
    """Save the form, then take the files: whatever is wrong with the form, they are kept."""
    key = access.key_of(request.POST.get("batch", ""))
    try:
        batch = batches.of_page(key or new_id(), by=person(request))
    except Batch.DoesNotExist:
        raise Http404(str(key)) from None
    form = None if replaced else BatchForm(request.POST, batch=batch, by=person(request))
    saved = batch_pages.save(request, form) if form else batch
    sent = request.FILES.getlist("files")
    _tell(request, plain_uploads.take(batch, sent, by=person(request), version_of=replaced))
    if form is not None and (saved is None or form.errors):
        return batch_pages.page(request, form)
    return redirect("ingest:batch", key=batch.pk)


def _tell(request: HttpRequest, taken: Taken) -> None:
    count = len(taken.received)
    if count:
        words = ngettext("Se recibió %(count)d archivo.", "Se recibieron %(count)d archivos.", count)
        messages.success(request, words % {"count": count})
    if taken.left_out:
        words = _(
            "No cupieron en el servidor: %(names)s. Lo demás se recibió. Avise a soporte y súbalos después."
        )
        messages.error(request, words % {"names": ", ".join(taken.left_out)})
    if not (count or taken.left_out):
        messages.info(request, _("Se guardaron los datos. No eligió ningún archivo."))
