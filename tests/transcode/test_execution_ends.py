"""No job stays as if it ran: what nobody foresaw, workers that die, what was asked anew, and how far it is said to be."""

import logging

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from dam import events, files
from dam.lifecycle import IllegalTransition
from dam.storage import store
from tests import factories
from tests.transcode import clips
from transcode import execution, ffmpeg, jobs
from transcode.ffmpeg import TooLarge
from transcode.ffmpeg_output import Progress
from transcode.making import av
from transcode.making.made import Made
from transcode.models import JobState, TranscodeJob

pytestmark = pytest.mark.django_db


def previews(kind: str = "audio") -> TranscodeJob:
    job = jobs.enqueue_previews(factories.version(kind), by=None)
    assert job is not None
    return job


def failing(monkeypatch, failure: Exception, kind: str = "audio") -> TranscodeJob:
    """A job whose maker raises that."""

    def fail(_work):
        raise failure

    monkeypatch.setitem(execution.MAKERS, kind, fail)
    return previews(kind)


def ended(job: TranscodeJob) -> TranscodeJob:
    """The job after the queue ran it as often as it asks for."""
    for _ in range(execution.ATTEMPTS - 1):
        with pytest.raises(execution.TryAgain):
            execution.run(str(job.pk))
    execution.run(str(job.pk))
    job.refresh_from_db()
    return job


def notes(job: TranscodeJob) -> list[tuple[str, str]]:
    told = [(event.verb, event.data.get("note", "")) for event in events.of(job)]
    return sorted(told)


class TestWhatNobodyForesaw:
    @pytest.mark.parametrize(
        ("failure", "code"),
        [
            (ZeroDivisionError("division by zero"), "ZeroDivisionError"),
            (KeyError("width"), "KeyError"),
            (AssertionError(), "AssertionError"),
            (UnicodeDecodeError("utf-8", b"\xff", 0, 1, "invalid start byte"), "UnicodeDecodeError"),
            (MemoryError(), "MemoryError"),
        ],
        ids=lambda value: value if isinstance(value, str) else "",
    )
    def test_it_is_tried_again_and_then_fails_under_its_own_name(self, monkeypatch, caplog, failure, code):
        caplog.set_level(logging.CRITICAL, execution.logger.name)
        job = ended(failing(monkeypatch, failure))
        assert (job.state, job.error, job.attempts) == (JobState.FAILED, code, execution.ATTEMPTS)
        assert notes(job).count(("state.queued", code)) == execution.ATTEMPTS - 1

    def test_it_is_logged_with_where_it_happened(self, monkeypatch, caplog):
        job = failing(monkeypatch, ZeroDivisionError("division by zero"))
        with pytest.raises(execution.TryAgain):
            execution.run(str(job.pk))
        [record] = [each for each in caplog.records if each.name == execution.logger.name]
        assert job.version.code in record.getMessage()
        assert record.exc_info is not None

    def test_what_is_foreseen_is_no_news_for_the_log(self, monkeypatch, caplog):
        job = failing(monkeypatch, OSError(5, "Input/output error"))
        with pytest.raises(execution.TryAgain, match="OSError"):
            execution.run(str(job.pk))
        assert not [each for each in caplog.records if each.name == execution.logger.name]

    def test_between_attempts_it_waits_and_says_what_went_wrong(self, monkeypatch):
        job = failing(monkeypatch, OSError(5, "Input/output error"))
        with pytest.raises(execution.TryAgain):
            execution.run(str(job.pk))
        job.refresh_from_db()
        assert (job.state, job.error) == (JobState.QUEUED, "OSError")
        assert "Input/output error" in job.error_tail

    def test_a_second_attempt_that_works_ends_it(self, monkeypatch):
        job = failing(monkeypatch, OSError(5, "Input/output error"), "photo")
        with pytest.raises(execution.TryAgain):
            execution.run(str(job.pk))
        monkeypatch.setitem(execution.MAKERS, "photo", lambda _work: Made(()))
        execution.run(str(job.pk))
        job.refresh_from_db()
        assert (job.state, job.attempts, job.permille) == (JobState.DONE, 2, 1000)

    def test_nothing_is_left_on_scratch(self, monkeypatch, settings):
        with pytest.raises(execution.TryAgain):
            execution.run(str(failing(monkeypatch, RuntimeError("x")).pk))
        assert not list(settings.SCRATCH.iterdir())

    def test_what_the_file_itself_causes_is_not_tried_again(self, monkeypatch):
        job = failing(monkeypatch, TooLarge("16 MB"))
        execution.run(str(job.pk))
        job.refresh_from_db()
        assert (job.state, job.error, job.attempts) == (JobState.FAILED, "too_large", 1)


class TestAWorkerThatDies:
    def death(self, job: TranscodeJob) -> None:
        """The worker is killed in the middle: the job still says it runs, and half of a file is kept."""
        claimed = execution._claim(str(job.pk))
        assert claimed is not None
        files.keep(f"{claimed.prefix}half/{claimed.attempts}", [b"%d" % claimed.attempts])

    def test_it_ends_after_its_attempts(self):
        job = previews()
        for _ in range(execution.DEATHS):
            self.death(job)
        execution.run(str(job.pk))
        job.refresh_from_db()
        assert (job.state, job.error, job.attempts) == (JobState.FAILED, "worker_died", execution.DEATHS)
        assert not list(store().keys(f"renditions/{job.version.code}/"))

    def test_until_then_it_is_begun_anew_and_what_lay_there_goes(self):
        job = previews()
        self.death(job)
        job.refresh_from_db()
        first = job.prefix
        self.death(job)
        job.refresh_from_db()
        assert (job.state, job.attempts) == (JobState.RUNNING, 2)
        assert job.prefix != first
        assert not list(store().keys(first))
        assert ("state.queued", "revived") in notes(job)

    def test_a_person_may_still_try_it_again(self):
        job = previews()
        for _ in range(execution.DEATHS):
            self.death(job)
        execution.run(str(job.pk))
        job.refresh_from_db()
        jobs.retry(job, by=factories.person())
        self.death(job)
        job.refresh_from_db()
        assert (job.state, job.error, job.attempts) == (JobState.RUNNING, "", 1)

    def test_one_that_was_to_stop_is_cancelled_instead(self):
        job = previews()
        self.death(job)
        TranscodeJob.objects.filter(pk=job.pk).update(stop_requested=True)
        execution.run(str(job.pk))
        job.refresh_from_db()
        assert job.state == JobState.CANCELLED
        assert not list(store().keys(f"renditions/{job.version.code}/"))

    def test_progress_and_playlists_of_the_dead_are_not_shown_any_more(self):
        job = previews()
        self.death(job)
        TranscodeJob.objects.filter(pk=job.pk).update(
            permille=700, live={"video-hls/master.m3u8": "#EXTM3U\n"}, live_entry="video-hls/master.m3u8"
        )
        self.death(job)
        job.refresh_from_db()
        assert (job.permille, job.live, job.live_entry) == (0, {}, "")


class TestTryingAgainWhatWasAskedAnew:
    def old_failure(self, version) -> TranscodeJob:
        job = jobs.request(version, "photo-press", by=None)
        assert isinstance(job, TranscodeJob)
        job.advance(JobState.RUNNING, by=None)
        return job.advance(JobState.FAILED, by=None, error="disk_full")

    @pytest.mark.parametrize("running", [False, True])
    def test_the_newer_job_is_returned_and_the_old_one_stays(self, running):
        version = factories.version("photo")
        old = self.old_failure(version)
        newer = jobs.request(version, "photo-press", by=None)
        assert isinstance(newer, TranscodeJob)
        if running:
            newer.advance(JobState.RUNNING, by=None)
        before = ProcrastinateJob.objects.count()
        assert jobs.retry(old, by=factories.person()) == newer
        old.refresh_from_db()
        assert (old.state, old.error) == (JobState.FAILED, "disk_full")
        assert ProcrastinateJob.objects.count() == before

    def test_what_others_made_of_it_is_no_reason_to_wait(self):
        version = factories.version("photo")
        old = self.old_failure(version)
        assert isinstance(jobs.request(version, "photo-web", by=None), TranscodeJob)
        jobs.request(factories.version("photo"), "photo-press", by=None)
        assert jobs.retry(old, by=None) == old
        assert old.state == JobState.QUEUED

    def test_a_newer_one_that_failed_too_is_no_reason_to_wait(self):
        version = factories.version("photo")
        old, _newer = self.old_failure(version), self.old_failure(version)
        assert jobs.retry(old, by=None) == old

    def test_what_is_made_is_not_made_again(self):
        job = previews("photo")
        job.advance(JobState.RUNNING, by=None)
        job.advance(JobState.DONE, by=None)
        with pytest.raises(IllegalTransition):
            jobs.retry(job, by=None)


class TestHowFarItIs:
    @pytest.mark.parametrize(
        ("fraction", "eta", "since", "until", "told"),
        [
            (0.0, None, 0.0, 1.0, (0, None)),
            (0.5, 30, 0.0, 1.0, (500, 30)),
            (1.0, 0, 0.0, 1.0, (1000, None)),
            # a first pass of a third, half done: the rest takes as long for the same share of work
            (0.5, 10, 0.0, 0.35, (175, 47)),
            (0.0, 65, 0.35, 1.0, (350, 65)),
            (0.5, 20, 0.2, 1.0, (600, 20)),
            # a pass that has ended leaves nothing to reckon by
            (1.0, 0, 0.0, 0.35, (350, None)),
        ],
    )
    def test_each_pass_has_its_share(self, fraction, eta, since, until, told):
        done = Progress(frames=0, seconds=0.0, fraction=fraction, speed=1.0, eta_s=eta, has_moved=True)
        assert av._told(done, since, until) == told

    def test_it_never_goes_back_and_only_the_end_says_all(self, monkeypatch):
        monkeypatch.setattr(execution, "REPORT_SECONDS", 0.0)
        told: list[int] = []
        real = jobs.progress

        def listen(job, *, permille, eta_s):
            told.append(permille)
            real(job, permille=permille, eta_s=eta_s)

        monkeypatch.setattr(jobs, "progress", listen)
        job = jobs.request(clips.version("clip.mp4"), "messaging-mp4", by=None)
        assert isinstance(job, TranscodeJob)
        execution.run(str(job.pk))
        job.refresh_from_db()
        assert job.state == JobState.DONE, job.error_tail
        assert told == sorted(told)
        assert max(told) <= 999
        assert any(permille <= 350 for permille in told)
        assert any(permille > 350 for permille in told)
        assert job.permille == 1000

    def test_a_second_pass_that_fails_fails_the_job(self, monkeypatch):
        real = ffmpeg.run

        def run(step, folder, **more):
            if step.name == "second":
                raise TooLarge("16 MB", stderr_tail="past the limit")
            return real(step, folder, **more)

        monkeypatch.setattr(ffmpeg, "run", run)
        version = clips.version("clip.mp4")
        job = jobs.request(version, "messaging-mp4", by=None)
        assert isinstance(job, TranscodeJob)
        execution.run(str(job.pk))
        job.refresh_from_db()
        assert (job.state, job.error, job.error_tail) == (JobState.FAILED, "too_large", "past the limit")
        assert not version.renditions.exists()
