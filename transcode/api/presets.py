"""What programs see of standard formats: those in use, with their recipes and versions."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext_noop as _
from ninja import Query, Router, Schema

from dam.api import examples
from dam.api.operations import operation
from dam.api.paging import Page, Paging, listed
from dam.models import Kind, Scope
from transcode.models import Preset, PresetVersion
from transcode.recipes import Recipe

router = Router(tags=["presets"])


class PresetLine(Schema):
    """A standard format in use: its version, and whether it is made of every upload or when somebody asks."""

    slug: str
    kind: Kind
    title: str
    description: str
    number: int
    digest: str
    at_once: bool
    published_at: datetime


class PresetOut(PresetLine):
    """A standard format whole: its recipe as data, and the numbers of all its versions, the latest first."""

    recipe: dict[str, Any]
    versions: list[int]


PRESET: dict[str, Any] = {
    "slug": "video-mp4",
    "kind": "video",
    "title": "MP4 de consulta",
    "description": "H.264 y AAC, para ver en cualquier equipo.",
    "number": 1,
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "at_once": True,
    "published_at": examples.INSTANT,
}


def _lines(found: Sequence[Preset]) -> list[Any]:
    return [_line(preset.current) for preset in found if preset.current is not None]


def _line(version: PresetVersion) -> dict[str, Any]:
    recipe, language = Recipe.from_json(version.recipe), get_language() or settings.LANGUAGE_CODE
    return {
        "slug": recipe.slug,
        "kind": recipe.kind,
        "title": recipe.title.text(language),
        "description": recipe.description.text(language),
        "number": version.number,
        "digest": version.digest,
        "at_once": recipe.when == "at_once",
        "published_at": version.published_at,
    }


@router.get(
    "/presets",
    **operation(
        Page[PresetLine],
        scope=Scope.READ,
        summary=_("Formatos estándar"),
        description=_("Los que están en uso."),
        example=examples.page(PRESET),
        paged=True,
        operation_id="list_presets",
    ),
)
def preset_list(request: HttpRequest, asked: Query[Paging]) -> dict[str, Any]:
    """List the presets in use."""
    rows = Preset.objects.filter(current__isnull=False).select_related("current")
    return listed(request, rows, asked, show=_lines, by="slug")


@router.get(
    "/presets/{slug}",
    **operation(
        PresetOut,
        scope=Scope.READ,
        summary=_("Un formato estándar"),
        description=_("Su receta completa y sus versiones. Una versión publicada no cambia nunca."),
        example=PRESET | {"recipe": {"slug": "video-mp4"}, "versions": [1]},
        problems=("not-found",),
        operation_id="get_preset",
    ),
)
def preset(request: HttpRequest, slug: str) -> dict[str, Any]:  # noqa: ARG001 - the framework's signature
    """Show one preset."""
    found = Preset.objects.filter(pk=slug, current__isnull=False).select_related("current").first()
    if found is None or found.current is None:
        raise Http404(slug)
    numbers = found.versions.order_by("-number").values_list("number", flat=True)
    return _line(found.current) | {"recipe": found.current.recipe, "versions": list(numbers)}
