"""What the tests of ingest share: people who upload, and a real gunicorn over the test's own database."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from tests import factories

CHECKOUT = Path(__file__).resolve().parents[2]
START_SECONDS = 30


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment(data: Path) -> dict[str, str]:
    """What another process needs to work on this test's database and folders."""
    to = connection.get_connection_params()
    url = f"postgresql://{to['user']}@/{to['dbname']}?host={quote(to['host'], safe='')}"
    return {
        **os.environ,
        "ACERVO_DATA": str(data),
        "ACERVO_SECRET_KEY": settings.SECRET_KEY,
        "DATABASE_URL": url,
        "PYTHONUNBUFFERED": "1",
    }


class Server:
    """gunicorn as the transfers process runs it, on a port of its own; it can be killed and started again."""

    def __init__(self, data: Path) -> None:
        self.data, self.port = data, free_port()
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> "Server":
        argv = [
            sys.executable,
            "-m",
            "gunicorn",
            "dam.wsgi:application",
            "--worker-class=gthread",
            "--threads=16",
        ]
        argv += [f"--bind=127.0.0.1:{self.port}", "--graceful-timeout=3", "--log-level=warning"]
        with (self.data / "gunicorn.log").open("ab") as log:
            self.process = subprocess.Popen(
                argv, cwd=CHECKOUT, env=environment(self.data), stdout=log, stderr=log, start_new_session=True
            )
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            try:
                self.request("OPTIONS", "/subidas/")
            except OSError:
                time.sleep(0.1)
            else:
                return self
        raise AssertionError((self.data / "gunicorn.log").read_text())

    def kill(self) -> None:
        """End it and its worker as a power cut would."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
            self.process = None

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)

    def request(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> http.client.HTTPResponse:
        with closing(self.connect()) as link:
            link.request(method, path, body=body, headers=headers or {})
            response = link.getresponse()
            response.read()
        return response


@pytest.fixture
def server(transactional_db, tmp_path: Path) -> Iterator[Server]:
    running = Server(tmp_path).start()
    yield running
    running.kill()


@pytest.fixture
def producer(db):
    return factories.person()


@pytest.fixture
def signed_in(producer) -> Client:
    client = Client()
    client.force_login(producer)
    return client


def cookie_of(someone) -> str:
    """The Cookie header of a signed-in person."""
    client = Client()
    client.force_login(someone)
    return f"sessionid={client.cookies['sessionid'].value}"
