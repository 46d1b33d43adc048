"""Presets are published as versions that never change, by administrators, and taken over from a release."""

import json

import pytest
from django.urls import reverse

from dam import events
from tests import factories
from transcode import preset_versions
from transcode.models import Preset, PresetVersion
from transcode.recipes import RecipeError, named, shipped

pytestmark = pytest.mark.django_db


def changed(slug: str, **parameters: object) -> dict[str, object]:
    recipe = named(slug).to_json()
    return recipe | {"parameters": recipe["parameters"] | parameters}


def test_every_shipped_preset_is_published_after_migration():
    assert set(Preset.objects.values_list("slug", flat=True)) == {recipe.slug for recipe in shipped()}
    for preset in Preset.objects.select_related("current"):
        assert preset.current is not None
        assert preset.current.shipped
        assert preset.current.number == 1


def test_taking_over_again_publishes_nothing():
    before = PresetVersion.objects.count()
    preset_versions.take_over_shipped()
    assert PresetVersion.objects.count() == before


def test_a_changed_recipe_is_a_new_version_and_the_old_one_stays():
    someone = factories.administrator()
    version = preset_versions.publish(changed("photo-web", quality=70), by=someone)
    assert version.number == 2
    assert preset_versions.in_use("photo-web").parameters.quality == 70  # type: ignore[attr-defined]
    first = PresetVersion.objects.get(preset="photo-web", number=1)
    assert first.recipe["parameters"]["quality"] == named("photo-web").parameters.quality  # type: ignore[attr-defined]
    assert events.of(version).get().verb == "preset.published"


def test_the_same_recipe_is_not_published_twice():
    someone = factories.administrator()
    first = preset_versions.publish(changed("photo-web", quality=70), by=someone)
    again = preset_versions.publish(changed("photo-web", quality=70), by=someone)
    assert first == again


def test_a_new_release_does_not_replace_an_administrators_version():
    preset_versions.publish(changed("photo-web", quality=70), by=factories.administrator())
    preset_versions.take_over_shipped()
    assert preset_versions.in_use("photo-web").parameters.quality == 70  # type: ignore[attr-defined]


def test_a_new_release_replaces_a_shipped_version():
    old = preset_versions.publish(changed("photo-web", quality=11), by=None, is_shipped=True)
    preset_versions.take_over_shipped()
    assert preset_versions.in_use("photo-web").number == old.number + 1
    assert preset_versions.in_use("photo-web").parameters == named("photo-web").parameters


@pytest.mark.parametrize(
    "broken",
    [
        {"slug": "x"},
        named("photo-web").to_json() | {"form": "no_such_form"},
        changed("photo-web", colour=7),
        changed("photo-web", colours="srgb"),
    ],
)
def test_a_broken_recipe_publishes_nothing(broken):
    before = PresetVersion.objects.count()
    with pytest.raises(RecipeError):
        preset_versions.publish(broken, by=factories.administrator())
    assert PresetVersion.objects.count() == before


def test_recipes_of_a_kind_come_in_the_shipped_order():
    for kind in ("video", "audio", "photo", "document"):
        found = preset_versions.in_use_for(kind, "at_once")
        assert [recipe.slug for recipe in found] == [
            recipe.slug for recipe in shipped() if recipe.kind == kind and recipe.when == "at_once"
        ]


def test_a_preset_nobody_published_is_not_there():
    with pytest.raises(Preset.DoesNotExist):
        preset_versions.in_use("nada")


def test_administrators_publish_on_a_page_and_others_do_not(client):
    address = reverse("transcode:preset", args=["photo-web"])
    client.force_login(factories.person())
    assert client.get(reverse("transcode:presets")).status_code == 403
    assert client.get(address).status_code == 403
    client.force_login(factories.administrator())
    assert "photo-web" in client.get(reverse("transcode:presets")).content.decode()
    answer = client.post(address, {"recipe": json.dumps(changed("photo-web", quality=64))})
    assert answer.status_code == 302
    assert preset_versions.in_use("photo-web").parameters.quality == 64  # type: ignore[attr-defined]
    assert "64" in client.get(address).content.decode()


@pytest.mark.parametrize(
    "text",
    ["no es JSON", "[]", json.dumps(named("photo-press").to_json()), json.dumps({"slug": "photo-web"})],
)
def test_what_cannot_be_published_is_said_and_kept_on_the_page(client, text):
    client.force_login(factories.administrator())
    answer = client.post(reverse("transcode:preset", args=["photo-web"]), {"recipe": text})
    assert answer.status_code == 400
    assert "La receta no se publicó." in answer.content.decode()
    assert preset_versions.in_use("photo-web").number == 1
