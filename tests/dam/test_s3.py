"""The S3 storage against both real servers: the contract of every store, and what is S3's own."""

import uuid
from collections.abc import Iterator

import pytest

from dam.s3 import WriteOnceStorage
from dam.storage import ObjectStore
from tests import buckets, servers
from tests.dam import storage_conformance as contract


@pytest.fixture(scope="module", params=servers.S3)
def bucket(request: pytest.FixtureRequest) -> Iterator[WriteOnceStorage]:
    yield from buckets.of(request.param)


@pytest.fixture
def storage(bucket: WriteOnceStorage) -> WriteOnceStorage:
    """A place of its own in the bucket."""
    return bucket.beside(uuid.uuid4().hex)


@pytest.fixture
def store(storage: WriteOnceStorage) -> ObjectStore:
    return ObjectStore("test", storage)


@pytest.fixture
def spoil(storage: WriteOnceStorage) -> contract.Spoil:
    def run(key: str) -> None:
        place = storage.connection.Bucket(storage.bucket_name).Object(f"{storage.location}/{key}")
        content = bytearray(place.get()["Body"].read())
        content[len(content) // 2] ^= 1
        place.delete()
        place.put(Body=bytes(content))

    return run


for suite in contract.__all__:
    if suite.startswith("Test"):
        globals()[suite] = getattr(contract, suite)
