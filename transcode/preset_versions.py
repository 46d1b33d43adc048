"""Verbs on presets: publish a new version, take over the shipped ones, and read those in use."""

from typing import Any

from django.db import transaction
from django.db.models import Max

from dam import events
from dam.models import User
from transcode.models import Preset, PresetVersion
from transcode.recipes import Recipe, When, shipped


def publish(recipe: dict[str, Any], *, by: User | None, is_shipped: bool = False) -> PresetVersion:
    """Publish a recipe (JSON of transcode.recipes.Recipe) as the next version of its preset and put it in use.

    Raises transcode.recipes.RecipeError and then publishes nothing. A published version never changes; the same
    recipe as the one in use is not published again.
    """
    wanted = Recipe.from_json(recipe)
    with transaction.atomic():
        Preset.objects.get_or_create(slug=wanted.slug, defaults={"kind": wanted.kind})
        preset = (
            Preset.objects.select_for_update(of=("self",)).select_related("current").get(slug=wanted.slug)
        )
        last = preset.versions.aggregate(last=Max("number"))["last"] or 0
        said = wanted.to_json() | {"number": last + 1}
        if preset.current is not None and preset.current.recipe | {"number": 0} == said | {"number": 0}:
            return preset.current
        version = PresetVersion.objects.create(
            preset=preset,
            number=last + 1,
            recipe=said,
            digest=Recipe.from_json(said).digest(),
            shipped=is_shipped,
            published_by=by,
        )
        Preset.objects.filter(pk=preset.pk).update(current=version, kind=wanted.kind)
        events.record(
            version, "preset.published", by=by, data={"preset": wanted.slug, "number": version.number}
        )
    return version


def take_over_shipped() -> None:
    """Publish what the installed release ships, except where an administrator's own version is in use."""
    in_use = {preset.slug: preset.current for preset in Preset.objects.select_related("current")}
    for recipe in shipped():
        current = in_use.get(recipe.slug)
        if current is None or current.shipped:
            publish(recipe.to_json(), by=None, is_shipped=True)


def in_use(slug: str) -> Recipe:
    """Return the recipe of a preset as it is now. Raises Preset.DoesNotExist."""
    preset = Preset.objects.select_related("current").get(slug=slug, current__isnull=False)
    assert preset.current is not None  # noqa: S101 - for the type checker: the query asked for it
    return Recipe.from_json(preset.current.recipe)


def in_use_for(kind: str, when: When) -> tuple[Recipe, ...]:
    """Return the recipes in use for a kind of asset (video, audio, photo, document), shipped order first."""
    order = {recipe.slug: place for place, recipe in enumerate(shipped())}
    found = [
        Recipe.from_json(preset.current.recipe)
        for preset in Preset.objects.filter(kind=kind, current__isnull=False).select_related("current")
        if preset.current is not None
    ]
    chosen = (recipe for recipe in found if recipe.when == when)
    return tuple(sorted(chosen, key=lambda recipe: (order.get(recipe.slug, len(order)), recipe.slug)))
