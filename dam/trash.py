"""Verbs of the trash: put there and take back. Nothing is purged."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from dam import assets, events
from dam.models import Asset, User


def put(asset: Asset, *, by: User) -> Asset:
    """Put an asset in the trash: it disappears from search and pages, and nothing is deleted."""
    return _move(asset, "trashed", by=by, trashed_at=timezone.now(), trashed_by=by)


def restore(asset: Asset, *, by: User) -> Asset:
    """Take an asset out of the trash, as it was."""
    return _move(asset, "restored", by=by, trashed_at=None, trashed_by=None)


def _move(
    asset: Asset, verb: str, *, by: User, trashed_at: datetime | None, trashed_by: User | None
) -> Asset:
    """Write the Event with the change; where the asset is there already, nothing happens."""
    with transaction.atomic():
        elsewhere = Asset.objects.filter(pk=asset.pk, trashed_at__isnull=trashed_at is not None)
        if elsewhere.update(trashed_at=trashed_at, trashed_by=trashed_by):
            events.record(asset, verb, by=by)
            assets.announce([asset.pk])
    asset.refresh_from_db(fields=["trashed_at", "trashed_by", "revision"])
    return asset
