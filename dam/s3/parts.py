"""Bytes on their way into a bucket: spooled part by part to the disk, sent in the background, counted as they go.

Memory stays flat whatever the size: a part waits in a temporary file, and at most IN_FLIGHT parts are sent at once.
"""

import io
import tempfile
import zlib
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, suppress
from types import TracebackType
from typing import IO, Self, cast

from django.conf import settings

from dam.s3.bucket import Bucket, Part

MIB = 1024 * 1024
#: S3's own limits: parts from 5 MiB, the last one excepted, to 5 GiB, and numbers up to 10,000.
LEAST_PART_BYTES, MOST_PART_BYTES, MOST_PARTS = 5 * MIB, 5 * 1024 * MIB, 10_000
USUAL_PART_BYTES, PLANNED_PARTS = 8 * MIB, 9_000
#: A stream whose length nobody knows grows its parts with what has gone: 8 MiB up to 8 GB, then a thousandth,
#: which reaches S3's largest object before the numbers end.
GROWTH = 1_000
IN_FLIGHT = 4
IN_MEMORY_BYTES = READ_BYTES = 256 * 1024
POLL_SECONDS = 1.0


def part_bytes(size_bytes: int | None, *, sent_bytes: int = 0) -> int:
    """Return how long the next part is: max(8 MiB, size / 9000), or by what was sent where no size is known."""
    if size_bytes is None:
        return min(MOST_PART_BYTES, max(USUAL_PART_BYTES, -(-sent_bytes // GROWTH)))
    return max(USUAL_PART_BYTES, -(-size_bytes // PLANNED_PARTS))


class Spool:
    """Bytes that wait to be sent, with their length and CRC-32. Small ones wait in memory."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES, dir=str(settings.SCRATCH))  # noqa: SIM115
        self.size_bytes = self.crc32 = 0
        self._read = False

    def write(self, chunk: bytes | memoryview) -> None:
        """Append. Raises OSError where the scratch disk is full."""
        if self._read:
            self._file.seek(0, io.SEEK_END)
            self._read = False
        self._file.write(chunk)
        self.crc32 = zlib.crc32(chunk, self.crc32)
        self.size_bytes += len(chunk)

    def body(self, start: int = 0) -> IO[bytes]:
        """Return the file, to be read from ``start``."""
        self._file.seek(start)
        self._read = True
        return cast("IO[bytes]", self._file)

    def rest(self, start: int) -> "Spool":
        """Return a new spool of what lies from ``start`` on; this one stays."""
        return Spool.of(self.body(start))

    def cut(self, size_bytes: int) -> "Spool":
        """Return a new spool of the first bytes, and close this one."""
        self._file.truncate(size_bytes)
        with closing(self):
            return Spool.of(self.body())

    @classmethod
    def of(cls, source: IO[bytes]) -> "Spool":
        """Return a spool of everything that is left in a file."""
        spool = cls()
        while chunk := source.read(READ_BYTES):
            spool.write(chunk)
        return spool

    def close(self) -> None:
        """Let go of the bytes."""
        self._file.close()


class Sending:
    """The parts of one multipart upload that are on their way, numbered upwards from ``next_number``.

    ``waiting`` is called about every second while the store keeps the caller waiting.
    """

    def __init__(
        self,
        bucket: Bucket,
        key: str,
        *,
        upload_id: str = "",
        next_number: int = 1,
        waiting: Callable[[], object] = lambda: None,
    ) -> None:
        self.bucket, self.key = bucket, key
        self.upload_id, self.next_number = upload_id, next_number
        self._waiting = waiting
        self._sent: list[Part] = []
        self._under_way: set[Future[Part]] = set()
        self._failed: BaseException | None = None
        self._threads: ThreadPoolExecutor | None = None

    def put(self, spool: Spool) -> None:
        """Send a part in the background; the spool is closed when it has gone. Raises what an earlier one met."""
        try:
            if not self.upload_id:
                self.upload_id = self.bucket.begin(self.key)
            self._wait_until(IN_FLIGHT - 1)
        except BaseException:
            spool.close()
            raise
        if self._threads is None:
            self._threads = ThreadPoolExecutor(IN_FLIGHT, thread_name_prefix="parts")
        number, self.next_number = self.next_number, self.next_number + 1
        self._under_way.add(self._threads.submit(self._send, number, spool))

    def _send(self, number: int, spool: Spool) -> Part:
        try:
            return self.bucket.put_part(
                self.key,
                self.upload_id,
                number,
                spool.body(),
                size_bytes=spool.size_bytes,
                crc32=spool.crc32,
            )
        finally:
            spool.close()

    def settle(self) -> list[Part]:
        """Wait for every part; return those since the last time, by number. Raises what one of them met, for good."""
        self._wait_until(0)
        sent, self._sent = self._sent, []
        return sorted(sent, key=lambda part: part.number)

    def _wait_until(self, left: int) -> None:
        while len(self._under_way) > left:
            done, self._under_way = wait(self._under_way, POLL_SECONDS, FIRST_COMPLETED)
            if not done:
                self._waiting()
            for future in done:
                if (failed := future.exception()) is not None:
                    self._failed = self._failed or failed
                else:
                    self._sent.append(future.result())
        if self._failed is not None:  # a part is missing: what follows it is worth nothing
            raise self._failed

    def close(self) -> None:
        """Wait for what is still under way, whatever becomes of it: nothing arrives later."""
        if self._threads is not None:
            self._threads.shutdown(wait=True, cancel_futures=False)
            self._threads = None


class Writing:
    """A new object from a stream: whole where it is small, in parts where it is not; nothing where it breaks off.

    As a context manager it is published by ``publish``, and aborted where that was not reached.
    """

    def __init__(self, bucket: Bucket, key: str, size_bytes: int | None) -> None:
        self._bucket, self._key, self._size = bucket, key, size_bytes
        self._sending = Sending(bucket, key)
        self._spool, self._gone = Spool(), 0

    def write(self, chunk: bytes) -> None:
        """Take bytes in; each full part goes off."""
        left = memoryview(chunk)
        while left:
            room = part_bytes(self._size, sent_bytes=self._gone) - self._spool.size_bytes
            self._spool.write(left[:room])
            left = left[room:]
            if left:
                self._cut()

    def _cut(self) -> None:
        spool, self._spool = self._spool, Spool()
        self._gone += spool.size_bytes
        self._sending.put(spool)

    def publish(self) -> None:
        """Make the object of what was written. Raises FileExistsError where the key is taken."""
        if not self._sending.upload_id:
            self._bucket.put(self._key, self._spool.body(), self._spool.crc32, only_new=True)
            return
        self._cut()
        self._bucket.complete(self._key, self._sending.upload_id, self._sending.settle(), only_new=True)
        self._sending.upload_id = ""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._spool.close()
        self._sending.close()
        if self._sending.upload_id:
            with suppress(Exception):  # what broke it counts; the sweep aborts what is left
                self._bucket.abort(self._key, self._sending.upload_id)


def copy(source: Bucket, source_key: str, target: Bucket, key: str) -> None:
    """Have the store copy an object, which is not empty, to a new key. Raises FileExistsError, FileNotFoundError."""
    size = source.size(source_key)
    step = max(COPY_BYTES, part_bytes(size))
    upload_id = target.begin(key, checksums=False)
    try:
        parts = [
            target.copy_part(key, upload_id, number, source, source_key, start, min(start + step, size))
            for number, start in enumerate(range(0, size, step), 1)
        ]
        target.complete(key, upload_id, parts, only_new=True)
    except BaseException:
        target.abort(key, upload_id)
        raise


#: Of one copied part; the store answers only when it is done with it.
COPY_BYTES = 256 * MIB
