"""The S3 storage. What it does by itself is tested here; against a server, the contract of every store, where
``ACERVO_TEST_S3`` gives the address of one (its keys as AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY).
"""

import os
import subprocess
import sys
import uuid
from collections.abc import Iterator

import pytest
from django.core.files.base import File

from dam import s3
from dam.s3 import WriteOnceStorage
from dam.storage import ObjectStore
from tests.conftest import CHECKOUT
from tests.dam import storage_conformance as contract

ENDPOINT = os.environ.get("ACERVO_TEST_S3", "")


class Chunked(File):  # type: ignore[type-arg]
    """A Django file of just these chunks."""

    def __init__(self, *chunks: bytes) -> None:
        super().__init__(None)
        self._chunks = chunks

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:  # noqa: ARG002
        return iter(self._chunks)


class TestStream:
    def stream(self, *chunks: bytes) -> s3._Stream:
        return s3._Stream(Chunked(*chunks))

    def test_parts_are_as_long_as_asked_whatever_the_chunks(self):
        stream = self.stream(b"ab", b"cdefg", b"h", b"ij")
        assert [stream.read(4), stream.read(4), stream.read(4), stream.read(4)] == [
            b"abcd",
            b"efgh",
            b"ij",
            b"",
        ]

    def test_all_of_it(self):
        stream = self.stream(b"ab", b"c")
        assert stream.read() == b"abc"
        assert stream.read() == b""

    def test_an_empty_chunk_is_not_the_end_of_what_was_written(self):
        """A chunk of no bytes ends a stream only where nothing comes after it."""
        assert self.stream(b"ab", b"", b"cd").read(4) == b"abcd"


def test_every_write_is_told_not_to_overwrite():
    params = {"Key": "k"}
    s3._only_new(params, model=None)
    assert params == {"Key": "k", "IfNoneMatch": "*"}


def test_links_are_signed_as_every_server_takes_them():
    storage = WriteOnceStorage(
        bucket_name="b", endpoint_url="http://127.0.0.1:9", access_key="a", secret_key="s"
    )
    link = storage.url("uno/dos.mp4", expire=300)
    assert "X-Amz-Algorithm=AWS4-HMAC-SHA256" in link
    assert "X-Amz-Expires=300" in link


@pytest.mark.parametrize(
    ("given", "backend"),
    [({}, "dam.storage.DurableFileStorage"), ({"ACERVO_S3_BUCKET": "acervo"}, "dam.s3.WriteOnceStorage")],
)
def test_settings_alone_choose_the_store(given: dict[str, str], backend: str, tmp_path):
    script = "from dam import settings; print(settings.STORAGES['objects']['BACKEND'])"
    clean = {"PATH": os.environ["PATH"], "ACERVO_DATA": str(tmp_path), **given}
    told = subprocess.run(
        [sys.executable, "-c", script], cwd=CHECKOUT, env=clean, capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == backend


if ENDPOINT:

    @pytest.fixture(scope="module")
    def bucket() -> str:
        name = f"acervo-{uuid.uuid4().hex[:12]}"
        WriteOnceStorage(bucket_name=name, endpoint_url=ENDPOINT).connection.create_bucket(Bucket=name)
        return name

    @pytest.fixture
    def store(bucket: str) -> ObjectStore:
        """An empty store: a place of its own in the bucket."""
        storage = WriteOnceStorage(bucket_name=bucket, endpoint_url=ENDPOINT, location=uuid.uuid4().hex)
        return ObjectStore("test", storage)

    @pytest.fixture
    def spoil(store: ObjectStore) -> contract.Spoil:
        def run(key: str) -> None:
            storage = store.storage
            assert isinstance(storage, WriteOnceStorage)
            content = bytearray(b"".join(store.read(key)))
            content[len(content) // 2] ^= 1
            place = storage._normalize_name(key)
            other = storage.connection.Bucket(storage.bucket_name).Object(place)
            other.delete()
            other.put(Body=bytes(content))

        return run

    for suite in contract.__all__:
        if suite.startswith("Test"):
            globals()[suite] = getattr(contract, suite)
