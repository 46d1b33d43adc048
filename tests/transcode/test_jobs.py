"""Asking for copies, stopping and trying again: one job for all who ask, and who waits goes first."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from dam import events
from dam.lifecycle import IllegalTransition
from tests import factories
from transcode import jobs
from transcode.models import JobState, Preset, TranscodeJob

pytestmark = pytest.mark.django_db


def queued(job: TranscodeJob) -> list[ProcrastinateJob]:
    return list(ProcrastinateJob.objects.filter(args__job_id=str(job.pk)))


def test_a_job_and_what_wakes_the_worker_are_written_together():
    version = factories.version("video")
    job = jobs.enqueue_previews(version, by=version.created_by)
    assert job is not None
    assert job.state == JobState.QUEUED
    assert job.purpose == jobs.PREVIEWS
    assert {recipe["form"] for recipe in job.recipes} >= {"hls_ladder", "progressive_mp4", "poster"}
    [waking] = queued(job)
    assert waking.task_name == "transcode.run"
    assert waking.queue_name == "transcode"
    assert [event.verb for event in events.of(job)] == ["requested"]


@pytest.mark.parametrize("kind", ["photo", "audio", "document"])
def test_light_kinds_do_not_wait_behind_video(kind):
    job = jobs.enqueue_previews(factories.version(kind), by=None)
    assert job is not None
    assert queued(job)[0].queue_name == "default"


def test_nothing_is_made_of_other_files():
    assert jobs.enqueue_previews(factories.version("other"), by=None) is None


def test_asking_twice_is_one_job():
    version = factories.version("video")
    first = jobs.enqueue_previews(version, by=None)
    assert jobs.enqueue_previews(version, by=None) == first
    assert TranscodeJob.objects.count() == 1


def test_a_person_who_waits_goes_before_a_batch():
    version = factories.version("photo")
    batch = jobs.enqueue_previews(version, by=None)
    waiting = jobs.request(version, "photo-press", by=factories.person())
    assert isinstance(waiting, TranscodeJob)
    assert batch is not None
    assert queued(waiting)[0].priority > queued(batch)[0].priority


def test_a_kept_rendition_is_returned_without_a_job():
    version = factories.version("photo")
    job = jobs.request(version, "photo-press", by=None)
    assert isinstance(job, TranscodeJob)
    made = factories.rendition(version, "photo-press")
    type(made).objects.filter(pk=made.pk).update(recipe_digest=_digest("photo-press"))
    assert jobs.request(version, "photo-press", by=None) == made


def _digest(slug: str) -> str:
    current = Preset.objects.get(pk=slug).current
    assert current is not None
    return current.digest


def test_an_unknown_preset_is_refused():
    with pytest.raises(Preset.DoesNotExist):
        jobs.request(factories.version("photo"), "nada", by=None)
    assert not TranscodeJob.objects.exists()


def test_a_waiting_job_is_cancelled_at_once():
    job = jobs.enqueue_previews(factories.version("photo"), by=None)
    assert job is not None
    jobs.stop(job, by=factories.person())
    assert job.state == JobState.CANCELLED


def test_a_running_job_is_asked_to_stop():
    job = jobs.enqueue_previews(factories.version("photo"), by=None)
    assert job is not None
    job.advance(JobState.RUNNING, by=None)
    jobs.stop(job, by=factories.person())
    job.refresh_from_db()
    assert (job.state, job.stop_requested) == (JobState.RUNNING, True)


def test_what_has_ended_is_not_stopped():
    job = jobs.enqueue_previews(factories.version("photo"), by=None)
    assert job is not None
    job.advance(JobState.RUNNING, by=None)
    job.advance(JobState.DONE, by=None)
    with pytest.raises(IllegalTransition):
        jobs.stop(job, by=factories.person())


def test_a_failed_job_is_tried_again_from_the_start():
    job = jobs.enqueue_previews(factories.version("photo"), by=None)
    assert job is not None
    job.advance(JobState.RUNNING, by=None, attempts=3, permille=400)
    job.advance(JobState.FAILED, by=None, error="disk_full")
    jobs.retry(job, by=factories.person())
    assert (job.state, job.error, job.attempts, job.permille) == (JobState.QUEUED, "", 0, 0)
    assert len(queued(job)) == 2


def test_a_running_job_is_not_tried_again():
    job = jobs.enqueue_previews(factories.version("photo"), by=None)
    assert job is not None
    job.advance(JobState.RUNNING, by=None)
    with pytest.raises(IllegalTransition):
        jobs.retry(job, by=factories.person())


def test_progress_of_a_job_that_ended_changes_nothing():
    job = jobs.enqueue_previews(factories.version("photo"), by=None)
    assert job is not None
    jobs.progress(job, permille=500, eta_s=3)
    job.refresh_from_db()
    assert job.permille == 0
    job.advance(JobState.RUNNING, by=None)
    jobs.progress(job, permille=500, eta_s=3)
    job.refresh_from_db()
    assert (job.permille, job.eta_s, job.percent) == (500, 3, 50)
