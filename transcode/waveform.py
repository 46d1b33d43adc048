"""Peaks of the sound for drawing it, in the JSON of BBC audiowaveform (doc/DataFormat.md there, version 2)."""

import json
from pathlib import Path
from typing import Any

from transcode.measurements.lines import frames_of, number_of
from transcode.planner.plan import WaveformShape

STEREO = 2
BITS = 8
LOWEST, HIGHEST = -128, 127


def peaks(folder: Path, shape: WaveformShape) -> dict[str, Any]:
    """Peaks as JSON: {"version", "channels", "sample_rate", "samples_per_pixel", "bits", "length", "data"}.

    `data` holds for each of `length` bins the lowest and the highest sample of every channel, -128 to 127; more
    than two channels are drawn as one.
    """
    together = shape.channels > STEREO
    data: list[int] = []
    length = 0
    for _, _, values in frames_of(folder / shape.file):
        length += 1
        sides = [
            (_level(values, channel, "Min_level"), _level(values, channel, "Max_level"))
            for channel in range(1, shape.channels + 1)
        ]
        if together:
            sides = [(min(low for low, _ in sides), max(high for _, high in sides))]
        data += [side for pair in sides for side in pair]
    return {
        "version": 2,
        "channels": 1 if together else shape.channels,
        "sample_rate": shape.sample_rate,
        "samples_per_pixel": shape.bin_samples,
        "bits": BITS,
        "length": length,
        "data": data,
    }


def _level(values: dict[str, str], channel: int, side: str) -> int:
    level = number_of(values.get(f"lavfi.astats.{channel}.{side}"))
    return round(max(LOWEST, min(HIGHEST, level * -LOWEST)))


def write(folder: Path, shape: WaveformShape, name: str) -> None:
    """Write the peaks as compact JSON."""
    text = json.dumps(peaks(folder, shape), separators=(",", ":"))
    (folder / name).write_text(text, encoding="utf-8")
