"""The list of jobs, with how far each is, and what a person can do about it."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dam import assets, permissions
from dam.lifecycle import IllegalTransition
from dam.models import Asset, Rendition
from dam.people import person
from transcode import failures, jobs, live
from transcode.models import JobState, Preset, TranscodeJob
from transcode.recipes import Wording

PER_PAGE = 50
TONES = {
    JobState.QUEUED: "wait",
    JobState.RUNNING: "work",
    JobState.DONE: "ok",
    JobState.FAILED: "bad",
    JobState.CANCELLED: "none",
}
ORDER = [JobState.FAILED, JobState.RUNNING, JobState.QUEUED, JobState.CANCELLED, JobState.DONE]


@require_safe
def job_list(request: HttpRequest) -> HttpResponse:
    """Show jobs, failures first; a script asks for the table alone every few seconds."""
    seen = live.watchable(request.user)
    state = request.GET.get("estado", "")
    chosen = seen.filter(state=state) if state in JobState.values else seen
    ranked = sorted(JobState.values, key=lambda value: ORDER.index(JobState(value)))
    page = Paginator(chosen.order_by("-requested_at"), PER_PAGE).get_page(request.GET.get("pagina"))
    rows = sorted((row(job) for job in page), key=lambda item: ranked.index(item["job"].state))
    context = {
        "rows": rows,
        "previous_url": _page_url(request, page.previous_page_number()) if page.has_previous() else "",
        "next_url": _page_url(request, page.next_page_number()) if page.has_next() else "",
        "words": _("%(first)d-%(last)d de %(total)d")
        % {"first": page.start_index(), "last": page.end_index(), "total": page.paginator.count},
        "state": state,
        "states": [(value, JobState(value).label, seen.filter(state=value).count()) for value in ranked],
        "active": seen.filter(state__in=[JobState.QUEUED, JobState.RUNNING]).exists(),
    }
    name = "transcode/job_table.html" if request.headers.get("HX-Request") else "transcode/job_list.html"
    return render(request, name, context)


def _page_url(request: HttpRequest, number: int) -> str:
    query = request.GET.copy()
    query["pagina"] = str(number)
    return f"?{query.urlencode()}"


def row(job: TranscodeJob) -> dict[str, Any]:
    """Return what a line of the table shows of one job."""
    return {
        "job": job,
        "title": assets.title_of(job.version.asset),
        "code": job.version.code,
        "what": what(job),
        "tone": TONES[JobState(job.state)],
        "left": time_left(job),
        "failure": failures.explain(job) if job.state == JobState.FAILED else None,
    }


def what(job: TranscodeJob) -> str:
    """Say what a job makes, in words."""
    if job.purpose == jobs.PREVIEWS:
        return _("Vistas previas y revisión técnica")
    language = get_language() or settings.LANGUAGE_CODE
    return ", ".join(Wording.from_json(recipe["title"]).text(language) for recipe in job.recipes)


def time_left(job: TranscodeJob) -> str:
    """Say how long a running job still takes; empty where nobody knows."""
    if job.state != JobState.RUNNING or job.eta_s is None:
        return ""
    if job.eta_s < 90:  # noqa: PLR2004 - a minute and a half reads better in seconds
        return ngettext("falta %(n)d segundo", "faltan %(n)d segundos", job.eta_s) % {"n": job.eta_s}
    minutes = round(job.eta_s / 60)
    return ngettext("falta %(n)d minuto", "faltan %(n)d minutos", minutes) % {"n": minutes}


@require_safe
def job_state(request: HttpRequest, job_id: UUID) -> JsonResponse:
    """Say how far one job is, for scripts that wait for it."""
    job = get_object_or_404(live.watchable(request.user), pk=job_id)
    return JsonResponse(
        {"state": job.state, "permille": job.permille, "eta_s": job.eta_s, "live_entry": job.live_entry}
    )


@require_POST
def stop(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Cancel a job."""
    job = _mine(request, job_id)
    try:
        jobs.stop(job, by=person(request))
        messages.info(
            request, _("Se canceló. El original está a salvo; puede volver a pedirlo cuando quiera.")
        )
    except IllegalTransition:
        messages.info(request, _("Ese trabajo ya había terminado."))
    return redirect(_back(request, job.version.asset))


@require_POST
def retry(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """Try a failed or cancelled job again."""
    job = _mine(request, job_id)
    try:
        jobs.retry(job, by=person(request))
        messages.info(request, _("Se intenta de nuevo."))
    except IllegalTransition:
        messages.info(request, _("Ese trabajo ya está en marcha o ya terminó."))
    return redirect(_back(request, job.version.asset))


@require_POST
def ask(request: HttpRequest, code: str, preset: str) -> HttpResponse:
    """Ask for a rendition; the page then shows its progress, or the file if it is kept already."""
    try:
        asset, version = assets.by_code(code, permissions.visible(request.user))
    except Asset.DoesNotExist:
        raise Http404(code) from None
    permissions.require(request.user, "download", asset)
    try:
        made = jobs.request(version, preset, by=person(request))
    except Preset.DoesNotExist:
        messages.error(request, _("Ese formato ya no existe. Elija otro de la lista."))
    else:
        if not isinstance(made, Rendition):
            messages.info(
                request, _("Se está preparando. Aparecerá aquí para descargarlo en cuanto esté listo.")
            )
    return redirect(reverse("dam:asset", args=[asset.code]) + "?descargar=1")


def _mine(request: HttpRequest, job_id: UUID) -> TranscodeJob:
    job = get_object_or_404(live.watchable(request.user), pk=job_id)
    permissions.require(request.user, "download", job.version.asset)
    return job


def _back(request: HttpRequest, asset: Asset) -> str:
    return (
        reverse("transcode:jobs")
        if request.POST.get("next") == "jobs"
        else reverse("dam:asset", args=[asset.code])
    )
