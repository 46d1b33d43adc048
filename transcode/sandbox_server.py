"""The process that forks one limited child per call of transcode.sandbox. Run as a module.

It imports the modules of the functions asked for, so that its children find them loaded, and never opens
a foreign file itself. It must stay single-threaded: a fork copies one thread only, and the locks of all.
"""

import ctypes
import faulthandler
import gc
import importlib
import json
import os
import resource
import select
import signal
import socket
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NoReturn

from transcode.sandbox import HEADER, Limits, ParserRefused

PR_SET_PDEATHSIG = 1  # linux/prctl.h
OPEN_FILES = 256
CANNOT_FORK = 71  # EX_OSERR of sysexits.h
RESULT, STDERR, STATUS = range(3)  # the order in which transcode.sandbox passes its pipes


@dataclass(slots=True)
class _Child:
    """A call under way: where to say how it ended, and when it must."""

    status: int
    deadline: float
    expired: bool = False


@dataclass(frozen=True, slots=True)
class _Request:
    target: str
    args: list[Any]
    limits: Limits
    pipes: list[int]

    @property
    def module(self) -> str:
        return self.target.partition(":")[0]


def _receive(control: socket.socket) -> _Request | None:
    """None when the parent is gone."""
    header, pipes, _, _ = socket.recv_fds(control, HEADER.size, 3)
    if not header:
        return None
    size = HEADER.unpack(header)[0]
    body = bytearray()
    while len(body) < size:
        chunk = control.recv(size - len(body))
        if not chunk:
            return None
        body += chunk
    request = json.loads(body)
    return _Request(request["target"], request["args"], Limits.from_json(request["limits"]), list(pipes))


def _limit(kind: int, soft: int, hard: int) -> None:
    """Never above what this process itself is allowed."""
    ceiling = resource.getrlimit(kind)[1]
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(kind, (soft, hard))


def _confine(limits: Limits) -> None:
    """The soft processor limit ends it by SIGXCPU, which says why; the hard one is for who ignores it."""
    for number in (signal.SIGCHLD, signal.SIGXFSZ, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    _limit(resource.RLIMIT_CORE, 0, 0)
    _limit(resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES)
    _limit(resource.RLIMIT_CPU, limits.cpu_s, limits.cpu_s + 1)
    _limit(resource.RLIMIT_FSIZE, limits.output_bytes, limits.output_bytes)
    _limit(resource.RLIMIT_AS, limits.memory_bytes, limits.memory_bytes)


def _answer(request: _Request) -> bytes:
    """What the function returned or why not, as JSON: the parent never unpickles."""
    try:
        function = getattr(importlib.import_module(request.module), request.target.partition(":")[2])
        answer = {"kind": "value", "value": function(*request.args)}
        return json.dumps(answer, allow_nan=False).encode()
    except ParserRefused as refusal:
        answer = {"kind": "refused", "code": refusal.code, "value": refusal.detail}
    except MemoryError:
        answer = {"kind": "memory", "value": "an allocation failed"}
    except Exception as error:  # noqa: BLE001 - whatever a foreign file made of its parser travels as text
        traceback.print_exc()
        answer = {"kind": "raised", "value": f"{type(error).__name__}: {error}"}
    return json.dumps(answer).encode()


def _run_child(request: _Request, to_close: list[int]) -> NoReturn:
    """In the child. Only its own result and stderr stay open of what the server held."""
    try:
        signal.set_wakeup_fd(-1)
        os.setpgid(0, 0)
        for descriptor in (1, 2):
            os.dup2(request.pipes[STDERR], descriptor)
        for descriptor in (*to_close, request.pipes[STDERR], request.pipes[STATUS]):
            os.close(descriptor)
        faulthandler.enable()
        _confine(request.limits)
        with os.fdopen(request.pipes[RESULT], "wb") as result:
            result.write(_answer(request))
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - nothing may unwind into the server's loop
        traceback.print_exc()
        os._exit(1)
    os._exit(0)


def _say(status: int, **ending: int) -> None:
    """Tell the parent, who may be gone, how a child ended."""
    with suppress(BrokenPipeError):
        os.write(status, json.dumps(ending).encode() + b"\n")
    os.close(status)


class _Nursery:
    """The children under way, and the loop that starts, times and buries them."""

    def __init__(self, control: socket.socket) -> None:
        self.control = control
        self.children: dict[int, _Child] = {}
        self.wake_reader, self.wake_writer = os.pipe()
        for end in (self.wake_reader, self.wake_writer):
            os.set_blocking(end, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self.wake_writer, warn_on_full_buffer=False)

    def serve(self) -> None:
        poller = select.poll()
        poller.register(self.control, select.POLLIN)
        poller.register(self.wake_reader, select.POLLIN)
        while True:
            ready = dict(poller.poll(self._patience_ms()))
            if self.control.fileno() in ready:
                request = _receive(self.control)
                if request is None:
                    break
                self._start(request)
            if self.wake_reader in ready:
                os.read(self.wake_reader, 4096)
            self._expire()
            self._bury()
        for pid in self.children:
            _kill(pid)

    def _patience_ms(self) -> int | None:
        waits = [child.deadline - time.monotonic() for child in self.children.values() if not child.expired]
        return max(0, int(min(waits) * 1000) + 1) if waits else None

    def _start(self, request: _Request) -> None:
        if request.module not in sys.modules:
            with suppress(Exception):  # the child meets it again and tells
                importlib.import_module(request.module)
            gc.freeze()  # collections in children leave the shared pages alone
        to_close = [self.control.fileno(), self.wake_reader, self.wake_writer]
        to_close += [child.status for child in self.children.values()]
        try:
            pid = os.fork()
        except OSError:
            _say(request.pipes[STATUS], signal=0, exit=CANNOT_FORK, expired=False)
        else:
            if pid == 0:
                _run_child(request, to_close)
            with suppress(OSError):  # the child does it too; whoever comes first
                os.setpgid(pid, pid)
            deadline = time.monotonic() + request.limits.wall_s
            self.children[pid] = _Child(request.pipes[STATUS], deadline)
        os.close(request.pipes[RESULT])
        os.close(request.pipes[STDERR])

    def _expire(self) -> None:
        for pid, child in self.children.items():
            if not child.expired and time.monotonic() >= child.deadline:
                child.expired = True
                _kill(pid)

    def _bury(self) -> None:
        """While a dead child is not waited for, its number, and its group's, are nobody else's."""
        while self.children:
            ended = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if ended is None:
                return
            _kill(ended.si_pid)
            os.waitpid(ended.si_pid, 0)
            child = self.children.pop(ended.si_pid)
            by_signal = 0 if ended.si_code == os.CLD_EXITED else ended.si_status
            code = ended.si_status if ended.si_code == os.CLD_EXITED else 0
            _say(child.status, signal=by_signal, exit=code, expired=child.expired)


def _kill(pid: int) -> None:
    """The child and what it may have started."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)


if __name__ == "__main__":
    with socket.socket(fileno=int(sys.argv[1])) as parent:
        _Nursery(parent).serve()
