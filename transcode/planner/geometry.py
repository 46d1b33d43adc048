"""Sizes: pictures fitted into boxes without growing, even on both sides as 4:2:0 needs, and ladders of them."""

from collections.abc import Sequence
from fractions import Fraction

from transcode.forms import Box, Rung
from transcode.planner.plan import LadderStep

# A rung this close to the one above it would cost an encode and look the same.
NEXT_RUNG = Fraction(85, 100)


def even(value: Fraction) -> int:
    """The nearest even number, at least 2."""
    return max(2, 2 * round(value / 2))


def fit(width: int, height: int, box: Box) -> tuple[int, int]:
    """Bring a picture into the box, turned like the picture; never larger than it is, but for evenness.

    Odd sides lose a line or gain none: an encoder of 4:2:0 would silently crop them.
    """
    wide, high = (box.width, box.height) if width >= height else (box.height, box.width)
    scale = min(Fraction(1), Fraction(wide, width), Fraction(high, height))
    if scale == 1:
        return max(2, width // 2 * 2), max(2, height // 2 * 2)
    return min(even(width * scale), wide // 2 * 2), min(even(height * scale), high // 2 * 2)


def ladder(width: int, height: int, rungs: Sequence[Rung]) -> tuple[LadderStep, ...]:
    """The steps for a source of that display size, best first; none above the source.

    The best step is the source itself, or what the largest rung holds of it; it takes the rate of the smallest
    rung that holds it. A small source still gets one step.
    """
    ordered = sorted(rungs, key=lambda rung: rung.box.width, reverse=True)
    top = ordered[0]
    for rung in ordered:
        if fit(width, height, rung.box) == fit(width, height, ordered[0].box):
            top = rung
    steps = [_step(width, height, top)]
    for rung in ordered[ordered.index(top) + 1 :]:
        step = _step(width, height, rung)
        if max(step.width, step.height) <= NEXT_RUNG * max(steps[-1].width, steps[-1].height):
            steps.append(step)
    return tuple(steps)


def _step(width: int, height: int, rung: Rung) -> LadderStep:
    fitted = fit(width, height, rung.box)
    return LadderStep(f"v{rung.box.height}", *fitted, rung.most_kbps)
