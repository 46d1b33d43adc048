"""Verbs of the trash: put there and take back. Nothing is purged."""

from django.db import transaction
from django.utils import timezone

from dam import assets, events
from dam.models import Asset, User


def put(asset: Asset, *, by: User) -> Asset:
    """Put an asset in the trash: it disappears from search and pages, and nothing is deleted."""
    with transaction.atomic():
        moved = Asset.objects.filter(pk=asset.pk, trashed_at__isnull=True).update(
            trashed_at=timezone.now(), trashed_by=by
        )
        if moved:
            events.record(asset, "trashed", by=by)
            assets.announce([asset.pk])
    asset.refresh_from_db()
    return asset


def restore(asset: Asset, *, by: User) -> Asset:
    """Take an asset out of the trash, as it was."""
    with transaction.atomic():
        moved = Asset.objects.filter(pk=asset.pk, trashed_at__isnull=False).update(
            trashed_at=None, trashed_by=None
        )
        if moved:
            events.record(asset, "restored", by=by)
            assets.announce([asset.pk])
    asset.refresh_from_db()
    return asset
