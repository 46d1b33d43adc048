"""The run of an ingest: its endings, what is recorded, and that each step is done once."""

import hashlib

import pytest

from dam import files, metadata, trash
from dam.models import AssetVersion, QCFinding, Role, StoredFile
from ingest import batches, ingests, pipeline, runs
from ingest.incoming import incoming, local
from ingest.models import Ingest
from ingest.outcomes import Rejected
from ingest.steps import metadata as reading
from ingest.steps import probe, register, store
from tests import factories
from tests.ingest import making
from tests.ingest.making import arrived, ingested, jpeg, noise, run
from transcode.models import TranscodeJob

pytestmark = pytest.mark.django_db


def test_a_photograph_becomes_an_asset(tmp_path, producer):
    content = jpeg(keywords="Presa de la Olla")
    done = ingested(tmp_path, "Presa de la Olla.jpg", content, by=producer)
    assert (done.state, done.role, done.reason, done.error) == ("accepted", "original", "", "")
    version = done.version
    assert (version.mime, version.width, version.height) == ("image/jpeg", 64, 48)
    assert version.asset.kind == "photo"
    assert version.asset.name == "Presa de la Olla.jpg"
    assert version.asset.created_by == producer
    assert version.original.path == "entrada/Presa de la Olla.jpg"
    assert metadata.known(version.asset)["description"].value == "Presa de la Olla"
    stored = version.original.stored
    assert stored == done.stored
    assert stored.sha256 == hashlib.sha256(content).hexdigest()
    there, key = files.where(stored)
    assert b"".join(there.read(key)) == content
    assert list(incoming().held()) == []


def test_its_previews_are_asked_for_in_the_same_breath(tmp_path):
    done = ingested(tmp_path, "a.jpg", jpeg())
    job = TranscodeJob.objects.get(version=done.version)
    assert (job.purpose, job.priority) == ("previews", ingests.PRIORITY["command"])


def test_a_video_keeps_its_time(tmp_path):
    done = ingested(tmp_path, "corte.mov", making.clip("timecode.mov").read_bytes())
    version = done.version
    assert version.asset.kind == "video"
    assert (version.edit_rate_num, version.edit_rate_den, version.duration_ticks) == (30000, 1001, 60)
    assert (version.start_timecode, version.drop_frame) == ("01:00:00;00", True)
    assert (version.width, version.height, version.demuxer) == (320, 180, "mov")
    assert version.technical["video"][0]["codec"] == "h264"


def test_a_sound(tmp_path):
    version = ingested(tmp_path, "tono.wav", making.clip("tone.wav").read_bytes()).version
    assert version.asset.kind == "audio"
    assert (version.edit_rate_num, version.duration_ticks, version.width) == (48000, 96000, None)


def test_a_document_says_its_title(tmp_path):
    version = ingested(tmp_path, "boletin.pdf", making.PDF).version
    assert version.asset.kind == "document"
    assert version.technical["pages"] == 1
    assert metadata.known(version.asset)["title"].value == "Boletin 12"
    assert metadata.known(version.asset)["creator"].value == ("Prensa",)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (
            "edl.edl",
            b"TITLE: X\nFCM: DROP FRAME\n\n001  AX  V  C  01:00:00:00 01:00:01:00 00:00:00:00 00:00:01:00\n",
        ),
        ("dibujo.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
        ("pagina.html", b"<!doctype html><script>alert(1)</script>"),
        ("cosa.prproj", b"\x1f\x8b\x08\x00" + b"0" * 40),
        ("notas.txt", b"Guion del spot de la feria"),
    ],
)
def test_harmless_files_of_other_kinds_are_kept_and_never_parsed(tmp_path, name, content):
    done = ingested(tmp_path, name, content)
    assert done.state == "accepted"
    assert done.version.asset.kind == "other"
    assert done.version.technical == {}
    assert not TranscodeJob.objects.exists()


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("vacio.jpg", b"", "empty"),
        (".DS_Store", b"\x00\x00\x00\x01Bud1\x00\x00", "junk"),
        ("lista.mp4", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "hostile"),
        ("roto.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 64, "unreadable"),
        ("cortado.mp4", "plain.mp4", "truncated"),
    ],
)
def test_what_cannot_be_had_is_rejected_with_its_reason_and_kept_as_it_came(tmp_path, name, content, reason):
    if isinstance(content, str):
        content = making.clip(content).read_bytes()[:3000]
    done = ingested(tmp_path, name, content)
    assert (done.state, done.reason) == ("rejected", reason)
    assert done.version is None
    there, key = files.where(done.stored)
    assert key.startswith("quarantine/")
    assert b"".join(there.read(key)) == content
    assert list(incoming().held()) == []


def test_a_picture_cut_short_is_accepted_and_it_is_said(tmp_path):
    whole = noise()
    done = ingested(tmp_path, "cortada.jpg", whole[: int(len(whole) * 0.8)])
    assert done.state == "accepted"
    finding = QCFinding.objects.get(version=done.version)
    assert (finding.item, finding.verdict, finding.unit) == ("ingest.truncated", "warn", "%")
    assert 60 <= int(finding.value) < 100


def test_the_same_bytes_twice_are_a_duplicate_of_what_is_there(tmp_path, producer):
    first = ingested(tmp_path, "a.jpg", jpeg(), by=producer)
    second = ingested(tmp_path, "otro nombre.jpg", jpeg(), by=producer)
    assert (second.state, second.version) == ("duplicate", first.version)
    assert AssetVersion.objects.count() == 1
    assert list(incoming().held()) == []


def test_of_what_one_may_not_see_nothing_is_told(tmp_path):
    centre = factories.central()
    one = factories.person(Role.VIDEOGRAPHER, factories.agency("DIF", parent=centre))
    other = factories.person(Role.VIDEOGRAPHER, factories.agency("SSG", parent=centre))
    mine = batches.open_for(one.memberships.get().agency, by=one)
    theirs = batches.open_for(other.memberships.get().agency, by=other)
    first = ingested(tmp_path, "a.jpg", jpeg(), by=one, batch=mine)
    second = ingested(tmp_path, "a.jpg", jpeg(), by=other, batch=theirs)
    assert second.state == "accepted"
    assert second.version.asset != first.version.asset
    assert second.stored == first.stored
    assert StoredFile.objects.filter(uses__isnull=False).distinct().count() == 1


def test_what_lies_in_the_trash_can_come_again(tmp_path, producer):
    first = ingested(tmp_path, "a.jpg", jpeg(), by=producer)
    trash.put(first.version.asset, by=producer)
    assert ingested(tmp_path, "a.jpg", jpeg(), by=producer).state == "accepted"


def test_a_new_version(tmp_path, producer):
    first = ingested(tmp_path, "a.jpg", jpeg("red", keywords="Antes"), by=producer)
    asset = first.version.asset
    second = ingested(tmp_path, "b.jpg", jpeg("blue", keywords="Ahora"), by=producer, version_of=asset)
    assert (second.state, second.version.asset, second.version.number) == ("accepted", asset, 2)
    asset.refresh_from_db()
    assert asset.current == second.version
    assert metadata.known(asset)["description"].value == "Ahora"
    again = ingested(tmp_path, "c.jpg", jpeg("red", keywords="Antes"), by=producer, version_of=asset)
    assert (again.state, again.version) == ("duplicate", first.version)


def test_a_new_version_of_another_kind_is_rejected(tmp_path, producer):
    asset = ingested(tmp_path, "a.jpg", jpeg(), by=producer).version.asset
    done = ingested(tmp_path, "tono.wav", making.clip("tone.wav").read_bytes(), by=producer, version_of=asset)
    assert (done.state, done.reason) == ("rejected", "other_kind")
    assert asset.versions.count() == 1


def test_a_file_that_changed_on_the_way_is_rejected(tmp_path):
    ingest = arrived(tmp_path, "a.jpg", jpeg("red"))
    path = local().here(ingest.upload_id)
    path.write_bytes(jpeg("tan")[: path.stat().st_size].ljust(path.stat().st_size, b"\0"))
    done = run(ingest)
    assert (done.state, done.reason) == ("rejected", "changed_on_the_way")


def test_bytes_that_were_lost_are_a_failure_and_seen(tmp_path):
    ingest = arrived(tmp_path, "a.jpg", jpeg())
    local().here(ingest.upload_id).write_bytes(b"half")
    with pytest.raises(Exception, match="4 bytes lie there"):
        run(ingest)
    ingest.refresh_from_db()
    assert (ingest.state, ingest.next_attempt_at, ingest.is_over) == ("failed", None, True)
    assert "4 bytes lie there" in ingest.error


def test_what_is_done_is_not_done_again(tmp_path, monkeypatch):
    ingest = arrived(tmp_path, "a.jpg", jpeg())

    def broken(*_args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(store, "run", broken)
        with pytest.raises(OSError, match="No space"):
            run(ingest)
    ingest.refresh_from_db()
    assert (ingest.state, ingest.step) == ("failed", "store")
    assert set(ingest.facts) == {"fingerprint", "identify", "probe", "metadata"}
    for step in (probe, reading):
        monkeypatch.setattr(step, "run", broken)
    assert run(ingest).state == "accepted"


def test_a_failure_within_the_last_step_leaves_nothing_half_made(tmp_path, monkeypatch):
    ingest = arrived(tmp_path, "a.jpg", jpeg())

    def broken(*_args, **_more):
        raise RuntimeError("the queue is away")

    with monkeypatch.context() as patch:
        patch.setattr(register, "enqueue_previews", broken)
        with pytest.raises(RuntimeError):
            run(ingest)
    ingest.refresh_from_db()
    assert (ingest.state, ingest.version) == ("failed", None)
    assert not AssetVersion.objects.exists()
    assert run(ingest).state == "accepted"


def test_running_what_is_over_does_nothing(tmp_path):
    done = ingested(tmp_path, "a.jpg", jpeg())
    assert run(done).attempts == done.attempts
    assert AssetVersion.objects.count() == 1


def test_a_rejected_file_can_be_examined_again_from_the_quarantine(tmp_path, producer, monkeypatch):
    content = jpeg()
    ingest = arrived(tmp_path, "a.jpg", content, by=producer)
    with monkeypatch.context() as patch:
        patch.setattr(probe, "run", _refusing)
        assert run(ingest).reason == "parser_crashed"
    ingests.retry(Ingest.objects.get(pk=ingest.pk), by=producer)
    done = run(ingest)
    assert (done.state, done.reason) == ("accepted", "")
    assert done.version.original.stored.sha256 == hashlib.sha256(content).hexdigest()


def _refusing(*_args):
    raise Rejected("parser_crashed", detail="SIGSEGV")


def test_a_run_that_was_overtaken_writes_nothing_more(tmp_path, monkeypatch):
    ingest = arrived(tmp_path, "a.jpg", jpeg())
    original = store.run

    def overtaken(mine, scratch):
        Ingest.objects.filter(pk=mine.pk).update(attempts=mine.attempts + 1)
        return original(mine, scratch)

    monkeypatch.setattr(store, "run", overtaken)
    pipeline.run(str(ingest.pk), retry_at=lambda _error: None)
    ingest.refresh_from_db()
    assert ingest.state == "running"
    assert "store" not in ingest.facts
    assert not AssetVersion.objects.exists()


def test_every_step_has_a_name_of_its_own():
    names = [step.NAME for step in pipeline.STEPS]
    assert len(set(names)) == len(names) == 6
    assert all(len(name) <= 20 for name in names)
    assert runs.MOST_DEATHS > 1
