"""Timecode: names for frames, HH:MM:SS:FF, over a rational rate. Law 7: frames are integers, never seconds.

SMPTE ST 12-1. At 29.97 and its multiples, drop-frame counting skips the numbers 00 and 01 (00 to 03 at 59.94) at
the start of each minute but every tenth, so that the clock on the picture follows the one on the wall; no frame
is dropped. The `timecode` package (1.5) rounds a rate to two decimals, in floats and text, and calls the first
frame 1; OpenTimelineIO's RationalTime is a double. Hence these lines.
"""

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

SECONDS_PER_MINUTE, MINUTES_PER_HOUR, HOURS_PER_DAY = 60, 60, 24
MINUTES_PER_DAY = MINUTES_PER_HOUR * HOURS_PER_DAY
KEPT_EVERY = 10  # minutes: the tenth skips nothing
NTSC = Fraction(1000, 1001)
DROP_BASE = 30  # drop-frame exists for 30000/1001 and its multiples
DROPPED_PER_BASE = 2

TEXT = re.compile(r"(\d{2}):(\d{2}):(\d{2})([:;.])(\d{2,3})")


class TimecodeError(ValueError):
    """The text is no timecode of this counting, or the rate has no such counting; says why."""


@dataclass(frozen=True)
class Counting:
    """How frames are numbered at a rate: how many names a second has, and which of them are skipped.

    Counts are frames since 00:00:00:00 and wrap after 24 hours.
    """

    rate: Fraction
    drop_frame: bool = False

    def __post_init__(self) -> None:
        if self.drop_frame and (self.nominal % DROP_BASE or self.rate != self.nominal * NTSC):
            raise TimecodeError(f"there is no drop-frame counting at {self.rate} frames per second")

    @cached_property
    def nominal(self) -> int:
        """Names per second: 30 at 30000/1001, at least 1."""
        return max(1, int(self.rate + Fraction(1, 2)))

    @cached_property
    def dropped(self) -> int:
        """Names skipped at the start of a minute that is not a tenth."""
        return self.nominal // DROP_BASE * DROPPED_PER_BASE if self.drop_frame else 0

    @cached_property
    def frames_per_minute(self) -> int:
        return self.nominal * SECONDS_PER_MINUTE - self.dropped

    @cached_property
    def frames_per_ten_minutes(self) -> int:
        return self.frames_per_minute * KEPT_EVERY + self.dropped

    @cached_property
    def frames_per_day(self) -> int:
        return self.frames_per_ten_minutes * (MINUTES_PER_DAY // KEPT_EVERY)

    def text(self, count: int) -> str:
        """The name of the frame that many after midnight, or before when negative."""
        tens, left = divmod(count % self.frames_per_day, self.frames_per_ten_minutes)
        # The first minute of ten is the longer one by what the others skip
        ones = max(0, left - self.dropped) // self.frames_per_minute
        minutes = tens * KEPT_EVERY + ones
        in_minute = left - ones * self.frames_per_minute
        seconds, frames = divmod(in_minute, self.nominal)
        hours, minutes = divmod(minutes, MINUTES_PER_HOUR)
        mark = ";" if self.drop_frame else ":"
        width = max(2, len(str(self.nominal - 1)))
        return f"{hours:02}:{minutes:02}:{seconds:02}{mark}{frames:0{width}}"

    def count(self, text: str) -> int:
        """Frames since midnight. Raise TimecodeError for what names no frame of this counting.

        A colon is taken in drop-frame counting too (edit lists say it in a line apart); a semicolon elsewhere not.
        """
        found = TEXT.fullmatch(text.strip())
        if found is None:
            raise TimecodeError(f"{text!r} is no timecode (HH:MM:SS:FF)")
        if found[4] == ";" and not self.drop_frame:
            raise TimecodeError(f"{text!r} counts drop-frame, {self.rate} frames per second here do not")
        hours, minutes, seconds, frames = (int(found[group]) for group in (1, 2, 3, 5))
        if hours >= HOURS_PER_DAY or minutes >= MINUTES_PER_HOUR or seconds >= SECONDS_PER_MINUTE:
            raise TimecodeError(f"{text!r} is no time of day")
        if frames >= self.nominal:
            raise TimecodeError(f"{text!r} has a frame past the {self.nominal} of a second")
        if minutes % KEPT_EVERY and not seconds and frames < self.dropped:
            raise TimecodeError(f"{text!r} is skipped in drop-frame counting")
        minute = hours * MINUTES_PER_HOUR + minutes
        named = (minute * SECONDS_PER_MINUTE + seconds) * self.nominal + frames
        return named - self.dropped * (minute - minute // KEPT_EVERY)


@dataclass(frozen=True)
class Timeline:
    """The frames of one version and their names: frame 0 is called by the count `origin`."""

    counting: Counting
    origin: int = 0

    @classmethod
    def starting(cls, rate: Fraction, start: str | None) -> "Timeline":
        """From what probing found: a semicolon means drop-frame; without a timecode it starts at zero.

        Raise TimecodeError when the timecode does not go with the rate.
        """
        counting = Counting(rate, drop_frame=start is not None and ";" in start)
        return cls(counting, counting.count(start) if start else 0)

    def text(self, frame: int) -> str:
        """The name of a frame, counted from 0."""
        return self.counting.text(self.origin + frame)

    def frame(self, text: str) -> int:
        """The frame of that name, from 0 on: a name before the origin is one after midnight."""
        return (self.counting.count(text) - self.origin) % self.counting.frames_per_day
