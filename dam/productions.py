"""Verbs on productions: open, edit, use an asset with its role, take it out, share."""

from collections.abc import Iterable

from django.db import transaction

from dam import assets, events
from dam.models import Agency, Asset, Production, ProductionAsset, User, UseRole


def create(
    title: str,
    *,
    agency: Agency,
    by: User,
    genre: str = "spot",
    description: str = "",
    members: Iterable[User] = (),
) -> Production:
    """Open a production of an agency; the person who opens it is in its team."""
    with transaction.atomic():
        production = Production.objects.create(
            title=title, agency=agency, created_by=by, genre=genre, description=description
        )
        production.members.set({by, *members})
        events.record(production, "created", by=by)
    return production


def set_members(production: Production, members: Iterable[User], *, by: User) -> Production:
    """Replace the team; who sees the production's assets changes with it."""
    with transaction.atomic():
        production.members.set(members)
        events.record(production, "members.changed", by=by)
    return production


def use(production: Production, asset: Asset, *, role: str, by: User) -> ProductionAsset:
    """Put an asset in a production with its role; twice is once."""
    role = UseRole(role)
    with transaction.atomic():
        used, created = ProductionAsset.objects.get_or_create(
            production=production, asset=asset, role=role, defaults={"added_by": by}
        )
        if created:
            events.record(production, "asset.added", by=by, data={"asset": asset.code, "role": role})
            assets.announce([asset.pk])
    return used


def stop_using(used: ProductionAsset, *, by: User) -> Production:
    """Take an asset out of a production."""
    with transaction.atomic():
        production, asset_id = used.production, used.asset_id
        events.record(production, "asset.removed", by=by, data={"asset": used.asset.code, "role": used.role})
        used.delete()
        assets.announce([asset_id])
    return production
