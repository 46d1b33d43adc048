"""The index over the catalogue: which engine, how it follows the database, how far it has drifted."""

import os
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from dam.models import Asset
from search import documents
from search.engines.base import Engine
from search.engines.embedded import EmbeddedEngine
from search.models import Pending

DRAIN = "search.drain"


@dataclass(frozen=True)
class Drift:
    """Where index and database differ, as asset ids: not indexed, indexed as they were, indexed but gone."""

    missing: frozenset[UUID]
    stale: frozenset[UUID]
    ghost: frozenset[UUID]

    @property
    def total(self) -> int:
        """Count all differences."""
        return len(self.missing) + len(self.stale) + len(self.ghost)


def engine() -> Engine:
    """Return the engine that settings name; one per process (a forked process gets its own)."""
    return _engine(str(settings.INDEX), os.getpid())


@cache
def _engine(path: str, process: int) -> Engine:  # noqa: ARG001 - the process is part of the key
    return EmbeddedEngine(Path(path))


def hear(sender: object, asset_ids: Collection[UUID], **kwargs: object) -> None:  # noqa: ARG001 - a receiver
    """Note that assets are to be indexed, in the transaction that changed them, and wake the indexer."""
    with transaction.atomic():
        Pending.objects.bulk_create(Pending(asset_id=asset_id) for asset_id in asset_ids)
        try:
            with transaction.atomic():
                app.configure_task(DRAIN, queueing_lock=DRAIN).defer()
        except AlreadyEnqueued:
            # A job that is about to start may not see this transaction; then the periodic one does.
            return


def drain() -> int:
    """Index everything that waits, in batches; return how many assets. Only the one indexing worker calls it."""
    done = 0
    while rows := list(Pending.objects.order_by("pk").values_list("pk", "asset_id")[: documents.BATCH]):
        asset_ids = {asset_id for _pk, asset_id in rows}
        refresh(asset_ids)
        Pending.objects.filter(pk__in=[pk for pk, _asset_id in rows]).delete()
        done += len(asset_ids)
    return done


def refresh(asset_ids: Collection[UUID]) -> None:
    """Make the index say of these assets what the database says now."""
    found = documents.of(asset_ids)
    gone = set(asset_ids) - {document.id for document in found}
    if found:
        engine().upsert(found)
    if gone:
        revisions = dict(Asset.objects.filter(pk__in=gone).values_list("pk", "revision"))
        engine().delete({asset_id: revisions.get(asset_id, 2**62) for asset_id in gone})


def rebuild() -> int:
    """Build the index anew beside the one in use, swap them, and return how many documents there are."""
    return engine().rebuild(documents.every())


def drift() -> Drift:
    """Compare the index with the database."""
    indexed = dict(engine().snapshot())
    wanted = dict(Asset.objects.filter(trashed_at=None).values_list("pk", "revision"))
    return Drift(
        missing=frozenset(wanted.keys() - indexed.keys()),
        stale=frozenset(key for key in wanted.keys() & indexed.keys() if wanted[key] != indexed[key]),
        ghost=frozenset(indexed.keys() - wanted.keys()),
    )


def mend(found: Drift) -> Drift:
    """Index again what had drifted; return the drift that was found."""
    ids = found.missing | found.stale | found.ghost
    if ids:
        refresh(ids)
    return found
