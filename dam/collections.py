"""Verbs on collections, and who sees them. A collection gives no access to what is in it."""

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dam import events, permissions
from dam.models import Agency, Asset, Collection, CollectionItem, User


def visible(user: permissions.type_of_user) -> QuerySet[Collection]:
    """Return a person's own collections and the shared ones of their agencies and of those above them."""
    who = permissions.standing(user)
    if who is None:
        return Collection.objects.none()
    own, shared = Q(owner=who.user_id), Q(shared=True)
    if who.sees_everything:
        return Collection.objects.filter(own | shared)
    above = {path for grant in who.grants for path in Agency(path=grant.path).lineage}
    return Collection.objects.filter(own | (shared & Q(agency__path__in=above)))


def may_edit(user: permissions.type_of_user, collection: Collection) -> bool:
    """Answer whether the list is theirs to change: only its owner's."""
    return collection.owner_id == user.pk


def home_of(user: User) -> Agency:
    """Return the agency under which a person's lists are kept: that of their first role, else the centre.

    Raises permissions.Forbidden where there is no agency at all yet.
    """
    first = user.memberships.current().select_related("agency").order_by("since").first()
    home = first.agency if first else Agency.objects.filter(parent=None).first()
    if home is None:
        raise permissions.Forbidden(_("Todavía no hay ninguna dependencia. Cree primero la oficina central."))
    return home


def create(title: str, *, agency: Agency, by: User, shared: bool = False) -> Collection:
    """Start a collection."""
    with transaction.atomic():
        collection = Collection.objects.create(title=title, agency=agency, owner=by, shared=shared)
        events.record(collection, "created", by=by)
    return collection


def edit(collection: Collection, *, title: str, shared: bool, by: User) -> Collection:
    """Change its title and whether its agency sees it."""
    with transaction.atomic():
        collection.title, collection.shared = title, shared
        collection.save(update_fields=["title", "shared"])
        events.record(collection, "edited", by=by, data={"shared": shared})
    return collection


def add(collection: Collection, chosen: Iterable[Asset], *, by: User) -> Collection:
    """Add assets; those already in it stay where they are."""
    with transaction.atomic():
        inside = set(collection.items.values_list("asset_id", flat=True))
        new = {asset.pk: asset for asset in chosen if asset.pk not in inside}
        CollectionItem.objects.bulk_create(
            [CollectionItem(collection=collection, asset=asset) for asset in new.values()],
            ignore_conflicts=True,
        )
        if new:
            codes = [asset.code for asset in new.values()]
            events.record(collection, "assets.added", by=by, data={"assets": codes})
    return collection


def remove(collection: Collection, asset: Asset, *, by: User) -> Collection:
    """Take an asset out."""
    with transaction.atomic():
        gone, _by_model = collection.items.filter(asset=asset).delete()
        if gone:
            events.record(collection, "asset.removed", by=by, data={"asset": asset.code})
    return collection


def delete(collection: Collection, *, by: User) -> None:
    """Delete the list; the assets in it stay as they are."""
    with transaction.atomic():
        events.record(collection, "deleted", by=by)
        collection.delete()
