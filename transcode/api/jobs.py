"""What programs do with conversion jobs: ask for a format, follow the job that makes it, stop it, try again."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils.translation import gettext_noop as _
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from dam import permissions
from dam.api import conditions, examples, schemas
from dam.api.operations import operation
from dam.api.paging import Page, Paging, listed
from dam.models import Kind, Rendition, Scope
from dam.people import person
from dam.views.access import asset_for
from transcode import failures, jobs, live
from transcode.models import JobState, Preset, TranscodeJob

router = Router(tags=["jobs"])


class FailureOut(Schema):
    """Why a job failed: what happened, what was kept, and what to do."""

    code: str
    what: str
    kept: str
    todo: str


class JobOut(Schema):
    """One piece of work on one version."""

    id: UUID
    state: JobState
    version: str
    asset: str
    kind: Kind
    purpose: str = Field(description=_("“previews”, o el formato que se pidió."))
    presets: list[str]
    requested_at: datetime
    started_at: datetime | None
    permille: int = Field(description=_("Avance, de 0 a 1000."))
    eta_s: int | None = Field(description=_("Segundos que faltan, mientras se sabe."))
    failure: FailureOut | None


class JobFilters(Paging):
    """What a list of jobs may be narrowed to."""

    state: JobState | None = None
    kind: Kind | None = None
    version: schemas.Text = Field("", max_length=10, description=_("Código de una versión."))


class Asked(Schema):
    """What came of asking for a format: it is kept already, or a job makes it."""

    ready: bool
    job: JobOut | None


JOB: dict[str, Any] = {
    "id": "01999f5e-7c1a-7000-8000-000000000021",
    "state": "running",
    "version": "K7M2Q9XA01",
    "asset": "K7M2Q9XA",
    "kind": "video",
    "purpose": "previews",
    "presets": ["video-hls", "video-mp4"],
    "requested_at": examples.INSTANT,
    "started_at": examples.INSTANT,
    "permille": 430,
    "eta_s": 12,
    "failure": None,
}


def shown(job: TranscodeJob) -> dict[str, Any]:
    """Return a job as programs see it; reads its version and asset."""
    why = failures.explain(job) if job.state == JobState.FAILED else None
    return {
        "id": job.pk,
        "state": job.state,
        "version": job.version.code,
        "asset": job.version.asset.code,
        "kind": job.version.asset.kind,
        "purpose": job.purpose,
        "presets": [recipe["slug"] for recipe in job.recipes],
        "requested_at": job.requested_at,
        "started_at": job.started_at,
        "permille": job.permille,
        "eta_s": job.eta_s,
        "failure": why
        and {"code": job.error, "what": str(why.what), "kept": str(why.kept), "todo": str(why.todo)},
    }


def _state(job: TranscodeJob) -> str:
    return conditions.digest(job.state, job.attempts, job.stop_requested)


def _whole(request: HttpRequest, job: TranscodeJob) -> dict[str, Any]:
    conditions.state(request, _state(job))
    return shown(job)


def _seen(request: HttpRequest, key: UUID) -> TranscodeJob:
    job = live.watchable(request.user).filter(pk=key).first()
    if job is None:
        raise Http404(str(key))
    return job


def _opened(request: HttpRequest, key: UUID) -> TranscodeJob:
    """Return the job, its row locked, if it is theirs to stop and they know how it stands."""
    permissions.require(request.user, "download", _seen(request, key).version.asset)
    job = live.watchable(request.user).select_for_update(of=("self",)).get(pk=key)
    conditions.require(request, _state(job))
    return job


@router.get(
    "/jobs",
    **operation(
        Page[JobOut],
        scope=Scope.READ,
        summary=_("Lista de trabajos de conversión"),
        description=_("Los del material que usted puede ver, lo más reciente primero."),
        example=examples.page(JOB),
        paged=True,
        operation_id="list_jobs",
    ),
)
def job_list(request: HttpRequest, asked: Query[JobFilters]) -> dict[str, Any]:
    """List the jobs of what the person sees."""
    rows = live.watchable(request.user)
    if asked.state:
        rows = rows.filter(state=asked.state)
    if asked.kind:
        rows = rows.filter(version__asset__kind=asked.kind)
    if asked.version:
        rows = rows.filter(version__code=asked.version.upper())
    return listed(request, rows, asked, show=lambda page: [shown(job) for job in page], by="id")


@router.get(
    "/jobs/{uuid:key}",
    **operation(
        JobOut,
        scope=Scope.READ,
        summary=_("Un trabajo de conversión"),
        description=_("Pregunte de nuevo con If-None-Match: mientras nada cambie, la respuesta es 304."),
        example=JOB,
        problems=("not-found",),
        operation_id="get_job",
    ),
)
def job(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """Say how far a job is."""
    return _whole(request, _seen(request, key))


@router.post(
    "/jobs/{uuid:key}/stop",
    **operation(
        JobOut,
        scope=Scope.OPERATE,
        summary=_("Cancelar un trabajo de conversión"),
        description=_("El original está a salvo. El que está en proceso termina en un par de segundos."),
        example=JOB | {"state": "cancelled", "eta_s": None},
        problems=("not-found", "forbidden", "conflict"),
        conditional=True,
        operation_id="stop_job",
    ),
)
def stop(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """Cancel a job."""
    with transaction.atomic():
        return _whole(request, jobs.stop(_opened(request, key), by=person(request)))


@router.post(
    "/jobs/{uuid:key}/retry",
    **operation(
        JobOut,
        scope=Scope.OPERATE,
        summary=_("Reintentar un trabajo de conversión"),
        description=_(
            "El que falló o se canceló vuelve a la cola. Si alguien ya pidió lo mismo, se responde ese trabajo."
        ),
        example=JOB | {"state": "queued", "permille": 0, "eta_s": None},
        problems=("not-found", "forbidden", "conflict"),
        conditional=True,
        operation_id="retry_job",
    ),
)
def retry(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """Try a job again."""
    with transaction.atomic():
        return _whole(request, jobs.retry(_opened(request, key), by=person(request)))


@router.post(
    "/assets/{code}/formats/{preset}",
    **operation(
        Asked,
        scope=Scope.DOWNLOAD,
        status=202,
        summary=_("Pedir un formato"),
        description=_(
            "Si ya está hecho, “ready” es true y se descarga enseguida. Si no, “job” es el trabajo que lo hace; "
            "pedirlo dos veces es un solo trabajo."
        ),
        example={"ready": False, "job": JOB | {"purpose": "xdcam-hd422", "presets": ["xdcam-hd422"]}},
        problems=("not-found", "forbidden"),
        unsafe=True,
        operation_id="ask_format",
    ),
)
def ask(request: HttpRequest, code: str, preset: str) -> Status[dict[str, Any]]:
    """Ask for a rendition of an asset or of one of its versions."""
    asset, version = asset_for(request, code)
    permissions.require(request.user, "download", asset)
    try:
        made = jobs.request(version, preset, by=person(request))
    except Preset.DoesNotExist:
        raise Http404(preset) from None
    ready = isinstance(made, Rendition)
    return Status(202, {"ready": ready, "job": None if isinstance(made, Rendition) else shown(made)})
