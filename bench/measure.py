"""How every benchmark measures and reports: against a peer, in turns, by the median, as a ratio with a limit.

The two sides of a comparison run alternately, so that a machine that slows down slows both.
"""

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

ROUNDS = 5


@dataclass(frozen=True)
class Compared:
    """Median seconds of the two sides, and every single measurement in the order taken."""

    ours: float
    peer: float
    ours_all: tuple[float, ...]
    peer_all: tuple[float, ...]

    @property
    def overhead(self) -> float:
        """How many times the peer's time ours takes: to be at most a limit."""
        return self.ours / self.peer

    @property
    def throughput(self) -> float:
        """How much of the peer's throughput ours has, over the same work: to be at least a limit."""
        return self.peer / self.ours


def seconds(work: Callable[[], object]) -> float:
    """Return the wall time of one run."""
    gc.collect()
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def interleaved(
    ours: Callable[[], object],
    peer: Callable[[], object],
    *,
    rounds: int = ROUNDS,
    after: Callable[[], object] = lambda: None,
) -> Compared:
    """Run both sides in turns, who goes first changing each round; ``after`` each run, unmeasured, tidies up."""
    taken: dict[bool, list[float]] = {True: [], False: []}
    for number in range(rounds):
        for is_ours in (True, False) if number % 2 == 0 else (False, True):
            took = seconds(ours if is_ours else peer)
            taken[is_ours].append(took)
            print(f"{'ours' if is_ours else 'peer'} {number + 1}/{rounds}: {took:.3f} s", file=sys.stderr)
            after()
    return Compared(
        statistics.median(taken[True]),
        statistics.median(taken[False]),
        tuple(taken[True]),
        tuple(taken[False]),
    )


def report(
    name: str, ratio: float, *, at_least: float | None = None, at_most: float | None = None, **figures: Any
) -> int:
    """Print one JSON line with name, ratio, limit, ok and ``figures``; return the exit code, 1 past the limit.

    Exactly one of the two limits is given.
    """
    if at_least is not None and at_most is None:
        limit, ok, sense = at_least, ratio >= at_least, "at least"
    elif at_most is not None and at_least is None:
        limit, ok, sense = at_most, ratio <= at_most, "at most"
    else:
        raise ValueError("one limit: at_least or at_most")
    line = {"name": name, "ratio": round(ratio, 3), "limit": limit, "sense": sense, "ok": ok, **figures}
    print(json.dumps(line), flush=True)
    return 0 if ok else 1
