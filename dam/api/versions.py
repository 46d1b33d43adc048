"""Versions of an asset: their files, what was made of them, their captions, and the way to the bytes."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_noop as _
from ninja import Query, Router

from dam import links, transfers
from dam.api import examples, version_shapes
from dam.api.operations import operation
from dam.api.paging import Page, Paging, listed
from dam.models import AssetVersion, Scope
from dam.people import person
from dam.views.access import asset_for

router = Router(tags=["versions"])
MISSING = ("not-found",)


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
        Page[version_shapes.VersionOut],
        scope=Scope.READ,
        summary=_("Versiones de un material"),
        description=_("La más reciente primero. Las anteriores siguen ahí y se pueden descargar."),
        example=examples.page(version_shapes.VERSION),
        problems=MISSING,
        paged=True,
        operation_id="list_versions",
    ),
)
def version_list(request: HttpRequest, code: str, asked: Query[Paging]) -> dict[str, Any]:
    """List the versions of an asset."""
    asset, _current = asset_for(request, code)

    def show(found: Sequence[AssetVersion]) -> list[Any]:
        return [version_shapes.whole(request, one) for one in found]

    return listed(request, _READ.filter(asset=asset), asked, show=show, by="number")


@router.get(
    "/versions/{code}",
    **operation(
        version_shapes.VersionOut,
        scope=Scope.READ,
        summary=_("Una versión"),
        description=_("Sus archivos con SHA-256, lo que se hizo de ella y sus subtítulos."),
        example=version_shapes.VERSION,
        problems=MISSING,
        operation_id="get_version",
    ),
)
def version(request: HttpRequest, code: str) -> dict[str, Any]:
    """Show one version."""
    return version_shapes.whole(request, _version(request, code))


@router.get(
    "/versions/{code}/renditions/{slug:preset}",
    **operation(
        version_shapes.Manifest,
        scope=Scope.READ,
        summary=_("Un formato, con todos sus archivos"),
        description=_(
            "El manifiesto: cada archivo con su ruta, tamaño y SHA-256. El más reciente del formato."
        ),
        example=version_shapes.MANIFEST,
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
    return version_shapes.rendition_of(request, found, made) | {
        "recipe_digest": made.recipe_digest,
        "files": [version_shapes.rendition_file_of(request, found, preset, file) for file in files],
    }


@router.get(
    "/versions/{code}/captions/{uuid:key}",
    **operation(
        version_shapes.TrackWhole,
        scope=Scope.READ,
        summary=_("Subtítulos con sus textos"),
        description=_("Cada texto con su principio y fin en milisegundos desde el primer cuadro."),
        example=version_shapes.WHOLE_TRACK,
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
    return version_shapes.track_of(request, found, track) | {"cues": cues}


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
