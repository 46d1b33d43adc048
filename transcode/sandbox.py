"""Where parsers of foreign bytes run: `call` runs one function in a limited process of its own (law 6).

A server process (transcode.sandbox_server) holds the parsers loaded and forks one child per call, so that a
call costs milliseconds. It is not multiprocessing's forkserver: that one imports the caller's `__main__` into
each child (pytest, manage.py with Django), inherits the environment and unpickles. Here everything is JSON.

The server is exec'ed, so it holds no socket or database connection of its parent; it ends when its parent
does, because their socket closes. Threads may call at once; a forked process starts a server of its own.
"""

import atexit
import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from transcode.records import Record

ROOT = Path(__file__).resolve().parents[1]
HEADER = struct.Struct("!I")
RESULT_BYTES = 32 * 1024 * 1024
STDERR_BYTES = 4096
CHUNK_BYTES = 65536
GRACE_S = 10.0  # the server kills at the wall limit; past this it is itself taken for dead
MEMORY_SIGNS = ("failed to allocate", "bad_alloc", "Cannot allocate memory", "out of memory")
PASSED_ENVIRONMENT = ("LD_LIBRARY_PATH", "TMPDIR", "TZ")


@dataclass(frozen=True, slots=True)
class Limits(Record):
    """What one call may use. `output_bytes` bounds each file it writes, `memory_bytes` its address space."""

    wall_s: float = 60.0
    cpu_s: int = 60
    memory_bytes: int = 2 * 1024**3
    output_bytes: int = 1024**3


DEFAULT_LIMITS = Limits()


class ParserError(Exception):
    """A parser did not give a result. `detail` says what is known; `stderr` holds its last lines."""

    def __init__(self, detail: str, *, stderr: str = "") -> None:
        super().__init__(detail)
        self.detail = detail
        self.stderr = stderr


class ParserCrashed(ParserError):
    """It ended by a signal, raised what nobody foresaw, or answered nonsense."""


class ParserTimedOut(ParserError):
    """It used up its wall or processor time."""


class ParserOutOfMemory(ParserError):
    """It asked for more memory than allowed."""


class ParserRefused(ParserError):
    """It looked at the file and will not have it. `code` is for machines: 'no_streams', 'too_large'..."""

    def __init__(self, code: str, detail: str = "", *, stderr: str = "") -> None:
        super().__init__(detail or code, stderr=stderr)
        self.code = code


class _Server:
    """The parent's end of one server process."""

    def __init__(self) -> None:
        self.control, theirs = socket.socketpair()
        environment = {name: os.environ[name] for name in PASSED_ENVIRONMENT if name in os.environ}
        environment |= {"PATH": os.defpath, "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "transcode.sandbox_server", str(theirs.fileno())],
                cwd="/",
                env=environment | {"PYTHONPATH": str(ROOT)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
                start_new_session=True,  # an interrupt at the terminal is the parent's to answer
            )

    def is_alive(self) -> bool:
        return self.process.poll() is None

    def start(self, body: bytes, pipes: list[int]) -> None:
        socket.send_fds(self.control, [HEADER.pack(len(body))], pipes)
        self.control.sendall(body)

    def stop(self) -> None:
        """The server kills its children and ends when the socket closes."""
        self.control.close()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(GRACE_S)
            return
        self.process.kill()
        self.process.wait()


_lock = threading.Lock()
_server: _Server | None = None


def _running() -> _Server:
    global _server  # noqa: PLW0603 - one server per process is what is wanted
    if _server is None or not _server.is_alive():
        _discard()
        _server = _Server()
    return _server


def _discard() -> None:
    global _server  # noqa: PLW0603
    if _server is not None:
        _server.stop()
        _server = None


def stop() -> None:
    """End the server of this process, if there is one; the next call starts another."""
    with _lock:
        _discard()


def _forget() -> None:
    """In a forked process: the server is the parent's, and so may be the lock."""
    global _lock, _server  # noqa: PLW0603
    _lock = threading.Lock()
    if _server is not None:
        _server.control.close()
        _server.process.returncode = 0  # not ours to wait for
        _server = None


os.register_at_fork(after_in_child=_forget)
atexit.register(stop)


class _Stream:
    """A pipe to here, and the bytes that came through it: the first `keep`, or the last."""

    def __init__(self, *, keep: int, last: bool = False) -> None:
        reader, writer = os.pipe()
        os.set_blocking(reader, False)
        self.reader = os.fdopen(reader, "rb", buffering=0)
        self.writer = os.fdopen(writer, "wb", buffering=0)
        self.keep, self.last = keep, last
        self.data = bytearray()

    def drain(self) -> bool:
        """Take what there is now; False at the end of the stream."""
        while chunk := self.reader.read(CHUNK_BYTES):
            self.data += chunk
            if self.last:
                del self.data[: -self.keep]
            else:
                del self.data[self.keep :]
        return chunk is None  # None: nothing now; b"": nothing ever

    def close(self) -> None:
        self.reader.close()
        self.writer.close()


def _wait(status: _Stream, others: list[_Stream], deadline: float) -> bool:
    """Read everything until the server says how the child ended; False when it does not within the time."""
    with selectors.DefaultSelector() as selector:
        for stream in (status, *others):
            selector.register(stream.reader, selectors.EVENT_READ, stream)
        while status.reader in selector.get_map() and not status.data.endswith(b"\n"):
            ready = selector.select(deadline - time.monotonic())
            if not ready and time.monotonic() >= deadline:
                return False
            for key, _ in ready:
                if not key.data.drain():
                    selector.unregister(key.fileobj)
    for stream in others:  # what the child wrote before it died may have come after the last look
        stream.drain()
    return True


def _ended_by_signal(number: int, stderr: str) -> ParserError:
    if number == signal.SIGXCPU:
        return ParserTimedOut("the processor time allowed was used up", stderr=stderr)
    if number == signal.SIGXFSZ:
        return ParserRefused("output_too_large", "a file grew past the size allowed", stderr=stderr)
    if number == signal.SIGKILL:
        return ParserOutOfMemory("the system killed it, as it does when memory is short", stderr=stderr)
    if any(sign in stderr for sign in MEMORY_SIGNS):
        return ParserOutOfMemory("an allocation failed", stderr=stderr)
    names = {known.value: known.name for known in signal.Signals}
    return ParserCrashed(f"ended by {names.get(number, f'signal {number}')}", stderr=stderr)


def _answer(raw: bytes, stderr: str) -> Any:
    """The value in what the child wrote, which may be anything."""
    try:
        answer = json.loads(raw)
        kind, value = answer["kind"], answer["value"]
        if kind == "value":
            return value
        text = str(value)
        code = str(answer.get("code", "unreadable"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ParserCrashed("the answer makes no sense", stderr=stderr) from error
    if kind == "refused":
        raise ParserRefused(code, text, stderr=stderr)
    if kind == "memory":
        raise ParserOutOfMemory(text, stderr=stderr)
    raise ParserCrashed(text, stderr=stderr)


def _outcome(status: bytes, raw: bytes, stderr: str, limits: Limits) -> Any:
    if not status.endswith(b"\n"):
        raise ParserCrashed("the sandbox server ended", stderr=stderr)
    ending = json.loads(status)
    if ending["expired"]:
        raise ParserTimedOut(f"stopped after {limits.wall_s} s", stderr=stderr)
    if ending["signal"]:
        raise _ended_by_signal(ending["signal"], stderr)
    if ending["exit"]:
        raise ParserCrashed(f"ended with code {ending['exit']}", stderr=stderr)
    if len(raw) > RESULT_BYTES:
        raise ParserRefused("result_too_large", stderr=stderr)
    return _answer(raw, stderr)


def _start(body: bytes, pipes: list[int]) -> None:
    """Twice, because a server that has just died shows it only now."""
    with _lock:
        try:
            _running().start(body, pipes)
        except OSError:
            _discard()
            _running().start(body, pipes)


def call(target: str, *args: Any, limits: Limits = DEFAULT_LIMITS) -> Any:
    """Run `target` ('module:function', importable without Django) with JSON arguments; return its JSON value.

    Raise ParserRefused (it will not have the file), ParserTimedOut, ParserOutOfMemory or ParserCrashed:
    whatever a file does to its parser is one of these. The first call of a module pays for its import.
    """
    request = {"target": target, "args": args, "limits": limits.to_json()}
    result, stderr = _Stream(keep=RESULT_BYTES + 1), _Stream(keep=STDERR_BYTES, last=True)
    status = _Stream(keep=STDERR_BYTES)
    streams = [result, stderr, status]
    try:
        _start(json.dumps(request).encode(), [stream.writer.fileno() for stream in streams])
        for stream in streams:
            stream.writer.close()
        if not _wait(status, [result, stderr], time.monotonic() + limits.wall_s + GRACE_S):
            stop()
            raise ParserTimedOut(f"no answer after {limits.wall_s + GRACE_S} s")
        text = stderr.data.decode("utf-8", "replace")
        return _outcome(bytes(status.data), bytes(result.data), text, limits)
    finally:
        for stream in streams:
            stream.close()
