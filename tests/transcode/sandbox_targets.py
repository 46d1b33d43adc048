"""Functions which misbehave as parsers do when a hostile file got hold of them; run by test_sandbox.py."""

import ctypes
import os
import resource
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from transcode.sandbox import ParserRefused


def echo(*values: Any) -> list[Any]:
    return list(values)


def refuse(code: str, detail: str) -> None:
    raise ParserRefused(code, detail)


def fail(message: str) -> None:
    raise LookupError(message)


def leave(code: int) -> None:
    sys.exit(code)


def leave_at_once(code: int) -> None:
    os._exit(code)


def segfault() -> None:
    ctypes.string_at(0)


def abort_saying(message: str) -> None:
    os.write(2, message.encode())
    os.abort()


def kill_itself(number: int = signal.SIGKILL) -> None:
    os.kill(os.getpid(), number)


def sleep(seconds: float) -> str:
    time.sleep(seconds)
    return "rested"


def sleep_deaf(seconds: float) -> None:
    for number in (signal.SIGTERM, signal.SIGALRM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    time.sleep(seconds)


def spin() -> None:
    while True:
        pass


def hoard(size: int) -> int:
    return len(bytearray(size))


def write(path: str, size: int) -> None:
    with Path(path).open("wb") as file:
        file.write(b"x" * size)


def talk(size: int) -> str:
    return "x" * size


def chatter(lines: int) -> str:
    for number in range(lines):
        sys.stderr.write(f"line {number}\n")
    sys.stdout.write("printed\n")
    return "done"


def not_json(kind: str) -> Any:
    return {"nan": float("nan"), "set": {1}, "bytes": b"x"}[kind]


def forge(answer: str) -> None:
    """Write on the pipe of the result by hand, as code injected into a parser could."""
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, answer.encode())
        except OSError:
            continue
    os._exit(0)


def links(pid: int) -> dict[str, str]:
    """What each descriptor of a process is open on."""
    found = {}
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(OSError):  # the one this listing used
            found[entry.name] = str(entry.readlink())
    return found


def surroundings() -> dict[str, Any]:
    return {
        "environment": dict(os.environ),
        "directory": str(Path.cwd()),
        "modules": sorted(sys.modules),
        "descriptors": links(os.getpid()),
        "server": os.getppid(),
        "server_threads": len(list(Path(f"/proc/{os.getppid()}/task").iterdir())),
        "core": resource.getrlimit(resource.RLIMIT_CORE),
        "main": getattr(sys.modules["__main__"], "__file__", ""),
    }


def leave_a_straggler(path: str) -> int:
    """A process of its own which would outlive the call, and keeps the pipes open."""
    child = subprocess.Popen([sys.executable, "-c", f"import time; time.sleep(30); open({path!r}, 'w')"])
    return child.pid
