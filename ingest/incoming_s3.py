"""Incoming bytes in an S3 store: parts of one multipart upload, and small objects beside for what is too short for one.

An offset is acknowledged in the transaction that writes down which parts and tails make it up; whatever lies in
the store besides (of a process that was killed, or of a body whose checksum was wrong) does not count. So any
process on any machine goes on from there. The right to write is a lease on the row, not a lock: no database
connection is kept for it, and who is dead loses it by itself.
"""

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from uuid import UUID, uuid4

from django.core.files.storage import storages
from django.db import models, transaction
from django.db.models.functions import Now
from django.utils import timezone

from dam.s3 import WriteOnceStorage
from dam.s3.bucket import Bucket, Over, Part
from dam.s3.parts import IN_FLIGHT, Spool
from dam.s3.storage import abort_older, opened
from dam.storage import CHUNK_BYTES, ObjectStore, names
from ingest.models import IncomingObject
from ingest.places import Busy, Gone
from ingest.s3_writing import LEASE, S3Writing, in_reach

FOLDER = "incoming"
WHOLE = "whole"


def stores() -> list[str]:
    """Return the names of the S3 stores that are set up."""
    return [name for name in names() if isinstance(storages[name], WriteOnceStorage)]


def store_of(upload_id: UUID) -> str | None:
    """Return the name of the S3 store in which an upload lies; None where it lies in none."""
    return IncomingObject.objects.filter(pk=upload_id).values_list("store", flat=True).first()


class S3Incoming:
    """Incoming bytes beside the objects of one S3 store: ``incoming/<upload>/...`` in its bucket."""

    def __init__(self, name: str) -> None:
        storage = storages[name]
        if not isinstance(storage, WriteOnceStorage):
            raise TypeError(f"{name} is no S3 store")
        self.name = name
        self._storage = storage.beside(FOLDER)

    @property
    def bucket(self) -> Bucket:
        """The bucket below the folder of incoming bytes."""
        return self._storage.objects

    def create(self, upload_id: UUID, *, size_bytes: int | None = None) -> None:
        """Write the row; nothing lies in the store until bytes come. Once more is the same."""
        IncomingObject.objects.get_or_create(
            pk=upload_id, defaults={"store": self.name, "size_bytes": size_bytes}
        )

    @contextmanager
    def writing(self, upload_id: UUID) -> Iterator[S3Writing]:
        """Hold the lease. Raises Busy where somebody holds it who is alive, and Gone."""
        token = uuid4()
        row, left_behind = self._take(upload_id, token)
        try:
            if left_behind and row.multipart_id:
                row.next_number = self._beyond(row)
            with closing(S3Writing(self.bucket, row, token)) as writing:
                yield writing
        finally:
            IncomingObject.objects.filter(pk=upload_id, holder=token).update(holder=None, held_until=None)

    def _take(self, upload_id: UUID, token: UUID) -> tuple[IncomingObject, bool]:
        """Take the lease; also tell whether the last holder never gave it back."""
        with transaction.atomic():
            held = models.ExpressionWrapper(
                models.Q(held_until__gte=Now()), output_field=models.BooleanField()
            )
            rows = IncomingObject.objects.select_for_update(of=("self",)).annotate(held=held)
            row = rows.filter(pk=upload_id).first()
            if row is None or row.assembled:
                raise Gone(str(upload_id))
            if row.held:
                raise Busy(str(upload_id))
            IncomingObject.objects.filter(pk=upload_id).update(holder=token, held_until=Now() + LEASE)
        return row, row.holder is not None

    def _beyond(self, row: IncomingObject) -> int:
        """Return a number for parts that no process that was left for dead can still be sending.

        It starts none after its lease; what it had under way may yet arrive, under the numbers that follow those
        that lie there.
        """
        with in_reach(row.pk):
            there = [part.number for part in self.bucket.parts(_whole(row.pk), row.multipart_id)]
        return max([row.next_number - 1, *there]) + IN_FLIGHT + 1

    def size(self, upload_id: UUID) -> int:
        """Return how many bytes are safe. Raises Gone."""
        size = IncomingObject.objects.filter(pk=upload_id).values_list("safe_bytes", flat=True).first()
        if size is None:
            raise Gone(str(upload_id))
        return size

    def read(self, upload_id: UUID) -> Iterator[bytes]:
        """Yield the bytes of a complete upload, made one object first where they are parts. Raises Gone."""
        row = self.assemble(upload_id)
        keys = [_whole(upload_id)] if row.assembled else [str(key) for key, _size in row.tails]
        for key in keys:
            try:
                with opened(self.bucket, key) as source:
                    while chunk := source.read(CHUNK_BYTES):
                        yield chunk
            except FileNotFoundError as absent:
                raise Gone(str(upload_id)) from absent

    def bring(self, upload_id: UUID, file: Path) -> None:
        """Copy the bytes to ``file``. Raises Gone; then there is no file."""
        part = file.with_name(f"{file.name}.coming")
        with part.open("wb") as out:
            for chunk in self.read(upload_id):
                out.write(chunk)
        part.rename(file)

    def object_of(self, upload_id: UUID) -> tuple[ObjectStore, str] | None:
        """Return where the one object lies that the parts made; None where it is too small for parts."""
        if not IncomingObject.objects.filter(pk=upload_id, assembled=True).exists():
            return None
        return ObjectStore(self.name, self._storage), _whole(upload_id)

    def assemble(self, upload_id: UUID) -> IncomingObject:
        """Make the parts of a complete upload one object. Two at once, or once more after a crash, is the same."""
        row = IncomingObject.objects.filter(pk=upload_id).first()
        if row is None:
            raise Gone(str(upload_id))
        if row.assembled or not row.multipart_id:
            return row
        if row.size_bytes not in {None, row.safe_bytes}:
            raise Gone(f"{upload_id} is not whole: {row.safe_bytes} of {row.size_bytes}")
        with in_reach(upload_id):
            try:
                self._complete(row)
            except Over:
                self._require_whole(row)
        tails, row.assembled, row.tails = row.tails, True, []
        IncomingObject.objects.filter(pk=upload_id).update(assembled=True, tails=[])
        for key, _size in tails:
            self.bucket.delete(key)
        return row

    def _complete(self, row: IncomingObject) -> None:
        parts = [
            Part(part.number, part.etag, part.size_bytes, part.crc32) for part in row.parts.order_by("number")
        ]
        if row.tails:
            parts.append(self._last_part(row))
        self.bucket.complete(_whole(row.pk), row.multipart_id, parts)

    def _last_part(self, row: IncomingObject) -> Part:
        spool = Spool()
        try:
            for key, _size in row.tails:
                with opened(self.bucket, key) as source:
                    while chunk := source.read(CHUNK_BYTES):
                        spool.write(chunk)
            return self.bucket.put_part(
                _whole(row.pk),
                row.multipart_id,
                row.next_number,
                spool.body(),
                size_bytes=spool.size_bytes,
                crc32=spool.crc32,
            )
        finally:
            spool.close()

    def _require_whole(self, row: IncomingObject) -> None:
        """Somebody completed it before, or it was discarded."""
        try:
            size = self.bucket.size(_whole(row.pk))
        except FileNotFoundError:
            size = -1
        if size != row.safe_bytes:
            raise Gone(str(row.pk))

    def discard(self, upload_id: UUID) -> None:
        """Throw parts and objects away, then the row; nothing happens where there are none."""
        row = IncomingObject.objects.filter(pk=upload_id, store=self.name).first()
        if row is not None and row.multipart_id and not row.assembled:
            self.bucket.abort(_whole(upload_id), row.multipart_id)
        for key in list(self.bucket.keys(f"{upload_id.hex}/")):
            self.bucket.delete(key)
        if row is not None:
            row.delete()

    def held(self) -> Iterator[UUID]:
        """Yield the ids of all uploads that have a row or objects here."""
        ids = set(IncomingObject.objects.filter(store=self.name).values_list("pk", flat=True))
        for key, _modified in self.bucket.dated():
            with suppress(ValueError):
                ids.add(UUID(key.partition("/")[0]))
        yield from ids

    def age_seconds(self, upload_id: UUID) -> float:
        """Return how long ago bytes last came; 0 where there are none."""
        times = [
            *IncomingObject.objects.filter(pk=upload_id, store=self.name).values_list("written_at", flat=True)
        ]
        if not times:
            times = [modified for _key, modified in self.bucket.dated(f"{upload_id.hex}/")]
        return (timezone.now() - max(times)).total_seconds() if times else 0.0

    def free_bytes(self) -> int:
        """Return a number no file reaches: a bucket has no end."""
        return sys.maxsize

    def sweep(self, older_than_seconds: float) -> int:
        """Abort the multipart uploads that no row names: of processes killed before they acknowledged a byte."""
        known = IncomingObject.objects.filter(store=self.name).exclude(multipart_id="")
        return abort_older(
            self.bucket, older_than_seconds, spare=frozenset(known.values_list("multipart_id", flat=True))
        )


def _whole(upload_id: UUID) -> str:
    return f"{upload_id.hex}/{WHOLE}"
