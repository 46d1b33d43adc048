"""The only door to the ffmpeg program: runs one pass in a limited process and says truthfully how it ended.

What the program is told is decided in `planner`; how its trouble is recognised, in `ffmpeg_output`.
"""

import os
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO

import imageio_ffmpeg

from dam import environment
from transcode.ffmpeg_output import Log, Progress, ProgressReader
from transcode.planner.plan import Pass
from transcode.records import Record

FFMPEG_SETTING = environment.text(
    "ACERVO_FFMPEG", help="Path of another ffmpeg (9 or later); empty: the one of imageio-ffmpeg"
)
LAUNCHER = Path(__file__).with_name("launcher.py")
POLL_S = 0.2
CHUNK = 65536
# Damage may take the frames that refer to a broken one along, but a copy of less than half is not a copy.
LEAST_OF_DAMAGED = 0.5


@dataclass(frozen=True, slots=True)
class Limits(Record):
    """What one run may use. `stall_s` is the longest time without any progress.

    4 GB of address space is what a graph of four rungs needs with room for 8K decoding (it peaks at 1.4 GB in full
    HD; encoders fail under 1.5).
    """

    wall_s: float = 3600.0
    stall_s: float = 120.0
    cpu_s: int = 7200
    memory_bytes: int = 4 * 1024**3
    file_bytes: int = 64 * 1024**3

    @classmethod
    def for_seconds(cls, seconds: float) -> "Limits":
        """For a piece of that length: room for a slow machine, 60 x its duration and ten minutes.

        Full HD takes about 3.5 processor seconds a second here; 8K about 50.
        """
        wall = 600 + 60 * max(0.0, seconds)
        return cls(wall_s=wall, cpu_s=int(wall * 2))


@dataclass(frozen=True, slots=True)
class Result(Record):
    """A run that succeeded. `frames` are those of the first output's picture, 0 without one.

    The errors are packets that a decoder could not make sense of.
    """

    frames: int
    seconds: float
    picture_errors: int
    sound_errors: int
    wall_s: float
    stderr_tail: str


class FfmpegError(Exception):
    """A pass did not succeed. `code` is stable; `stderr_tail` holds the last lines ffmpeg said."""

    code = "ffmpeg_failed"

    def __init__(self, message: str, *, stderr_tail: str = "") -> None:
        super().__init__(message)
        self.stderr_tail = stderr_tail


class FfmpegFailed(FfmpegError):
    """It ended with an error, by a signal, or without a file it had to write."""


class FfmpegStopped(FfmpegError):
    """It was killed because it was asked to stop."""

    code = "stopped"


class FfmpegTimedOut(FfmpegError):
    """It used up its wall or processor time, or stood still for too long."""

    code = "timed_out"


class DiskFull(FfmpegError):
    """There was no room for its files."""

    code = "disk_full"


class TooLarge(FfmpegError):
    """The result passes the size that the pass allows."""

    code = "too_large"


class FrameCountMismatch(FfmpegError):
    """It ended well but with another length than it had to: the source is cut short or broken.

    `found` and `expected` are frames, or seconds where there is no picture.
    """

    code = "frame_count"

    def __init__(self, *, found: float, expected: float, stderr_tail: str = "") -> None:
        super().__init__(f"{found:g} instead of {expected:g}", stderr_tail=stderr_tail)
        self.found = found
        self.expected = expected


@cache
def program() -> str:
    """The path of the ffmpeg to run: ACERVO_FFMPEG, or the one that comes with imageio-ffmpeg."""
    return FFMPEG_SETTING or str(imageio_ffmpeg.get_ffmpeg_exe())


def run(
    step: Pass,
    folder: Path,
    *,
    limits: Limits | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    should_stop: Callable[[], bool] | None = None,
) -> Result:
    """Run one pass in `folder` to its end; return only if all it had to make is there and as long as it had to be.

    `on_progress` is called about twice a second, `should_stop` five times; both in this thread. When they raise,
    ffmpeg is killed first. Raise a FfmpegError otherwise; files may then exist but mean nothing.
    """
    limits = limits or Limits.for_seconds(step.seconds)
    for name in step.files:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    progress, log = ProgressReader(step), Log()
    with _process(step, folder, limits) as process:
        _follow(process, progress, log, limits, on_progress, should_stop)
    (folder / step.log).write_text(log.text(), encoding="utf-8")
    _check_ending(process.returncode, log)
    result = Result(
        frames=progress.frames,
        seconds=progress.seconds,
        picture_errors=log.picture_errors,
        sound_errors=log.sound_errors,
        wall_s=round(time.monotonic() - started, 3),
        stderr_tail=log.tail(),
    )
    _check_files(step, folder, result)
    _check_length(step, result)
    return result


@contextmanager
def _process(step: Pass, folder: Path, limits: Limits) -> Iterator[subprocess.Popen[bytes]]:
    """In a session of its own, so that the whole group can be killed; gone when the block is left."""
    command = [
        sys.executable,
        *("-I", "-S", str(LAUNCHER)),
        *map(str, (os.getpid(), limits.memory_bytes, limits.cpu_s, limits.file_bytes)),
        program(),
        *step.argv,
    ]
    with subprocess.Popen(
        command,
        cwd=folder,
        env=_environment(folder),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            _kill(process)


def _environment(folder: Path) -> dict[str, str]:
    """Nothing of the worker's own: no secrets. One malloc arena a thread would eat the address space."""
    return {
        "PATH": os.defpath,
        "HOME": str(folder),
        "TMPDIR": str(folder),
        "LC_ALL": "C.UTF-8",
        "MALLOC_ARENA_MAX": "2",
        "AV_LOG_FORCE_NOCOLOR": "1",
    }


def _follow(
    process: subprocess.Popen[bytes],
    progress: ProgressReader,
    log: Log,
    limits: Limits,
    on_progress: Callable[[Progress], None] | None,
    should_stop: Callable[[], bool] | None,
) -> None:
    """Read both pipes until they close; raise when it must not go on."""
    deadline = time.monotonic() + limits.wall_s
    alive_at = time.monotonic()
    for news in _pipes(process, progress, log):
        now = time.monotonic()
        if news is not None:
            if news.has_moved:
                alive_at = now
            if on_progress is not None:
                on_progress(news)
        if should_stop is not None and should_stop():
            raise FfmpegStopped("asked to stop", stderr_tail=log.tail())
        if now > deadline:
            raise FfmpegTimedOut(f"more than {limits.wall_s:g} s", stderr_tail=log.tail())
        if now > alive_at + limits.stall_s:
            raise FfmpegTimedOut(f"no progress for {limits.stall_s:g} s", stderr_tail=log.tail())
    process.wait()


def _pipes(process: subprocess.Popen[bytes], progress: ProgressReader, log: Log) -> Iterator[Progress | None]:
    """Feed the readers; yield each news of progress, and None at least five times a second."""
    with selectors.DefaultSelector() as selector:
        for pipe, feed in ((process.stdout, progress.feed), (process.stderr, log.feed)):
            if pipe is not None:
                selector.register(pipe, selectors.EVENT_READ, feed)
        while selector.get_map():
            news = None
            for key, _ in selector.select(POLL_S):
                news = _read(selector, key) or news
            yield news


def _read(selector: selectors.BaseSelector, key: selectors.SelectorKey) -> Progress | None:
    pipe: IO[bytes] = key.fileobj  # type: ignore[assignment]
    chunk = os.read(pipe.fileno(), CHUNK)
    if not chunk:
        selector.unregister(pipe)
        return None
    found: Progress | None = key.data(chunk)
    return found


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)


def _check_ending(returncode: int, log: Log) -> None:
    tail = log.tail()
    if log.disk_full:
        raise DiskFull("no space left for its files", stderr_tail=tail)
    if log.processor_used_up or returncode == -signal.SIGXCPU:
        raise FfmpegTimedOut("its processor time was used up", stderr_tail=tail)
    if returncode == -signal.SIGXFSZ:
        raise TooLarge("a file passed the largest size allowed", stderr_tail=tail)
    if returncode < 0:
        raise FfmpegFailed(f"ended by {signal.Signals(-returncode).name}", stderr_tail=tail)
    if returncode:
        raise FfmpegFailed(f"exit code {returncode}", stderr_tail=tail)


def _check_files(step: Pass, folder: Path, result: Result) -> None:
    for name in step.files:
        file = folder / name
        if not file.is_file() or file.stat().st_size == 0:
            raise FfmpegFailed(f"{name} was not written", stderr_tail=result.stderr_tail)
        if step.most_bytes is not None and file.stat().st_size > step.most_bytes:
            size = file.stat().st_size
            raise TooLarge(
                f"{name}: {size} bytes, more than {step.most_bytes}", stderr_tail=result.stderr_tail
            )


def _check_length(step: Pass, result: Result) -> None:
    """A truncated source ends with exit code 0 and fewer frames: only the count tells."""
    tail = result.stderr_tail
    if step.frames is not None:
        fewest = step.frames.fewest
        if step.frames.damage_allowed and result.picture_errors:
            fewest = int(fewest * LEAST_OF_DAMAGED)
        if not fewest <= result.frames <= step.frames.most:
            raise FrameCountMismatch(found=result.frames, expected=step.frames.expected, stderr_tail=tail)
    if step.fewest_seconds is not None and result.seconds < step.fewest_seconds:
        raise FrameCountMismatch(found=result.seconds, expected=step.seconds, stderr_tail=tail)
