"""Cues: their order, their limits, their text."""

import pytest

from ingest.reading.captions import read
from ingest.reading.cues import Cue, align, to_webvtt

HOUR = 3_600_000
CUES = [Cue(HOUR + 1000, HOUR + 2000, "Hola"), Cue(HOUR + 3000, HOUR + 4000, "Adiós")]
FROM_ZERO = [Cue(1000, 2000, "Hola"), Cue(3000, 4000, "Adiós")]


@pytest.mark.parametrize(
    ("start_ms", "duration_ms"),
    [(HOUR, 30_000), (0, 30_000)],
    ids=["by its timecode", "by whole hours, as masters begin on them"],
)
def test_cues_that_count_from_the_masters_timecode_come_to_zero(start_ms, duration_ms):
    assert align(CUES, start_ms=start_ms, duration_ms=duration_ms) == FROM_ZERO


@pytest.mark.parametrize(("start_ms", "duration_ms"), [(0, 30_000), (HOUR, 30_000), (0, 0)])
def test_cues_that_count_from_zero_stay(start_ms, duration_ms):
    assert align(FROM_ZERO, start_ms=start_ms, duration_ms=duration_ms) == FROM_ZERO


def test_a_long_film_is_not_moved():
    assert align(CUES, start_ms=0, duration_ms=2 * HOUR) == CUES
    assert align(CUES, start_ms=0, duration_ms=0) == CUES


def test_no_cues_are_no_cues():
    assert align([], start_ms=HOUR, duration_ms=10) == []


def test_the_players_file():
    assert to_webvtt(FROM_ZERO) == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nHola\n\n00:00:03.000 --> 00:00:04.000\nAdiós\n"
    )
    assert to_webvtt([]) == "WEBVTT\n"


def test_times_of_many_hours():
    assert "101:01:01.001 --> 101:01:02.000" in to_webvtt([Cue(363_661_001, 363_662_000, "x")])


@pytest.mark.parametrize("text", ["a --> b", "<b>no</b>", "3 < 4 & 5", "&amp;", "uno\ndos"])
def test_what_is_written_is_read_again(tmp_path, text):
    path = tmp_path / "a.vtt"
    path.write_text(to_webvtt([Cue(1000, 2000, text)]))
    (cue,) = read(str(path), "text/vtt")["cues"]
    assert Cue.from_json(cue) == Cue(1000, 2000, text)
