"""The text files of ffmpeg's `metadata` filters: frames with their values, and runs of frames made of them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FRAME = re.compile(r"frame:(\d+)\s+pts:\S+\s+pts_time:(\S+)")


@dataclass(frozen=True, slots=True)
class Span:
    """A run of frames or samples [start, end), and the worst value in it."""

    start: int
    end: int
    value: float


@dataclass(slots=True)
class Runs:
    """Collects spans from a stream of frames; one still open at the end ends at the frame count."""

    spans: list[Span] = field(default_factory=list)
    start: int | None = None
    value: float = 0.0

    def open(self, frame: int, value: float = 0.0) -> None:
        if self.start is None:
            self.start, self.value = frame, value

    def close(self, frame: int) -> None:
        if self.start is not None:
            self.spans.append(Span(self.start, frame, self.value))
            self.start = None

    def step(self, frame: int, bad: bool, value: float) -> None:  # noqa: FBT001 - one frame's verdict
        if bad:
            self.open(frame, value)
            self.value = max(self.value, value)
        else:
            self.close(frame)

    def all(self, frames: int) -> tuple[Span, ...]:
        self.close(frames)
        return tuple(span for span in self.spans if span.end > span.start)


def frames_of(path: Path) -> Iterator[tuple[int, float, dict[str, str]]]:
    """Each frame's number, time and values; nothing where the file is missing, as after a stream without frames."""
    if not path.exists():
        return
    frame: tuple[int, float] | None = None
    values: dict[str, str] = {}
    with path.open(encoding="utf-8", errors="replace") as lines:
        for line in lines:
            if found := FRAME.match(line):
                if frame is not None:
                    yield (*frame, values)
                frame, values = (int(found[1]), number_of(found[2])), {}
            else:
                key, _, value = line.rstrip("\n").partition("=")
                values[key] = value
    if frame is not None:
        yield (*frame, values)


def number_of(text: str | None, otherwise: float = 0.0) -> float:
    """Files of a hostile source may hold anything."""
    try:
        number = float(text) if text is not None else otherwise
    except ValueError:
        return otherwise
    return number if number == number else otherwise  # noqa: PLR0124 - not a number
