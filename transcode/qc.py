"""Technical checks: from measurements to findings, each with its value, its limit, a verdict and a place.

Item ids are stable and grouped as EBU QC groups its items: the file itself (file), what is seen (video) and heard
(audio), and what was done to make a copy (copy). Texts for people are made where findings are shown. Limits are
those of a `QcProfile`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from transcode.facts import MediaFacts
from transcode.ffmpeg import Result
from transcode.measurements import PictureMeasures, SoundMeasures, Span, read_picture, read_sound
from transcode.planner.plan import Note, Plan, SoundChecks
from transcode.qc_places import Clock, Places
from transcode.qc_profile import QcProfile, Severity
from transcode.records import Record

Verdict = Literal["pass", "warn", "fail", "info"]

# A broken tape can be black a thousand times: after so many places of one item only their number is told.
MOST_PLACES = 50
HARMLESS_ERRORS = 2
# EBU Tech 3341: how long momentary and short-term loudness look back
WINDOWS_S = {"momentary": 0.4, "short_term": 3.0}
WARNING_NOTES = frozenset({"gain_limited_by_peak", "gain_not_measurable", "dolby_vision_without_base"})


@dataclass(frozen=True, slots=True)
class Finding(Record):
    """One check's result. `value` and `limit` are texts for tables: '-23.1', '-26.0..-22.0', '' for none.

    The place [start, end) is in ticks of the facts' edit rate; None: the whole. `detail` are plain values by name.
    """

    item: str
    value: str
    unit: str
    limit: str
    verdict: Verdict
    start_ticks: int | None = None
    end_ticks: int | None = None
    detail: dict[str, str] = field(default_factory=dict)


def findings(
    plan: Plan, folder: Path, facts: MediaFacts, profile: QcProfile, result: Result
) -> tuple[Finding, ...]:
    """Everything measured by a plan of `planner.plan_previews` that has been run in `folder`.

    What was decided while planning is said by `note_findings`.
    """
    log = (folder / plan.passes[0].log).read_text(encoding="utf-8", errors="replace")
    seen = read_picture(folder, plan.picture, profile, log) if plan.picture else None
    places = Places.of(facts, plan.picture, seen)
    found: list[Finding] = []
    if seen is not None:
        found += [
            *_decoded(plan, result),
            *_picture(seen, places, profile),
            *_signal(plan, seen, places, profile, facts),
        ]
    for checks in plan.sound:
        heard = read_sound(folder, checks, profile, log)
        found += _loudness(heard, checks, places, profile, facts)
        if checks.chosen:
            found += _sound(heard, checks, places, profile)
    if plan.sound:
        errors = result.sound_errors
        found.append(Finding("audio.decoding", str(errors), "errors", "", _of_errors(errors)))
    else:
        found.append(Finding("audio.missing", "0", "tracks", "", "info"))
    return (_whole(facts), *found)


def note_findings(notes: Iterable[Note]) -> tuple[Finding, ...]:
    """What was decided while making a copy, as findings: nothing is done to a mix or picture in silence."""
    return tuple(
        Finding(
            f"copy.{note.code}",
            "",
            "",
            "",
            "warn" if note.code in WARNING_NOTES else "info",
            detail=dict(note.detail),
        )
        for note in notes
    )


def _whole(facts: MediaFacts) -> Finding:
    """Whether the file is all there, by its own index."""
    return Finding(
        "file.whole", "cut" if facts.is_cut else "whole", "", "whole", "fail" if facts.is_cut else "pass"
    )


def _of_errors(errors: int) -> Verdict:
    """The last packet of a sound file is often half a frame, and harmless."""
    return "warn" if errors > HARMLESS_ERRORS else "info" if errors else "pass"


def _decoded(plan: Plan, result: Result) -> list[Finding]:
    """Frames against those the file promises; a decoder's complaints make the difference damage."""
    expected = plan.passes[0].frames
    broken = result.picture_errors > 0
    short = expected is not None and result.frames < expected.expected and broken
    return [
        Finding(
            "video.frames",
            str(result.frames),
            "frames",
            str(expected.expected) if expected else "",
            "fail" if short else "warn" if broken else "pass" if expected else "info",
            detail={"decode_errors": str(result.picture_errors)},
        )
    ]


def _picture(seen: PictureMeasures, places: Places, profile: QcProfile) -> list[Finding]:
    black, freeze = profile.black, profile.freeze
    long_black = [span for span in seen.black if places.frames_last(span, black.shortest_s)]
    first = bool(seen.black) and seen.black[0].start == 0
    last = bool(seen.black) and seen.black[-1].end == seen.frames
    return [
        *_spans("video.black", long_black, places.frames, "s", f"<{black.shortest_s:g}", black.verdict),
        *_spans("video.freeze", seen.freeze, places.frames, "s", f"<{freeze.shortest_s:g}", freeze.verdict),
        _edge("video.first_frame", first, places.frames(0, 1), black.verdict),
        _edge("video.last_frame", last, places.frames(max(0, seen.frames - 1), seen.frames), black.verdict),
    ]


def _signal(
    plan: Plan, seen: PictureMeasures, places: Places, profile: QcProfile, facts: MediaFacts
) -> list[Finding]:
    flash, levels = profile.flash, profile.levels
    found = _worst(
        "video.flash",
        seen.flash,
        seen.worst_flash,
        places,
        f"<={flash.most_badness:g}",
        flash.verdict,
        digits=1,
    )
    if plan.picture is not None and plan.picture.levels:
        found += _worst(
            "video.levels",
            seen.levels,
            seen.worst_level,
            places,
            f"<={levels.most_fraction:g}",
            levels.verdict,
            digits=4,
        )
    else:
        found.append(Finding("video.levels", "", "", "", "info", detail={"reason": "not_limited_range"}))
    return [*found, *_fields(seen, facts, profile)]


def _fields(seen: PictureMeasures, facts: MediaFacts, profile: QcProfile) -> list[Finding]:
    """What the fields look like against what the file says; a still or synthetic picture tells nothing."""
    if seen.fields is None or facts.picture is None:
        return []
    upper, lower, whole, unsure = seen.fields
    counts = {"tff": upper, "bff": lower, "progressive": whole}
    told = sum(counts.values())
    said = facts.picture.field_order
    looks, most = max(counts.items(), key=lambda item: item[1])
    # A progressive picture in an interlaced file is good practice (PsF): only wrong or unsaid fields are trouble.
    contrary = looks not in (said, "progressive") and told > unsure
    bad = contrary and most >= profile.field_order.contrary_share * told
    detail = {**{key: str(value) for key, value in counts.items()}, "undetermined": str(unsure), "said": said}
    verdict: Verdict = profile.field_order.verdict if bad else "pass" if looks == said and told else "info"
    return [Finding("video.fields", looks if told else "", "", said, verdict, detail=detail)]


def _loudness(
    heard: SoundMeasures, checks: SoundChecks, places: Places, profile: QcProfile, facts: MediaFacts
) -> list[Finding]:
    """Each programme's figures; only the chosen one is judged."""
    limit, meter = profile.loudness[facts.kind], heard.loudness
    low, high = limit.target_lufs - limit.tolerance_lu, limit.target_lufs + limit.tolerance_lu
    detail = {"tracks": ", ".join(map(str, checks.tracks)), "language": checks.language}
    detail["channels"] = str(checks.channels)

    def figure(
        item: str,
        value: float | None,
        unit: str,
        *,
        text: str = "",
        good: bool | None = None,
        at: float | None = None,
    ) -> Finding:
        verdict: Verdict = "info" if value is None or good is None else "pass" if good else limit.verdict
        place: tuple[int | None, int | None] = (None, None)
        if at is not None:
            place = places.seconds(max(0.0, at - WINDOWS_S[item]), at)
        shown = "" if value is None else f"{value:.1f}"
        return Finding(
            f"audio.{item}", shown, unit, text if checks.chosen else "", verdict, *place, detail=detail
        )

    judged = checks.chosen
    integrated_good = low <= meter.integrated <= high if judged and meter.integrated is not None else None
    peak_good = meter.true_peak <= limit.true_peak_dbtp if judged and meter.true_peak is not None else None
    return [
        figure("integrated", meter.integrated, "LUFS", text=f"{low:.1f}..{high:.1f}", good=integrated_good),
        figure("short_term", meter.short_term, "LUFS", at=meter.short_term_at),
        figure("momentary", meter.momentary, "LUFS", at=meter.momentary_at),
        figure("range", meter.loudness_range, "LU"),
        figure("true_peak", meter.true_peak, "dBTP", text=f"<={limit.true_peak_dbtp:.1f}", good=peak_good),
    ]


def _sound(heard: SoundMeasures, checks: SoundChecks, places: Places, profile: QcProfile) -> list[Finding]:
    silence, clipping, phase = profile.silence, profile.clipping, profile.phase
    at = places.samples(checks.sample_rate)
    found = [
        *_spans("audio.silence", heard.silence, at, "s", f"<{silence.shortest_s:g}", silence.verdict),
        *_spans("audio.clipping", heard.clipping, at, "s", "", clipping.verdict),
    ]
    if heard.lowest_phase is not None:
        found += [
            Finding(
                "audio.phase",
                f"{span.value:.2f}",
                "",
                f">={phase.fewest:g}",
                phase.verdict,
                *at(span.start, span.end),
            )
            for span in heard.phase[:MOST_PLACES]
        ] or [Finding("audio.phase", f"{heard.lowest_phase:.2f}", "", f">={phase.fewest:g}", "pass")]
    if heard.dual_mono:
        found.append(Finding("audio.dual_mono", "1", "", "", "info"))
    return found


def _spans(
    item: str, spans: Sequence[Span], place: Clock, unit: str, limit: str, verdict: Severity
) -> list[Finding]:
    """A finding for each place, with its length in seconds; one that says 0 when there is none."""
    if not spans:
        return [Finding(item, "0", "", limit, "pass")]
    detail: Mapping[str, str] = {"places": str(len(spans))}
    return [
        Finding(
            item,
            f"{place.length(span):.2f}",
            unit,
            limit,
            verdict,
            *place(span.start, span.end),
            dict(detail),
        )
        for span in spans[:MOST_PLACES]
    ]


def _worst(
    item: str,
    spans: Sequence[Span],
    worst: float,
    places: Places,
    limit: str,
    verdict: Severity,
    *,
    digits: int,
) -> list[Finding]:
    """A finding for each place past the limit, with its worst value; or one with the worst of all."""
    if not spans:
        return [Finding(item, f"{worst:.{digits}f}", "", limit, "pass")]
    return [
        Finding(item, f"{span.value:.{digits}f}", "", limit, verdict, *places.frames(span.start, span.end))
        for span in spans[:MOST_PLACES]
    ]


def _edge(item: str, black: bool, place: tuple[int, int], verdict: Severity) -> Finding:  # noqa: FBT001
    return Finding(item, "black" if black else "picture", "", "picture", verdict if black else "pass", *place)
