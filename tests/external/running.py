"""Owns processes: started apart from whoever asked, known by a file each, awaited until they answer, stopped."""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

#: Who runs what refuses to be run by root.
NOBODY = "nobody"
#: Long, for others may be compiling beside.
START_S, STOP_S = 300.0, 20.0
#: They outlive this program on purpose; forgotten earlier, Python would complain of each.
_STARTED: list[subprocess.Popen[bytes]] = []


class DidNotStart(Exception):
    """The process ended, or did not answer in time; the message has its last words."""


@dataclass(frozen=True)
class Place:
    """The scratch folder of one server: its data, its log, and who runs in it."""

    folder: Path

    @property
    def log(self) -> Path:
        """Return the file with all that the server said."""
        return self.folder / "log"

    @property
    def _pid(self) -> Path:
        return self.folder / "pid"

    def made(self, name: str, *, owner: str | None = None) -> Path:
        """Return a folder of the server's, made if it is not there, belonging to ``owner``."""
        path = self.folder / name
        path.mkdir(parents=True, exist_ok=True)
        if owner:
            shutil.chown(path, owner)
        return path

    def start(
        self, argv: list[str], answers: Callable[[], bool], *, owner: str | None = None, **environment: str
    ) -> None:
        """Start a server in a session of its own and wait until it answers. Raises DidNotStart."""
        with self.log.open("ab") as log:
            process = subprocess.Popen(
                argv,
                cwd=self.folder,
                env={**os.environ, **environment},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=owner,
                group=None if owner is None else _group_of(owner),
                extra_groups=None if owner is None else [],
            )
        _STARTED.append(process)
        self._pid.write_text(str(process.pid))
        until = time.monotonic() + START_S
        while not answers():
            if process.poll() is not None or time.monotonic() > until:
                self.stop()
                raise DidNotStart(f"it did not answer:\n{self._last_words()}")
            time.sleep(0.1)

    @property
    def runs(self) -> bool:
        """Whether the server that was started here still lives."""
        pid = self._known()
        return pid is not None and _alive(pid)

    def stop(self) -> None:
        """End the server and all it started; nothing happens where none runs."""
        pid = self._known()
        if pid is not None:
            for number in (signal.SIGTERM, signal.SIGKILL):
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(pid, number)
                until = time.monotonic() + STOP_S
                while _alive(pid) and time.monotonic() < until:
                    time.sleep(0.05)
        self._pid.unlink(missing_ok=True)

    def _known(self) -> int | None:
        try:
            return int(self._pid.read_text())
        except (OSError, ValueError):
            return None

    def _last_words(self) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-8:])


def _group_of(owner: str) -> int:
    return int(subprocess.run(["id", "-g", owner], capture_output=True, check=True).stdout)


def _alive(pid: int) -> bool:
    """Whether the process runs: a dead one that nobody waited for does not."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def free_port() -> int:
    """Return a port of loopback that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether anything accepts connections there."""
    with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
        return True
    return False


def unprivileged() -> str | None:
    """Return whom to run as what refuses root, or None where that is no question."""
    return NOBODY if os.geteuid() == 0 else None


Variables = Mapping[str, str]
