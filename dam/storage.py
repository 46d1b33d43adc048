"""The door to object storage: one contract over Django's storage API, for local files and for S3.

Keys are relative and written once. Every write is hashed on the way and read back before it counts.
"""

import hashlib
import os
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

from dam.abilities import CopyingStorage, LinkingStorage

CHUNK_BYTES = 1024 * 1024
#: Where unfinished writes lie, inside the store's folder so that a link can publish them; never a key.
PARTS = ".parts"


#: Smaller objects are streamed: asking the store to copy takes three calls.
LEAST_COPY_BYTES = 8 * 1024 * 1024
#: What else Django keeps in STORAGES.
NOT_STORES = frozenset({"default", "staticfiles", "incoming"})


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


def digest_of(chunks: Iterable[bytes]) -> Digest:
    """Return the digest of a stream, reading it to its end."""
    sha256, size = hashlib.sha256(), 0
    for chunk in chunks:
        sha256.update(chunk)
        size += len(chunk)
    return Digest(sha256.hexdigest(), size)


class DurableFileStorage(FileSystemStorage):
    """Local files: written apart, flushed to the disk, then linked into place without overwriting."""

    def _save(self, name: str, content: "File[Any]") -> str:
        target, parts = Path(self.path(name)), Path(self.location) / PARTS
        _make_folder(parts)
        part = parts / secrets.token_hex(16)
        try:
            with part.open("xb") as out:
                for chunk in content.chunks(CHUNK_BYTES):
                    out.write(chunk)
                out.flush()
                os.fdatasync(out.fileno())
            _make_folder(target.parent)
            os.link(part, target)
        finally:
            part.unlink(missing_ok=True)
        _flush_folder(target.parent)
        return name

    def get_available_name(self, name: str, max_length: int | None = None) -> str:  # noqa: ARG002
        """Keep the key as given: a taken key is an error, never a new name."""
        return name

    def sweep(self, older_than_seconds: float) -> int:
        """Remove what writers that were killed left unfinished; returns how many files."""
        limit, swept = time.time() - older_than_seconds, 0
        for part in (Path(self.location) / PARTS).glob("*"):
            if part.stat().st_mtime < limit:
                part.unlink(missing_ok=True)
                swept += 1
        return swept


def _make_folder(folder: Path) -> None:
    """Make a folder and those above it, each entry flushed to the disk."""
    if folder.is_dir():
        return
    _make_folder(folder.parent)
    folder.mkdir(exist_ok=True)
    _flush_folder(folder.parent)


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class _Passing(File):  # type: ignore[type-arg]
    """A stream of chunks as a Django File that hashes what passes, and breaks off where it is not as expected.

    It breaks before the storage publishes the key: what is known to be wrong is never seen under it.
    """

    def __init__(self, chunks: Iterable[bytes], expected: Digest | None, where: str) -> None:
        super().__init__(None)
        self._chunks, self._expected, self._where = chunks, expected, where
        self._sha256, self._size = hashlib.sha256(), 0

    def chunks(self, chunk_size: int | None = None) -> Iterator[bytes]:  # noqa: ARG002
        for chunk in self._chunks:
            self._sha256.update(chunk)
            self._size += len(chunk)
            yield chunk
        if self._expected is not None and self.digest != self._expected:
            raise Mismatch(f"{self._where}: given {self.digest}, expected {self._expected}")

    @property
    def expected_bytes(self) -> int | None:
        """How long it will be, where that is known: a store may plan by it."""
        return None if self._expected is None else self._expected.size_bytes

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

        Where the key already holds exactly ``expected``, nothing is written: of several writers of the same
        bytes all succeed. Raises AlreadyStored where it holds anything else, Mismatch where what was given
        differs from ``expected`` or from what lies there after.
        """
        _require_key(key)
        if self.exists(key):
            return self._taken(key, expected)
        stream = _Passing(chunks, expected, f"{self.name}:{key}")
        try:
            self.storage.save(key, stream)
        except FileExistsError:
            return self._taken(key, expected)
        if self.digest(key) != stream.digest:
            self.delete(key)
            raise Mismatch(f"{self.name}:{key}: what lies there is not what was written")
        return stream.digest

    def copy_in(self, key: str, source: "ObjectStore", source_key: str, *, expected: Digest) -> Digest:
        """Write what lies in another store; a copy inside one S3 server does not pass through here.

        As ``write``: read back whole and compared with ``expected``, whichever way it went. Raises AlreadyStored,
        Mismatch, NotStored.
        """
        here, there = self.storage, source.storage
        pays = expected.size_bytes >= LEAST_COPY_BYTES
        if not (pays and isinstance(here, CopyingStorage) and here.may_copy(there)):
            return self.write(key, source.read(source_key), expected=expected)
        _require_key(key)
        if self.exists(key):
            return self._taken(key, expected)
        try:
            here.copy_in(there, source_key, key)
        except FileNotFoundError as absent:
            raise NotStored(f"{source.name}:{source_key} is not there") from absent
        except FileExistsError:
            return self._taken(key, expected)
        if self.digest(key) != expected:
            self.delete(key)
            raise Mismatch(f"{self.name}:{key}: what was copied from {source.name} is not what was expected")
        return expected

    def link(self, key: str, *, disposition: str, mime: str) -> str:
        """Return a link that lives minutes, for whoever has it; empty where the store gives none."""
        if not isinstance(self.storage, LinkingStorage):
            return ""
        return self.storage.link(key, disposition=disposition, mime=mime)

    def _taken(self, key: str, expected: Digest | None) -> Digest:
        if expected is not None and self.digest(key) == expected:
            return expected
        raise AlreadyStored(f"{self.name}:{key} is taken")

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
        """Copy to a local file (a scratch folder), hashing on the way. Raises NotStored."""
        with target.open("wb") as out:
            return digest_of(_written(self.read(key), out))

    def digest(self, key: str) -> Digest:
        """Read everything that lies under the key and return its digest. Raises NotStored."""
        return digest_of(self.read(key))

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
        """Yield every key below a prefix, empty or ending with a slash, in no order."""
        try:
            folders, files = self.storage.listdir(prefix)
        except FileNotFoundError:
            return
        for name in files:
            yield prefix + name
        for folder in folders:
            if prefix or folder != PARTS:
                yield from self.keys(f"{prefix}{folder}/")

    def delete(self, key: str) -> None:
        """Delete; nothing happens where nothing is. What a row claims goes by dam.files.discard, which asks."""
        self.storage.delete(key)


def _written(chunks: Iterable[bytes], out: IO[bytes]) -> Iterator[bytes]:
    for chunk in chunks:
        out.write(chunk)
        yield chunk


def _require_key(key: str) -> None:
    if key.startswith(PARTS) or "\\" in key or {"", ".", ".."}.intersection(key.split("/")):
        raise StorageError(f"{key!r} is not a key: a relative path without empty, '.' and '..' parts")


def store(name: str = "") -> ObjectStore:
    """Return the store that settings call ``name``; without one, that for new bytes (settings.STORE)."""
    name = name or settings.STORE
    return ObjectStore(name, storages[name])


def names() -> tuple[str, ...]:
    """Return the names of all stores that may hold a Placement, that for new bytes first."""
    others = (name for name in settings.STORAGES if name not in {*NOT_STORES, settings.STORE})
    return (settings.STORE, *others)


def file_chunks(path: Path) -> Iterator[bytes]:
    """Yield a local file in chunks."""
    with path.open("rb") as source:
        while chunk := source.read(CHUNK_BYTES):
            yield chunk
