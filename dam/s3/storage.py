"""The S3 storage under the door of dam.storage: ranges are asked for, never whole objects; keys are never overwritten.

django-storages speaks to the bucket through boto3. What it leaves open is closed here: its file fetches a whole
object before the first byte can be read, it overwrites, and each thread makes a client of its own.
"""

import io
from contextlib import suppress
from copy import copy
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any, Self

import boto3
from botocore.exceptions import HTTPClientError, IncompleteReadError
from django.core.files.base import File
from django.core.files.storage import Storage
from django.utils.functional import cached_property
from storages.backends.s3 import S3Storage

from dam.s3 import bucket, parts
from dam.s3.bucket import Bucket

#: A reader is given windows that double while it goes on in a line.
FIRST_WINDOW, LAST_WINDOW = 1024 * 1024, 32 * 1024 * 1024
READ_BYTES = 256 * 1024
READ_ATTEMPTS = 4


@lru_cache(maxsize=32)
def resource(
    endpoint: str | None, region: str | None, addressing: str, access_key: str | None, secret_key: str | None
) -> Any:
    """Return the one connection to a server: making one takes 100 ms, and its client serves all threads."""
    session = boto3.Session(
        aws_access_key_id=access_key, aws_secret_access_key=secret_key, region_name=region
    )
    return session.resource(
        "s3",
        region_name=session.region_name or "us-east-1",
        endpoint_url=endpoint,
        config=bucket.config(addressing),
    )


class WriteOnceStorage(S3Storage):  # type: ignore[misc]  # the package has no types
    """A bucket whose keys are written once and read in ranges.

    Beyond the options of django-storages: ``public_endpoint``, the address browsers reach the bucket under (that
    of ``endpoint_url`` where it is empty), and ``links``, whether downloads may be sent there.
    """

    def get_default_settings(self) -> dict[str, Any]:
        """Return the settings of django-storages with those of this project."""
        settings: dict[str, Any] = super().get_default_settings()
        return settings | {"signature_version": "s3v4", "public_endpoint": "", "links": True}

    @property
    def connection(self) -> Any:
        """The connection of all storages of this server, in all threads."""
        return self._resource(self.endpoint_url)

    def _resource(self, endpoint: str | None) -> Any:
        return resource(
            endpoint, self.region_name, self.addressing_style or "auto", self.access_key, self.secret_key
        )

    @cached_property
    def _signer(self) -> Any:
        """The client that signs links: the host that browsers use is part of the signature."""
        if not self.public_endpoint or self.public_endpoint == self.endpoint_url:
            return self.connection.meta.client
        return self._resource(self.public_endpoint).meta.client

    @cached_property
    def objects(self) -> Bucket:
        """The bucket below this storage's location."""
        location = self.location.strip("/")
        return Bucket(self.connection.meta.client, self.bucket_name, f"{location}/" if location else "")

    def beside(self, folder: str) -> Self:
        """Return the same bucket at another location."""
        other = copy(self)
        other.__dict__.pop("objects", None)
        other.location = folder
        return other

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002
        """Keep the key as given: a taken key is an error, never a new name."""
        return name

    def _save(self, name: str, content: "File[Any]") -> str:
        """Upload a stream, in parts when it is long. Raises FileExistsError for a taken key."""
        with parts.Writing(self.objects, name, getattr(content, "expected_bytes", None)) as writing:
            for chunk in content.chunks():
                writing.write(chunk)
            writing.publish()
        return name

    def may_copy(self, source: Storage) -> bool:
        """Answer whether the server of this bucket holds the other one as well, under the same keys."""
        if not isinstance(source, WriteOnceStorage):
            return False
        return (self.endpoint_url, self.access_key) == (source.endpoint_url, source.access_key)

    def copy_in(self, source: Storage, source_name: str, name: str) -> None:
        """Copy an object of the same server to a new key. Raises FileExistsError, FileNotFoundError."""
        if not isinstance(source, WriteOnceStorage):
            raise TypeError(f"{source} is no bucket")
        parts.copy(source.objects, source_name, self.objects, name)

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":  # noqa: ARG002 - what is stored is only read
        """Open for reading; the object's length is asked once. Raises FileNotFoundError."""
        return File(opened(self.objects, name), name)

    def size(self, name: str) -> int:
        """Return the size in bytes. Raises FileNotFoundError."""
        return self.objects.size(name)

    def delete(self, name: str) -> None:
        """Delete; nothing happens where nothing is."""
        self.objects.delete(name)

    def link(self, name: str, *, disposition: str, mime: str) -> str:
        """Return a link that lives minutes and answers with these headers; empty where links are turned off."""
        if not self.links:
            return ""
        headers = {
            "ResponseContentDisposition": disposition,
            "ResponseContentType": mime,
            "ResponseCacheControl": "private, no-cache",
        }
        return self.objects.link(self._signer, name, headers)

    def sweep(self, older_than_seconds: float) -> int:
        """Abort the multipart uploads of objects whose writer was killed; returns how many."""
        return abort_older(self.objects, older_than_seconds)


def abort_older(place: Bucket, seconds: float, *, spare: frozenset[str] = frozenset()) -> int:
    """Abort unfinished uploads begun so long ago, without those whose upload id is in ``spare``; returns how many."""
    limit, aborted = datetime.now(UTC) - timedelta(seconds=seconds), 0
    for one in list(place.unfinished()):
        if one.begun_at < limit and one.upload_id not in spare:
            place.abort(one.key, one.upload_id)
            aborted += 1
    return aborted


def opened(place: Bucket, key: str) -> io.BufferedReader:
    """Open an object for reading (seekable). Raises FileNotFoundError."""
    return io.BufferedReader(_Ranges(place, key, place.size(key)), READ_BYTES)


class _Ranges(io.RawIOBase):
    """An object as a seekable file, read through windows; a connection that breaks is taken up where it broke."""

    def __init__(self, place: Bucket, key: str, size: int) -> None:
        self._bucket, self._key, self._size = place, key, size
        self._place = 0
        self._window, self._ends = FIRST_WINDOW, 0
        self._stream: Any = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        place = max(0, start + offset)
        if place != self._place:
            self._let_go()
            self._place, self._window = place, FIRST_WINDOW
        return self._place

    def readinto(self, buffer: Any) -> int:
        wanted = min(len(buffer), self._size - self._place)
        if wanted <= 0:
            return 0
        for attempt in range(READ_ATTEMPTS):
            try:
                chunk = self._read(wanted)
            except (HTTPClientError, IncompleteReadError, OSError) as broken:
                self._let_go()
                if isinstance(broken, FileNotFoundError) or attempt == READ_ATTEMPTS - 1:
                    raise
            else:
                buffer[: len(chunk)] = chunk
                self._place += len(chunk)
                return len(chunk)
        return 0

    def _read(self, wanted: int) -> bytes:
        if self._stream is None:
            self._ends = min(self._size, self._place + self._window)
            self._stream = self._bucket.get(self._key, self._place, self._ends)
            self._window = min(self._window * 2, LAST_WINDOW)
        chunk = bytes(self._stream.read(min(wanted, self._ends - self._place)))
        if not chunk:
            raise OSError(f"{self._key} ended at {self._place} of {self._size}")
        if self._place + len(chunk) == self._ends:
            self._let_go()
        return chunk

    def _let_go(self) -> None:
        stream, self._stream = self._stream, None
        if stream is not None:
            with suppress(Exception):
                stream.close()

    def close(self) -> None:
        self._let_go()
        super().close()
