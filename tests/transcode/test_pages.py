"""The list of jobs, the pieces of the asset page, and the bytes of what still encodes."""

import pytest
from django.urls import reverse

from dam import files
from tests import factories
from tests.transcode import clips
from transcode import execution, failures, jobs, panels
from transcode.models import JobState, TranscodeJob

pytestmark = pytest.mark.django_db
MASTER = "video-hls/master.m3u8"


@pytest.fixture
def producer(client):
    someone = factories.person()
    client.force_login(someone)
    return someone


def waiting(kind: str = "photo") -> TranscodeJob:
    job = jobs.enqueue_previews(factories.version(kind), by=None)
    assert job is not None
    return job


def growing() -> TranscodeJob:
    """A video whose first segment is there."""
    job = waiting("video")
    job.advance(
        JobState.RUNNING,
        by=None,
        prefix=f"renditions/{job.version.code}/{job.pk}-1/",
        live={MASTER: "#EXTM3U\n"},
        live_entry=MASTER,
        permille=120,
        eta_s=40,
    )
    files.keep(f"{job.prefix}video-hls/v360/00000.m4s", [b"segment"])
    return job


def test_the_list_shows_failures_first_with_a_reason_and_a_button(client, producer):
    waiting()
    failed = waiting()
    failed.advance(JobState.RUNNING, by=None)
    failed.advance(JobState.FAILED, by=None, error="disk_full", error_tail="No space left on device")
    page = client.get(reverse("transcode:jobs")).content.decode()
    assert page.index("Falló") < page.rindex("En espera")
    assert "El disco de trabajo o el almacén se llenó." in page
    assert "No space left on device" in page
    assert reverse("transcode:retry", args=[failed.pk]) in page


def test_the_list_filters_by_state_and_says_how_to_begin_when_empty(client, producer):
    assert "Aquí se verán los trabajos" in client.get(reverse("transcode:jobs")).content.decode()
    waiting()
    page = client.get(reverse("transcode:jobs"), {"estado": "failed"}).content.decode()
    assert "Aquí se verán los trabajos" in page


def test_a_script_gets_the_table_alone(client, producer):
    waiting()
    piece = client.get(reverse("transcode:jobs"), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in piece
    assert 'id="trabajos"' in piece


def test_jobs_of_unseen_material_are_not_there(client):
    job = waiting()
    client.force_login(factories.person(of=factories.agency("AJENA", parent=factories.central())))
    assert job.version.code not in client.get(reverse("transcode:jobs")).content.decode()
    for name in ("job_state", "making"):
        assert client.get(reverse(f"transcode:{name}", args=[job.pk])).status_code == 404
    for name in ("stop", "retry"):
        assert client.post(reverse(f"transcode:{name}", args=[job.pk])).status_code == 404
    assert client.get(reverse("transcode:live", args=[job.pk, MASTER])).status_code == 404


def test_a_growing_stream_is_served_as_it_is(client, producer):
    job = growing()
    playlist = client.get(reverse("transcode:live", args=[job.pk, MASTER]))
    assert playlist.content == b"#EXTM3U\n"
    assert "no-store" in playlist["Cache-Control"]
    segment = client.get(reverse("transcode:live", args=[job.pk, "video-hls/v360/00000.m4s"]))
    assert b"".join(segment.streaming_content) == b"segment"
    missing = client.get(reverse("transcode:live", args=[job.pk, "video-hls/v360/00001.m4s"]))
    assert missing.status_code == 404


def test_the_stage_plays_what_is_there_while_it_encodes(client, producer):
    job = growing()
    stage = client.get(reverse("transcode:stage", args=[job.version.code])).content.decode()
    assert reverse("transcode:live", args=[job.pk, MASTER]) in stage
    assert "faltan 40 segundos" in stage


def test_the_stage_asks_again_until_there_is_something(client, producer):
    job = waiting("video")
    stage = client.get(reverse("transcode:stage", args=[job.version.code])).content.decode()
    assert "En espera de un turno" in stage
    assert f'hx-get="{reverse("transcode:stage", args=[job.version.code])}"' in stage


def test_the_stage_says_why_nothing_can_be_seen(client, producer):
    job = waiting()
    job.advance(JobState.RUNNING, by=None)
    job.advance(JobState.FAILED, by=None, error="no_picture")
    stage = client.get(reverse("transcode:stage", args=[job.version.code])).content.decode()
    assert "El archivo no tiene imagen." in stage
    assert "El original está a salvo" in stage


def test_the_stage_of_what_is_ready(client, producer):
    for name, sign in (("photo.jpg", "<img"), ("tone.wav", "<audio")):
        version = clips.version(name)
        job = jobs.enqueue_previews(version, by=None)
        assert job is not None
        execution.run(str(job.pk))
        stage = client.get(reverse("transcode:stage", args=[version.code])).content.decode()
        assert sign in stage
        assert f"/bytes/v/{version.code}/" in stage


def test_formats_are_asked_for_and_then_downloaded(client, producer):
    version = clips.version("tone.wav")
    address = reverse("transcode:formats", args=[version.code])
    assert reverse("transcode:ask", args=[version.code, "bwf"]) in client.get(address).content.decode()
    answer = client.post(reverse("transcode:ask", args=[version.code, "bwf"]))
    assert answer["Location"] == reverse("dam:asset", args=[version.asset.code]) + "?descargar=1"
    assert "En espera" in client.get(address).content.decode()
    execution.run(str(TranscodeJob.objects.get(purpose="bwf").pk))
    ready = client.get(address).content.decode()
    assert f"/descargas/v/{version.code}/bwf/" in ready


def test_a_format_that_does_not_exist_is_said(client, producer):
    version = factories.version("photo")
    client.post(reverse("transcode:ask", args=[version.code, "nada"]))
    assert not TranscodeJob.objects.exists()
    assert client.post(reverse("transcode:ask", args=["ZZZZZZZZ22", "bwf"])).status_code == 404


def test_stopping_and_trying_again_by_button(client, producer):
    job = waiting()
    assert client.post(reverse("transcode:stop", args=[job.pk]), {"next": "jobs"})["Location"] == "/trabajos/"
    job.refresh_from_db()
    assert job.state == JobState.CANCELLED
    client.post(reverse("transcode:retry", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == JobState.QUEUED
    client.post(reverse("transcode:retry", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == JobState.QUEUED


def test_a_script_can_wait_for_a_job(client, producer):
    job = growing()
    said = client.get(reverse("transcode:job_state", args=[job.pk])).json()
    assert said == {"state": "running", "permille": 120, "eta_s": 40, "live_entry": MASTER}


def test_the_line_of_progress_ends_with_what_to_do(client, producer):
    job = growing()
    assert "12" in client.get(reverse("transcode:making", args=[job.pk])).content.decode()
    job.advance(JobState.DONE, by=None)
    assert "Todo listo." in client.get(reverse("transcode:making", args=[job.pk])).content.decode()


def test_every_kind_of_failure_is_said_in_three_parts():
    job = waiting()
    for code in ("disk_full", "frame_count", "timed_out", "original_changed", "what nobody foresaw"):
        job.error = code
        said = failures.explain(job)
        assert str(said.what)
        assert str(said.todo)


def test_other_files_have_no_stage_and_no_formats():
    version = factories.version("other")
    assert not panels.Stage().applies(version.asset, version)
    assert not panels.Formats().applies(version.asset, version)
