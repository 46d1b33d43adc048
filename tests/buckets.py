"""Buckets on the real S3 servers: one of its own for whoever asks, removed at the end."""

import uuid
from collections.abc import Iterator
from typing import Any

from dam.s3 import WriteOnceStorage
from tests import servers


def storage_options(server: str, bucket: str, **more: Any) -> dict[str, Any]:
    return {
        "bucket_name": bucket,
        "endpoint_url": servers.address(server),
        "addressing_style": "path",
        "location": "objects",
        **more,
    }


def made(server: str) -> WriteOnceStorage:
    """Make a bucket; the storage of its objects."""
    storage = WriteOnceStorage(**storage_options(server, f"acervo-{uuid.uuid4().hex[:12]}"))
    storage.connection.create_bucket(Bucket=storage.bucket_name)
    return storage


def emptied(storage: WriteOnceStorage) -> None:
    """Remove all that is in a bucket."""
    everything = storage.beside("").objects
    for one in list(everything.unfinished()):
        everything.abort(one.key, one.upload_id)
    for key in list(everything.keys()):
        everything.delete(key)


def removed(storage: WriteOnceStorage) -> None:
    """Remove a bucket with all that is in it."""
    emptied(storage)
    storage.connection.meta.client.delete_bucket(Bucket=storage.bucket_name)


def of(server: str) -> Iterator[WriteOnceStorage]:
    """A fixture's body: a bucket for as long as it is needed."""
    storage = made(server)
    yield storage
    removed(storage)


def use(settings: Any, storage: WriteOnceStorage, *, name: str = "s3", **more: Any) -> None:
    """Have a bucket as a store, and as the one for new bytes."""
    options = {
        "bucket_name": storage.bucket_name,
        "endpoint_url": storage.endpoint_url,
        "addressing_style": "path",
        "location": "objects",
        **more,
    }
    settings.STORAGES = {
        **settings.STORAGES,
        name: {"BACKEND": "dam.s3.WriteOnceStorage", "OPTIONS": options},
    }
    settings.STORE = name
