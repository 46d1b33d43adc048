"""The standard formats for administrators: what is in use, its history, and publishing a new version."""

import json
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from dam.models import Kind, User
from dam.people import person
from transcode import preset_versions
from transcode.models import Preset, PresetVersion
from transcode.recipes import Recipe, RecipeError


def _administrator(request: HttpRequest) -> User:
    someone = person(request)
    if not someone.is_superuser:
        raise PermissionDenied
    return someone


@require_safe
def preset_list(request: HttpRequest) -> HttpResponse:
    """Show every preset in use, by kind."""
    _administrator(request)
    language = get_language() or ""
    rows = [
        _row(preset, language) for preset in Preset.objects.select_related("current").order_by("kind", "slug")
    ]
    return render(request, "transcode/preset_list.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def preset(request: HttpRequest, slug: str) -> HttpResponse:
    """Show a preset as the JSON of its recipe; publishing it makes the next version, never changes this one."""
    someone = _administrator(request)
    found = get_object_or_404(Preset.objects.select_related("current"), pk=slug, current__isnull=False)
    text = json.dumps(found.current.recipe if found.current else {}, ensure_ascii=False, indent=2)
    problem = ""
    if request.method == "POST":
        text = request.POST.get("recipe", "")
        try:
            published = _publish(slug, text, by=someone)
        except (RecipeError, ValueError, RecursionError) as wrong:
            problem = str(wrong)
        else:
            messages.success(
                request, _("Se publicó la versión %(n)d. Se usará desde ahora.") % {"n": published.number}
            )
            return redirect("transcode:preset", slug=slug)
    context = _row(found, get_language() or "") | {
        "text": text,
        "problem": problem,
        "versions": found.versions.select_related("published_by"),
    }
    return render(request, "transcode/preset.html", context, status=400 if problem else 200)


def _publish(slug: str, text: str, *, by: User) -> PresetVersion:
    recipe = json.loads(text)
    if not isinstance(recipe, dict) or recipe.get("slug") != slug:
        raise RecipeError(_("El campo slug debe seguir siendo “%(slug)s”.") % {"slug": slug})
    return preset_versions.publish(recipe, by=by)


def _row(found: Preset, language: str) -> dict[str, Any]:
    assert found.current is not None  # noqa: S101 - every preset is published with its first version
    recipe = Recipe.from_json(found.current.recipe)
    return {
        "preset": found,
        "title": recipe.title.text(language),
        "description": recipe.description.text(language),
        "kind": Kind(found.kind).label,
        "at_once": recipe.when == "at_once",
        "current": found.current,
    }
