"""What was heard: EBU R 128 loudness, silence, clipping and phase, in samples."""

import re
from dataclasses import dataclass
from pathlib import Path

from transcode.measurements.lines import Runs, Span, frames_of, number_of
from transcode.planner.plan import Measured, Plan, SoundChecks, WaveformShape
from transcode.qc_profile import QcProfile

SUMMARY_VALUES = {
    "integrated": re.compile(r"^\s+I:\s+(\S+) LUFS"),
    "loudness_range": re.compile(r"^\s+LRA:\s+(\S+) LU$"),
    "true_peak": re.compile(r"^\s+Peak:\s+(\S+) dBFS"),
}
ABSOLUTE_GATE_LUFS = -70.0  # EBU Tech 3341: nothing quieter counts, so nothing was measured
SUMMARY_LINES = 14
METER_S = 0.1
METER_STEPS = 10  # a second
PHASE_WINDOW = 30  # steps of the meter: three seconds
DUAL_MONO = 0.9999


@dataclass(frozen=True, slots=True)
class Loudness:
    """EBU R 128 of one programme, LUFS, LU and dBTP; None: not measurable. `*_at` are seconds (window's end)."""

    integrated: float | None
    loudness_range: float | None
    true_peak: float | None
    short_term: float | None
    short_term_at: float | None
    momentary: float | None
    momentary_at: float | None


@dataclass(frozen=True, slots=True)
class SoundMeasures:
    """What was heard in one programme. Spans are in samples of its rate; phase spans have the lowest mean.

    `dual_mono` None: not two channels, or silent throughout.
    """

    loudness: Loudness
    silence: tuple[Span, ...] = ()
    clipping: tuple[Span, ...] = ()
    phase: tuple[Span, ...] = ()
    lowest_phase: float | None = None
    dual_mono: bool | None = None
    samples: int = 0


def read_sound(folder: Path, checks: SoundChecks, profile: QcProfile, log: str) -> SoundMeasures:
    """Read the files of `planner.checks.loudness_values` and `peak_values`."""
    loudness, phase = _meter(folder / checks.file, checks.name, log)
    if not checks.chosen or checks.waveform is None:
        return SoundMeasures(loudness)
    clipping, samples = _clipping(folder / checks.waveform.file, checks.waveform, profile)
    spans, lowest = _phase(phase, checks.sample_rate, profile.phase.fewest)
    heard = [value for value, momentary in phase if momentary > ABSOLUTE_GATE_LUFS]
    return SoundMeasures(
        loudness=loudness,
        silence=_silence(folder / checks.silence, checks.sample_rate, samples),
        clipping=clipping,
        phase=spans,
        lowest_phase=lowest,
        dual_mono=min(heard) >= DUAL_MONO if heard else None,
        samples=samples,
    )


def delivered_loudness(folder: Path, plan: Plan) -> Measured:
    """What a plan of `planner.plan_measure` found in the sound as it would be delivered."""
    log = (folder / plan.passes[0].log).read_text(encoding="utf-8")
    summary = _summary(log, plan.sound[0].name)
    return Measured(_above_gate(summary.get("integrated")), _finite(summary.get("true_peak")))


def _meter(path: Path, name: str, log: str) -> tuple[Loudness, list[tuple[float, float]]]:
    """The loudness, and for each step (phase, momentary loudness)."""
    short = momentary = ABSOLUTE_GATE_LUFS
    short_at = momentary_at = None
    integrated = None
    phase: list[tuple[float, float]] = []
    for number, _, values in frames_of(path):
        end = (number + 1) * METER_S
        now = number_of(values.get("lavfi.r128.M"), ABSOLUTE_GATE_LUFS)
        if now > momentary:
            momentary, momentary_at = now, end
        if (wide := number_of(values.get("lavfi.r128.S"), ABSOLUTE_GATE_LUFS)) > short:
            short, short_at = wide, end
        if "lavfi.r128.I" in values:
            integrated = number_of(values["lavfi.r128.I"])
        if "lavfi.aphasemeter.phase" in values:
            phase.append((number_of(values["lavfi.aphasemeter.phase"], 1.0), now))
    summary = _summary(log, name)
    final = _above_gate(_closer(integrated, summary.get("integrated")))
    loudness = Loudness(
        integrated=final,
        loudness_range=summary.get("loudness_range") if final is not None else None,
        true_peak=_finite(summary.get("true_peak")),
        short_term=short if short_at is not None else None,
        short_term_at=short_at,
        momentary=momentary if momentary_at is not None else None,
        momentary_at=momentary_at,
    )
    return loudness, phase


def _closer(precise: float | None, final: float | None) -> float | None:
    """The summary is final but has one decimal; the last step has three and may lack the very end."""
    if precise is not None and final is not None and abs(precise - final) <= 2 * METER_S:
        return round(precise, 2)
    return final


def _summary(log: str, name: str) -> dict[str, float]:
    """The values that the meter of that name says at its end."""
    lines = log.splitlines()
    starts = [at for at, line in enumerate(lines) if line.startswith(f"[{name} ") and "Summary:" in line]
    if not starts:
        return {}
    found: dict[str, float] = {}
    for line in lines[starts[-1] + 1 : starts[-1] + 1 + SUMMARY_LINES]:
        for key, pattern in SUMMARY_VALUES.items():
            if key not in found and (match := pattern.match(line)):
                found[key] = number_of(match[1], float("-inf"))
    return found


def _clipping(path: Path, shape: WaveformShape, profile: QcProfile) -> tuple[tuple[Span, ...], int]:
    """Bins with a run of samples at full scale in any channel, and the number of samples in all."""
    runs, bins, size = Runs(), 0, shape.bin_samples
    for number, _, values in frames_of(path):
        bins = number + 1
        worst = 0.0
        for channel in range(1, shape.channels + 1):
            peak = max(
                abs(number_of(values.get(f"lavfi.astats.{channel}.{side}")))
                for side in ("Min_level", "Max_level")
            )
            if number_of(values.get(f"lavfi.astats.{channel}.Flat_factor")) > 0:
                worst = max(worst, peak)
        runs.step(number, worst >= profile.clipping.full_scale, worst)
    spans = tuple(Span(span.start * size, span.end * size, span.value) for span in runs.all(bins))
    return spans, bins * size


def _phase(
    steps: list[tuple[float, float]], sample_rate: int, fewest: float
) -> tuple[tuple[Span, ...], float | None]:
    """Where the mean over the window is under the limit: spans of whole windows, in samples."""
    if not steps:
        return (), None
    runs, lowest, total = Runs(), 1.0, 0.0
    window = min(PHASE_WINDOW, len(steps))
    step = sample_rate // METER_STEPS
    for number, (value, _) in enumerate(steps):
        total += value - (steps[number - window][0] if number >= window else 0.0)
        if number + 1 < window:
            continue
        mean = total / window
        lowest = min(lowest, mean)
        runs.step(number + 1 - window, mean < fewest, -mean)
    spans = runs.all(len(steps) + 1 - window)
    return tuple(Span(s.start * step, (s.end + window - 1) * step, -s.value) for s in spans), round(lowest, 3)


def _silence(path: Path, sample_rate: int, samples: int) -> tuple[Span, ...]:
    runs = Runs()
    for _, _, values in frames_of(path):
        if "lavfi.silence_end" in values:
            runs.close(round(number_of(values["lavfi.silence_end"]) * sample_rate))
        if "lavfi.silence_start" in values:
            runs.open(max(0, round(number_of(values["lavfi.silence_start"]) * sample_rate)))
    return runs.all(samples)


def _above_gate(value: float | None) -> float | None:
    return value if value is not None and value > ABSOLUTE_GATE_LUFS else None


def _finite(value: float | None) -> float | None:
    return value if value is not None and abs(value) != float("inf") else None
