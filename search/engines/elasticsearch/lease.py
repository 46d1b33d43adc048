"""The right to rebuild, held by one process of all on any hosts: a document that its holder renews until it is done.

A holder that was killed is taken over when its time is up. Hosts' clocks may differ by less than that. A holder that
was only slow loses the right too: it notices at its next check, and Indices.publish refuses what was swept.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any
from uuid import uuid4

from elastic_transport import TransportError
from elasticsearch import ApiError, BadRequestError, ConflictError, Elasticsearch, NotFoundError

from search.engines.base import RebuildRunning

LEASE_S = 30.0
_ID = "rebuild"
_MAPPING: dict[str, Any] = {
    "dynamic": "strict",
    "properties": {"holder": {"type": "keyword"}, "until": {"type": "double"}},
}
_SETTINGS = {"index": {"number_of_shards": 1, "auto_expand_replicas": "0-1"}}


class Lease:
    """The lease of one prefix, which lasts ``seconds`` without being renewed."""

    def __init__(self, client: Elasticsearch, prefix: str, *, seconds: float = LEASE_S) -> None:
        self._client = client
        self._index = f"{prefix}-lease"
        self._seconds = seconds

    def is_held(self) -> bool:
        """Return whether a process rebuilds."""
        try:
            found = self._client.get(index=self._index, id=_ID)
        except NotFoundError:
            return False
        return bool(found["_source"]["until"] > time.time())

    @contextmanager
    def held(self) -> Iterator[Callable[[], None]]:
        """Hold it, and yield what raises RebuildRunning once it was lost. Raises RebuildRunning at once."""
        self._make_index()
        held = _Held(self._client, self._index, self._seconds)
        held.take()
        stop = threading.Event()
        renewing = threading.Thread(target=held.renew, args=(stop,), name="lease", daemon=True)
        renewing.start()
        try:
            yield held.check
        finally:
            stop.set()
            renewing.join()
            held.give_back()

    def _make_index(self) -> None:
        try:
            self._client.indices.create(index=self._index, mappings=_MAPPING, settings=_SETTINGS)
        except BadRequestError as error:
            if error.error != "resource_already_exists_exception":
                raise


class _Held:
    def __init__(self, client: Elasticsearch, index: str, seconds: float) -> None:
        self._client, self._index, self._seconds = client, index, seconds
        self._holder = uuid4().hex
        self._place: tuple[int, int] = (0, 0)
        self._until = 0.0

    def take(self) -> None:
        document, until = self._document()
        try:
            answer = self._client.create(index=self._index, id=_ID, document=document)
        except ConflictError:
            answer = self._take_over(document)
        self._note(answer, until)

    def check(self) -> None:
        if time.time() > self._until:
            raise RebuildRunning("this rebuild was too slow to renew its lease; another one may be running")

    def renew(self, stop: threading.Event) -> None:
        while not stop.wait(self._seconds / 3):
            document, until = self._document()
            try:
                answer = self._write(document, self._place)
            except ConflictError:
                self._until = 0.0
                return
            except (ApiError, TransportError):  # it may be back before the time is up
                continue
            self._note(answer, until)

    def give_back(self) -> None:
        with suppress(ApiError, TransportError):  # its time will be up
            self._client.delete(
                index=self._index, id=_ID, if_seq_no=self._place[0], if_primary_term=self._place[1]
            )

    def _take_over(self, document: dict[str, Any]) -> Any:
        try:
            found = self._client.get(index=self._index, id=_ID)
            if found["_source"]["until"] > time.time():
                raise RebuildRunning("another process is rebuilding the index")
            return self._write(document, (found["_seq_no"], found["_primary_term"]))
        except (ConflictError, NotFoundError) as error:
            raise RebuildRunning("another process has just begun or ended to rebuild the index") from error

    def _write(self, document: dict[str, Any], place: tuple[int, int]) -> Any:
        return self._client.index(
            index=self._index, id=_ID, document=document, if_seq_no=place[0], if_primary_term=place[1]
        )

    def _document(self) -> tuple[dict[str, Any], float]:
        until = time.time() + self._seconds
        return {"holder": self._holder, "until": until}, until

    def _note(self, answer: Any, until: float) -> None:
        self._place, self._until = (answer["_seq_no"], answer["_primary_term"]), until
