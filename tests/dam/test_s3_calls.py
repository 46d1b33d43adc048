"""What goes over the line to both real servers: checksums, patience with a server that says SlowDown, conditions."""

import hashlib
import http.client
import io
import os
import threading
import uuid
import zlib
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

import pytest
from botocore.exceptions import ClientError

from dam.s3 import WriteOnceStorage, parts
from dam.s3.bucket import Over
from dam.s3.storage import abort_older
from dam.storage import Digest, ObjectStore
from tests import buckets, servers

MIB = 1024 * 1024
SLOW = b'<?xml version="1.0"?><Error><Code>SlowDown</Code><Message>Please reduce your rate.</Message></Error>'


class Between(ThreadingHTTPServer):
    """A server between us and the store that says SlowDown, or cuts an answer short, as often as the test says."""

    daemon_threads = True

    def __init__(self, address: str) -> None:
        super().__init__(("127.0.0.1", 0), Passing)
        self.to = urlsplit(address)
        self.slow = self.short = 0
        self.seen: list[tuple[str, dict[str, str]]] = []


class Passing(BaseHTTPRequestHandler):
    server: Between
    protocol_version = "HTTP/1.1"

    def log_message(self, *_arguments: Any) -> None:
        pass

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.seen.append((self.command, {name.lower(): value for name, value in self.headers.items()}))
        if self.server.slow:
            self.server.slow -= 1
            self._answer(503, {"Content-Type": "application/xml"}, SLOW, len(SLOW))
            return
        link = http.client.HTTPConnection(str(self.server.to.hostname), self.server.to.port, timeout=20)
        headers = {name: value for name, value in self.headers.items() if name.lower() != "expect"}
        link.request(self.command, self.path, body=body, headers=headers)
        answer = link.getresponse()
        content, said = answer.read(), dict(answer.getheaders())
        link.close()
        length = int(said.get("Content-Length") or len(content))
        if self.server.short and self.command == "GET" and len(content) > 1000:
            self.server.short -= 1
            content = content[: len(content) // 2]
            self.close_connection = True
        self._answer(answer.status, said, content, length)

    do_GET = do_PUT = do_POST = do_HEAD = do_DELETE = _pass  # noqa: N815 - the names of http.server

    def _answer(self, status: int, headers: dict[str, str], content: bytes, length: int) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            if name.lower() not in {"content-length", "connection", "transfer-encoding"}:
                self.send_header(name, value)
        self.send_header("Content-Length", str(length))
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()


@pytest.fixture(scope="module", params=servers.S3)
def bucket(request: pytest.FixtureRequest) -> Iterator[WriteOnceStorage]:
    yield from buckets.of(request.param)


@pytest.fixture(scope="module")
def between(bucket: WriteOnceStorage) -> Iterator[Between]:
    assert bucket.endpoint_url
    server = Between(bucket.endpoint_url)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def storage(bucket: WriteOnceStorage, between: Between) -> WriteOnceStorage:
    """A place of its own in the bucket, reached through the server in between."""
    between.seen.clear()
    return WriteOnceStorage(
        bucket_name=bucket.bucket_name,
        endpoint_url=f"http://127.0.0.1:{between.server_port}",
        addressing_style="path",
        location=uuid.uuid4().hex,
    )


def content_of(size: int) -> tuple[bytes, Digest]:
    content = os.urandom(size)
    return content, Digest(hashlib.sha256(content).hexdigest(), size)


class TestChecksums:
    @pytest.mark.parametrize("size", [0, 100, 9 * MIB], ids=["nothing", "small", "in parts"])
    def test_every_body_carries_its_own(self, storage, between, size: int):
        content, digest = content_of(size)
        assert ObjectStore("t", storage).write("k", [content], expected=digest) == digest
        bodies = [headers for method, headers in between.seen if method == "PUT"]
        assert len(bodies) == (2 if size > 8 * MIB else 1)
        assert all("x-amz-checksum-crc32" in headers for headers in bodies)
        assert all("x-amz-checksum-crc32" in headers["authorization"] for headers in bodies)

    def test_a_wrong_one_is_refused_and_nothing_lies_there(self, bucket):
        place = bucket.beside(uuid.uuid4().hex).objects
        with pytest.raises(ClientError):
            place.put("k", io.BytesIO(b"abc"), zlib.crc32(b"abd"))
        assert list(place.keys()) == []

    def test_a_part_with_a_wrong_one_is_refused(self, bucket):
        place = bucket.beside(uuid.uuid4().hex).objects
        upload_id = place.begin("k")
        with pytest.raises(ClientError):
            place.put_part("k", upload_id, 1, io.BytesIO(b"abc"), size_bytes=3, crc32=zlib.crc32(b"abd"))
        assert place.parts("k", upload_id) == []
        place.abort("k", upload_id)


class TestPatience:
    def test_a_server_that_says_slow_down_is_asked_again(self, storage, between):
        content, digest = content_of(100)
        between.slow = 2
        assert ObjectStore("t", storage).write("k", [content]) == digest
        assert between.slow == 0

    def test_so_it_is_with_parts(self, storage, between):
        content, digest = content_of(17 * MIB)
        place = ObjectStore("t", storage)
        with parts.Writing(storage.objects, "k", len(content)) as writing:
            writing.write(content[: 9 * MIB])
            between.slow = 1
            writing.write(content[9 * MIB :])
            writing.publish()
        assert place.digest("k") == digest

    def test_an_answer_that_breaks_off_is_taken_up_where_it_broke(self, storage, between):
        content, digest = content_of(3 * MIB)
        place = ObjectStore("t", storage)
        place.write("k", [content])
        between.short = 2
        assert place.digest("k") == digest
        assert between.short == 0


class TestMultipart:
    def test_what_is_over_says_so_and_may_be_aborted_twice(self, bucket):
        place = bucket.beside(uuid.uuid4().hex).objects
        upload_id = place.begin("k")
        place.abort("k", upload_id)
        place.abort("k", upload_id)
        with pytest.raises(Over):
            place.parts("k", upload_id)

    def test_what_was_left_unfinished_is_aborted_when_it_is_old(self, bucket):
        storage = bucket.beside(uuid.uuid4().hex)
        storage.objects.begin("k")
        bucket.beside("elsewhere").objects.begin("k")
        assert storage.sweep(3600) == 0
        assert storage.sweep(-60) == 1
        assert [one.key for one in bucket.beside("elsewhere").objects.unfinished()] == ["k"]
        assert abort_older(bucket.beside("elsewhere").objects, -60) == 1

    def test_a_copy_inside_the_store_is_never_over_another_object(self, bucket):
        storage = bucket.beside(uuid.uuid4().hex)
        content, digest = content_of(9 * MIB)
        place = ObjectStore("t", storage)
        place.write("a", [content])
        assert place.copy_in("b", place, "a", expected=digest) == digest
        place.write("c", [b"other"])
        with pytest.raises(FileExistsError):
            storage.copy_in(storage, "a", "c")
        assert b"".join(place.read("c")) == b"other"
        assert list(storage.objects.unfinished()) == []


class TestSizes:
    @pytest.mark.parametrize(
        ("size", "part"),
        [
            (0, 8 * MIB),
            (8 * MIB * 9000, 8 * MIB),
            (8 * MIB * 9000 + 1, 8 * MIB + 1),
            (2 * 10**12, 222_222_223),
        ],
    )
    def test_a_part_is_8_mib_or_a_nine_thousandth(self, size: int, part: int):
        assert parts.part_bytes(size) == part

    def test_parts_of_an_unknown_length_reach_the_largest_object_before_the_numbers_end(self):
        sent = number = 0
        while sent < 5 * 2**40:
            part = parts.part_bytes(None, sent_bytes=sent)
            assert 5 * MIB <= part <= 5 * 2**30
            sent, number = sent + part, number + 1
        assert number < parts.MOST_PARTS
