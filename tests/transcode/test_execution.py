"""A job's whole run on real files: what it makes, keeps, sweeps, and in which state it ends."""

import json
from pathlib import Path

import pytest
from django.db import connection

from dam import files
from dam.models import Placement, QCFinding, RenditionFile, StoredFile
from dam.storage import store
from tests import factories
from tests.transcode import clips
from transcode import execution, ffmpeg, jobs, live
from transcode.ffmpeg import DiskFull, FfmpegFailed
from transcode.models import JobState, TranscodeJob

pytestmark = pytest.mark.django_db


def run(job: TranscodeJob | None) -> TranscodeJob:
    assert job is not None
    execution.run(str(job.pk))
    job.refresh_from_db()
    return job


def test_a_video_is_made_measured_and_kept():
    version = clips.version("clip.mp4")
    job = run(jobs.enqueue_previews(version, by=None))
    assert (job.state, job.permille, job.live) == (JobState.DONE, 1000, {})
    made = {rendition.preset: rendition for rendition in version.renditions.all()}
    assert set(made) == {recipe["slug"] for recipe in job.recipes}
    items = set(version.findings.values_list("item", flat=True))
    assert {"audio.integrated", "audio.true_peak", "video.black", "video.fields", "video.frames"} <= items
    frames = version.findings.get(item="video.frames")
    assert int(frames.value) == version.duration_ticks
    assert frames.tool.startswith("ffmpeg")


def test_every_row_of_a_rendition_has_its_bytes():
    version = clips.version("clip.mp4")
    run(jobs.enqueue_previews(version, by=None))
    rows = RenditionFile.objects.filter(rendition__version=version).select_related("stored")
    assert rows.count() > 10
    for row in rows:
        there, key = files.where(row.stored)
        assert there.digest(key).sha256 == row.stored_id


def test_the_stream_is_the_one_that_was_published_while_it_grew():
    version = clips.version("clip.mp4")
    job = run(jobs.enqueue_previews(version, by=None))
    stream = version.renditions.get(recipe__form="hls_ladder")
    for file in stream.files.all():
        assert live.segment(job, f"{stream.preset}/{file.path}").pk == file.stored_id
    master = b"".join(store().read(f"{job.prefix}{stream.preset}/{stream.entry}")).decode()
    assert "#EXT-X-STREAM-INF" in master


def test_sound_and_photographs_are_made():
    sound = clips.version("tone.wav")
    assert run(jobs.enqueue_previews(sound, by=None)).state == JobState.DONE
    assert sound.renditions.filter(recipe__form="audio_file").count() == 2
    assert sound.findings.get(item="audio.integrated").unit == "LUFS"
    photo = clips.version("photo.jpg")
    assert run(jobs.enqueue_previews(photo, by=None)).state == JobState.DONE
    assert {made.facts["width"] for made in photo.renditions.all()} == {480, 640}


@pytest.mark.parametrize("preset", ["bwf", "wav-loudness", "mp3-320"])
def test_a_format_on_demand_is_made_once(preset):
    version = clips.version("tone.wav")
    job = jobs.request(version, preset, by=None)
    assert isinstance(job, TranscodeJob)
    assert run(job).state == JobState.DONE
    kept = jobs.request(version, preset, by=None)
    assert kept == version.renditions.get(preset=preset)


def test_findings_are_replaced_but_not_those_of_the_ingest():
    version = clips.version("tone.wav")
    factories.finding(version, "ingest.truncated", verdict="warn")
    factories.finding(version, "audio.integrated", value="0")
    run(jobs.enqueue_previews(version, by=None))
    assert version.findings.filter(item="ingest.truncated").exists()
    assert version.findings.get(item="audio.integrated").value != "0"


def test_a_broken_source_fails_with_what_ffmpeg_said_and_leaves_nothing():
    version = clips.version("clip.mp4", content=b"\x00" * 20_000)
    with pytest.raises(execution.TryAgain):
        execution.run(str(jobs.enqueue_previews(version, by=None).pk))  # type: ignore[union-attr]
    job = TranscodeJob.objects.get()
    assert (job.state, job.attempts) == (JobState.QUEUED, 1)
    for _ in range(execution.ATTEMPTS - 2):
        with pytest.raises(execution.TryAgain):
            execution.run(str(job.pk))
    run(job)
    assert (job.state, job.error) == (JobState.FAILED, "ffmpeg_failed")
    assert job.error_tail
    assert not version.renditions.exists()
    assert not list(store().keys("renditions/"))
    assert not Placement.objects.filter(key__startswith="renditions/").exists()


def test_an_unreadable_picture_fails_without_another_try():
    version = clips.version("photo.jpg", content=b"\xff\xd8\xff nada")
    job = run(jobs.enqueue_previews(version, by=None))
    assert (job.state, job.attempts) == (JobState.FAILED, 1)


def test_a_changed_original_is_never_converted():
    version = clips.version("photo.jpg")
    stored = version.files.get(role="original").stored
    there, key = files.where(stored)
    Path(there.storage.path(key)).write_bytes(b"otra cosa")
    job = run(jobs.enqueue_previews(version, by=None))
    assert (job.state, job.error) == (JobState.FAILED, "original_changed")


def test_a_full_disk_is_named(monkeypatch):
    def full(*args, **kwargs):
        raise DiskFull("no room", stderr_tail="No space left on device")

    monkeypatch.setattr(ffmpeg, "run", full)
    job = jobs.enqueue_previews(clips.version("tone.wav"), by=None)
    assert job is not None
    with pytest.raises(execution.TryAgain, match="disk_full"):
        execution.run(str(job.pk))
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.QUEUED, "disk_full")


def test_a_cancelled_job_ends_and_its_segments_go(monkeypatch):
    version = clips.version("long.mp4")
    job = jobs.enqueue_previews(version, by=None)
    assert job is not None
    monkeypatch.setattr(execution, "REPORT_SECONDS", 0.0)
    real = execution._show

    def stop_once_it_can_be_watched(running, playlists, entry):
        real(running, playlists, entry)
        TranscodeJob.objects.filter(pk=running.pk).update(stop_requested=True)

    monkeypatch.setattr(execution, "_show", stop_once_it_can_be_watched)
    monkeypatch.setattr("transcode.making.av.PUBLISH_SECONDS", 0.0)
    run(job)
    assert job.state in {JobState.CANCELLED, JobState.DONE}
    if job.state == JobState.CANCELLED:
        assert not list(store().keys(job.prefix))


def test_a_job_whose_worker_died_starts_again_elsewhere():
    version = clips.version("tone.wav")
    job = jobs.enqueue_previews(version, by=None)
    assert job is not None
    job.advance(JobState.RUNNING, by=None, attempts=1, prefix=f"renditions/{version.code}/dead-1/")
    files.keep(f"{job.prefix}audio-m4a/half.m4a", [b"half"])
    store().write(f"{job.prefix}audio-m4a/unrecorded", [b"written, not recorded"])
    run(job)
    assert (job.state, job.attempts) == (JobState.DONE, 2)
    assert not list(store().keys(f"renditions/{version.code}/dead-1/"))
    assert not StoredFile.objects.filter(placements__key__contains="dead-1").exists()


def test_what_has_ended_is_not_run_again():
    version = clips.version("tone.wav")
    job = run(jobs.enqueue_previews(version, by=None))
    before = QCFinding.objects.count()
    assert run(job).state == JobState.DONE
    assert QCFinding.objects.count() == before
    execution.run("00000000-0000-0000-0000-000000000000")


@pytest.mark.django_db(transaction=True)
def test_a_worker_taken_for_dead_does_not_run_beside_another():
    job = jobs.enqueue_previews(clips.version("tone.wav"), by=None)
    assert job is not None
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [str(job.pk)])
        with pytest.raises(execution.TryAgain):
            execution.run(str(job.pk))
        with other.cursor() as cursor:  # the server hears of a closed connection later
            cursor.execute("SELECT pg_advisory_unlock_all()")
    finally:
        other.close()
    run(job)
    assert job.state == JobState.DONE


def test_scratch_is_empty_afterwards(settings):
    run(jobs.enqueue_previews(clips.version("tone.wav"), by=None))
    assert not list(settings.SCRATCH.iterdir())


def test_a_failure_of_ffmpeg_keeps_its_last_lines(monkeypatch):
    def fail(*args, **kwargs):
        raise FfmpegFailed("exit 1", stderr_tail="x" * 9000 + "the end")

    monkeypatch.setattr(ffmpeg, "run", fail)
    job = jobs.enqueue_previews(clips.version("tone.wav"), by=None)
    assert job is not None
    TranscodeJob.objects.filter(pk=job.pk).update(attempts=execution.ATTEMPTS - 1)
    run(job)
    assert job.state == JobState.FAILED
    assert job.error_tail.endswith("the end")
    assert len(job.error_tail) == execution.TAIL_CHARACTERS


def test_a_documents_pages_and_text_are_made():
    content = _pdf("Agua para todos")
    version = factories.version("document", content=content, mime="application/pdf")
    job = run(jobs.enqueue_previews(version, by=None))
    assert job.state == JobState.DONE, job.error_tail
    text = version.renditions.get(recipe__form="page_text")
    there, key = files.where(text.files.get().stored)
    assert "Agua para todos" in json.loads(b"".join(there.read(key)))[0]
    assert version.renditions.get(recipe__form="page_images").facts["pages"][0]["width"] > 100


def _pdf(text: str) -> bytes:
    stream = f"BT /F1 24 Tf 72 700 Td ({text}) Tj ET".encode()
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    ]
    out, places = b"%PDF-1.4\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj%s endobj\n" % (number, body)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    trailer = b"trailer<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % len(out)
    return out + b"xref\n0 6\n0000000000 65535 f \n" + table + trailer
