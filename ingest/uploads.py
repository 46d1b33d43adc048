"""Verbs on uploads: begin, note what arrived, complete, cancel, expire."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from dam import events
from dam.models import Asset, User
from ingest import companions, ingests
from ingest.incoming import incoming
from ingest.models import Batch, Source, Upload, UploadState
from ingest.names import Name

#: An upload nobody continued for so long is given up, and its bytes thrown away.
PATIENCE = timedelta(days=7)
RESERVE_BYTES = 512 * 1024 * 1024  # left free for the database and the index


class NotReceiving(Exception):
    """The upload is complete, cancelled or expired: no more bytes can come."""


class NoRoom(Exception):
    """The disk cannot hold a file of this size."""


@dataclass(frozen=True)
class Announced:
    """What a sender says of a file before its bytes come."""

    name: Name
    size_bytes: int
    raw_name: bytes = b""
    version_of: Asset | None = None
    source_key: str = ""
    metadata: dict[str, Any] | None = None


def begin(batch: Batch, announced: Announced, *, by: User) -> Upload:
    """Make room for a file. Raises NoRoom where the disk cannot hold it."""
    place = incoming()
    if announced.size_bytes + RESERVE_BYTES > place.free_bytes():
        raise NoRoom(f"{announced.size_bytes} bytes do not fit")
    with transaction.atomic():
        upload = Upload.objects.create(
            owner=by,
            batch=batch,
            version_of=announced.version_of,
            filename=announced.name.filename,
            folder=announced.name.folder,
            stem=companions.stem(announced.name.filename),
            raw_name=announced.raw_name,
            metadata=announced.metadata or {},
            size_bytes=announced.size_bytes,
            source_key=announced.source_key,
            expires_at=timezone.now() + PATIENCE,
        )
        events.record(upload, "created", by=by, data={"batch": str(batch.pk), "size": upload.size_bytes})
        place.create(upload.pk, size_bytes=upload.size_bytes)
    return upload


def arrived(
    upload: Upload,
    offset_bytes: int,
    *,
    by: User,
    source: str = Source.BROWSER,
    claimed_sha256: str = "",
) -> Upload:
    """Note that the first ``offset_bytes`` are safe on the disk; with the last one the upload is complete.

    Completing, the ingest and its job are one transaction. ``claimed_sha256`` is the sender's own hash of the
    whole, where it has one. Raises NotReceiving.
    """
    with transaction.atomic():
        now = {"offset_bytes": offset_bytes, "expires_at": timezone.now() + PATIENCE}
        if claimed_sha256:
            now["claimed_sha256"] = claimed_sha256
        if not Upload.objects.filter(pk=upload.pk, state=UploadState.RECEIVING).update(**now):
            raise NotReceiving(str(upload.pk))
        for name, value in now.items():
            setattr(upload, name, value)
        if offset_bytes == upload.size_bytes:
            upload.advance(UploadState.COMPLETE, by=by)
            ingests.begin(upload, source=source, by=by)
    return upload


def offset(upload: Upload) -> int:
    """Return how many bytes are safe: what the database says, or less where the file holds less."""
    if upload.state != UploadState.RECEIVING:
        return upload.offset_bytes
    return min(upload.offset_bytes, incoming().size(upload.pk))


def cancel(upload: Upload, *, by: User) -> Upload:
    """Give an upload up and throw its bytes away. Raises IllegalTransition once it is complete."""
    upload.advance(UploadState.TERMINATED, by=by)
    incoming().discard(upload.pk)
    return upload


def expire(upload: Upload, *, by: None = None) -> Upload:
    """Give up an upload that nobody continued; nobody did it, so ``by`` is nobody."""
    upload.advance(UploadState.EXPIRED, by=by)
    incoming().discard(upload.pk)
    return upload


def release_connection() -> None:
    """Give the database connection back while bytes stream, unless a transaction of the caller needs it.

    A stalled client holds a thread; it must not hold one of the database's few connections as well.
    """
    if not connection.in_atomic_block:
        connection.close()
