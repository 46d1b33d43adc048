"""The steps of an ingest, each alone on a real file: what it learns, and how it ends what is not to be had."""

import hashlib
from pathlib import Path
from typing import Any

import pytest

from dam import files, storage
from ingest import parsing
from ingest.models import Ingest
from ingest.outcomes import Duplicate, Rejected
from ingest.scratch import Scratch
from ingest.steps import fingerprint, identify, metadata, probe, store
from tests import factories
from tests.ingest import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def scratch(tmp_path: Path) -> Scratch:
    folder = tmp_path / "mesa"
    folder.mkdir()
    return Scratch(folder, folder / "original.jpg")


def of(scratch: Scratch, content: bytes, facts: dict[str, Any] | None = None, **more) -> Ingest:
    """An ingest whose file, with this content, lies on the table; ``facts`` were learned before."""
    scratch.file.write_bytes(content)
    size = len(content)
    upload = factories.upload(**{"size_bytes": size, "offset_bytes": size, **more})
    return factories.ingest("running", upload=upload, facts=facts or {})


def named(scratch: Scratch, suffix: str) -> Scratch:
    return Scratch(scratch.folder, scratch.folder / f"original{suffix}")


class TestFingerprint:
    def test_what_came_is_hashed_and_counted(self, scratch):
        learned = fingerprint.run(of(scratch, b"agua"), scratch)
        assert learned == {"sha256": hashlib.sha256(b"agua").hexdigest(), "size_bytes": 4}

    def test_the_sender_s_own_hash_agrees(self, scratch):
        claimed = hashlib.sha256(b"agua").hexdigest()
        assert fingerprint.run(of(scratch, b"agua", claimed_sha256=claimed), scratch)["sha256"] == claimed

    def test_where_it_does_not_both_are_told(self, scratch):
        with pytest.raises(Rejected) as rejected:
            fingerprint.run(of(scratch, b"agua", claimed_sha256="0" * 64), scratch)
        assert rejected.value.code == "changed_on_the_way"
        assert rejected.value.params["detail"].startswith("0" * 64 + " != ")

    @pytest.mark.parametrize("size", [3, 5])
    def test_bytes_that_were_acknowledged_and_are_not_there_are_no_fault_of_the_file(self, scratch, size):
        ingest = of(scratch, b"agua", size_bytes=size, offset_bytes=size)
        with pytest.raises(fingerprint.Incomplete, match=f"4 bytes lie there, {size} were acknowledged"):
            fingerprint.run(ingest, scratch)


def identified(scratch: Scratch, content: bytes, **more) -> dict[str, Any]:
    digest = {"fingerprint": {"sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content)}}
    return identify.run(of(scratch, content, digest, **more), scratch)


class TestIdentify:
    @pytest.mark.parametrize(
        ("suffix", "content", "mime", "kind"),
        [
            (".jpg", making.jpeg(), "image/jpeg", "photo"),
            (".jpg", making.png(), "image/png", "photo"),
            (".mov", making.PDF, "application/pdf", "document"),
            (".srt", making.SRT.encode(), "application/x-subrip", "caption"),
            (".xmp", making.XMP.encode(), "application/rdf+xml", "sidecar"),
            (".bin", b"\x01\x02\x03\x04" * 40, "application/octet-stream", "other"),
        ],
    )
    def test_the_content_says_what_it_is_whatever_the_name(self, scratch, suffix, content, mime, kind):
        found = identified(named(scratch, suffix), content)
        assert (found["mime"], found["kind"]) == (mime, kind)

    @pytest.mark.parametrize(
        ("content", "code"),
        [
            (b"", "empty"),
            (b"\x00\x00\x00\x01Bud1\x00\x00", "junk"),
            (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "hostile"),
            (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "hostile"),
        ],
    )
    def test_what_is_no_material(self, scratch, content, code):
        with pytest.raises(Rejected) as rejected:
            identified(scratch, content)
        assert rejected.value.code == code

    def test_what_is_there_already_is_told_by_its_version(self, scratch):
        version = factories.version(content=making.jpeg())
        with pytest.raises(Duplicate) as duplicate:
            identified(scratch, making.jpeg())
        assert duplicate.value.version == version

    def test_captions_may_rightly_lie_beside_more_than_one_asset(self, scratch):
        factories.version("other", content=making.SRT.encode())
        assert identified(named(scratch, ".srt"), making.SRT.encode())["kind"] == "caption"


def probed(scratch: Scratch, content: bytes, mime: str, kind: str, demuxer: str = "") -> dict[str, Any]:
    facts = {"identify": {"mime": mime, "kind": kind, "demuxer": demuxer}}
    return probe.run(of(scratch, content, facts), scratch)


class TestProbe:
    def test_a_photograph_is_measured(self, scratch):
        learned = probed(scratch, making.jpeg(size=(64, 48)), "image/jpeg", "photo")
        assert (learned["kind"], learned["findings"]) == ("photo", [])
        assert (learned["facts"]["width"], learned["facts"]["height"]) == (64, 48)

    def test_half_a_photograph_says_how_much_can_be_seen(self, scratch):
        whole = making.noise()
        learned = probed(scratch, whole[: len(whole) // 2], "image/jpeg", "photo")
        (finding,) = learned["findings"]
        assert (finding["item"], finding["verdict"], finding["unit"]) == ("ingest.truncated", "warn", "%")
        assert 35 <= int(finding["value"]) <= 65

    def test_sound_in_a_container_of_video_is_audio(self, scratch):
        content = making.clip("tone.wav").read_bytes()
        learned = probed(named(scratch, ".wav"), content, "audio/x-wav", "video", "wav")
        assert (learned["kind"], learned["facts"]["video"]) == ("audio", [])

    @pytest.mark.parametrize("kind", ["other", "sidecar"])
    def test_what_is_not_measured_keeps_its_kind_and_is_not_opened(self, scratch, kind, monkeypatch):
        monkeypatch.setattr(parsing, "call", lambda *_args, **_more: pytest.fail("it was parsed"))
        learned = probed(scratch, b"x", "application/octet-stream", kind)
        assert learned == {"kind": kind, "facts": {}, "findings": []}

    @pytest.mark.parametrize("code", sorted(probe.NOT_PROCESSED))
    def test_what_is_whole_but_not_for_us_is_kept_as_another_file(self, scratch, monkeypatch, code):
        def refuse(*_args: object, **_more: object) -> None:
            raise Rejected("unreadable", parser=code)

        monkeypatch.setattr(parsing, "call", refuse)
        learned = probed(scratch, b"x", "video/mp4", "video", "mov")
        assert learned["kind"] == "other"
        assert [(item["item"], item["value"]) for item in learned["findings"]] == [
            ("ingest.not_processed", code)
        ]

    @pytest.mark.parametrize(
        ("mime", "kind", "demuxer"),
        [("image/jpeg", "photo", ""), ("video/mp4", "video", "mov"), ("application/pdf", "document", "")],
    )
    def test_rubbish_under_a_good_name_is_rejected(self, scratch, mime, kind, demuxer):
        with pytest.raises(Rejected) as rejected:
            probed(scratch, b"\xff\xd8\xff\xe0%PDF-1.4ftyp" + b"\0" * 64, mime, kind, demuxer)
        assert rejected.value.code in {"unreadable", "truncated", "no_streams"}


def read(scratch: Scratch, content: bytes, kind: str, facts: dict[str, Any] | None = None) -> dict[str, Any]:
    probed = {"probe": {"kind": kind, "facts": facts or {}}, "identify": {"demuxer": ""}}
    return metadata.run(of(scratch, content, probed), scratch)


class TestMetadata:
    def test_a_photograph_says_what_is_in_it(self, scratch):
        learned = read(scratch, making.jpeg(keywords="Presa La Esperanza"), "photo")
        assert {"Presa La Esperanza"} <= {item["value"] for item in learned["found"]}
        assert (learned["tracks"], learned["findings"]) == ([], [])

    @pytest.mark.parametrize("content", [b"<x:xmpmeta", b"", b"\xff\xfe<"])
    def test_what_cannot_be_read_is_noted_and_rejects_nothing(self, scratch, content):
        learned = read(scratch, content, "sidecar")
        assert learned["found"] == []
        (finding,) = learned["findings"]
        assert (finding["item"], finding["verdict"]) == ("ingest.metadata_unread", "warn")
        assert finding["value"]

    @pytest.mark.parametrize(
        ("title", "author", "found"),
        [
            ("Boletín 12", "Prensa", [("title", "Boletín 12"), ("creator", ["Prensa"])]),
            ("", "Prensa", [("creator", ["Prensa"])]),
            ("", "", []),
        ],
    )
    def test_a_document_s_own_two_fields(self, scratch, title, author, found):
        facts = {"pages": 1, "width_pt": 300, "height_pt": 400, "has_text": True}
        learned = read(scratch, b"", "document", {**facts, "title": title, "author": author})
        assert [(item["field"], item["value"]) for item in learned["found"]] == found

    @pytest.mark.parametrize("kind", ["other", "caption"])
    def test_of_anything_else_nothing_is_read(self, scratch, kind):
        assert read(scratch, b"x", kind) == {"found": [], "tracks": [], "findings": []}


class TestStore:
    def kept(self, scratch: Scratch, content: bytes, sha256: str = "") -> str:
        sha256 = sha256 or hashlib.sha256(content).hexdigest()
        facts = {"fingerprint": {"sha256": sha256, "size_bytes": len(content)}}
        return str(store.run(of(scratch, content, facts), scratch)["key"])

    def test_it_lies_under_its_hash_and_is_kept_once(self, scratch):
        key = self.kept(scratch, b"agua")
        assert hashlib.sha256(b"agua").hexdigest() in key
        assert self.kept(scratch, b"agua") == key
        stored = files.keep(key, [b"agua"], expected=storage.digest_of([b"agua"]))
        there, where = files.where(stored)
        assert b"".join(there.read(where)) == b"agua"

    def test_bytes_that_changed_since_they_were_hashed_are_not_kept(self, scratch, tmp_path):
        with pytest.raises(storage.Mismatch):
            self.kept(scratch, b"agua", "0" * 64)
        assert not [path for path in (tmp_path / "objects").rglob("*") if path.is_file()]
