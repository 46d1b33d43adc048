"""The list of what comes in, with how far each file is, and trying again what failed."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from dam import permissions
from dam.lifecycle import IllegalTransition
from dam.people import person
from ingest import ingests
from ingest.models import Ingest
from ingest.views import access, listing

MOST_RETRIED = 1000


@require_safe
def ingest_list(request: HttpRequest) -> HttpResponse:
    """Show the files; a script asks for the table alone while something is under way."""
    files = listing.files_in(request)
    context = listing.table(request, files) | {"tabs": listing.tabs(request, files)}
    if request.headers.get("HX-Request"):
        return render(request, "ingest/table.html", context)
    return render(request, "ingest/ingest_list.html", context | {"note": _whose(request)})


def _whose(request: HttpRequest) -> str:
    """Say whose files are in the list: it is decided by permissions."""
    who = permissions.standing(request.user)
    if who is not None and who.sees_everything:
        return _("Los archivos de todas las dependencias, desde que llegan hasta que están en el acervo.")
    names = list(
        permissions.agencies_for(request.user, "edit").order_by("path").values_list("name", flat=True)
    )
    if not names:
        return _("Los archivos que usted ha subido, desde que llegan hasta que están en el acervo.")
    if len(names) == 1:
        return _("Los archivos que usted ha subido y los de %(agency)s.") % {"agency": names[0]}
    words = ngettext(
        "Los archivos que usted ha subido, los de %(agency)s y los de %(count)d dependencia más.",
        "Los archivos que usted ha subido, los de %(agency)s y los de %(count)d dependencias más.",
        len(names) - 1,
    )
    return words % {"agency": names[0], "count": len(names) - 1}


@require_POST
def retry(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have a failed ingest tried again, or a rejected file examined again."""
    try:
        ingests.retry(access.ingest_for(request, key), by=person(request))
    except IllegalTransition:
        messages.info(request, _("Ya no hace falta: su estado cambió mientras tanto."))
    else:
        messages.success(request, _("Se intenta de nuevo."))
    return access.back(request, to="ingest:ingests")


@require_POST
def retry_all(request: HttpRequest) -> HttpResponse:
    """Have everything that failed tried again, oldest first."""
    files = listing.files_in(request).filter(listing.FAILED)
    count = 0
    for ingest in Ingest.objects.filter(upload__in=files).order_by("id")[:MOST_RETRIED]:
        try:
            ingests.retry(ingest, by=person(request))
        except IllegalTransition:
            continue
        count += 1
    words = ngettext(
        "Se intenta de nuevo con %(count)d archivo.", "Se intenta de nuevo con %(count)d archivos.", count
    )
    messages.success(request, words % {"count": count})
    return access.back(request, to="ingest:ingests")
