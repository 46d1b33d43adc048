"""Tests of the demo's music: the chords it is made of, and how loud and how clean a recording comes out."""

import re
import subprocess
from pathlib import Path

import pytest

from ingest.demo import music, pieces
from ingest.demo.music import Bed
from ingest.demo.pieces import Piece
from transcode import ffmpeg, probe

FOUR = ("C", "G", "Am", "F")


def measured(path: Path) -> tuple[float, float]:
    """Integrated loudness (LUFS) and true peak (dBTP), by FFmpeg's EBU R 128 meter."""
    meter = ("-nostdin", "-hide_banner", "-i", str(path), "-af", "ebur128=peak=true", "-f", "null", "-")
    said = subprocess.run([ffmpeg.program(), *meter], capture_output=True, text=True, check=True).stderr
    summary = said[said.rindex("Summary:") :]
    found = [re.search(rf"{name}:\s+(-?[\d.]+)", summary) for name in ("I", "Peak")]
    loudness, peak = (float(each[1]) for each in found if each)
    return loudness, peak


@pytest.mark.parametrize(
    ("name", "notes"),
    [
        ("C", [48, 52, 55, 57]),
        ("G", [55, 59, 62, 64]),
        ("Am", [57, 60, 64, 67]),
        ("F#m", [54, 57, 61, 64]),
        ("Bb", [58, 62, 65, 67]),
    ],
)
def test_a_chord_is_its_notes(name, notes):
    ((_begins, _ends, found), *_rest) = music._bars(Bed(1, 120, (name,), "x"))
    assert found == notes


def test_bars_follow_without_a_gap_until_the_end_and_the_chords_come_again():
    bars = list(music._bars(Bed(9, 120, FOUR, "x")))
    assert [begins for begins, _ends, _notes in bars] == [0, 2, 4, 6, 8]
    assert [ends for _begins, ends, _notes in bars] == [2, 4, 6, 8, 10]
    assert bars[4][2] == bars[0][2] != bars[1][2]


def test_a_is_440_hertz_and_an_octave_is_twice():
    assert music._hertz(69) == 440
    assert music._hertz(57) == pytest.approx(220)
    assert music._hertz(60) == pytest.approx(261.626, abs=0.001)


def test_the_same_word_is_the_same_music_and_another_is_not():
    one, again, other = (music.graph(Bed(4, 100, FOUR, word), lufs=-24) for word in ("a", "a", "b"))
    assert one == again
    assert one != other


def test_an_unknown_chord_is_no_music():
    with pytest.raises(KeyError):
        music.graph(Bed(2, 100, ("H",), "x"), lufs=-24)


@pytest.fixture(scope="module")
def recording(tmp_path_factory) -> Path:
    piece = Piece("RADIO", Bed(6, 110, FOUR, "prueba"))
    return pieces.make(piece, tmp_path_factory.mktemp("radio"))


def test_a_recording_is_48_khz_stereo_of_the_length_asked_for(recording):
    facts = probe.probe(str(recording), "wav")
    (track,) = facts.audio
    assert (track.codec, track.sample_rate, track.channels, track.samples) == (
        "pcm_s16le",
        48_000,
        2,
        288_000,
    )


def test_a_recording_is_as_loud_as_radio_wants_and_never_clips(recording):
    loudness, peak = measured(recording)
    assert loudness == pytest.approx(pieces.RADIO_LUFS, abs=1.5)
    assert peak < -1


def test_a_recording_ends_in_silence(recording):
    end = ("-nostdin", "-sseof", "-0.05", "-i", str(recording), "-af", "volumedetect", "-f", "null", "-")
    said = subprocess.run([ffmpeg.program(), *end], capture_output=True, text=True, check=True).stderr
    loudest = re.search(r"max_volume: (-?[\d.]+) dB", said)
    assert loudest is not None
    assert float(loudest[1]) < -25
