"""Places of findings: from measured frames, samples and seconds to ticks of a version's edit rate."""

import math
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from transcode.facts import MediaFacts
from transcode.measurements import PictureMeasures, Span
from transcode.planner.plan import PictureChecks


@dataclass(frozen=True, slots=True)
class Clock:
    """Counts of one kind (frames or samples), at `rate` a second. `times`: when each frame is, where it varies."""

    rate: Fraction
    tick_rate: Fraction
    last_tick: int
    times: Sequence[float] = ()
    counts_ticks: bool = False

    def __call__(self, start: int, end: int) -> tuple[int, int]:
        """The ticks [start, end) that hold the counts [start, end): at least one, none past the end."""
        if self.counts_ticks:
            first, after = start, end
        elif self.times:
            first = bisect_right(self.times, float(start / self.rate)) - 1
            after = bisect_left(self.times, float(end / self.rate))
        else:
            first = math.floor(start * self.tick_rate / self.rate)
            after = math.ceil(end * self.tick_rate / self.rate)
        first = max(0, min(first, self.last_tick - 1))
        return first, max(first + 1, min(after, max(1, self.last_tick)))

    def length(self, span: Span) -> float:
        """In seconds."""
        if self.counts_ticks and self.times:
            last = len(self.times) - 1
            return self.times[min(span.end, last)] - self.times[min(span.start, last)]
        return float((span.end - span.start) / self.rate)


@dataclass(frozen=True, slots=True)
class Places:
    """The clocks of one version."""

    tick_rate: Fraction
    last_tick: int
    frames: Clock
    times: Sequence[float]

    @classmethod
    def of(cls, facts: MediaFacts, checks: PictureChecks | None, seen: PictureMeasures | None) -> "Places":
        """With a variable rate ticks are frames, and times are looked up among those that were measured."""
        tick_rate, last = facts.edit_rate.fps, facts.duration_ticks
        picture = facts.picture
        if picture is None or checks is None or seen is None:
            return cls(tick_rate, last, Clock(tick_rate, tick_rate, last, counts_ticks=True), ())
        times: Sequence[float] = seen.times if picture.variable_frame_rate else ()
        same = checks.rate == picture.frame_rate
        frames = Clock(checks.rate.fps, tick_rate, last, times, counts_ticks=same)
        return cls(tick_rate, last, frames, times)

    def samples(self, sample_rate: int) -> Clock:
        rate = Fraction(sample_rate)
        return Clock(rate, self.tick_rate, self.last_tick, self.times)

    def seconds(self, start: float, end: float) -> tuple[int, int]:
        """Of a meter's window, in seconds with one decimal."""
        return Clock(Fraction(10), self.tick_rate, self.last_tick, self.times)(
            round(start * 10), round(end * 10)
        )

    def frames_last(self, span: Span, seconds: float) -> bool:
        """Whether the span lasts that long."""
        return self.frames.length(span) >= seconds
