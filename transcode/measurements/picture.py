"""What was seen: black, frozen, flashing and illegal pictures, and the order of fields, in frames."""

import re
from array import array
from bisect import bisect_left
from dataclasses import dataclass
from pathlib import Path

from transcode.measurements.lines import Runs, Span, frames_of, number_of
from transcode.planner.plan import PictureChecks
from transcode.qc_profile import QcProfile

FIELDS = re.compile(
    r"idet.*Multi frame detection: TFF:\s*(\d+) BFF:\s*(\d+) Progressive:\s*(\d+) Undetermined:\s*(\d+)"
)


@dataclass(frozen=True, slots=True)
class PictureMeasures:
    """What was seen. Spans are in frames of `PictureChecks.rate`; `times` are those of the frames, in seconds."""

    frames: int
    times: "array[float]"
    black: tuple[Span, ...]
    freeze: tuple[Span, ...]
    flash: tuple[Span, ...]
    worst_flash: float
    levels: tuple[Span, ...]
    worst_level: float
    fields: tuple[int, int, int, int] | None


def read_picture(folder: Path, checks: PictureChecks, profile: QcProfile, log: str) -> PictureMeasures:
    """Read the files of `planner.checks.picture_values` and `levels`."""
    times = array("d")
    black, freeze, flash = Runs(), Runs(), Runs()
    worst = 0.0
    for number, time, values in frames_of(folder / checks.file):
        times.append(time)
        badness = number_of(values.get("lavfi.photosensitivity.badness"))
        worst = max(worst, badness)
        flash.step(number, badness > profile.flash.most_badness, badness)
        if "lavfi.black_start" in values:
            black.open(number)
        if "lavfi.black_end" in values:
            black.close(number)
        if "lavfi.freezedetect.freeze_start" in values:
            freeze.open(_frame_at(times, number_of(values["lavfi.freezedetect.freeze_start"])))
        if "lavfi.freezedetect.freeze_end" in values:
            freeze.close(number)
    frames = len(times)
    levels, worst_level = _levels(folder, checks, profile, frames)
    return PictureMeasures(
        frames=frames,
        times=times,
        black=black.all(frames),
        freeze=freeze.all(frames),
        flash=flash.all(frames),
        worst_flash=worst,
        levels=levels,
        worst_level=worst_level,
        fields=_fields(log) if checks.fields else None,
    )


def _frame_at(times: "array[float]", time: float) -> int:
    """The frame that carries that time: both were written down with the same six digits."""
    return min(bisect_left(times, time), len(times) - 1)


def _levels(
    folder: Path, checks: PictureChecks, profile: QcProfile, frames: int
) -> tuple[tuple[Span, ...], float]:
    """Where any plane is illegal in more of the picture than allowed, and the worst fraction of all."""
    planes = [frames_of(folder / name) for name in checks.levels]
    runs, worst = Runs(), 0.0
    for group in zip(*planes, strict=False):
        fraction = (
            max(number_of(next(iter(values.values()), None)) for _, _, values in group) / checks.levels_full
        )
        worst = max(worst, fraction)
        runs.step(group[0][0] * checks.levels_every, fraction > profile.levels.most_fraction, fraction)
    return runs.all(frames), worst


def _fields(log: str) -> tuple[int, int, int, int] | None:
    """Frames seen as upper first, lower first, progressive, undetermined. ffmpeg prints zeros at the start too."""
    found = FIELDS.findall(log)
    if not found:
        return None
    tff, bff, progressive, undetermined = (int(count) for count in found[-1])
    return tff, bff, progressive, undetermined
