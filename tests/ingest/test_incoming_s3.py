"""Incoming bytes in a bucket, against both real servers: the contract of every place, and what is S3's own."""

from collections.abc import Callable, Iterator

import pytest

from dam.s3 import WriteOnceStorage
from ingest.incoming_s3 import S3Incoming
from tests import buckets
from tests.ingest.incoming_conformance import *  # noqa: F403 - these are the tests

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", params=buckets.SERVERS)
def bucket(request: pytest.FixtureRequest) -> Iterator[WriteOnceStorage]:
    yield from buckets.of(request.param)


@pytest.fixture
def place(bucket: WriteOnceStorage, settings) -> Iterator[S3Incoming]:
    buckets.use(settings, bucket)
    yield S3Incoming("s3")
    buckets.emptied(bucket)


@pytest.fixture
def again(place) -> Callable[[], S3Incoming]:
    return lambda: S3Incoming("s3")
