"""The real programs, as script/server starts them, on free ports and in a data folder of their own."""

import os
import signal
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from dam.environment import CHECKOUT
from dam.serve import launch

START_SECONDS = 120
ANSWERING = "Acervo responde en "


@dataclass
class Live:
    """A running Acervo."""

    data: Path
    port: int
    transfers_port: int
    environment: dict[str, str]
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def transfers_url(self) -> str:
        return f"http://localhost:{self.transfers_port}"

    @property
    def said(self) -> str:
        """What the server printed on its terminal so far."""
        return (self.data / "terminal.txt").read_text()

    def log(self, program: str) -> str:
        """What a supervised program logged so far."""
        return (self.data / "logs" / f"{program}.log").read_text(errors="replace")

    def manage(
        self, *arguments: str, check: bool = True, timeout: float = 300, stdin: str = ""
    ) -> subprocess.CompletedProcess[str]:
        """A management command on the same data."""
        done = subprocess.run(
            [sys.executable, str(CHECKOUT / "manage.py"), *arguments],
            env=self.environment,
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        assert not check or done.returncode == 0, done.stdout + done.stderr
        return done

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Ask it to stop as Ctrl-C would, and wait for its end; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(120)


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


def start(data: Path, **environment: str) -> Live:
    """Start Acervo on a data folder and return once it answers."""
    data.mkdir(parents=True, exist_ok=True)
    port, transfers_port = free_ports(2)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ACERVO_", "DJANGO_", "PYTEST_")) and name != "DATABASE_URL"
    }
    full = {
        **kept,
        "ACERVO_DATA": str(data),
        "ACERVO_DEMO": "0",
        "PORT": str(port),
        "ACERVO_TRANSFERS_PORT": str(transfers_port),
        **environment,
    }
    with (data / "terminal.txt").open("wb") as terminal:
        process = subprocess.Popen(
            launch.command([sys.executable, "-m", "dam.serve"], signal=signal.SIGTERM),
            cwd=CHECKOUT,
            env=full,
            stdin=subprocess.DEVNULL,
            stdout=terminal,
            stderr=terminal,
        )
    live = Live(data, port, transfers_port, full, process)
    until = time.monotonic() + START_SECONDS
    while ANSWERING not in live.said:
        if process.poll() is not None or time.monotonic() > until:
            process.kill()
            process.wait()
            raise AssertionError(f"Acervo did not start:\n{live.said}")
        time.sleep(0.1)
    return live
