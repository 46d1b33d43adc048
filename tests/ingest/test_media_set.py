"""The whole shared media set through the pipeline: how each file ends, and what is recorded of it.

The probe, the metadata readers and the planner have their own comparisons with ``facts.json``; this one looks at
the rows that a person and the search would see.
"""

from fractions import Fraction
from typing import Any

import pytest

from dam.models import AssetVersion
from ingest.models import IngestState
from tests import factories
from tests.ingest import making
from tests.transcode.reference import FACTS, KINDS, at
from transcode import execution

pytestmark = [pytest.mark.django_db, pytest.mark.media]
ENDINGS = {IngestState.ACCEPTED, IngestState.DUPLICATE, IngestState.REJECTED}
#: Outside ``hostile/``, every file that does not become material, with why.
NOT_ACCEPTED: dict[str, str] = {}
#: Display sizes that differ from the reference's, with why.
OTHER_SIZES = {
    # Exif says "turn it", HEIF does not: facts.json calls both defensible; upright is what people expect
    "photo/heic/iphone_7.heic": (3024, 4032),
}
#: Seconds that differ from the reference's, with why.
OTHER_TIMES = {
    # thirty pictures within 50 ms, under subtitles that last longer
    "captions/sample_with_pgs_subtitles.mkv": 0.05,
    # its header claims forty hours; thirty pictures of 29.97 a second lie in it
    "video/delivery/sample_fragmented.mp4": 1.001,
}
#: Loudness that only a newer decoder can tell: facts.json's ffmpeg 5.1.9 found this E-AC-3 silent or too short.
NOT_MEASURED_THERE = {"video/delivery/sample_eac3.mp4"}
ALLOWED_LU = 0.2
FOLDERS = sorted({path.rsplit("/", 1)[0] for path in KINDS if not path.startswith("hostile/")})


def ingested(tmp_path, path: str, by):
    return making.ingested(tmp_path, path, at(path).read_bytes(), by=by)


def in_folder(folder: str) -> list[str]:
    return [path for path in KINDS if path.rsplit("/", 1)[0] == folder]


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_real_cameras_and_colleagues_made_is_accepted_and_told_truly(tmp_path, media, folder):
    someone = factories.person()
    for path in in_folder(folder):
        done = ingested(tmp_path, path, someone)
        assert done.state in ENDINGS, (path, done.error)
        if path in NOT_ACCEPTED:
            assert done.reason == NOT_ACCEPTED[path], path
            continue
        assert done.state != IngestState.REJECTED, (path, done.reason)
        assert done.version is not None, path
        check_sizes(path, done.version)
        check_time(path, done.version)


def check_sizes(path: str, version: AssetVersion) -> None:
    """After rotation, and the pixels made square, as the reference says it."""
    said = FACTS[path]
    track = next(
        (each for each in said.get("ffprobe", {}).get("streams", []) if "display_width" in each), said
    )
    if version.width is None or "display_width" not in track:
        return
    wanted = OTHER_SIZES.get(path, (track["display_width"], track["display_height"]))
    assert (version.width, version.height) == pytest.approx(wanted, abs=1), path


def check_time(path: str, version: AssetVersion) -> None:
    """As long as the first picture, or the first sound; the container may hold a longer track beside it."""
    said = FACTS[path].get("ffprobe", {})
    streams = sorted(said.get("streams", ()), key=lambda each: each["type"] != "video")
    first: dict[str, Any] = next((each for each in streams if each["type"] in {"video", "audio"}), {})
    seconds = first.get("duration_s") or said.get("duration_s")
    if version.edit_rate is None or not seconds:
        return
    recorded = Fraction(version.duration_ticks or 0) / version.edit_rate
    assert float(recorded) == pytest.approx(OTHER_TIMES.get(path, seconds), rel=0.02, abs=0.35), path


@pytest.mark.parametrize(
    "folder", ["audio/habla", "audio/loudness", "audio/wav", "audio/bwf", "audio/comprimido"]
)
def test_the_loudness_that_is_recorded_is_that_of_the_reference(tmp_path, media, folder):
    someone = factories.person()
    compared = 0
    for path in in_folder(folder):
        version = ingested(tmp_path, path, someone).version
        assert version is not None
        for job in version.transcode_jobs.all():
            execution.run(str(job.pk))
            job.refresh_from_db()
            assert job.state == "done", (path, job.error, job.error_tail)
        wanted = FACTS[path]["ffprobe"]["loudness_first_audio_track"]["integrated_lufs"]
        found = version.findings.filter(item="audio.integrated").first()
        if wanted is None or found is None:
            assert path in NOT_MEASURED_THERE or not (found and found.value), path
            continue
        assert float(found.value) == pytest.approx(wanted, abs=ALLOWED_LU), path
        compared += 1
    assert compared


def test_what_is_hostile_ends_in_a_named_state_and_is_kept(tmp_path, media):
    someone = factories.person()
    for path in (path for path in KINDS if path.startswith("hostile/")):
        done = ingested(tmp_path, path, someone)
        assert done.state in ENDINGS, (path, done.error)
        if done.state == IngestState.REJECTED:
            assert done.reason, path
            kept = done.stored
            assert done.reason in {"junk", "empty"} or (
                kept and kept.size_bytes == at(path).stat().st_size
            ), path
