"""The page of a batch: what was said once of all its files, and the files."""

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from dam import permissions
from dam.people import person
from ingest import batches, standings
from ingest.forms import BatchForm
from ingest.models import Batch, Upload

SHOWN = 200


@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a batch, or save what was changed; from the upload page the form alone is answered."""
    user = person(request)
    found = get_object_or_404(Batch.objects.select_related("agency", "production"), pk=key)
    if not batches.may_edit(user, found):
        raise PermissionDenied
    form = BatchForm(request.POST or None, batch=found, by=user)
    if form.is_valid():
        try:
            found = batches.edit(
                found,
                by=user,
                production=form.cleaned_data["production"],
                values=form.said(),
                agency=form.cleaned_data.get("agency"),
            )
        except permissions.Forbidden as refusal:
            form.add_error(None, str(refusal))
        else:
            return _saved(request, found)
    if request.headers.get("HX-Request"):
        return render(request, "ingest/batch_form.html", {"form": form, "batch": found}, status=200)
    files = standings.of(Upload.objects.filter(batch=found).order_by("-pk")[:SHOWN])
    context: dict[str, Any] = {"form": form, "batch": found, "rows": files}
    return render(request, "ingest/batch.html", context, status=422 if form.is_bound else 200)


def _saved(request: HttpRequest, found: Batch) -> HttpResponse:
    words = _("Se guardaron los datos del lote.")
    if request.headers.get("HX-Request"):
        form = BatchForm(batch=found, by=person(request))
        response = render(request, "ingest/batch_form.html", {"form": form, "batch": found})
        response["HX-Trigger"] = json.dumps({"acervo:toast": {"text": words, "level": "success"}})
        return response
    messages.success(request, words)
    if request.POST.get("next") == "upload":
        return redirect(f"{reverse('ingest:upload')}?lote={found.pk}")
    return redirect("ingest:batch", key=found.pk)
