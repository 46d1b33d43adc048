"""What the asset page shows of this house: the newest news of each format, and a stage that fits what is there."""

import re
from datetime import timedelta

import pytest
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone, translation

from dam.models import AssetVersion
from tests import factories
from transcode import jobs, panels, preset_versions
from transcode.models import JobState, TranscodeJob

pytestmark = pytest.mark.django_db
READY = "Preparar"


@pytest.fixture
def asked(rf: RequestFactory):
    """Renders a panel for a version, as somebody signed in gets it."""

    def render(panel, version: AssetVersion) -> str:
        request = rf.get("/")
        request.user = factories.administrator()
        page: str = panel.render(request, version.asset, version)
        return page

    return render


def job_for(
    version: AssetVersion, preset: str, *states: JobState, age_h: float = 0, **fields
) -> TranscodeJob:
    """A job for a preset that went through these states some hours ago."""
    job = jobs.request(version, preset, by=None)
    assert isinstance(job, TranscodeJob)
    for state in states:
        job.advance(state, by=None, **(fields if state == states[-1] else {}))
    then = timezone.now() - timedelta(hours=age_h)
    TranscodeJob.objects.filter(pk=job.pk).update(requested_at=then, state_since=then)
    job.refresh_from_db()
    return job


def line(page: str, preset: str) -> str:
    """What the list says of one format."""
    words = preset_versions.in_use(preset).title.es
    [found] = [item for item in re.finditer(r"<li>.*?</li>", page, re.DOTALL) if f"{words}<small>" in item[0]]
    return str(found[0])


FAILED = (JobState.RUNNING, JobState.FAILED)


class TestTheNewestJobOfAFormat:
    def test_one_that_waits_is_shown_before_an_older_failure(self, asked):
        version = factories.version("photo")
        job_for(version, "photo-press", *FAILED, age_h=2, error="disk_full")
        job_for(version, "photo-press")
        page = asked(panels.Formats(), version)
        assert "En espera" in line(page, "photo-press")
        assert "se llenó" not in page
        assert READY not in line(page, "photo-press")
        assert "hx-get" in page

    def test_the_last_of_several_failures_is_told(self, asked):
        version = factories.version("photo")
        for age_h, error in ((3, "timed_out"), (1, "disk_full"), (2, "worker_died")):
            job_for(version, "photo-press", *FAILED, age_h=age_h, error=error)
        page = asked(panels.Formats(), version)
        assert "se llenó" in line(page, "photo-press")
        assert "tardó más" not in page

    def test_an_old_failure_that_is_tried_again_is_shown_before_a_newer_one(self, asked):
        version = factories.version("photo")
        old = job_for(version, "photo-press", *FAILED, age_h=3, error="timed_out")
        job_for(version, "photo-press", *FAILED, age_h=1, error="disk_full")
        jobs.retry(old, by=None)
        assert "En espera" in line(asked(panels.Formats(), version), "photo-press")

    def test_what_somebody_cancelled_afterwards_leaves_no_failure_on_show(self, asked):
        version = factories.version("photo")
        job_for(version, "photo-press", *FAILED, age_h=3, error="disk_full")
        job_for(version, "photo-press", JobState.CANCELLED)
        said = line(asked(panels.Formats(), version), "photo-press")
        assert READY in said
        assert 'class="state' not in said

    def test_a_failure_can_be_asked_for_again(self, asked):
        version = factories.version("photo")
        job_for(version, "photo-press", *FAILED, error="disk_full")
        page = asked(panels.Formats(), version)
        assert reverse("transcode:ask", args=[version.code, "photo-press"]) in line(page, "photo-press")
        assert "hx-get" not in page

    def test_other_formats_are_not_touched_by_it(self, asked):
        version = factories.version("audio")
        job_for(version, "bwf", *FAILED, error="disk_full")
        page = asked(panels.Formats(), version)
        assert "se llenó" in line(page, "bwf")
        assert 'class="state' not in line(page, "wav")


class TestFormats:
    def test_a_kept_one_is_downloaded_whatever_its_jobs_say(self, asked):
        version = factories.version("photo")
        job_for(version, "photo-press", *FAILED, error="disk_full")
        made = factories.rendition(version, "photo-press", {"photo-press.jpg": b"x" * 2048})
        type(made).objects.filter(pk=made.pk).update(
            recipe_digest=preset_versions.in_use("photo-press").digest()
        )
        said = line(asked(panels.Formats(), version), "photo-press")
        assert f"/descargas/v/{version.code}/photo-press/photo-press.jpg" in said
        assert "2" in said
        assert "se llenó" not in said

    def test_one_made_by_an_older_recipe_is_asked_for_anew(self, asked):
        version = factories.version("photo")
        factories.rendition(version, "photo-press")
        said = line(asked(panels.Formats(), version), "photo-press")
        assert READY in said
        assert "/descargas/" not in said

    @pytest.mark.parametrize(
        ("kind", "there", "absent"),
        [
            ("video", {"xdcam-hd422", "messaging-mp4", "video-mp4"}, {"bwf", "video-sprite", "video-hls"}),
            ("audio", {"bwf", "mp3-320-loudness", "audio-mp3"}, {"xdcam-hd422", "audio-waveform"}),
            ("photo", {"photo-press", "photo-web"}, {"photo-thumbnail", "wav"}),
        ],
    )
    def test_each_kind_has_its_own(self, asked, kind, there, absent):
        version = factories.version(kind)
        page = asked(panels.Formats(), version)
        offered = set(re.findall(rf"/formatos/{version.code}/([a-z0-9-]+)/", page))
        assert there <= offered
        assert not absent & offered

    def test_in_english_they_have_english_names(self, asked):
        with translation.override("en"):
            assert "TV master" in asked(panels.Formats(), factories.version("video"))


class TestStage:
    def test_nothing_made_and_nothing_under_way_is_said(self, asked):
        assert "Todavía no hay vista previa." in asked(panels.Stage(), factories.version("photo"))

    def test_what_is_there_stays_on_show_when_a_later_try_fails(self, asked):
        version = factories.version("photo")
        factories.rendition(version, "photo-web", facts={"width": 1600, "height": 1067})
        job = jobs.enqueue_previews(version, by=None)
        assert job is not None
        job.advance(JobState.RUNNING, by=None)
        job.advance(JobState.FAILED, by=None, error="timed_out")
        page = asked(panels.Stage(), version)
        assert f"/bytes/v/{version.code}/photo-web/photo-web.jpg" in page
        assert "La conversión tardó más de lo permitido." in page
        assert reverse("transcode:retry", args=[job.pk]) in page

    def test_the_web_size_is_shown_not_the_thumbnail(self, asked):
        version = factories.version("photo")
        for preset in ("photo-web", "photo-thumbnail"):
            factories.rendition(version, preset)
        assert f"/bytes/v/{version.code}/photo-web/" in asked(panels.Stage(), version)

    def test_a_finished_stream_is_played_though_the_job_still_lists_a_growing_one(self, asked):
        version = factories.version("video")
        factories.rendition(version, "video-hls", {"master.m3u8": b"#EXTM3U\n"}, form="hls_ladder")
        page = asked(panels.Stage(), version)
        assert f'data-hls="/bytes/v/{version.code}/video-hls/master.m3u8"' in page
        assert 'data-rate="30000/1001"' in page
        assert re.search(r'data-part="live" hidden', page)

    def test_troubled_places_are_marked_and_good_ones_are_not(self, asked):
        version = factories.version("video")
        factories.rendition(version, "video-hls", {"master.m3u8": b"#EXTM3U\n"}, form="hls_ladder")
        for item, verdict, start in (("video.black", "warn", 30), ("video.frames", "pass", 0)):
            factories.finding(
                version, item, value="1.00", unit="s", verdict=verdict, start_ticks=start, end_ticks=60
            )
        assert panels._marks(version) == [(1001, 2002, "warn", "video.black: 1.00 s")]
        assert "video.black: 1.00 s" in asked(panels.Stage(), version)

    def test_a_finding_of_the_whole_file_has_no_mark(self):
        version = factories.version("video")
        factories.finding(version, "audio.integrated", verdict="fail")
        assert panels._marks(version) == []

    def test_captions_are_offered_under_their_language(self, asked):
        version = factories.version("video")
        factories.rendition(version, "video-mp4", {"video.mp4": b"mp4"}, form="progressive_mp4")
        track = factories.captions(version)
        page = asked(panels.Stage(), version)
        assert reverse("dam:captions", args=[version.code, track.pk]) in page
        assert 'srclang="es"' in page

    def test_of_two_sounds_the_browser_gets_those_made_at_once(self):
        version = factories.version("audio")
        for preset in ("audio-mp3", "audio-m4a"):
            factories.rendition(version, preset, {f"{preset}.x": b"x"}, form="audio_file", mime="audio/mpeg")
        later = factories.rendition(version, "bwf", {"a.wav": b"x"}, form="audio_file", mime="audio/wav")
        type(later).objects.filter(pk=later.pk).update(recipe=later.recipe | {"when": "on_demand"})
        found = panels._sound_files(panels.shelf(version))
        assert [url.split("/")[4] for url, _mime in found] == ["audio-m4a", "audio-mp3"]
