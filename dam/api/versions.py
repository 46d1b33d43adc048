"""Versions of an asset: their files, what was made of them, their captions, and the way to the bytes."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Schema

from dam import links, transfers
from dam.api import examples, schemas
from dam.api.operations import operation
from dam.api.paging import Page, Paging, listed
from dam.models import AssetVersion, CaptionTrack, Rendition, RenditionFile, Scope, VersionFile
from dam.people import person
from dam.views.access import asset_for

router = Router(tags=["versions"])
MISSING = ("not-found",)


class FileOut(Schema):
    """A file of a version; ``url`` gives its bytes, with ranges, to a token of scope download."""

    id: UUID
    role: str
    filename: str
    mime: str
    size_bytes: int
    sha256: str
    url: str


class RenditionLine(Schema):
    """What a preset made of a version."""

    id: UUID
    preset: str
    preset_number: int
    entry: str
    created_at: datetime
    size_bytes: int
    url: str


class RenditionFileOut(Schema):
    """One file of a rendition."""

    path: str
    mime: str
    size_bytes: int
    sha256: str
    url: str


class Manifest(RenditionLine):
    """A rendition with every file it is made of."""

    recipe_digest: str
    files: list[RenditionFileOut]


class TrackOut(Schema):
    """A caption track; ``url`` gives it as WebVTT."""

    id: UUID
    language: str
    label: str
    source: str
    url: str


class Cue(Schema):
    """One cue, in milliseconds from the first frame."""

    start_ms: int
    end_ms: int
    text: str


class TrackWhole(TrackOut):
    """A caption track with its cues."""

    cues: list[Cue]


class VersionOut(schemas.VersionRef):
    """A version with its files, renditions and captions."""

    asset: str
    note: str
    created_by: schemas.PersonRef
    start_timecode: str
    drop_frame: bool
    technical: dict[str, Any]
    files: list[FileOut]
    renditions: list[RenditionLine]
    captions: list[TrackOut]


FILE = {
    "id": "01999f5e-7c1a-7000-8000-000000000002",
    "role": "original",
    "filename": "C0012.MP4",
    "mime": "video/mp4",
    "size_bytes": 412345678,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "url": "https://acervo.example/descargas/v/K7M2Q9XA01/original",
}
RENDITION = {
    "id": "01999f5e-7c1a-7000-8000-000000000003",
    "preset": "web-720",
    "preset_number": 1,
    "entry": "web.mp4",
    "created_at": examples.INSTANT,
    "size_bytes": 12345678,
    "url": "https://acervo.example/descargas/v/K7M2Q9XA01/web-720/web.mp4",
}
MANIFEST = RENDITION | {
    "recipe_digest": FILE["sha256"],
    "files": [
        {key: FILE[key] for key in ("mime", "size_bytes", "sha256")}
        | {"path": "web.mp4", "url": RENDITION["url"]}
    ],
}
TRACK = {
    "id": "01999f5e-7c1a-7000-8000-000000000004",
    "language": "es",
    "label": "",
    "source": "embedded",
    "url": "https://acervo.example/bytes/v/K7M2Q9XA01/captions/01999f5e-7c1a-7000-8000-000000000004.vtt",
}
WHOLE_TRACK = TRACK | {"cues": [{"start_ms": 0, "end_ms": 1500, "text": "Buenos días."}]}
VERSION = examples.VERSION | {
    "asset": "K7M2Q9XA",
    "note": "",
    "created_by": examples.PERSON,
    "start_timecode": "01:00:00;00",
    "drop_frame": True,
    "technical": {},
    "files": [FILE],
    "renditions": [RENDITION],
    "captions": [TRACK],
}


def _address(request: HttpRequest, name: str, *args: object) -> str:
    """Return a whole address: downloads lie on the transfers process, which may be another port."""
    path = reverse(name, args=args)
    return request.build_absolute_uri(
        (transfers.origin(request) if path.startswith("/descargas/") else "") + path
    )


def _file(request: HttpRequest, version: AssetVersion, file: VersionFile) -> dict[str, Any]:
    original = file.role == "original"
    where = (
        ("dam:original_download", version.code) if original else ("dam:file_download", version.code, file.pk)
    )
    return {
        "id": file.pk,
        "role": file.role,
        "filename": file.filename,
        "mime": file.mime,
        "size_bytes": file.stored.size_bytes,
        "sha256": file.stored.sha256,
        "url": _address(request, *where),
    }


def _rendition(request: HttpRequest, version: AssetVersion, made: Rendition) -> dict[str, Any]:
    return {
        "id": made.pk,
        "preset": made.preset,
        "preset_number": made.preset_number,
        "entry": made.entry,
        "created_at": made.created_at,
        "size_bytes": sum(file.stored.size_bytes for file in made.files.all()),
        "url": _address(request, "dam:rendition_download", version.code, made.preset, made.entry),
    }


def _rendition_file(
    request: HttpRequest, version: AssetVersion, preset: str, file: RenditionFile
) -> dict[str, Any]:
    return {
        "path": file.path,
        "mime": file.mime,
        "size_bytes": file.stored.size_bytes,
        "sha256": file.stored.sha256,
        "url": _address(request, "dam:rendition_download", version.code, preset, file.path),
    }


def _track(request: HttpRequest, version: AssetVersion, track: CaptionTrack) -> dict[str, Any]:
    return {
        "id": track.pk,
        "language": track.language,
        "label": track.label,
        "source": track.source,
        "url": _address(request, "dam:captions", version.code, track.pk),
    }


def _whole(request: HttpRequest, found: AssetVersion) -> dict[str, Any]:
    return schemas.version(found) | {
        "asset": found.code[:8],
        "note": found.note,
        "created_by": schemas.person(found.created_by),
        "start_timecode": found.start_timecode,
        "drop_frame": found.drop_frame,
        "technical": found.technical,
        "files": [_file(request, found, file) for file in found.files.all()],
        "renditions": [_rendition(request, found, made) for made in found.renditions.all()],
        "captions": [_track(request, found, track) for track in found.caption_tracks.all()],
    }


_READ = AssetVersion.objects.select_related("created_by").prefetch_related(
    "files__stored", "renditions__files__stored", "caption_tracks"
)


def _version(request: HttpRequest, code: str, verb: str = "view") -> AssetVersion:
    """Return a version with all that is shown of it; the code of an asset means its current one."""
    _asset, version = asset_for(request, code, verb)
    return _READ.get(pk=version.pk)


@router.get(
    "/assets/{code}/versions",
    **operation(
        Page[VersionOut],
        scope=Scope.READ,
        summary=_("Versiones de un material"),
        description=_("La más reciente primero. Las anteriores siguen ahí y se pueden descargar."),
        example=examples.page(VERSION),
        problems=MISSING,
        paged=True,
        operation_id="list_versions",
    ),
)
def version_list(request: HttpRequest, code: str, asked: Query[Paging]) -> dict[str, Any]:
    """List the versions of an asset."""
    asset, _current = asset_for(request, code)

    def show(found: Sequence[AssetVersion]) -> list[Any]:
        return [_whole(request, one) for one in found]

    return listed(request, _READ.filter(asset=asset), asked, show=show, by="number")


@router.get(
    "/versions/{code}",
    **operation(
        VersionOut,
        scope=Scope.READ,
        summary=_("Una versión"),
        description=_("Sus archivos con SHA-256, lo que se hizo de ella y sus subtítulos."),
        example=VERSION,
        problems=MISSING,
        operation_id="get_version",
    ),
)
def version(request: HttpRequest, code: str) -> dict[str, Any]:
    """Show one version."""
    return _whole(request, _version(request, code))


@router.get(
    "/versions/{code}/renditions/{slug:preset}",
    **operation(
        Manifest,
        scope=Scope.READ,
        summary=_("Un formato, con todos sus archivos"),
        description=_(
            "El manifiesto: cada archivo con su ruta, tamaño y SHA-256. El más reciente del formato."
        ),
        example=MANIFEST,
        problems=MISSING,
        operation_id="get_rendition",
    ),
)
def rendition(request: HttpRequest, code: str, preset: str) -> dict[str, Any]:
    """Show the manifest of a rendition."""
    found = _version(request, code)
    of_preset = [made for made in found.renditions.all() if made.preset == preset]
    if not of_preset:
        raise Http404(preset)
    made = max(of_preset, key=lambda one: one.created_at)
    files = sorted(made.files.all(), key=lambda file: file.path)
    return _rendition(request, found, made) | {
        "recipe_digest": made.recipe_digest,
        "files": [_rendition_file(request, found, preset, file) for file in files],
    }


@router.get(
    "/versions/{code}/captions/{uuid:key}",
    **operation(
        TrackWhole,
        scope=Scope.READ,
        summary=_("Subtítulos con sus textos"),
        description=_("Cada texto con su principio y fin en milisegundos desde el primer cuadro."),
        example=WHOLE_TRACK,
        problems=MISSING,
        operation_id="get_captions",
    ),
)
def captions(request: HttpRequest, code: str, key: UUID) -> dict[str, Any]:
    """Show a caption track with its cues."""
    found = _version(request, code)
    track = found.caption_tracks.filter(pk=key).first()
    if track is None:
        raise Http404(str(key))
    cues = list(track.cues.values("start_ms", "end_ms", "text"))
    return _track(request, found, track) | {"cues": cues}


@router.get(
    "/versions/{code}/original",
    **operation(
        None,
        scope=Scope.DOWNLOAD,
        status=302,
        summary=_("Descargar el original"),
        description=_(
            "Lleva a una dirección que sirve diez minutos sin identificarse y admite rangos (Range) para continuar una descarga cortada."
        ),
        problems=("not-found", "forbidden"),
        operation_id="download_original",
    ),
)
def original(request: HttpRequest, code: str) -> HttpResponse:
    """Lead to the bytes of the original."""
    found = _version(request, code, "download")
    return _lead(request, reverse("dam:original_download", args=[found.code]))


@router.get(
    "/versions/{code}/renditions/{slug:preset}/file",
    **operation(
        None,
        scope=Scope.DOWNLOAD,
        status=302,
        summary=_("Descargar un formato"),
        description=_("Lleva a su archivo principal, como la descarga del original."),
        problems=("not-found", "forbidden"),
        operation_id="download_rendition",
    ),
)
def rendition_bytes(request: HttpRequest, code: str, preset: str) -> HttpResponse:
    """Lead to the bytes of a rendition's entry."""
    found = _version(request, code, "download")
    made = found.renditions.filter(preset=preset).order_by("-created_at").first()
    if made is None:
        raise Http404(preset)
    return _lead(request, reverse("dam:rendition_download", args=[found.code, preset, made.entry]))


def _lead(request: HttpRequest, path: str) -> HttpResponse:
    signed = transfers.origin(request) + links.sign(path, person(request))
    return HttpResponse(status=302, headers={"Location": request.build_absolute_uri(signed)})
