"""Receiving bodies, against a real gunicorn: clients that vanish or stall, servers that are killed, memory."""

import hashlib
import http.client
import os
import socket
import struct
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.db import connection

from ingest.incoming import LocalIncoming
from ingest.models import Ingest, Upload
from ingest.tus_protocol import encoded
from tests import factories
from tests.ingest.conftest import Server, cookie_of

TUS = {"Tus-Resumable": "1.0.0"}
BODY = "application/offset+octet-stream"
MEGABYTE = 1024 * 1024


class Sender:
    """A tus client made of raw HTTP, so that it can misbehave."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.headers = {**TUS, "Cookie": cookie_of(factories.person())}

    def create(self, size: int) -> str:
        said = f"filename {encoded(b'a.bin')}"
        headers = {**self.headers, "Upload-Length": str(size), "Upload-Metadata": said}
        answer = self.server.request("POST", "/subidas/", headers=headers)
        assert answer.status == 201
        return urlsplit(answer.headers["Location"]).path

    def offset(self, path: str) -> int:
        answer = self.server.request("HEAD", path, headers=self.headers)
        assert answer.status == 200
        return int(answer.headers["Upload-Offset"])

    def patch(self, path: str, offset: int, body: bytes, **headers: str) -> http.client.HTTPResponse:
        headers = {**self.headers, "Upload-Offset": str(offset), "Content-Type": BODY, **headers}
        return self.server.request("PATCH", path, body=body, headers=headers)

    def begin_patch(self, path: str, offset: int, length: int, **headers: str) -> socket.socket:
        """Send the head of a request whose body is still to come."""
        link = socket.create_connection(("127.0.0.1", self.server.port), timeout=20)
        headers = {**self.headers, "Upload-Offset": str(offset), "Content-Type": BODY, **headers}
        lines = [f"PATCH {path} HTTP/1.1", "Host: localhost", f"Content-Length: {length}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        link.sendall("\r\n".join([*lines, "", ""]).encode())
        return link


@pytest.fixture
def sender(server: Server) -> Sender:
    return Sender(server)


def upload() -> Upload:
    return Upload.objects.get()


def held(server: Server) -> bytes:
    return LocalIncoming(server.data / "incoming").here(upload().pk).read_bytes()


def eventually(condition, seconds: float = 10.0):
    until = time.monotonic() + seconds
    while not (answer := condition()):
        assert time.monotonic() < until, "it did not happen in time"
        time.sleep(0.05)
    return answer


def test_a_whole_file_over_a_real_connection(sender, server):
    content = os.urandom(3 * MEGABYTE)
    path = sender.create(len(content))
    assert sender.patch(path, 0, content).status == 204
    assert upload().state == "complete"
    assert held(server) == content
    assert Ingest.objects.get().state == "queued"


def test_a_client_that_vanishes_mid_body_keeps_what_arrived(sender, server):
    content = os.urandom(2 * MEGABYTE)
    path = sender.create(len(content))
    link = sender.begin_patch(path, 0, len(content))
    link.sendall(content[:700_001])
    link.close()
    assert eventually(lambda: sender.offset(path)) == 700_001
    assert sender.patch(path, 700_001, content[700_001:]).status == 204
    assert held(server) == content


def test_a_reset_connection_keeps_nearly_everything(sender, server):
    content = os.urandom(2 * MEGABYTE)
    path = sender.create(len(content))
    link = sender.begin_patch(path, 0, len(content))
    link.sendall(content[:MEGABYTE])
    eventually(lambda: LocalIncoming(server.data / "incoming").size(upload().pk) >= MEGABYTE - 256 * 1024)
    link.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    link.close()
    offset = eventually(lambda: sender.offset(path))
    assert offset >= MEGABYTE - 256 * 1024
    assert sender.patch(path, offset, content[offset:]).status == 204
    assert held(server) == content


def test_what_cannot_be_verified_is_not_kept(sender, server):
    content = os.urandom(MEGABYTE)
    path = sender.create(len(content))
    checksum = f"sha256 {encoded(hashlib.sha256(content).digest())}"
    link = sender.begin_patch(path, 0, len(content), **{"Upload-Checksum": checksum})
    link.sendall(content[:500_000])
    eventually(lambda: LocalIncoming(server.data / "incoming").size(upload().pk))
    link.close()
    eventually(lambda: LocalIncoming(server.data / "incoming").size(upload().pk) == 0)
    assert sender.offset(path) == 0
    assert sender.patch(path, 0, content, **{"Upload-Checksum": checksum}).status == 204


def test_a_killed_server_has_lost_no_acknowledged_byte(sender, server):
    content = os.urandom(6 * MEGABYTE)
    path = sender.create(len(content))
    assert sender.patch(path, 0, content[:MEGABYTE]).status == 204
    link = sender.begin_patch(path, MEGABYTE, 5 * MEGABYTE)
    link.sendall(content[MEGABYTE : 3 * MEGABYTE])
    eventually(lambda: LocalIncoming(server.data / "incoming").size(upload().pk) > 2 * MEGABYTE)
    server.kill()
    link.close()
    server.start()
    offset = sender.offset(path)
    assert MEGABYTE <= offset <= 3 * MEGABYTE
    assert sender.patch(path, offset, content[offset:]).status == 204
    assert held(server) == content
    assert upload().state == "complete"


def test_a_long_body_is_noted_on_the_way(sender, server):
    """A kill in the middle of one long request costs two seconds of it, not all."""
    content = os.urandom(2 * MEGABYTE)
    path = sender.create(8 * MEGABYTE)
    link = sender.begin_patch(path, 0, 8 * MEGABYTE)
    link.sendall(content)
    time.sleep(2.2)
    link.sendall(content)
    noted = eventually(lambda: upload().offset_bytes)
    server.kill()
    link.close()
    server.start()
    assert sender.offset(path) == noted > MEGABYTE


def test_chunked_bodies_are_refused(sender, server):
    path = sender.create(10)
    link = server.connect()
    headers = {**sender.headers, "Upload-Offset": "0", "Content-Type": BODY}
    link.request("PATCH", path, body=iter([b"01234", b"56789"]), headers=headers, encode_chunked=True)
    assert link.getresponse().status == 411
    link.close()
    link = server.connect()
    headers = {**sender.headers, "Upload-Length": "10", "Content-Type": BODY}
    link.request("POST", "/subidas/", body=iter([b"01234"]), headers=headers, encode_chunked=True)
    assert link.getresponse().status == 411
    link.close()
    assert sender.offset(path) == 0


def test_of_two_clients_at_once_one_writes_and_the_other_is_told(sender, server):
    content = os.urandom(4 * MEGABYTE)
    path = sender.create(len(content))
    first = sender.begin_patch(path, 0, len(content))
    stop = threading.Event()

    def trickle() -> None:
        for start in range(0, len(content), MEGABYTE // 4):
            first.sendall(content[start : start + MEGABYTE // 4])
            if not stop.is_set():
                time.sleep(0.5)

    writer = threading.Thread(target=trickle)
    writer.start()
    eventually(lambda: LocalIncoming(server.data / "incoming").size(upload().pk))
    answer = sender.patch(path, 0, content[:1000])
    assert answer.status == 423
    assert answer.headers["Retry-After"]
    stop.set()
    writer.join()
    assert b" 204 " in first.recv(1024).partition(b"\r\n")[0]
    first.close()
    assert held(server) == content
    assert Ingest.objects.count() == 1


def test_a_stalled_client_makes_way_for_the_one_that_resumes(sender, server):
    """Its network went away without a word; the same person comes back on another connection."""
    content = os.urandom(2 * MEGABYTE)
    path = sender.create(len(content))
    stalled = sender.begin_patch(path, 0, len(content))
    stalled.sendall(content[:MEGABYTE])
    eventually(lambda: LocalIncoming(server.data / "incoming").size(upload().pk) >= MEGABYTE - 256 * 1024)
    time.sleep(2.5)
    assert sender.offset(path) == MEGABYTE
    assert sender.patch(path, MEGABYTE, content[MEGABYTE:]).status == 204
    assert held(server) == content
    stalled.close()


def test_a_stalled_upload_holds_no_database_connection(sender, server):
    def sessions() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            return int(cursor.fetchone()[0])

    path = sender.create(MEGABYTE)
    before = sessions()
    links = [sender.begin_patch(sender.create(MEGABYTE), 0, MEGABYTE) for _ in range(6)]
    for link in links:
        link.sendall(b"x" * 300_000)
    eventually(
        lambda: sum(LocalIncoming(server.data / "incoming").size(u.pk) > 0 for u in Upload.objects.all()) == 6
    )
    assert sessions() <= before
    assert sender.patch(path, 0, b"x").status == 204
    for link in links:
        link.close()


def test_memory_stays_flat(sender, server):
    size = 200 * MEGABYTE
    chunk = os.urandom(MEGABYTE)
    path = sender.create(size)
    workers = [int(pid) for pid in _children(server.process.pid)]
    before = max(_resident(pid) for pid in workers)
    link = sender.begin_patch(path, 0, size)
    peak = before
    for number in range(size // MEGABYTE):
        link.sendall(chunk)
        if number % 10 == 0:
            peak = max(peak, *(_resident(pid) for pid in workers))
    assert b" 204 " in link.recv(1024).partition(b"\r\n")[0]
    link.close()
    assert peak - before < 16 * MEGABYTE
    assert upload().state == "complete"


def _children(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/task/{pid}/children").read_text().split()


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
