"""What ffmpeg says while it runs: its progress on standard output, and its log on standard error."""

import re
import signal
from collections import deque
from dataclasses import dataclass

from transcode.planner.plan import Pass

HEAD_LINES, TAIL_LINES, LINE_CHARACTERS = 200, 1500, 500
SHOWN_LINES = 20
MICROSECONDS = 1_000_000
# A segment of every rung is announced when it is opened: thousands of lines that say nothing.
NOISE = re.compile(rb"\] (\[\w+\] )?Opening '")
DECODE_ERROR = re.compile(rb"\[(vist|aist)[^]]*\] \[dec:[^]]*\] \[error\]")
NO_SPACE = (b"No space left on device", b"Disk quota exceeded")
# ffmpeg takes this signal as a wish to end in order, and then says so
PROCESSOR_USED_UP = b"received signal %d" % signal.SIGXCPU
LEVELS = re.compile(r"\[(error|fatal|panic)\]")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is. `fraction` is 0 to 1, of this pass; `eta_s` None while it cannot be told.

    `has_moved` is false when nothing changed since the last time.
    """

    frames: int
    seconds: float
    speed: float | None
    fraction: float
    eta_s: float | None
    has_moved: bool


class ProgressReader:
    """Reads `-progress`: lines of key=value, each block ended by the key `progress`."""

    def __init__(self, step: Pass) -> None:
        self._seconds_expected = step.seconds
        self._frames_expected = step.frames.expected if step.frames else 0
        self._rest = b""
        self._values: dict[bytes, bytes] = {}
        self._last = (-1, -1.0, b"")
        self.frames = 0
        self.seconds = 0.0

    def feed(self, chunk: bytes) -> Progress | None:
        """Take bytes in; the newest complete news among them, if any."""
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        news = None
        for line in lines:
            key, _, value = line.partition(b"=")
            self._values[key.strip()] = value.strip()
            if key == b"progress":
                news = self._news()
        return news

    def _news(self) -> Progress:
        self.frames = max(self.frames, _whole(self._values.get(b"frame")))
        self.seconds = max(self.seconds, _whole(self._values.get(b"out_time_us")) / MICROSECONDS)
        fraction = self._fraction()
        speed = _number(self._values.get(b"speed", b"").rstrip(b"x"))
        state = (self.frames, self.seconds, self._values.get(b"total_size", b""))
        moved, self._last = state != self._last, state
        left = (1 - fraction) * self._seconds_expected
        return Progress(
            frames=self.frames,
            seconds=self.seconds,
            speed=speed,
            fraction=fraction,
            eta_s=round(left / speed, 1) if speed else None,
            has_moved=moved,
        )

    def _fraction(self) -> float:
        if self._frames_expected:
            return min(1.0, self.frames / self._frames_expected)
        if self._seconds_expected > 0:
            return min(1.0, self.seconds / self._seconds_expected)
        return 0.0


class Log:
    """Keeps the beginning and the end of what ffmpeg says, however much a broken file makes it say."""

    def __init__(self) -> None:
        self._rest = b""
        self._head: list[bytes] = []
        self._tail: deque[bytes] = deque(maxlen=TAIL_LINES)
        self._errors: deque[bytes] = deque(maxlen=SHOWN_LINES)
        self._dropped = 0
        self.picture_errors = 0
        self.sound_errors = 0
        self.disk_full = False
        self.processor_used_up = False

    def feed(self, chunk: bytes) -> None:
        *lines, rest = (self._rest + chunk).split(b"\n")
        self._rest = rest[:LINE_CHARACTERS]
        for line in lines:
            self._take(line.rstrip(b"\r")[:LINE_CHARACTERS])

    def _take(self, line: bytes) -> None:
        if NOISE.search(line):
            return
        if found := DECODE_ERROR.search(line):
            self.picture_errors += found[1] == b"vist"
            self.sound_errors += found[1] == b"aist"
        if any(sign in line for sign in NO_SPACE):
            self.disk_full = True
        if PROCESSOR_USED_UP in line:
            self.processor_used_up = True
        if LEVELS.search(line.decode("utf-8", "replace")):
            self._errors.append(line)
        if len(self._head) < HEAD_LINES:
            self._head.append(line)
            return
        self._dropped += len(self._tail) == TAIL_LINES
        self._tail.append(line)

    def text(self) -> str:
        """All that was kept; where lines are missing it says how many."""
        gap = [f"[... {self._dropped} lines ...]".encode()] if self._dropped else []
        return _text([*self._head, *gap, *self._tail])

    def tail(self) -> str:
        """The last lines for people: errors if there were any, else whatever came last."""
        last = list(self._errors) or [*self._head, *self._tail][-SHOWN_LINES:]
        return _text([*last, self._rest] if self._rest else last)


def _text(lines: list[bytes]) -> str:
    return "\n".join(line.decode("utf-8", "replace") for line in lines)


def _whole(value: bytes | None) -> int:
    """What is not known yet is written N/A."""
    return int(value) if value is not None and value.lstrip(b"-").isdigit() else 0


def _number(value: bytes) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if number > 0 else None
