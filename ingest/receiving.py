"""Receiving one request's body into an upload: safe bytes first, then the offset, with flat memory.

The database connection is given back while bytes stream. What came before a client vanished, the disk filled up
or the server was killed is kept, except under a checksum: bytes that cannot be verified are thrown away.
"""

import errno
import time
from collections.abc import Iterator
from contextlib import ExitStack

from django.db import transaction
from django.http import HttpRequest, UnreadablePostError

from dam.models import User
from ingest import flow, uploads
from ingest.incoming import CHUNK_BYTES, Busy, incoming
from ingest.models import Upload, UploadState
from ingest.places import Claim
from ingest.tus_protocol import Checksum, Hasher
from ingest.uploads import NoRoom, NotReceiving

NOTE_SECONDS = 2.0
PATIENCE_SECONDS = 3.0
RETRY_SECONDS = 0.05
NO_SPACE = frozenset({errno.ENOSPC, errno.EDQUOT})


class WrongOffset(Exception):
    """The upload does not stand where the client thinks."""

    def __init__(self, offset_bytes: int) -> None:
        super().__init__(f"the offset is {offset_bytes}")
        self.offset_bytes = offset_bytes


class WrongChecksum(Exception):
    """The body is not what its checksum says; nothing of it was kept."""


class CutShort(Exception):
    """The client vanished; what came is kept."""


def receive(
    upload: Upload,
    request: HttpRequest,
    *,
    offset_bytes: int,
    length: int,
    checksum: Checksum | None,
    by: User,
) -> Upload:
    """Append ``length`` bytes of the request's body at ``offset_bytes``; complete the upload with its last byte.

    Raises Busy (another request is writing), NotReceiving, WrongOffset, WrongChecksum, CutShort, NoRoom.
    """
    with ExitStack() as held:
        writing = _claim(upload, held)
        upload.refresh_from_db()
        if upload.state != UploadState.RECEIVING:
            raise NotReceiving(str(upload.pk))
        truth = min(upload.offset_bytes, writing.size)
        if offset_bytes != truth:
            raise WrongOffset(truth)
        writing.rewind(truth)
        uploads.release_connection()
        body = held.enter_context(flow.entering(upload.pk, request.META))
        reception = _Reception(upload, writing, start=truth, checksum=checksum, by=by)
        return reception.take(_chunks(request, length, body), end=truth + length)


def _claim(upload: Upload, held: ExitStack) -> Claim:
    """Take the right to write, waiting a little: a client that lost its connection comes back at once."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        try:
            return held.enter_context(incoming().writing(upload.pk))
        except Busy:
            if not flow.make_way(upload.pk) and time.monotonic() > until:
                raise
        time.sleep(RETRY_SECONDS)


def _chunks(request: HttpRequest, length: int, body: flow.Flow) -> Iterator[bytes]:
    """Yield the body as it comes, at most ``length`` bytes; it ends early where the client vanished."""
    left = length
    while left:
        try:
            chunk = request.read(min(CHUNK_BYTES, left))
        except UnreadablePostError:
            return
        if not chunk:
            return
        body.moved()
        left -= len(chunk)
        yield chunk


class _Reception:
    """Writing one body: how far it came, and when that was last noted in the database."""

    def __init__(
        self, upload: Upload, writing: Claim, *, start: int, checksum: Checksum | None, by: User
    ) -> None:
        self.upload, self.writing, self.by = upload, writing, by
        self.hasher = Hasher(checksum)
        self.start = self.noted_bytes = start
        self.noted_at = time.monotonic()
        self.may_note = checksum is None

    def take(self, chunks: Iterator[bytes], *, end: int) -> Upload:
        written = self.start
        try:
            for chunk in chunks:
                self.writing.append((chunk,))
                self.hasher.update(chunk)
                written += len(chunk)
                if written < end and self._is_time_to_note(written):
                    self._note()
                    uploads.release_connection()
        except OSError as error:
            self._keep_what_came()
            if error.errno in NO_SPACE:
                raise NoRoom(str(error)) from error
            raise
        if written < end:
            self._keep_what_came()
            raise CutShort(str(self.upload.pk))
        if not self.hasher.agrees:
            self.writing.rewind(self.start)
            raise WrongChecksum(str(self.upload.pk))
        return self._note()

    def _is_time_to_note(self, written: int) -> bool:
        return self.may_note and (
            written - self.noted_bytes >= self.writing.note_bytes
            or time.monotonic() - self.noted_at >= NOTE_SECONDS
        )

    def _keep_what_came(self) -> None:
        if self.may_note:
            self._note()
        else:
            self.writing.rewind(self.start)

    def _note(self) -> Upload:
        """Flush, then tell the database: never the other way round."""
        self.noted_bytes, self.noted_at = self.writing.flush(), time.monotonic()
        with transaction.atomic():
            self.writing.note()
            return uploads.arrived(self.upload, self.noted_bytes, by=self.by)
