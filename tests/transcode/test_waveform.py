"""Peaks come out in the shape that the browser draws, whatever the channels."""

import json
from pathlib import Path

from transcode import waveform
from transcode.planner.plan import WaveformShape


def measured(folder: Path, *bins: tuple[tuple[float, float], ...]) -> WaveformShape:
    """What ffmpeg's astats writes: for each bin, the lowest and highest sample of each channel."""
    lines = []
    for number, channels in enumerate(bins):
        lines.append(f"frame:{number} pts:{number * 2400} pts_time:{number / 20}")
        for channel, (low, high) in enumerate(channels, start=1):
            lines += [
                f"lavfi.astats.{channel}.Min_level={low:f}",
                f"lavfi.astats.{channel}.Max_level={high:f}",
            ]
    (folder / "waveform.txt").write_text("\n".join(lines) + "\n")
    return WaveformShape("waveform.txt", len(bins[0]) if bins else 2, 48000, 2400)


def test_each_bin_is_the_lowest_and_the_highest_of_each_channel(tmp_path):
    shape = measured(tmp_path, ((-0.5, 0.25), (-1.0, 1.0)), ((0.0, 0.0), (-0.01, 0.5)))
    assert waveform.peaks(tmp_path, shape) == {
        "version": 2,
        "channels": 2,
        "sample_rate": 48000,
        "samples_per_pixel": 2400,
        "bits": 8,
        "length": 2,
        "data": [-64, 32, -128, 127, 0, 0, -1, 64],
    }


def test_mono_stays_one_channel(tmp_path):
    found = waveform.peaks(tmp_path, measured(tmp_path, ((-0.25, 0.25),)))
    assert (found["channels"], found["data"]) == (1, [-32, 32])


def test_more_than_two_channels_are_drawn_as_one(tmp_path):
    six = ((-0.25, 0.1), (-0.1, 0.5), (0.0, 0.0), (0.0, 0.0), (-0.125, 0.125), (0.0, 0.0))
    found = waveform.peaks(tmp_path, measured(tmp_path, six))
    assert (found["channels"], found["data"]) == (1, [-32, 64])


def test_levels_beyond_full_scale_stay_within_eight_bits(tmp_path):
    shape = measured(tmp_path, ((-3.0, 3.0),))
    assert waveform.peaks(tmp_path, shape)["data"] == [-128, 127]


def test_no_sound_measured_gives_peaks_without_data(tmp_path):
    found = waveform.peaks(tmp_path, WaveformShape("waveform.txt", 2, 48000, 2400))
    assert (found["length"], found["data"]) == (0, [])


def test_the_file_is_compact(tmp_path):
    waveform.write(tmp_path, measured(tmp_path, ((-0.5, 0.5),)), "waveform.json")
    text = (tmp_path / "waveform.json").read_text()
    assert " " not in text
    assert json.loads(text)["data"] == [-64, 64]
