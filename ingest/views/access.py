"""What a page of this house is about, if the person may, and where a button's answer leads back to."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from dam import permissions
from dam.models import Asset
from dam.people import person
from ingest import batches, standings
from ingest.models import Batch, Ingest


def batch_for(request: HttpRequest, key: UUID) -> Batch:
    """Return a batch that the person may change. Raises Http404."""
    batch = get_object_or_404(
        Batch.objects.select_related("agency", "production__agency", "created_by"), pk=key
    )
    if not batches.may_edit(person(request), batch):
        raise Http404(str(key))
    return batch


def ingest_for(request: HttpRequest, key: UUID) -> Ingest:
    """Return an ingest that the person sees. Raises Http404."""
    seen = standings.visible(request.user)
    return get_object_or_404(
        Ingest.objects.select_related("upload", "stored").filter(upload__in=seen), pk=key
    )


def replaced_by(request: HttpRequest) -> Asset | None:
    """Return the asset that ``?version_of=`` names. Raises Http404, and Forbidden where it may not be edited."""
    code = request.GET.get("version_of", "")
    if not code:
        return None
    asset = get_object_or_404(
        permissions.visible(request.user).select_related("agency"), code=code.upper()[:8]
    )
    permissions.require(request.user, "edit", asset)
    return asset


def key_of(text: str) -> UUID | None:
    """Return the id that a text is, or None."""
    try:
        return UUID(text)
    except ValueError:
        return None


def back(request: HttpRequest, *, to: str) -> HttpResponse:
    """Return to the page that the form names (``next``), if it is ours; else to the view ``to``."""
    there = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(there, {request.get_host()}, require_https=request.is_secure()):
        return redirect(there)
    return redirect(reverse(to))
