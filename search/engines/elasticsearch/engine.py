"""The engine: searches by an alias, writes to every index that is or will be searched, rebuilds beside."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from threading import Lock
from typing import Any, Self, TypeVar
from uuid import UUID

from elasticsearch import Elasticsearch, NotFoundError

from search.document import AssetDocument
from search.engines.base import EngineFailed
from search.engines.elasticsearch import reading, writing
from search.engines.elasticsearch.connection import WRITE_S, Cluster, contained
from search.engines.elasticsearch.indices import Indices, building_alias
from search.engines.elasticsearch.lease import LEASE_S, Lease
from search.engines.elasticsearch.writing import Change, Removal
from search.query import Query, Result

#: Whoever waits, waits for a batch to be refreshed.
_BATCH = 500
#: Rebuilds that begin or end while one batch is written.
_TURNS = 5
_SCAN = 5000
_KEPT_OPEN = "2m"
Answer = TypeVar("Answer")


@dataclass(frozen=True)
class _Open:
    client: Elasticsearch
    indices: Indices
    lease: Lease


class ElasticsearchEngine:
    """The engine on ``cluster``; an index is made there if there is none.

    ``lease_s`` is how long a rebuild that was killed keeps others from rebuilding. Implements
    search.engines.base.Engine, where each method is described.
    """

    def __init__(self, cluster: Cluster, *, lease_s: float = LEASE_S) -> None:
        self._cluster = cluster
        self._lease_s = lease_s
        self._lock = Lock()
        self._opened: _Open | None = None

    def search(self, query: Query) -> Result:
        """Return one page."""
        at = self._open()
        with contained("searching"):
            return _present(at, lambda: reading.search(at.client, at.indices.alias, query))

    def upsert(self, documents: Iterable[AssetDocument]) -> None:
        """Write whole documents, in batches, each found before the next."""
        self._write(documents)

    def delete(self, revisions: Mapping[UUID, int]) -> None:
        """Remove documents."""
        self._write(Removal(key, revision) for key, revision in revisions.items())

    def rebuild(self, documents: Iterable[AssetDocument]) -> int:
        """Fill an index beside, to which all others write too, and swap the alias."""
        at = self._open()
        client = at.client.options(request_timeout=WRITE_S)
        with contained("rebuilding"), at.lease.held() as still_held:
            at.indices.sweep_left(at.indices.state())
            name = at.indices.start()
            try:
                _fill(client, name, _checked(documents, still_held))
                still_held()
                at.indices.publish(name)
            except BaseException:
                at.indices.abandon(name)
                raise
            return int(client.count(index=name)["count"])

    def snapshot(self) -> Iterator[tuple[UUID, int]]:
        """Yield (id, revision) of every document, as they were when the first was read."""
        at = self._open()
        with contained("reading every document"):
            opened = _present(
                at, lambda: at.client.open_point_in_time(index=at.indices.alias, keep_alive=_KEPT_OPEN)
            )
            try:
                yield from _everything(at.client, opened["id"])
            finally:
                at.client.close_point_in_time(id=opened["id"])

    def close(self) -> None:
        """Let go of connections."""
        with self._lock:
            opened, self._opened = self._opened, None
        if opened:
            opened.client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _open(self) -> _Open:
        with self._lock:
            if self._opened is None:
                client = self._cluster.client()
                prefix = self._cluster.prefix
                lease = Lease(client, prefix, seconds=self._lease_s)
                self._opened = _Open(client, Indices(client, prefix), lease)
            return self._opened

    def _write(self, changes: Iterable[Change]) -> None:
        at, rest = self._open(), iter(changes)
        while batch := list(islice(rest, _BATCH)):
            with contained("writing"):
                _write_everywhere(at, batch)


def _fill(client: Elasticsearch, name: str, documents: Iterable[AssetDocument]) -> None:
    filling = writing.actions(documents, [building_alias(name)])
    if writing.send(client, filling, refresh=False, require_alias=True):
        raise EngineFailed(f"{name} was removed while it was being filled")
    client.indices.refresh(index=name)


def _write_everywhere(at: _Open, batch: list[Change]) -> None:
    """Write to all indices there are, then look again: a rebuild may have begun or ended meanwhile."""
    reached: frozenset[str] = frozenset()
    for _ in range(_TURNS):
        state = at.indices.state()
        if state.building and not at.lease.is_held():
            at.indices.sweep_left(state)
            state = at.indices.state()
        if not state.targets:
            at.indices.first()
            continue
        missing = state.targets - reached
        if not missing:
            at.indices.sweep(state)
            return
        gone = writing.send(at.client, writing.actions(batch, sorted(missing)), refresh=True)
        reached |= missing - gone
    raise EngineFailed("the indices on the cluster change faster than a batch is written")


def _present(at: _Open, ask: Callable[[], Answer]) -> Answer:
    """Ask; where the index is not there make the first one, or find the one just swapped in, and ask again."""
    try:
        return ask()
    except NotFoundError:
        at.indices.first()
        return ask()


def _checked(documents: Iterable[AssetDocument], check: Callable[[], None]) -> Iterator[AssetDocument]:
    for document in documents:
        check()
        yield document


def _everything(client: Elasticsearch, opened: str) -> Iterator[tuple[UUID, int]]:
    after: list[Any] | None = None
    while True:
        hits = client.search(
            pit={"id": opened, "keep_alive": _KEPT_OPEN},
            sort=[{"_shard_doc": "asc"}],
            size=_SCAN,
            source=False,
            version=True,
            track_total_hits=False,
            search_after=after,
        )["hits"]["hits"]
        yield from ((UUID(hit["_id"]), int(hit["_version"])) for hit in hits)
        if len(hits) < _SCAN:
            return
        after = hits[-1]["sort"]
