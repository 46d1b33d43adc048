"""What programs do with material that comes in: announce a file, send it by tus, and see what became of it."""

from collections.abc import Sequence
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext, gettext_lazy
from django.utils.translation import gettext_noop as _
from ninja import Field, Query, Router, Schema
from ninja.responses import Status

from dam import permissions, transfers
from dam.api import examples
from dam.api.operations import operation
from dam.api.paging import Page, Paging, listed
from dam.api.problems import Problem, define
from dam.api.schemas import Sent, Text
from dam.api.words import of_field
from dam.identifiers import new_id
from dam.models import Asset, Scope
from dam.people import person
from ingest import batches, ingests, names, standings, uploads
from ingest.models import Batch, IngestState, Upload, UploadState
from ingest.standings import Standing

router = Router(tags=["uploads"])
NO_ROOM = define(
    "no-room",
    HTTPStatus.INSUFFICIENT_STORAGE,
    gettext_lazy("No hay espacio"),
    gettext_lazy(
        "El servidor no puede guardar un archivo de este tamaño. Avise a quien administra el acervo."
    ),
)


class NewUpload(Sent):
    """What is said of a file before its bytes come."""

    filename: Text = Field(min_length=1, max_length=4096, description=_("Su nombre; puede llevar carpetas."))
    size_bytes: int = Field(ge=0, description=_("Su tamaño exacto."))
    batch: UUID | None = Field(
        None, description=_("Para que varios archivos lleguen juntos: el de otra subida.")
    )
    version_of: Text = Field("", max_length=10, description=_("Código del material que corrige."))


class Why(Schema):
    """What happened, what was kept, and what to do."""

    what: str
    kept: str
    todo: str


class UploadOut(Schema):
    """A file that comes in, and what became of it."""

    id: UUID
    name: str
    size_bytes: int
    offset_bytes: int = Field(description=_("Cuántos bytes están a salvo."))
    state: str = Field(
        description=_(
            "receiving, complete, checking, safe (ya se puede borrar la tarjeta), accepted, duplicate, rejected, "
            "failed o expired."
        )
    )
    words: str
    batch: UUID
    asset: str | None = Field(description=_("Código del material, si usted lo puede ver."))
    why: Why | None
    created_at: datetime
    expires_at: datetime
    send_to: str = Field(description=_("A dónde se envían los bytes, por tus 1.0.0."))


class UploadFilters(Paging):
    """What a list of files may be narrowed to."""

    mine: bool = Field(False, description=_("Sólo lo que usted subió."))
    receiving: bool = Field(False, description=_("Sólo lo que todavía no llega completo."))


UPLOAD: dict[str, Any] = {
    "id": "01999f5e-7c1a-7000-8000-000000000031",
    "name": "MVI_0231.MP4",
    "size_bytes": 200_000_000,
    "offset_bytes": 0,
    "state": "receiving",
    "words": "Llegando: 0 %",
    "batch": "01999f5e-7c1a-7000-8000-000000000032",
    "asset": None,
    "why": None,
    "created_at": examples.INSTANT,
    "expires_at": examples.INSTANT,
    "send_to": "http://localhost:8001/subidas/01999f5e-7c1a-7000-8000-000000000031",
}


def _shown(request: HttpRequest, standing: Standing) -> dict[str, Any]:
    upload, why = standing.upload, standing.why
    address = transfers.origin(request) + reverse("ingest:tus-upload", args=[upload.pk])
    return {
        "id": upload.pk,
        "name": upload.path,
        "size_bytes": upload.size_bytes,
        "offset_bytes": upload.offset_bytes,
        "state": standing.code,
        "words": standing.words,
        "batch": upload.batch_id,
        "asset": standing.asset_code or None,
        "why": why and {"what": str(why.what), "kept": str(why.kept), "todo": str(why.todo)},
        "created_at": upload.created_at,
        "expires_at": upload.expires_at,
        "send_to": request.build_absolute_uri(address),
    }


def _whole(request: HttpRequest, upload: Upload) -> dict[str, Any]:
    [standing] = standings.of(Upload.objects.filter(pk=upload.pk), by=person(request))
    return _shown(request, standing)


def _seen(request: HttpRequest, key: UUID) -> Upload:
    upload = standings.visible(request.user).filter(pk=key).first()
    if upload is None:
        raise Http404(str(key))
    return upload


def _corrected(request: HttpRequest, code: str) -> Asset | None:
    """Return the asset that the file is a new version of. Raises Problem invalid, permissions.Forbidden."""
    if not code:
        return None
    asset = permissions.visible(request.user).filter(code=code[:8].upper()).first()
    if asset is None:
        raise _wrong("version_of", gettext("No hay un material con ese código, o usted no lo ve."))
    permissions.require(request.user, "edit", asset)
    return asset


def _wrong(field: str, sentence: str) -> Problem:
    return Problem("invalid", errors=[of_field(field, sentence)])


@router.post(
    "/uploads",
    **operation(
        UploadOut,
        scope=Scope.UPLOAD,
        status=201,
        summary=_("Anunciar un archivo"),
        description=_(
            "Hace lugar para él. Sus bytes se envían después a “send_to” por tus 1.0.0, con la misma clave, y se "
            "puede seguir donde se cortó. Un archivo de cero bytes queda completo enseguida."
        ),
        example=UPLOAD,
        sent={"filename": "MVI_0231.MP4", "size_bytes": 200_000_000},
        problems=("forbidden", "no-room"),
        operation_id="announce_upload",
    ),
)
def announce(request: HttpRequest, said: NewUpload) -> Status[dict[str, Any]]:
    """Make room for a file."""
    by = person(request)
    if said.size_bytes > settings.UPLOAD_MAX_BYTES:
        raise Problem("too-large", gettext("El archivo es más grande de lo que se acepta."))
    try:
        batch = batches.of_page(said.batch or new_id(), by=by)
    except Batch.DoesNotExist:
        raise _wrong("batch", gettext("Ese lote no es suyo.")) from None
    raw = said.filename.encode("utf-8", "replace")
    announced = uploads.Announced(
        name=names.of(raw),
        size_bytes=said.size_bytes,
        raw_name=raw,
        version_of=_corrected(request, said.version_of),
    )
    try:
        upload = uploads.begin(batch, announced, by=by)
    except uploads.NoRoom as full:
        raise Problem(NO_ROOM.slug) from full
    if not said.size_bytes:
        upload = uploads.arrived(upload, 0, by=by)
    return Status(201, _whole(request, upload))


@router.get(
    "/uploads",
    **operation(
        Page[UploadOut],
        scope=Scope.READ,
        summary=_("Lista de archivos que entran"),
        description=_("Los suyos y los de las dependencias cuyo material edita, lo más reciente primero."),
        example=examples.page(UPLOAD),
        paged=True,
        operation_id="list_uploads",
    ),
)
def upload_list(request: HttpRequest, asked: Query[UploadFilters]) -> dict[str, Any]:
    """List what comes in, without what its sender gave up."""
    by = person(request)
    rows = standings.visible(by).exclude(state=UploadState.TERMINATED)
    if asked.mine:
        rows = rows.filter(owner=by)
    if asked.receiving:
        rows = rows.filter(state=UploadState.RECEIVING)

    def show(page: Sequence[Upload]) -> list[Any]:
        chosen = Upload.objects.filter(pk__in=[upload.pk for upload in page]).order_by("-id")
        return [_shown(request, standing) for standing in standings.of(chosen, by=by)]

    return listed(request, rows, asked, show=show, by="id")


@router.get(
    "/uploads/{uuid:key}",
    **operation(
        UploadOut,
        scope=Scope.READ,
        summary=_("Un archivo que entra"),
        description=_("Cuánto de él está a salvo y, cuando llegó completo, qué fue de él."),
        example=UPLOAD,
        problems=("not-found",),
        operation_id="get_upload",
    ),
)
def upload(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """Say how a file stands."""
    return _whole(request, _seen(request, key))


@router.delete(
    "/uploads/{uuid:key}",
    **operation(
        None,
        scope=Scope.UPLOAD,
        status=204,
        summary=_("Dejar de enviar un archivo"),
        description=_("Lo que había llegado se borra. Un archivo completo ya no se puede dejar de enviar."),
        problems=("not-found", "forbidden", "conflict"),
        unsafe=True,
        operation_id="cancel_upload",
    ),
)
def cancel(request: HttpRequest, key: UUID) -> Status[None]:
    """Give a file up."""
    found, by = _seen(request, key), person(request)
    if found.owner_id != by.pk:
        raise permissions.Forbidden(gettext("Sólo quien lo envía puede dejar de enviarlo."))
    uploads.cancel(found, by=by)
    return Status(204, None)


@router.post(
    "/uploads/{uuid:key}/retry",
    **operation(
        UploadOut,
        scope=Scope.UPLOAD,
        summary=_("Reintentar un archivo"),
        description=_(
            "El que falló se intenta de nuevo; el que se rechazó se revisa otra vez desde el principio."
        ),
        example=UPLOAD | {"state": "complete", "words": "En espera", "offset_bytes": 200_000_000},
        problems=("not-found", "conflict"),
        unsafe=True,
        operation_id="retry_upload",
    ),
)
def retry(request: HttpRequest, key: UUID) -> dict[str, Any]:
    """Have what failed or was rejected tried again."""
    found = _seen(request, key)
    ingest = getattr(found, "ingest", None)
    if ingest is None or ingest.state not in {IngestState.FAILED, IngestState.REJECTED}:
        raise Problem("conflict", gettext("Sólo se reintenta lo que falló o se rechazó."))
    ingests.retry(ingest, by=person(request))
    return _whole(request, found)
