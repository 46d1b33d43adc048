"""Caption tracks come to the version's own time."""

import pytest

from dam.models import CaptionTrack
from ingest import timed_text
from tests import factories

pytestmark = pytest.mark.django_db


def cue(start_ms: int, end_ms: int, text: str = "Hola") -> dict[str, object]:
    return {"start_ms": start_ms, "end_ms": end_ms, "text": text}


def video(timecode: str = "", rate=(30000, 1001), *, drop: bool = False, ticks: int = 900):
    return factories.version(
        "video", edit_rate=rate, duration_ticks=ticks, start_timecode=timecode, drop_frame=drop
    )


@pytest.mark.parametrize(
    ("timecode", "rate", "drop", "ms"),
    [
        ("", (25, 1), False, 0),
        ("10:00:00:00", (25, 1), False, 36_000_000),
        ("00:00:01:12", (25, 1), False, 1_480),
        ("01:00:00:00", (30000, 1001), False, 3_603_600),
        ("01:00:00;00", (30000, 1001), True, 3_600_000 - 4),  # 107,892 frames
        ("00:01:00;02", (30000, 1001), True, 60_060),  # the first label after minute one is frame 1800
        ("01:00:00;00", (60000, 1001), True, 3_600_000 - 4),
        ("rubbish", (25, 1), False, 0),
    ],
)
def test_where_a_timecode_begins(timecode, rate, drop, ms):
    assert timed_text.start_ms(video(timecode[:11], rate, drop=drop)) == ms


def test_sound_has_no_timecode_of_pictures():
    assert timed_text.start_ms(factories.version("audio", start_timecode="01:00:00:00")) == 0


def test_cues_that_count_from_the_start_timecode_count_from_zero():
    track = timed_text.add_track(
        video("10:00:00:00", (25, 1), ticks=750),
        [cue(36_001_000, 36_002_000), cue(36_003_000, 36_004_000)],
        language="es",
    )
    assert list(track.cues.values_list("start_ms", "end_ms")) == [(1000, 2000), (3000, 4000)]


def test_cues_are_never_before_the_first_frame():
    track = timed_text.add_track(video(), [cue(0, 500), cue(500, 900)], language="es")
    assert track.cues.count() == 2
    assert list(track.cues.values_list("position", flat=True)) == [0, 1]


def test_embedded_and_attached_tracks():
    version = video()
    inside = timed_text.add_track(version, [cue(0, 500)], language="es", label="CEA-608")
    assert (inside.source, inside.file, inside.label) == ("embedded", None, "CEA-608")
    file = factories.attached(version, filename="a.srt")
    beside = timed_text.add_track(version, [cue(0, 500)], language="en", file=file)
    assert (beside.source, beside.file) == ("file", file)
    assert timed_text.add_track(version, [cue(0, 500)], language="en", file=file) == beside
    assert CaptionTrack.objects.count() == 2


def test_the_asset_is_announced():
    version = video()
    before = version.asset.revision
    timed_text.add_track(version, [cue(0, 500)], language="es")
    version.asset.refresh_from_db()
    assert version.asset.revision > before
