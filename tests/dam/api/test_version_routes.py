"""Versions, files, renditions, captions and the record by the API; the links to the bytes really give them."""

from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from django.test import Client

from dam import assets
from dam.models import Asset, User
from tests import factories
from tests.dam import people
from tests.dam.api.calling import program, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def asset(by: User) -> Asset:
    return factories.asset("video", of=people.home(), by=by, content=b"0123456789", filename="C1.MP4")


def code(asset: Asset) -> str:
    assert asset.current is not None
    return asset.current.code


def path_of(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def test_a_version_names_its_files_and_their_addresses_give_them(by: User, asset: Asset):
    assert asset.current is not None
    factories.attached(asset.current, content=b"<nota/>")
    said = program(by).get(f"/api/v1/versions/{code(asset)}").json()
    by_role = {file["role"]: file for file in said["files"]}
    assert by_role["original"]["filename"] == "C1.MP4"
    assert by_role["original"]["size_bytes"] == 10
    assert said["asset"] == asset.code
    ask = program(by, ["download"])
    for role, content in (("original", b"0123456789"), ("sidecar", b"<nota/>")):
        answer = ask.get(path_of(by_role[role]["url"]))
        assert b"".join(answer.streaming_content) == content
        assert answer["ETag"] == f'"{by_role[role]["sha256"]}"'


def test_the_code_of_an_asset_means_its_current_version(by: User, asset: Asset):
    first = code(asset)
    second = assets.add_version(asset, factories.original("video"), by=by, note="Sin negro").code
    ask = program(by)
    assert ask.get(f"/api/v1/versions/{asset.code}").json()["code"] == second
    assert ask.get(f"/api/v1/versions/{first}").json()["number"] == 1
    page = ask.get(f"/api/v1/assets/{asset.code}/versions?limit=1").json()
    assert [one["note"] for one in page["items"]] == ["Sin negro"]
    rest = ask.get(f"/api/v1/assets/{asset.code}/versions?limit=1&cursor={page['next']}").json()
    assert ([one["code"] for one in rest["items"]], rest["next"]) == ([first], None)


def test_a_rendition_is_told_with_every_file(by: User, asset: Asset):
    assert asset.current is not None
    factories.rendition(asset.current, "hls", {"master.m3u8": b"#EXTM3U", "v720/1.m4s": b"12345"})
    ask = program(by)
    [line] = ask.get(f"/api/v1/versions/{code(asset)}").json()["renditions"]
    assert (line["preset"], line["size_bytes"], line["entry"]) == ("hls", 12, "master.m3u8")
    manifest = ask.get(f"/api/v1/versions/{code(asset)}/renditions/hls").json()
    assert [(file["path"], file["size_bytes"]) for file in manifest["files"]] == [
        ("master.m3u8", 7),
        ("v720/1.m4s", 5),
    ]
    answer = ask.get(path_of(manifest["files"][1]["url"]))
    assert b"".join(answer.streaming_content) == b"12345"
    refused(ask.get(f"/api/v1/versions/{code(asset)}/renditions/nada"), 404, "not-found")


def test_a_download_leads_to_bytes_that_need_nothing_more(by: User, asset: Asset):
    assert asset.current is not None
    factories.rendition(asset.current, "web", {"web.mp4": b"video"}, mime="video/mp4")
    ask = program(by, ["download"])
    for path, content in (("original", b"0123456789"), ("renditions/web/file", b"video")):
        led = ask.get(f"/api/v1/versions/{code(asset)}/{path}")
        assert led.status_code == 302
        got: Any = Client().get(path_of(led["Location"]))
        assert b"".join(got.streaming_content) == content
    tail: Any = Client().get(
        path_of(ask.get(f"/api/v1/versions/{code(asset)}/original")["Location"]),
        headers={"Range": "bytes=8-"},
    )
    assert (tail.status_code, b"".join(tail.streaming_content)) == (206, b"89")
    refused(ask.get(f"/api/v1/versions/{code(asset)}/renditions/nada/file"), 404, "not-found")


def test_captions_with_their_texts(by: User, asset: Asset):
    assert asset.current is not None
    track = factories.captions(asset.current, [(0, 1500, "Buenos días."), (1500, 3000, "Celaya.")])
    ask = program(by)
    said = ask.get(f"/api/v1/versions/{code(asset)}/captions/{track.pk}").json()
    assert [cue["text"] for cue in said["cues"]] == ["Buenos días.", "Celaya."]
    assert ask.get(path_of(said["url"])).content.startswith(b"WEBVTT")
    refused(ask.get(f"/api/v1/versions/{code(asset)}/captions/{uuid4()}"), 404, "not-found")


def test_what_one_does_not_see_has_no_versions(by: User):
    hidden = factories.asset("video", of=people.elsewhere())
    for path in ("", "/original", "/renditions/web", f"/captions/{uuid4()}"):
        refused(program(by).get(f"/api/v1/versions/{code(hidden)}{path}"), 404, "not-found")
    refused(program(by).get(f"/api/v1/assets/{hidden.code}/versions"), 404, "not-found")
    refused(program(by).get(f"/api/v1/assets/{hidden.code}/events"), 404, "not-found")


def test_the_record_of_an_asset_is_a_chain(by: User, asset: Asset):
    said = program(by).get(f"/api/v1/assets/{asset.code}/events").json()["items"]
    assert [one["seq"] for one in said] == list(range(len(said), 0, -1))
    assert said[-1]["verb"] == "created"
    assert said[-1]["by"]["name"] == "ana"
    assert len({one["digest"] for one in said}) == len(said)


def test_agencies_are_a_tree(by: User):
    people.elsewhere()
    said = {one["code"]: one for one in program(by).get("/api/v1/agencies").json()["items"]}
    assert said["SSG"]["parent"] == "GTO"
    assert said["SEG"]["path"] == "GTO/SEG/"
    assert said["GTO"]["parent"] is None


def test_more_versions_take_no_more_queries(by: User, asset: Asset, django_assert_max_num_queries):
    ask, path = program(by), f"/api/v1/assets/{asset.code}/versions"
    ask.get(path)
    with django_assert_max_num_queries(20) as few:
        ask.get(path)
    for _ in range(3):
        made = assets.add_version(asset, factories.original("video"), by=by)
        factories.rendition(made, "web")
    with django_assert_max_num_queries(len(few) + 3):  # what is prefetched of renditions that now exist
        assert len(ask.get(path).json()["items"]) == 4
