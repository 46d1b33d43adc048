"""Owns the supervisord process and the talking to it.

supervisord restarts what dies and stops in order. What it lacks is added around it: programs are started one by
one as those before them are ready; they end when it is killed (launch.py); it ends, in order, when we are.
"""

from __future__ import annotations

import contextlib
import http.client
import os
import signal
import subprocess
import sys
import time
import xmlrpc.client
from typing import TYPE_CHECKING, cast

from supervisor.xmlrpc import SupervisorTransport

from dam.environment import CHECKOUT
from dam.serve import launch
from dam.serve.cluster import folder_for_sockets
from dam.serve.programs import configuration

if TYPE_CHECKING:
    from pathlib import Path

    from dam.serve.programs import Program

ANSWER_SECONDS = 15
STOP_SECONDS = 90  # more than all programs' own limits, one after the other
ALREADY_STARTED = 60  # supervisor.xmlrpc.Faults


class SupervisorError(Exception):
    """supervisord did not start, or a program under it did not."""


class Supervisor:
    """One supervisord with the given programs, none of them started yet."""

    def __init__(
        self, listed: tuple[Program, ...], *, data_folder: Path, environment: dict[str, str]
    ) -> None:
        self.programs = listed
        self._environment = {**os.environ, **environment}
        self._folder = data_folder / "run"
        self._logs = data_folder / "logs"
        self._socket = folder_for_sockets(self._folder) / "supervisor.sock"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def alive(self) -> bool:
        """Whether supervisord runs."""
        return self._process is not None and self._process.poll() is None

    def open(self) -> None:
        """Start supervisord and return once it answers."""
        for folder in (self._folder, self._logs, self._socket.parent):
            folder.mkdir(mode=0o700 if folder == self._socket.parent else 0o755, parents=True, exist_ok=True)
        file = self._folder / "supervisord.conf"
        file.write_text(
            configuration(self.programs, socket=self._socket, folder=self._folder, logs=self._logs)
        )
        argv = [sys.executable, "-W", "ignore", "-m", "supervisor.supervisord", "-c", str(file)]
        self._process = subprocess.Popen(
            launch.command(argv, signal=signal.SIGTERM),
            cwd=CHECKOUT,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )
        until = time.monotonic() + ANSWER_SECONDS
        while not self._answers():
            if not self.alive or time.monotonic() > until:
                raise SupervisorError(f"supervisord did not start; see {self._logs / 'supervisord.log'}")
            time.sleep(0.05)

    def _proxy(self) -> xmlrpc.client.ServerProxy:
        transport = SupervisorTransport(None, None, f"unix://{self._socket}")
        return xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)

    def _call(self, name: str, *arguments: object) -> object:
        with self._proxy() as proxy:
            return getattr(proxy.supervisor, name)(*arguments)

    def _answers(self) -> bool:
        """Whether it is our supervisord, and not one that is just ending, that answers."""
        try:
            return self._process is not None and self._call("getPID") == self._process.pid
        except (OSError, http.client.HTTPException, xmlrpc.client.Error):
            return False

    def has(self, name: str) -> bool:
        """Whether a program of this name is among them."""
        return any(program.name == name for program in self.programs)

    def start(self, name: str) -> None:
        """Have a program started, and restarted for as long as supervisord lives; returns at once."""
        try:
            self._call("startProcess", name, False)
        except xmlrpc.client.Fault as fault:
            if fault.faultCode != ALREADY_STARTED:
                raise SupervisorError(f"{name}: {fault.faultString}") from fault
        except (OSError, http.client.HTTPException) as error:
            raise SupervisorError(f"{name}: supervisord is gone ({error})") from error

    def states(self) -> dict[str, str]:
        """The state of every program in supervisord's words (RUNNING, BACKOFF, STOPPED...)."""
        try:
            listed = cast("list[dict[str, object]]", self._call("getAllProcessInfo"))
        except (OSError, http.client.HTTPException) as error:
            raise SupervisorError(f"supervisord is gone ({error})") from error
        return {str(row["name"]): str(row["statename"]) for row in listed}

    def check(self, name: str) -> None:
        """SupervisorError, with its last words, when the program ended soon after it was started."""
        if self.states().get(name) in {"BACKOFF", "FATAL"}:
            log = self._logs / f"{name}.log"
            raise SupervisorError(f"«{name}» no arranca. Lo último que dijo en {log}:\n{_tail(log)}")

    def close(self) -> None:
        """Stop every program, the last first, then supervisord; returns when none of them is left."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None


def _tail(log: Path) -> str:
    """The last lines of a log."""
    return "\n".join(log.read_text(errors="replace").splitlines()[-20:]) if log.exists() else ""
