"""Time in a track, from the timestamps of its packets: is the rate constant, which rate, how many samples.

Pure arithmetic over integers and fractions; transcode.probe reads the packets.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from statistics import median_low

NTSC = Fraction(1000, 1001)
WHOLE_RATES = (10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120, 240)
NTSC_RATES = (12, 15, 24, 30, 48, 60, 120, 240)
STANDARD_RATES = (
    *(Fraction(rate) for rate in WHOLE_RATES),
    *(rate * NTSC for rate in NTSC_RATES),
    Fraction(25, 2),
)

# A gap is odd when it differs from the median by more than this part of it, and by more than this time
ODD_PART = Fraction(8, 100)
ODD_SECONDS = Fraction(2, 1000)
# A rate is variable when more than this part of the gaps is odd, and not just one
ODD_SHARE = Fraction(1, 100)

DRIFT_PART = Fraction(1, 1000)
SLOWEST = Fraction(1, 1_000_000)
PLAUSIBLE = (Fraction(4, 5), Fraction(5, 4))


def is_variable(times: Sequence[int], time_base: Fraction) -> bool:
    """Whether the frames shown at these sorted times, in units of `time_base` seconds, follow no constant rate.

    A single odd gap is a dropped frame, and jitter of the clock below 2 ms or 8 % is none.
    """
    gaps = [after - before for before, after in pairwise(times)]
    if not gaps:
        return False
    median = int(median_low(gaps))
    tolerance = math.floor(max(median * ODD_PART, ODD_SECONDS / time_base))
    odd = sum(1 for gap in gaps if abs(gap - median) > tolerance)
    return odd > 1 and odd > len(gaps) * ODD_SHARE


def frame_rate(times: Sequence[int], time_base: Fraction, declared: Sequence[Fraction]) -> Fraction | None:
    """Frames per second of a track, as exactly as can be known; None when nothing tells.

    `declared` is what the container says, the most credible first: it is often an average over rounded times
    (29.9875), or a guess far off (1000). A standard rate is taken where the whole track drifts from it by less
    than half a frame; failing that, the declared average; failing that, the measured one.
    """
    span = (times[-1] - times[0]) * time_base if times else Fraction(0)
    if span <= 0:
        return declared[0] if declared else None
    gaps = len(times) - 1
    measured = gaps / span

    def drift(rate: Fraction) -> Fraction:
        return abs(span - gaps / rate)

    def fits(rate: Fraction) -> bool:
        return drift(rate) <= min(1 / (2 * rate), max(2 * time_base, span * DRIFT_PART))

    for rate in declared:
        if rate in STANDARD_RATES and fits(rate):
            return rate
    nearest = min(STANDARD_RATES, key=drift)
    if fits(nearest):
        return nearest
    low, high = PLAUSIBLE
    credible = [rate for rate in declared if low * measured <= rate <= high * measured]
    return credible[0] if credible else max(measured.limit_denominator(SLOWEST.denominator), SLOWEST)


@dataclass(frozen=True, slots=True)
class Heard:
    """What the packets of a sound track tell. Times are in units of `time_base` seconds.

    `start` and `end` bound the packets that are heard; `content` counts their samples where the codec or the time
    base tells exactly; `skipped` samples of them are encoder delay and padding; `longest` is a packet's duration;
    `declared` is the duration the container states.
    """

    time_base: Fraction
    sample_rate: int
    start: int | None
    end: int | None
    longest: int
    content: int | None
    skipped: int
    declared: int | None

    def _samples(self, ticks: int) -> int:
        return round(ticks * self.time_base * self.sample_rate)

    def samples(self) -> int | None:
        """Samples per channel: those counted, unless gaps make the time line longer; None when nothing tells.

        The container may end inside the last packet (an edit list does): a declared duration less than a packet
        shorter is believed, any other is not (fragmented files state nonsense).
        """
        extent = None if self.start is None or self.end is None else self._samples(self.end - self.start)
        tolerance = self._samples(self.longest + 2)
        if self.content is not None and (extent is None or abs(self.content - extent) <= tolerance):
            found = self.content - self.skipped
        elif extent is not None:
            found = extent - self.skipped
        else:
            return None
        stated = 0 if self.declared is None else self._samples(self.declared)
        return stated if 0 < found - stated <= tolerance else found
