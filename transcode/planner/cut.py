"""Ranges: a piece of a file by ticks of its edit rate, taken from decoded frames and samples, so exact."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from transcode.facts import MediaFacts
from transcode.planner.plan import Options, PlanError


@dataclass(frozen=True, slots=True)
class Cut:
    """The ticks [start, end) of a file, at `fps` ticks a second. `whole`: nothing is cut off."""

    start: int
    end: int
    fps: Fraction
    whole: bool

    @classmethod
    def of(cls, facts: MediaFacts, options: Options) -> "Cut":
        """Raise PlanError('bad_range') for one that is empty or reaches outside the file."""
        start = options.start or 0
        end = facts.duration_ticks if options.end is None else options.end
        if not 0 <= start < end or end > facts.duration_ticks:
            raise PlanError("bad_range", start=start, end=end, duration=facts.duration_ticks)
        return cls(start, end, facts.edit_rate.fps, whole=start == 0 and end == facts.duration_ticks)

    @property
    def ticks(self) -> int:
        return self.end - self.start

    @property
    def seconds(self) -> Fraction:
        return self.ticks / self.fps

    def picture(self, stream: Any) -> Any:
        """The frames of the range, starting at zero. For files whose ticks are frames."""
        if self.whole:
            return stream
        trimmed = stream.filter("trim", start_frame=self.start, end_frame=self.end)
        return trimmed.filter("setpts", expr="PTS-STARTPTS")

    def sound(self, stream: Any, sample_rate: int) -> Any:
        """The samples under the range, starting at zero."""
        if self.whole:
            return stream
        first, last = (round(tick / self.fps * sample_rate) for tick in (self.start, self.end))
        trimmed = stream.filter("atrim", start_sample=first, end_sample=last)
        return trimmed.filter("asetpts", expr="PTS-STARTPTS")
