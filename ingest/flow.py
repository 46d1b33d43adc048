"""Request bodies under way in this process: which upload each feeds, and ending those that stand still.

A client whose network went away leaves its connection open: the thread would wait for ever and hold the upload's
lock. Shutting the reading side of the socket ends the wait and loses nothing that had arrived. Under a server
that does not hand over its socket (tests, runserver) nothing is watched.
"""

import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

IDLE_SECONDS = 30.0  # without a single chunk: the client may as well come back and resume
SUPERSEDED_SECONDS = 2.0  # the same, when somebody else already asks to continue the upload
POLL_SECONDS = 1.0


@dataclass
class Flow:
    """One body under way, and when its last chunk came (monotonic seconds)."""

    upload_id: UUID
    connection: socket.socket | None
    moved_at: float = field(default_factory=time.monotonic)
    ended: threading.Event = field(default_factory=threading.Event)

    def moved(self) -> None:
        """Note that a chunk came."""
        self.moved_at = time.monotonic()

    def is_still(self, seconds: float) -> bool:
        """Answer whether nothing came for so long."""
        return time.monotonic() - self.moved_at > seconds

    def stop_reading(self) -> None:
        """End the wait for more: the reader sees the end of the body."""
        if self.connection is not None:
            with suppress(OSError):
                self.connection.shutdown(socket.SHUT_RD)


_flows: dict[UUID, Flow] = {}
_lock = threading.Lock()
_watching = threading.Event()


@contextmanager
def entering(upload_id: UUID, environ: Mapping[str, Any]) -> Iterator[Flow]:
    """Register a body for as long as it is read. The caller holds the upload's lock."""
    flow = Flow(upload_id, environ.get("gunicorn.socket"))
    with _lock:
        _flows[upload_id] = flow
    if flow.connection is not None:
        _watch()
    try:
        yield flow
    finally:
        with _lock:
            if _flows.get(upload_id) is flow:
                del _flows[upload_id]
        flow.ended.set()


def make_way(upload_id: UUID) -> bool:
    """End a body of this upload that stands still, for somebody who continues it; False where none does."""
    with _lock:
        flow = _flows.get(upload_id)
    if flow is None or not flow.is_still(SUPERSEDED_SECONDS):
        return False
    flow.stop_reading()
    return flow.ended.wait(SUPERSEDED_SECONDS)


def _watch() -> None:
    """Start the one thread that ends idle bodies."""
    if not _watching.is_set():
        _watching.set()
        threading.Thread(target=_end_idle, name="idle-uploads", daemon=True).start()


def _end_idle() -> None:
    while True:
        time.sleep(POLL_SECONDS)
        with _lock:
            idle = [flow for flow in _flows.values() if flow.is_still(IDLE_SECONDS)]
        for flow in idle:
            flow.stop_reading()
