"""Files handed to nginx by X-Accel-Redirect: by the real nginx, under the configuration that is shipped."""

import http.client
import http.server
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.test import Client

from dam.models import AssetVersion
from tests.dam.downloading import CONTENT, ETAG, SIZE, browser, client, download, version
from tests.deployed import NGINX, configuration
from tests.live import free_ports

__all__ = ["browser", "client", "version"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def passed_on(settings, tmp_path: Path) -> None:
    settings.X_ACCEL, settings.DATA = "/interno/", tmp_path


@pytest.mark.usefixtures("passed_on")
class TestAnswer:
    def test_it_names_the_file_and_keeps_what_the_browser_must_know(self, browser: Client, version):
        answer = download(browser, version)
        place = answer["X-Accel-Redirect"]
        assert place.startswith("/interno/objects/")
        assert answer.content == b""
        assert answer["ETag"] == ETAG
        assert "attachment" in answer["Content-Disposition"]
        assert "sandbox" in answer["Content-Security-Policy"]

    def test_ranges_are_left_to_nginx(self, browser: Client, version):
        answer = download(browser, version, range="bytes=5-9")
        assert answer.status_code == 200
        assert "Content-Range" not in answer

    def test_what_the_browser_has_is_not_sent(self, browser: Client, version):
        answer = download(browser, version, **{"if-none-match": ETAG})
        assert answer.status_code == 304
        assert "X-Accel-Redirect" not in answer

    def test_permission_is_asked_as_always(self, client: Client, version):
        assert "X-Accel-Redirect" not in download(client, version)


def test_without_the_setting_the_bytes_come_from_here(browser: Client, version):
    answer = download(browser, version)
    assert "X-Accel-Redirect" not in answer
    assert answer.body == CONTENT


class _Upstream(http.server.BaseHTTPRequestHandler):
    """Answers as the application does, with the headers of an answer that the test made."""

    headers_said: dict[str, str] = {}

    def do_GET(self) -> None:
        self.send_response(200)
        for name, value in self.headers_said.items():
            self.send_header(name, value)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def nginx(browser: Client, version: AssetVersion, tmp_path: Path, passed_on: None) -> Iterator[int]:
    """The port of a real nginx in front of the answer for this version."""
    if NGINX is None:
        pytest.skip("nginx is not installed")
    answer = download(browser, version)
    upstream, port = free_ports(2)
    _Upstream.headers_said = dict(answer.items())
    server = http.server.ThreadingHTTPServer(("127.0.0.1", upstream), _Upstream)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    shutil.copytree(tmp_path / "objects", tmp_path / "nginx" / "data" / "objects")
    file = configuration(tmp_path / "nginx", upstream=upstream, port=port)
    process = subprocess.Popen([NGINX, "-c", str(file), "-g", "daemon off;"], stderr=subprocess.PIPE)
    try:
        _wait(port)
        yield port
    finally:
        process.send_signal(signal.SIGQUIT)
        process.communicate(timeout=10)
        server.shutdown()
        server.server_close()


def _wait(port: int) -> None:
    until = time.monotonic() + 10
    while time.monotonic() < until:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=2).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("nginx did not start")


def fetch(
    port: int, path: str = "/descargas/v/X/original", **headers: str
) -> tuple[http.client.HTTPResponse, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", path, headers={"X-Forwarded-Proto": "https", **headers})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer, body


class TestThroughNginx:
    def test_the_bytes_and_the_labels_arrive(self, nginx: int):
        answer, body = fetch(nginx)
        assert body == CONTENT
        assert answer.getheader("ETag") == ETAG
        assert "attachment" in str(answer.getheader("Content-Disposition"))
        assert "sandbox" in str(answer.getheader("Content-Security-Policy"))
        assert answer.getheader("X-Content-Type-Options") == "nosniff"
        assert answer.getheader("X-Accel-Redirect") is None

    @pytest.mark.parametrize(
        ("asked", "status", "body"),
        [
            ("bytes=5-9", 206, CONTENT[5:10]),
            ("bytes=-4", 206, CONTENT[-4:]),
            (f"bytes={SIZE}-", 416, None),
        ],
    )
    def test_ranges(self, nginx: int, asked: str, status: int, body: bytes | None):
        answer, got = fetch(nginx, Range=asked)
        assert answer.status == status
        assert body is None or got == body

    @pytest.mark.parametrize(("etag", "status"), [(ETAG, 206), ('"another"', 200)])
    def test_a_range_holds_only_for_the_same_bytes(self, nginx: int, etag: str, status: int):
        answer, _body = fetch(nginx, Range="bytes=0-3", **{"If-Range": etag})
        assert answer.status == status

    @pytest.mark.parametrize("path", ["/interno/objects/", "/interno/secret", "/metrics", "/health/ready"])
    def test_what_is_inside_stays_inside(self, nginx: int, path: str):
        assert fetch(nginx, path)[0].status in {403, 404}
