"""The page of a batch: what was said once of all its files, and the files."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from dam import permissions
from dam.people import person
from ingest import batches
from ingest.forms import MINORS, BatchForm
from ingest.models import Batch
from ingest.views import access, listing


@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest, key: UUID) -> HttpResponse:
    """Show a batch, or save what was changed; a script is answered with what became of it alone."""
    found = _opened(request, key) if request.method == "POST" else access.batch_for(request, key)
    form = BatchForm(request.POST or None, batch=found, by=person(request))
    saved = save(request, form) if form.is_bound else None
    if request.headers.get("HX-Request") and form.is_bound:
        return render(request, "ingest/batch_state.html", state(form, saved))
    if request.headers.get("HX-Request"):
        return render(request, "ingest/table.html", _table(request, found))
    if saved is not None and form.is_valid():
        messages.success(request, told(saved))
        return redirect("ingest:batch", key=found.pk)
    return page(request, form)


def page(request: HttpRequest, form: BatchForm) -> HttpResponse:
    """Show the page of the form's batch; a form with errors keeps what was written."""
    found = form.batch
    context: dict[str, Any] = {
        **_table(request, found),
        "form": form,
        "batch": found,
        "name": batches.name_of(found),
        "trail": [(reverse("ingest:ingests"), _("Ingresos"))],
        "lacks_minors": MINORS not in found.values,
        "mine": found.created_by_id == person(request).pk,
        "wrong": form.is_bound and not form.lacks_only_minors and bool(form.errors),
    }
    return render(request, "ingest/batch.html", context, status=422 if form.errors else 200)


def save(request: HttpRequest, form: BatchForm) -> Batch | None:
    """Save a form that was sent; None where it has errors, which it then shows.

    An open question about minors keeps nothing else from being saved.
    """
    if not (form.is_valid() or form.lacks_only_minors):
        return None
    try:
        return batches.edit(form.batch, by=person(request), values=form.said(), **form.choices_made())
    except permissions.Forbidden as refusal:
        form.add_error(None, str(refusal))
        return None


def state(form: BatchForm, saved: Batch | None) -> dict[str, Any]:
    """Return what templates/ingest/batch_state.html needs."""
    now = saved or form.batch
    return {
        "saved": saved is not None,
        "words": told(now) if saved is not None else "",
        "problems": [] if saved is not None else list(_problems(form)),
        "lacks_minors": MINORS not in now.values,
        "keeps_agency": form.keeps_agency,
        "agency": now.agency,
    }


def told(saved: Batch) -> str:
    """Say what saving reached."""
    count = len(batches.assets_of(saved))
    if not count:
        return _("Guardado. Vale para todo lo que suba en este lote.")
    words = ngettext("Guardado en %(count)d material.", "Guardado en %(count)d materiales.", count)
    return words % {"count": count}


def _problems(form: BatchForm) -> list[tuple[str, str]]:
    """Return each error with the name of what it is about; empty for the whole."""
    found = []
    for name, errors in form.errors.items():
        label = "" if name == "__all__" else str(form.fields[name].label)
        found += [(label, str(error)) for error in errors]
    return found


def _opened(request: HttpRequest, key: UUID) -> Batch:
    """Return the batch a form writes to: one the person may change, or the one of their page, opened now."""
    if Batch.objects.filter(pk=key).exists():
        return access.batch_for(request, key)
    try:
        return batches.of_page(key, by=person(request))
    except Batch.DoesNotExist:
        raise Http404(str(key)) from None


def _table(request: HttpRequest, found: Batch) -> dict[str, Any]:
    return listing.table(request, listing.files_in(request).filter(batch=found))
