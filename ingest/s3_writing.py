"""Writing one upload into an S3 store: parts go off as they fill, and what is left over is kept at every flush."""

import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models.functions import Now

from dam.downloads import let_go_of_database
from dam.s3.bucket import TROUBLE, Bucket, Over, Part
from dam.s3.parts import LEAST_PART_BYTES, MOST_PARTS, Sending, Spool, part_bytes
from dam.s3.storage import opened
from ingest.models import IncomingObject, IncomingPart
from ingest.places import Busy, Gone, Unreachable

LEASE = timedelta(seconds=15)
RENEW_SECONDS = 4.0
#: Numbers kept back for processes that die: each one costs a few.
SPARE_NUMBERS = 200
#: More small objects than this are written anew as one.
MOST_TAILS = 16


@contextmanager
def in_reach(upload_id: UUID) -> Iterator[None]:
    """Say in this house's words what the store says: Gone, or Unreachable."""
    try:
        yield
    except Over as over:
        raise Gone(str(upload_id)) from over
    except FileNotFoundError as lost:
        raise Gone(str(upload_id)) from lost
    except TROUBLE as trouble:
        raise Unreachable(f"{type(trouble).__name__}: {trouble}") from trouble


class S3Writing:
    """The lease to write one upload (ingest.places.Claim)."""

    #: A flush waits for what is under way: seldom, the line stays full. Slow bodies are noted by time.
    note_bytes = 512 * 1024 * 1024

    def __init__(self, bucket: Bucket, row: IncomingObject, token: UUID) -> None:
        self._bucket, self._row, self._token = bucket, row, token
        self._renewed = time.monotonic()
        self._start_over()

    def _start_over(self) -> None:
        """Stand where the row stands: what was sent since is forgotten."""
        row = self._row
        self._tails: list[tuple[str, int]] = [(key, size) for key, size in row.tails]
        self._in_parts = row.safe_bytes - sum(size for _key, size in self._tails)
        self._sending = Sending(
            self._bucket,
            f"{row.pk.hex}/whole",
            upload_id=row.multipart_id,
            next_number=row.next_number,
            waiting=self._renew,
        )
        self._parts: list[Part] = []
        self._spool: Spool | None = None
        self._flushed = row.safe_bytes

    @property
    def size(self) -> int:
        """How many bytes were written, safe or not."""
        return self._in_parts + (self._tail_bytes if self._spool is None else self._spool.size_bytes)

    @property
    def _tail_bytes(self) -> int:
        return sum(size for _key, size in self._tails)

    def rewind(self, offset: int) -> None:
        """Forget what lies beyond ``offset``. Raises Gone where that would cut a part: those cannot be cut."""
        if offset == self.size:
            return
        if offset == self._row.safe_bytes:
            self._close_sending()
            if self._spool is not None:
                self._spool.close()
            self._start_over()
        elif self._in_parts <= offset < self.size:
            with in_reach(self._row.pk):
                loaded = self._loaded()
            self._spool = loaded.cut(offset - self._in_parts)
            while self._tail_bytes > self._spool.size_bytes:
                self._tails.pop()
        else:
            raise Gone(f"{self._row.pk} cannot be cut at {offset}")

    def append(self, chunks: Iterable[bytes]) -> None:
        """Write at the end; each full part goes off. Raises OSError, Busy where the lease was lost, Gone."""
        with in_reach(self._row.pk):
            for chunk in chunks:
                self._keep_lease()
                left = memoryview(chunk)
                while left:
                    spool = self._loaded()
                    room = self._part_bytes() - spool.size_bytes
                    if room <= 0:
                        self._cut()
                        continue
                    spool.write(left[:room])
                    left = left[room:]

    def _loaded(self) -> Spool:
        """The bytes that follow the last part; those of the small objects are fetched once."""
        if self._spool is None:
            spool = Spool()
            for key, _size in self._tails:
                with opened(self._bucket, key) as source:
                    while chunk := source.read(LEAST_PART_BYTES):
                        spool.write(chunk)
            self._spool = spool
        return self._spool

    def _part_bytes(self) -> int:
        """Return how long the next part is: as planned, or longer where numbers run short."""
        whole = self._row.size_bytes
        if whole is None:
            return part_bytes(None, sent_bytes=self._in_parts)
        numbers = max(1, MOST_PARTS - SPARE_NUMBERS - self._sending.next_number)
        return max(part_bytes(whole), -(-(whole - self._in_parts) // numbers))

    def _cut(self) -> None:
        """Send what was spooled as a part."""
        spool, self._spool = self._loaded(), Spool()
        self._in_parts += spool.size_bytes
        self._tails = []
        self._sending.put(spool)

    def flush(self) -> int:
        """Have everything in the store: as parts, and what is too short for one as a small object."""
        with in_reach(self._row.pk):
            self._keep_lease()
            if self._spool is not None and self._spool.size_bytes > self._tail_bytes:
                if self._may_be_a_part(self._spool.size_bytes):
                    self._cut()
                else:
                    self._put_tail(self._spool)
            self._parts += self._sending.settle()
        self._flushed = self.size
        return self._flushed

    def _may_be_a_part(self, size: int) -> bool:
        """Whether these bytes, fewer than planned, are a part: the last one, or long enough with numbers to spare."""
        whole, end = self._row.size_bytes, self._in_parts + size
        if whole is not None and end == whole and self._sending.upload_id:
            return True
        if size < LEAST_PART_BYTES:
            return False
        numbers = MOST_PARTS - SPARE_NUMBERS - self._sending.next_number - 1
        return numbers * part_bytes(whole, sent_bytes=end) > (whole or end * 2) - end

    def _put_tail(self, spool: Spool) -> None:
        """Keep what no small object holds yet; when they are many, all in one."""
        if len(self._tails) >= MOST_TAILS:
            self._tails = []
        start = self._tail_bytes
        rest = spool.rest(start)
        try:
            key = f"{self._row.pk.hex}/{self._in_parts + start:015d}-{uuid4().hex}"
            self._bucket.put(key, rest.body(), rest.crc32)
            self._tails = [*self._tails, (key, rest.size_bytes)]
        finally:
            rest.close()

    def note(self) -> None:
        """Write down what was flushed, in the transaction that acknowledges it. Raises Busy, Gone."""
        row, kept = self._row, {key for key, _size in self._tails}
        said = {
            "safe_bytes": self._flushed,
            "multipart_id": self._sending.upload_id,
            "next_number": self._sending.next_number,
            "tails": [list(tail) for tail in self._tails],
        }
        with transaction.atomic():
            self._update(written_at=Now(), held_until=Now() + LEASE, **said)
            IncomingPart.objects.bulk_create(
                IncomingPart(
                    whole=row, number=one.number, size_bytes=one.size_bytes, etag=one.etag, crc32=one.crc32
                )
                for one in self._parts
            )
        needless = [key for key, _size in row.tails if key not in kept]
        self._parts = []
        for name, value in said.items():
            setattr(row, name, value)
        transaction.on_commit(lambda: self._delete(needless))

    def _delete(self, keys: Iterable[str]) -> None:
        with suppress(*TROUBLE):  # what is left goes with the upload
            for key in keys:
                self._bucket.delete(key)

    def _keep_lease(self) -> None:
        if time.monotonic() - self._renewed > RENEW_SECONDS:
            self._renew()

    def _renew(self) -> None:
        """Say that this process is alive, and give the database connection back. Raises Busy, Gone."""
        self._update(held_until=Now() + LEASE)
        let_go_of_database()

    def _update(self, **fields: object) -> None:
        mine = IncomingObject.objects.filter(pk=self._row.pk, holder=self._token)
        if not mine.update(**fields):
            if IncomingObject.objects.filter(pk=self._row.pk).exists():
                raise Busy(f"{self._row.pk}: somebody else took it over")
            raise Gone(str(self._row.pk))
        self._renewed = time.monotonic()

    def _close_sending(self) -> None:
        """Wait for what is under way; a multipart upload of which no byte was acknowledged is aborted."""
        self._sending.close()
        begun = self._sending.upload_id
        if begun and begun != self._row.multipart_id:
            with suppress(*TROUBLE):
                self._bucket.abort(self._sending.key, begun)

    def close(self) -> None:
        """Let go: nothing arrives in the store after this."""
        if self._spool is not None:
            self._spool.close()
        self._close_sending()
