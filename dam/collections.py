"""Verbs on collections."""

from collections.abc import Iterable

from django.db import transaction

from dam import events
from dam.models import Agency, Asset, Collection, CollectionItem, User


def create(title: str, *, agency: Agency, by: User, shared: bool = False) -> Collection:
    """Start a collection."""
    with transaction.atomic():
        collection = Collection.objects.create(title=title, agency=agency, owner=by, shared=shared)
        events.record(collection, "created", by=by)
    return collection


def add(collection: Collection, chosen: Iterable[Asset], *, by: User) -> Collection:
    """Add assets; those already in it stay where they are."""
    with transaction.atomic():
        CollectionItem.objects.bulk_create(
            [CollectionItem(collection=collection, asset=asset) for asset in chosen], ignore_conflicts=True
        )
        events.record(collection, "assets.added", by=by)
    return collection


def remove(collection: Collection, asset: Asset, *, by: User) -> Collection:
    """Take an asset out."""
    with transaction.atomic():
        collection.items.filter(asset=asset).delete()
        events.record(collection, "asset.removed", by=by, data={"asset": asset.code})
    return collection
