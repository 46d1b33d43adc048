"""Peaks of the sound for drawing it, in the shape that wavesurfer.js takes."""

import json
from pathlib import Path
from typing import Any

from transcode.measurements.lines import frames_of, number_of
from transcode.planner.plan import WaveformShape

STEREO = 2
DIGITS = 3


def peaks(folder: Path, shape: WaveformShape) -> dict[str, Any]:
    """Peaks as JSON: {"version", "sample_rate", "bin_samples", "seconds", "peaks": [[...], ...]}.

    A list for each channel, one number from 0 to 1 (highest absolute sample, three digits) for each bin; more
    than two channels are one list of their highest. Give `peaks` and `seconds` to wavesurfer as they are.
    """
    lists: list[list[float]] = [[] for _ in range(shape.channels)]
    for _, _, values in frames_of(folder / shape.file):
        for channel, found in enumerate(lists, start=1):
            sides = (
                number_of(values.get(f"lavfi.astats.{channel}.{side}")) for side in ("Min_level", "Max_level")
            )
            found.append(round(min(1.0, max(abs(side) for side in sides)), DIGITS))
    if shape.channels > STEREO:
        lists = [[max(each) for each in zip(*lists, strict=True)]]
    return {
        "version": 1,
        "sample_rate": shape.sample_rate,
        "bin_samples": shape.bin_samples,
        "seconds": round(len(lists[0]) * shape.bin_samples / shape.sample_rate, DIGITS),
        "peaks": lists,
    }


def write(folder: Path, shape: WaveformShape, name: str) -> None:
    """Write the peaks as compact JSON."""
    text = json.dumps(peaks(folder, shape), separators=(",", ":"))
    (folder / name).write_text(text, encoding="utf-8")
