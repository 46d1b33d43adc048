"""The door to object storage: one contract over Django's storage API, for local files and for S3.

Keys are relative and written once. Every write is hashed on the way and read back before it counts.
"""

import hashlib
import os
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import IO, Any

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

CHUNK_BYTES = 1024 * 1024


class StorageError(Exception):
    """The store could not do what was asked; the message says what and where."""


class AlreadyStored(StorageError):
    """The key is taken by other bytes: nothing is ever overwritten."""


class NotStored(StorageError):
    """There are no bytes under this key."""


class Mismatch(StorageError):
    """The bytes that lie there are not the bytes that were given."""


@dataclass(frozen=True)
class Digest:
    """SHA-256 (hex) and size in bytes."""

    sha256: str
    size_bytes: int


class DurableFileStorage(FileSystemStorage):
    """Local files: written beside, flushed to the disk, then linked into place without overwriting."""

    def _save(self, name: str, content: "File[Any]") -> str:
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        part = target.with_name(f".{target.name[:100]}.{secrets.token_hex(6)}.part")
        try:
            with part.open("xb") as out:
                for chunk in content.chunks(CHUNK_BYTES):
                    out.write(chunk)
                out.flush()
                os.fdatasync(out.fileno())
            os.link(part, target)
        finally:
            part.unlink(missing_ok=True)
        folder = os.open(target.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002
        """Keep the key as given: a taken key is an error, never a new name."""
        return name


class _Hashing(File):  # type: ignore[type-arg]
    """A stream of chunks as a Django File that hashes what passes."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        super().__init__(None)
        self._chunks = chunks
        self._sha256 = hashlib.sha256()
        self._size = 0

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:  # noqa: ARG002
        for chunk in self._chunks:
            self._sha256.update(chunk)
            self._size += len(chunk)
            yield chunk

    @property
    def digest(self) -> Digest:
        return Digest(self._sha256.hexdigest(), self._size)


@dataclass(frozen=True)
class ObjectStore:
    """One named store. ``name`` is its alias in settings.STORAGES and is what a Placement records."""

    name: str
    storage: Storage

    def write(self, key: str, chunks: Iterable[bytes], *, expected: Digest | None = None) -> Digest:
        """Write a stream under a new key, read it back, and return its digest.

        Where the key already holds exactly ``expected``, nothing is written. Raises AlreadyStored where it holds
        anything else, Mismatch where what was written differs from ``expected`` or from what lies there after.
        """
        if self.exists(key):
            if expected is not None and self.digest(key) == expected:
                return expected
            raise AlreadyStored(f"{self.name}:{key} is taken")
        stream = _Hashing(chunks)
        try:
            self.storage.save(key, stream)
        except FileExistsError as taken:
            raise AlreadyStored(f"{self.name}:{key} is taken") from taken
        if (expected is not None and stream.digest != expected) or self.digest(key) != stream.digest:
            self.delete(key)
            raise Mismatch(f"{self.name}:{key}: the bytes changed on the way")
        return stream.digest

    def open(self, key: str) -> IO[bytes]:
        """Open for reading (seekable). Raises NotStored."""
        try:
            return self.storage.open(key, "rb")
        except FileNotFoundError as absent:
            raise NotStored(f"{self.name}:{key} is not there") from absent

    def read(self, key: str, start: int = 0, end: int | None = None) -> Iterator[bytes]:
        """Yield the bytes from ``start`` up to and not including ``end`` (the whole rest when None)."""
        with self.open(key) as source:
            source.seek(start)
            left = None if end is None else end - start
            while left is None or left > 0:
                chunk = source.read(CHUNK_BYTES if left is None else min(CHUNK_BYTES, left))
                if not chunk:
                    return
                if left is not None:
                    left -= len(chunk)
                yield chunk

    def copy_out(self, key: str, target: Path) -> Digest:
        """Copy to a local file (a scratch folder), hashing on the way."""
        sha256, size = hashlib.sha256(), 0
        with target.open("wb") as out:
            for chunk in self.read(key):
                sha256.update(chunk)
                size += len(chunk)
                out.write(chunk)
        return Digest(sha256.hexdigest(), size)

    def digest(self, key: str) -> Digest:
        """Read everything that lies under the key and return its digest. Raises NotStored."""
        sha256, size = hashlib.sha256(), 0
        for chunk in self.read(key):
            sha256.update(chunk)
            size += len(chunk)
        return Digest(sha256.hexdigest(), size)

    def exists(self, key: str) -> bool:
        """Answer whether there are bytes under the key."""
        return self.storage.exists(key)

    def size(self, key: str) -> int:
        """Return the size in bytes. Raises NotStored."""
        try:
            return self.storage.size(key)
        except FileNotFoundError as absent:
            raise NotStored(f"{self.name}:{key} is not there") from absent

    def keys(self, prefix: str) -> Iterator[str]:
        """Yield every key below a prefix that ends with a slash, in no order."""
        try:
            folders, files = self.storage.listdir(prefix)
        except FileNotFoundError:
            return
        for name in files:
            yield prefix + name
        for folder in folders:
            yield from self.keys(f"{prefix}{folder}/")

    def delete(self, key: str) -> None:
        """Delete; nothing happens where nothing is. Originals are only deleted by a purge with its holds."""
        self.storage.delete(key)


@cache
def store(name: str = "objects") -> ObjectStore:
    """Return the store that settings call ``name``."""
    return ObjectStore(name, storages[name])


def file_chunks(path: Path) -> Iterator[bytes]:
    """Yield a local file in chunks."""
    with path.open("rb") as source:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk
