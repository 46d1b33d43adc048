"""Incoming bytes: where they lie until their ingest is over.

One file per upload, named by its id. Bytes count only once they are flushed to the disk: ``append`` flushes
before it tells how far it came, and what lies beyond the offset in the database is not trusted.

The contract is ingest.places; ``incoming`` chooses between this machine's folder and an S3 store
(ingest.incoming_s3).
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from io import FileIO
from pathlib import Path
from typing import cast
from uuid import UUID

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages

from dam.storage import ObjectStore, file_chunks
from ingest import incoming_s3
from ingest.places import Busy, Claim, Gone, Place

__all__ = ["CHUNK_BYTES", "Busy", "Gone", "LocalIncoming", "Writing", "incoming", "local"]

CHUNK_BYTES = 256 * 1024  # memory stays flat with many uploads at once


class Writing:
    """The right to write one upload, alone; positions are bytes from its beginning."""

    def __init__(self, file: FileIO) -> None:
        self._file = file
        file.seek(0, os.SEEK_END)

    note_bytes = 64 * 1024 * 1024

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

    def note(self) -> None:
        """Nothing to write down: the offset of the upload says all."""


class LocalIncoming:
    """Incoming bytes in a folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def _path(self, upload_id: UUID) -> Path:
        return self.folder / upload_id.hex

    def create(self, upload_id: UUID, *, size_bytes: int | None = None) -> None:  # noqa: ARG002 - files grow
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

    def read(self, upload_id: UUID) -> Iterator[bytes]:
        """Yield the bytes. Raises Gone."""
        yield from file_chunks(self.here(upload_id))

    def bring(self, upload_id: UUID, file: Path) -> None:
        """Point ``file`` to the bytes where they lie. Raises Gone."""
        file.symlink_to(self.here(upload_id))

    def object_of(self, upload_id: UUID) -> None:
        """Return None: a file of this machine is no object of a store."""

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

    def sweep(self, older_than_seconds: float) -> int:  # noqa: ARG002
        """Nothing: every file belongs to an upload."""
        return 0


class EveryIncoming:
    """All places that are set up: new uploads go to the first, each one is looked for where it was begun.

    So uploads go on while an installation moves from its folder to S3, or back.
    """

    def __init__(self, new: Place, others: Iterable[Place]) -> None:
        self._new, self._all = new, (new, *others)

    def _of(self, upload_id: UUID) -> Place:
        name = incoming_s3.store_of(upload_id)
        return local() if name is None else incoming_s3.S3Incoming(name)

    def create(self, upload_id: UUID, *, size_bytes: int | None = None) -> None:
        """As the contract says."""
        self._new.create(upload_id, size_bytes=size_bytes)

    def writing(self, upload_id: UUID) -> AbstractContextManager[Claim]:
        """As the contract says."""
        return self._of(upload_id).writing(upload_id)

    def size(self, upload_id: UUID) -> int:
        """As the contract says."""
        return self._of(upload_id).size(upload_id)

    def read(self, upload_id: UUID) -> Iterator[bytes]:
        """As the contract says."""
        return self._of(upload_id).read(upload_id)

    def bring(self, upload_id: UUID, file: Path) -> None:
        """As the contract says."""
        self._of(upload_id).bring(upload_id, file)

    def object_of(self, upload_id: UUID) -> tuple[ObjectStore, str] | None:
        """As the contract says."""
        return self._of(upload_id).object_of(upload_id)

    def discard(self, upload_id: UUID) -> None:
        """As the contract says; wherever there is something of it."""
        for place in self._all:
            place.discard(upload_id)

    def held(self) -> Iterator[UUID]:
        """As the contract says."""
        yield from {upload_id for place in self._all for upload_id in place.held()}

    def age_seconds(self, upload_id: UUID) -> float:
        """As the contract says: that of the youngest."""
        ages = [place.age_seconds(upload_id) for place in self._all]
        return min((age for age in ages if age), default=0.0)

    def free_bytes(self) -> int:
        """As the contract says, for new uploads."""
        return self._new.free_bytes()

    def sweep(self, older_than_seconds: float) -> int:
        """As the contract says, everywhere."""
        return sum(place.sweep(older_than_seconds) for place in self._all)


def local() -> LocalIncoming:
    """Return the folder of this machine."""
    return LocalIncoming(Path(cast("FileSystemStorage", storages["incoming"]).location))


def incoming() -> Place:
    """Return the place for incoming bytes: the folder, or beside the objects where new bytes go to S3."""
    in_s3 = incoming_s3.stores()
    if not in_s3:
        return local()
    places: list[Place] = [incoming_s3.S3Incoming(name) for name in in_s3]
    if settings.STORE not in in_s3:
        return EveryIncoming(local(), places)
    places.sort(key=lambda place: getattr(place, "name", "") != settings.STORE)
    return EveryIncoming(places[0], [*places[1:], local()])
