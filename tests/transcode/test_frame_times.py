"""The table of times of a varying rate: kept with the stream, and what places in seconds are told by."""

import json
from itertools import pairwise
from pathlib import Path

import pytest

from dam import files
from dam.models import Placement, PlacementState, Rendition
from tests import factories
from tests.transcode import clips
from transcode import execution, frame_times, jobs, panels
from transcode.facts import MediaFacts

pytestmark = pytest.mark.django_db


def stream_of(name: str) -> Rendition:
    version = clips.version(name)
    job = jobs.enqueue_previews(version, by=None)
    assert job is not None
    execution.run(str(job.pk))
    job.refresh_from_db()
    assert job.state == "done", job.error_tail
    return version.renditions.get(recipe__form="hls_ladder")


def table(stream: Rendition) -> dict[str, object] | None:
    kept = stream.files.filter(path=frame_times.FILE).first()
    if kept is None:
        return None
    store, key = files.where(kept.stored)
    found: dict[str, object] = json.loads(b"".join(store.read(key)))
    return found


def test_a_varying_rate_keeps_when_each_frame_is_shown():
    stream = stream_of("phone.mp4")
    facts = MediaFacts.from_json(stream.version.technical)
    assert facts.picture is not None
    assert facts.picture.variable_frame_rate
    times = frame_times.of(stream)
    assert len(times) == stream.version.duration_ticks
    assert times[0] == 0
    assert times == sorted(times)
    gaps = {after - before for before, after in pairwise(times)}
    assert {33, 100} <= gaps  # each frame, and each third one
    assert max(gaps) > 400  # what the phone left out
    assert times[-1] == pytest.approx(1967 - 33, abs=40)


def test_a_constant_rate_needs_none():
    stream = stream_of("clip.mp4")
    assert table(stream) is None
    assert frame_times.of(stream) == []


def test_a_place_is_told_by_the_table():
    stream = stream_of("phone.mp4")
    version = stream.version
    version.findings.all().delete()
    last = (version.duration_ticks or 0) - 1
    factories.finding(
        version, "video.black", verdict="warn", start_ticks=3, end_ticks=last, value="1", unit="s"
    )
    times = frame_times.of(stream)
    (mark,) = panels._marks(version, stream)
    assert mark[:2] == (times[3], times[last])
    assert panels._marks(version)[0][:2] != mark[:2]


def test_times_are_whole_and_exact(tmp_path: Path):
    measured = tmp_path / "picture.txt"
    lines = ["frame:0    pts:0      pts_time:0", "lavfi.x=1", "frame:1    pts:1      pts_time:0.033367"]
    measured.write_text("\n".join([*lines, "frame:2    pts:9      pts_time:0.400001", ""]))
    frame_times.write(measured, tmp_path)
    assert json.loads((tmp_path / frame_times.FILE).read_text()) == {
        "per_second": 1_000_000,
        "gaps": [33_367, 366_634],
    }


@pytest.mark.parametrize("content", [b"", b"{", b"\xff"])
def test_a_table_that_cannot_be_read_leaves_the_rate(content: bytes, caplog):
    version = factories.version("video")
    stream = factories.rendition(version, "hls", {"master.m3u8": b"x", frame_times.FILE: content})
    assert frame_times.of(stream) == []
    assert "cannot be read" in caplog.text


def test_nor_does_one_that_is_gone():
    stream = factories.rendition(factories.version("video"), "hls", {frame_times.FILE: b"{}"})
    Placement.objects.update(state=PlacementState.MISSING)
    assert frame_times.of(stream) == []
