"""The index over the catalogue: which engine, how it follows the database, how far it has drifted."""

import logging
import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.exceptions import AlreadyEnqueued

from dam.models import Asset
from search import documents
from search.engines.base import DocumentsRefused, Engine, IndexOutdated
from search.engines.elasticsearch import Cluster, ElasticsearchEngine
from search.engines.embedded import EmbeddedEngine
from search.models import Pending
from search.query import Query

DRAIN = "search.drain"
REBUILD = "search.rebuild"
#: Higher than any revision: removes the document of an asset that is in no row, whatever was indexed of it.
_LAST = 2**62
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Drift:
    """How the index stands to the database: how many each holds, and which assets differ though none waits.

    ``missing`` are not indexed, ``stale`` are indexed as they were, ``ghost`` are indexed but gone.
    """

    indexed: int
    wanted: int
    missing: frozenset[UUID]
    stale: frozenset[UUID]
    ghost: frozenset[UUID]

    @property
    def assets(self) -> frozenset[UUID]:
        """Return all that differ."""
        return self.missing | self.stale | self.ghost

    @property
    def total(self) -> int:
        """Count all that differ."""
        return len(self.assets)


def engine() -> Engine:
    """Return the engine that settings name; one per process (a forked process gets its own)."""
    if settings.ELASTICSEARCH:
        cluster = Cluster(
            tuple(settings.ELASTICSEARCH),
            prefix=settings.ELASTICSEARCH_PREFIX,
            api_key=settings.ELASTICSEARCH_API_KEY,
            ca=settings.ELASTICSEARCH_CA,
        )
        return _engine(cluster, os.getpid())
    return _engine(str(settings.INDEX), os.getpid())


@cache
def _engine(where: Cluster | str, process: int) -> Engine:  # noqa: ARG001 - the process is part of the key
    return ElasticsearchEngine(where) if isinstance(where, Cluster) else EmbeddedEngine(Path(where))


def hear(sender: object, asset_ids: Collection[UUID], **kwargs: object) -> None:  # noqa: ARG001 - a receiver
    """Note that assets are to be indexed, in the transaction that changed them, and wake the indexer after it.

    The rows are the promise. The job only wakes: enqueued inside, its lock would make everybody who changes an
    asset wait for the end of whoever else does.
    """
    with transaction.atomic():
        Pending.objects.bulk_create(Pending(asset_id=asset_id) for asset_id in asset_ids)
        if not any(call is _wake for _, call, *_ in connection.run_on_commit):
            transaction.on_commit(_wake, robust=True)


def _wake() -> None:
    _enqueue(DRAIN)


def _enqueue(task: str) -> None:
    """Enqueue a task unless it waits in the queue already."""
    try:
        with transaction.atomic():
            app.configure_task(task, queueing_lock=task).defer()
    except AlreadyEnqueued:
        return


def drain() -> int:
    """Index everything that waits, in batches; return how many assets. Builds the index first where there is none.

    Safe to call from several processes, and to be killed: what was not indexed still waits.
    """
    if not is_usable():
        rebuild()
    done = 0
    while count := _drain_batch():
        done += count
    return done


def _drain_batch() -> int:
    with _only_one():
        waiting = dict(Pending.objects.order_by("pk").values_list("pk", "asset_id")[: documents.BATCH])
        if waiting:
            asset_ids = frozenset(waiting.values())
            _refresh(asset_ids)
            Pending.objects.filter(pk__in=waiting).delete()
            return len(asset_ids)
    return 0


@contextmanager
def _only_one() -> Iterator[None]:
    """Keep others out from reading an asset until it is written: who read it first could write it last."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [DRAIN])
        yield


def _refresh(asset_ids: Collection[UUID]) -> None:
    """Make the index say of these assets what the database says now."""
    found = documents.of(asset_ids)
    if found:
        try:
            engine().upsert(found)
        except DocumentsRefused:  # those few must not keep all others waiting; they show as missing
            logger.exception("some assets cannot be indexed")
    gone = set(asset_ids) - {document.id for document in found}
    if gone:
        revisions = dict(Asset.objects.filter(pk__in=gone).values_list("pk", "revision"))
        engine().delete({asset_id: revisions.get(asset_id, _LAST) for asset_id in gone})


def is_usable() -> bool:
    """Answer whether the index is of this release, and not an empty one over a catalogue that is not."""
    try:
        indexed = engine().search(Query(viewer=None, size=1)).total
    except IndexOutdated:
        return False
    return indexed > 0 or not Asset.objects.filter(trashed_at=None).exists()


def rebuild() -> int:
    """Build the index anew beside the one in use, swap them, and return how many documents there are."""
    return engine().rebuild(documents.every())


def ask_to_rebuild() -> None:
    """Have the index built anew in the background; asked twice, it is built once."""
    _enqueue(REBUILD)


def is_being_rebuilt() -> bool:
    """Answer whether a rebuild that somebody asked for waits or runs."""
    return ProcrastinateJob.objects.filter(task_name=REBUILD, status__in=["todo", "doing"]).exists()


def waiting() -> frozenset[UUID]:
    """Return the assets that wait to be indexed."""
    return frozenset(Pending.objects.values_list("asset_id", flat=True))


def drift() -> Drift:
    """Compare the index with the database. What waits, or waited meanwhile, is on its way and not counted."""
    on_its_way = waiting()
    indexed = dict(engine().snapshot())
    wanted = dict(Asset.objects.filter(trashed_at=None).values_list("pk", "revision"))
    on_its_way |= waiting()
    return Drift(
        indexed=len(indexed),
        wanted=len(wanted),
        missing=frozenset(wanted.keys() - indexed.keys() - on_its_way),
        stale=frozenset(key for key in wanted.keys() & indexed.keys() if wanted[key] != indexed[key])
        - on_its_way,
        ghost=frozenset(indexed.keys() - wanted.keys() - on_its_way),
    )


def mend() -> Drift:
    """Index again what has drifted; return what was found. Builds the index where it is not of this release."""
    try:
        found = drift()
    except IndexOutdated:
        rebuild()
        found = drift()
    drifted = sorted(found.assets)
    for start in range(0, len(drifted), documents.BATCH):
        with _only_one():
            _refresh(drifted[start : start + documents.BATCH])
    return found
