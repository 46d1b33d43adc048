"""Incoming bytes: where they lie until their ingest is over.

One file per upload, named by its id. Bytes count only once they are flushed to the disk: ``append`` flushes
before it tells how far it came, and what lies beyond the offset in the database is not trusted.

The class below is the whole interface that the views, commands and steps use: another place for the bytes (S3
multipart) is another class with the same methods, chosen in ``incoming``.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import cast
from uuid import UUID

from django.core.files.storage import FileSystemStorage, storages

CHUNK_BYTES = 256 * 1024  # memory stays flat with many uploads at once


class Busy(Exception):
    """Somebody else is writing this upload now."""


class Gone(Exception):
    """There are no bytes of this upload any more."""


class Writing:
    """The right to write one upload, alone; positions are bytes from its beginning."""

    def __init__(self, file: FileIO) -> None:
        self._file = file

    @property
    def size(self) -> int:
        """How many bytes lie there, flushed or not."""
        return os.fstat(self._file.fileno()).st_size

    def rewind(self, offset: int) -> None:
        """Forget what lies beyond ``offset``."""
        self._file.truncate(offset)
        self._file.seek(offset)

    def append(self, chunks: Iterable[bytes]) -> None:
        """Write at the end; not yet safe. Raises OSError (ENOSPC when the disk is full)."""
        for chunk in chunks:
            left = memoryview(chunk)
            while left:
                left = left[self._file.write(left) :]

    def flush(self) -> int:
        """Make everything written safe against a crash; return how many bytes that are."""
        os.fdatasync(self._file.fileno())
        return self.size


class LocalIncoming:
    """Incoming bytes in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, upload_id: UUID) -> Path:
        return self.folder / upload_id.hex

    def create(self, upload_id: UUID) -> None:
        """Make room for an upload; once more is the same."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self._path(upload_id).touch()
        descriptor = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    @contextmanager
    def writing(self, upload_id: UUID) -> Iterator[Writing]:
        """Hold the right to write. Raises Busy, or Gone where the bytes were discarded.

        The right is a lock of the operating system on the file: it ends with the process that holds it, and no
        database connection is kept for it.
        """
        try:
            file = FileIO(self._path(upload_id), "r+b")
        except FileNotFoundError as absent:
            raise Gone(str(upload_id)) from absent
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as held:
                raise Busy(str(upload_id)) from held
            if os.fstat(file.fileno()).st_nlink == 0:
                raise Gone(str(upload_id))
            yield Writing(file)

    def size(self, upload_id: UUID) -> int:
        """Return how many bytes lie there. Raises Gone."""
        try:
            return self._path(upload_id).stat().st_size
        except FileNotFoundError as absent:
            raise Gone(str(upload_id)) from absent

    def here(self, upload_id: UUID) -> Path:
        """Return a local file with the bytes, which must not be changed. Raises Gone."""
        self.size(upload_id)
        return self._path(upload_id)

    def discard(self, upload_id: UUID) -> None:
        """Throw the bytes away; nothing happens where there are none."""
        with suppress(FileNotFoundError):
            self._path(upload_id).unlink()

    def held(self) -> Iterator[UUID]:
        """Yield the ids of all uploads that have bytes here."""
        with suppress(FileNotFoundError):
            for entry in os.scandir(self.folder):
                with suppress(ValueError):
                    yield UUID(entry.name)

    def age_seconds(self, upload_id: UUID) -> float:
        """Return how long ago bytes last came; 0 where there are none."""
        try:
            return time.time() - self._path(upload_id).stat().st_mtime
        except FileNotFoundError:
            return 0.0

    def free_bytes(self) -> int:
        """Return how much room is left."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return shutil.disk_usage(self.folder).free


def incoming() -> LocalIncoming:
    """Return the place for incoming bytes that settings name."""
    return LocalIncoming(Path(cast("FileSystemStorage", storages["incoming"]).location))
