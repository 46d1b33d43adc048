"""Everything recorded of an asset, as JSON for whoever takes it elsewhere and as lines for an operator."""

import hashlib
import io
import json
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dam import assets, events, metadata, productions, record, trash
from dam.metadata import Found
from dam.models import Asset
from tests import factories

pytestmark = pytest.mark.django_db

CONTENT = b"un video del acueducto"


@pytest.fixture
def asset() -> Asset:
    """A video with all that can be recorded of one."""
    by = factories.person(name="ana")
    first = factories.version(
        "video",
        by=by,
        name="C0001.MP4",
        filename="C0001.MP4",
        path="tarjeta/PRIVATE/C0001.MP4",
        content=CONTENT,
        technical={"container": "mov", "video": [{"codec": "h264"}]},
        start_timecode="01:00:00;00",
        drop_frame=True,
    )
    factories.attached(first, content=b"<nota/>", filename="C0001.XML")
    factories.rendition(first, "web", {"web.m3u8": b"lista", "0.ts": b"pedazo"}, facts={"width": 1280})
    factories.captions(first, [(0, 1500, "Buenos días.")])
    factories.finding(first, "video.black", value="12", unit="frames", verdict="warn", start_ticks=30)
    metadata.record_embedded(first.asset, [Found("headline", ("DSC",), "es", "XMP:Headline")], by=None)
    metadata.describe(first.asset, {"headline": "Acueducto", "keywords": "agua, presa"}, by=by)
    productions.use(factories.production("Spot del agua", by=by), first.asset, role="used_in", by=by)
    return Asset.objects.get(pk=first.asset_id)


@pytest.fixture
def told(asset) -> dict[str, Any]:
    return record.of(asset)


def printed(code: str, **options: bool) -> str:
    out = io.StringIO()
    call_command("asset", code, stdout=out, **options)
    return out.getvalue()


def test_the_asset_itself_is_told(asset, told):
    assert {key: told[key] for key in ("code", "kind", "title", "name", "created_by", "trashed_at")} == {
        "code": asset.code,
        "kind": "video",
        "title": "Acueducto",
        "name": "C0001.MP4",
        "created_by": "ana",
        "trashed_at": None,
    }
    assert told["agency"] == {"code": "GTO", "name": "Comunicación Social"}
    assert told["created_at"] == asset.created_at.isoformat()
    assert told["revision"] == asset.revision
    assert told["events"] == events.of(asset).count()


def test_a_length_is_in_frames_at_a_rational_rate(told):
    (version,) = told["versions"]
    assert (version["edit_rate"], version["duration_ticks"]) == ([30000, 1001], 300)
    assert (version["start_timecode"], version["drop_frame"]) == ("01:00:00;00", True)
    assert (version["width"], version["height"]) == (1920, 1080)
    assert version["technical"]["video"] == [{"codec": "h264"}]


def test_what_has_no_length_has_no_rate():
    told = record.of(factories.asset("photo"))["versions"][0]
    assert (told["edit_rate"], told["duration_ticks"]) == (None, None)


def test_every_file_has_its_role_path_hash_and_places(told):
    files = {file["role"]: file for file in told["versions"][0]["files"]}
    assert files.keys() == {"original", "sidecar"}
    original = files["original"]
    sha256 = hashlib.sha256(CONTENT).hexdigest()
    assert (original["sha256"], original["size_bytes"]) == (sha256, len(CONTENT))
    assert original["path"] == "tarjeta/PRIVATE/C0001.MP4"
    (place,) = original["placements"]
    assert (place["store"], place["state"]) == ("objects", "present")
    assert place["key"].endswith(sha256)
    assert files["sidecar"]["filename"] == "C0001.XML"


def test_a_rendition_lists_its_files_in_the_order_of_their_paths(told):
    (made,) = told["versions"][0]["renditions"]
    assert (made["preset"], made["entry"], made["facts"]) == ("web", "web.m3u8", {"width": 1280})
    assert [file["path"] for file in made["files"]] == ["0.ts", "web.m3u8"]
    assert made["files"][0]["sha256"] == hashlib.sha256(b"pedazo").hexdigest()


def test_checks_and_captions_are_told_whole(told):
    (version,) = told["versions"]
    (check,) = version["qc"]
    assert (check["item"], check["value"], check["unit"]) == ("video.black", "12", "frames")
    assert (check["verdict"], check["start_ticks"], check["end_ticks"]) == ("warn", 30, None)
    assert version["captions"] == [
        {"language": "es", "source": "embedded", "cues": [[0, 1500, "Buenos días."]]}
    ]


def test_each_value_says_where_it_is_known_from_the_effective_one_first(told):
    person, file = told["metadata"]["headline"]
    assert (person["values"], person["source"], person["by"]) == (["Acueducto"], "person", "ana")
    assert (file["values"], file["source"], file["by"]) == (["DSC"], "embedded", None)
    assert (file["origin"], file["language"]) == ("XMP:Headline", "es")
    assert told["metadata"]["keywords"][0]["values"] == ["agua", "presa"]


def test_what_a_person_left_empty_is_told_as_empty_over_what_the_file_says(asset):
    metadata.describe(asset, {"headline": ""}, by=asset.created_by, language="es")
    metadata.take_back(asset, ["headline"], by=asset.created_by)
    values = [said["values"] for said in record.of(asset)["metadata"]["headline"]]
    assert values == [[""], ["DSC"]]


def test_uses_name_the_production_and_who_put_it_there(told):
    (used,) = told["uses"]
    assert (used["title"], used["role"], used["by"]) == ("Spot del agua", "used_in", "ana")


def test_versions_come_in_their_order_and_the_current_one_is_named(asset):
    second = assets.add_version(asset, factories.original("video"), by=asset.created_by, note="Con color")
    told = record.of(Asset.objects.get(pk=asset.pk))
    assert [(one["number"], one["note"]) for one in told["versions"]] == [(1, ""), (2, "Con color")]
    assert told["current"] == second.code == told["versions"][1]["code"]


def test_the_whole_record_is_json_and_keeps_its_accents(asset):
    text = printed(asset.code, json=True)
    assert json.loads(text) == record.of(asset)
    assert "Buenos días." in text


def test_a_version_s_code_and_small_letters_find_the_asset(asset):
    assert asset.current is not None
    for code in (asset.code, asset.code.lower(), asset.current.code):
        assert json.loads(printed(code, json=True))["code"] == asset.code


def test_what_lies_in_the_trash_is_still_told(asset):
    trash.put(asset, by=asset.created_by)
    assert json.loads(printed(asset.code, json=True))["trashed_at"]
    assert "(video, GTO, in the trash)" in printed(asset.code)


@pytest.mark.parametrize("code", ["ZZZZ9999", "", "../etc", "ñ", "A" * 300])
def test_a_code_that_nothing_has_is_refused(code: str):
    with pytest.raises(CommandError, match="there is no asset"):
        printed(code)


def test_an_operator_reads_what_matters_in_lines(asset):
    lines = printed(asset.code).splitlines()
    assert asset.current is not None
    assert lines[0] == f"{asset.code}  Acueducto  (video, GTO)"
    assert lines[1] == f"* {asset.current.code}  C0001.MP4  {len(CONTENT)} B"
    assert f"    sha256 {hashlib.sha256(CONTENT).hexdigest()}" in lines
    assert "    web: 2 files" in lines
    assert "    checks: 1, failed 0, to look at 1" in lines
    assert "  headline: ['Acueducto'] (person)" in lines
    assert "  in Spot del agua: used_in" in lines
    assert lines[-1] == f"  {events.of(asset).count()} events"


def test_only_the_current_version_is_marked(asset):
    assets.add_version(asset, factories.original("video"), by=asset.created_by)
    marks = [line[:2] for line in printed(asset.code).splitlines() if " archivo " in line or "C0001" in line]
    assert marks == ["  ", "* "]
