"""The limits that technical checks are judged by, as data (`presets/qc.toml`), each with its source.

Both the planner (which tells FFmpeg what to look for) and `qc` (which judges what it found) read them.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from typing import Literal

from transcode.recipes import PRESETS
from transcode.records import Record

Severity = Literal["warn", "fail"]


@dataclass(frozen=True, slots=True)
class BlackLimit(Record):
    """A frame is black when `picture_fraction` of it is darker than `pixel_threshold` of the luma range."""

    pixel_threshold: float
    picture_fraction: float
    shortest_s: float
    verdict: Severity


@dataclass(frozen=True, slots=True)
class StillLimit(Record):
    """For freeze and silence: what stays under `noise_db` for `shortest_s` counts."""

    noise_db: float
    shortest_s: float
    verdict: Severity


@dataclass(frozen=True, slots=True)
class LevelsLimit(Record):
    """The legal 8-bit values [lowest, highest], and how much of a picture may lie outside them."""

    luma: tuple[int, ...]
    chroma: tuple[int, ...]
    most_fraction: float
    verdict: Severity


@dataclass(frozen=True, slots=True)
class FlashLimit(Record):
    """FFmpeg's photosensitivity score, no unit."""

    most_badness: float
    verdict: Severity


@dataclass(frozen=True, slots=True)
class FieldOrderLimit(Record):
    """Share of the frames whose fields could be told, that contradict the file's own word."""

    contrary_share: float
    verdict: Severity


@dataclass(frozen=True, slots=True)
class ClippingLimit(Record):
    """Runs of equal samples at or above `full_scale` (1 is full scale) are clipping."""

    full_scale: float
    verdict: Severity


@dataclass(frozen=True, slots=True)
class PhaseLimit(Record):
    """Correlation of left and right, -1 to 1, in the mean over three seconds."""

    fewest: float
    verdict: Severity


@dataclass(frozen=True, slots=True)
class LoudnessLimit(Record):
    """EBU R 128 / ATSC A/85 figures that a finished mix of that kind would meet."""

    target_lufs: float
    tolerance_lu: float
    true_peak_dbtp: float
    verdict: Severity


@dataclass(frozen=True, slots=True)
class QcProfile(Record):
    """All the limits. `loudness` is by kind of asset: video, audio."""

    number: int
    black: BlackLimit
    freeze: StillLimit
    silence: StillLimit
    levels: LevelsLimit
    flash: FlashLimit
    field_order: FieldOrderLimit
    clipping: ClippingLimit
    phase: PhaseLimit
    loudness: dict[str, LoudnessLimit]
    sources: dict[str, str]


@cache
def shipped() -> QcProfile:
    """The limits that come with Acervo."""
    return QcProfile.from_json(tomllib.loads((PRESETS / "qc.toml").read_text(encoding="utf-8")))
