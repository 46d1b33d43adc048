"""What a place for incoming bytes is: the contract that views, commands and steps rely on.

ingest.incoming chooses one; tests/ingest/incoming_conformance.py says what each must do.
"""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol
from uuid import UUID

from dam.storage import ObjectStore


class Busy(Exception):
    """Somebody else is writing this upload now."""


class Gone(Exception):
    """There are no bytes of this upload any more."""


class Unreachable(OSError):
    """The store does not answer, or refuses: what was acknowledged is kept, and the client may come back."""


class Claim(Protocol):
    """The right to write one upload, alone; positions are bytes from its beginning."""

    @property
    def size(self) -> int:
        """How many bytes lie there, safe or not."""

    @property
    def note_bytes(self) -> int:
        """How many bytes of one long body may come between two notes."""

    def rewind(self, offset: int) -> None:
        """Forget what lies beyond ``offset``."""

    def append(self, chunks: Iterable[bytes]) -> None:
        """Write at the end; not yet safe. Raises OSError (ENOSPC when a disk is full), Busy, Gone."""

    def flush(self) -> int:
        """Make everything written safe against a crash; return how many bytes that are."""

    def note(self) -> None:
        """Write down what was flushed, in the transaction that acknowledges it. Raises Busy, Gone."""


class Place(Protocol):
    """Where incoming bytes lie."""

    def create(self, upload_id: UUID, *, size_bytes: int | None = None) -> None:
        """Make room for an upload of that size, in the transaction that begins it; once more is the same."""

    def writing(self, upload_id: UUID) -> AbstractContextManager[Claim]:
        """Hold the right to write. Raises Busy, or Gone where the bytes were discarded."""

    def size(self, upload_id: UUID) -> int:
        """Return how many bytes lie there. Raises Gone."""

    def read(self, upload_id: UUID) -> Iterator[bytes]:
        """Yield the bytes of a complete upload. Raises Gone."""

    def bring(self, upload_id: UUID, file: Path) -> None:
        """Make a complete upload's bytes readable at ``file``, not to be changed. Raises Gone."""

    def object_of(self, upload_id: UUID) -> tuple[ObjectStore, str] | None:
        """Return the store and key of the one object that a complete upload is; None where it is no object."""

    def discard(self, upload_id: UUID) -> None:
        """Throw the bytes away; nothing happens where there are none."""

    def held(self) -> Iterator[UUID]:
        """Yield the ids of all uploads that have bytes here."""

    def age_seconds(self, upload_id: UUID) -> float:
        """Return how long ago bytes last came; 0 where there are none."""

    def free_bytes(self) -> int:
        """Return how much room is left."""

    def sweep(self, older_than_seconds: float) -> int:
        """Clear away what belongs to no upload and is so old; returns how many pieces."""
