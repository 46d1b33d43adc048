"""What a list shows of an asset: the right picture, its length, and that it is still being prepared."""

from typing import Any

import pytest

from dam import assets, tiles
from dam.models import Asset, AssetVersion
from tests import factories

pytestmark = pytest.mark.django_db


def tile(version: AssetVersion) -> dict[str, Any]:
    return tiles.of(tiles.fetched(Asset.objects.all()).get(pk=version.asset_id))


def made(version: AssetVersion, form: str, preset: str = "", **facts: object) -> str:
    """Make a rendition and return its address."""
    rendition = factories.rendition(version, preset or form, form=form, facts=facts)
    return f"/bytes/v/{version.code}/{rendition.preset}/{rendition.entry}"


def test_a_tile_says_what_the_asset_is():
    version = factories.version("video", name="C0001.MP4")
    made(version, "poster")
    told = tile(version)
    del told["thumb"]
    assert told == {
        "url": f"/acervo/{version.asset.code}/",
        "code": version.asset.code,
        "title": "C0001.MP4",
        "kind": "video",
        "kind_words": "Video",
        "duration": "0:10",
        "width": 1920,
        "height": 1080,
    }


def test_the_title_is_what_a_person_wrote():
    asset = factories.asset(name="DSC_0001.JPG", headline="Presa de la Olla")
    assert asset.current is not None
    assert tile(asset.current)["title"] == "Presa de la Olla"


@pytest.mark.parametrize(
    ("kind", "forms", "keys"),
    [
        ("video", ["poster", "scrub_sprite"], {"thumb": "poster", "sprite": "scrub_sprite"}),
        ("video", ["scrub_sprite"], {"sprite": "scrub_sprite"}),
        ("video", ["waveform", "poster"], {"thumb": "poster"}),
        ("audio", ["waveform"], {"peaks": "waveform"}),
        ("audio", ["waveform", "poster"], {"thumb": "poster", "peaks": "waveform"}),
        ("photo", ["photo_size"], {"thumb": "photo_size"}),
        ("photo", ["photo_size", "poster"], {"thumb": "poster"}),
        ("photo", ["scrub_sprite"], {}),
        ("document", ["page_images"], {"thumb": "page_images"}),
        ("photo", ["photo_tiles"], {}),
    ],
)
def test_each_kind_shows_the_renditions_that_are_its_picture(
    kind: str, forms: list[str], keys: dict[str, str]
):
    version = factories.version(kind)
    addresses = {form: made(version, form) for form in forms}
    told = tile(version)
    shown = {key: told[key] for key in ("thumb", "sprite", "peaks") if key in told}
    assert shown == {key: addresses[form] for key, form in keys.items()}


def test_of_several_sizes_the_smallest_is_shown():
    version = factories.version("photo")
    made(version, "photo_size", "grande", width=2048)
    small = made(version, "photo_size", "chica", width=320)
    made(version, "photo_size", "mediana", width=1024)
    assert tile(version)["thumb"] == small


@pytest.mark.parametrize(
    ("kind", "words"), [("video", "Preparándose"), ("photo", "Preparándose"), ("other", None)]
)
def test_what_has_no_rendition_yet_is_being_prepared_where_one_will_come(kind: str, words: str | None):
    assert tile(factories.version(kind)).get("state_words") == words


def test_the_tile_is_of_the_current_version():
    version = factories.version("photo")
    made(version, "photo_size")
    newer = assets.add_version(
        version.asset, factories.original(width=100, height=200), by=version.created_by
    )
    told = tile(version)
    assert (told["width"], told["height"]) == (100, 200)
    assert "thumb" not in told
    assert tile(newer)["state_words"] == "Preparándose"


def test_many_tiles_cost_as_many_queries_as_one(django_assert_num_queries):
    by = factories.person()
    for _ in range(3):
        made(factories.version("photo", by=by), "photo_size")
    for many in (1, 3):
        with django_assert_num_queries(2):
            assert len(tiles.of_all(tiles.fetched(Asset.objects.order_by("seq"))[:many])) == many
