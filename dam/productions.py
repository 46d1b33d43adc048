"""Verbs on productions: open, edit, close, use an asset with its role, take it out."""

from collections.abc import Iterable

from django.db import transaction

from dam import assets, events
from dam.models import Agency, Asset, Production, ProductionAsset, ProductionState, User, UseRole


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


def edit(production: Production, *, title: str, genre: str, description: str, by: User) -> Production:
    """Change what it is called and said to be; its assets are found by the title."""
    with transaction.atomic():
        production.title, production.genre, production.description = title, genre, description
        production.save(update_fields=["title", "genre", "description"])
        # The assets before the chain of events, as `use` does, or the two could wait for each other.
        assets.announce(frozenset(production.uses.values_list("asset_id", flat=True)))
        events.record(production, "edited", by=by)
    return production


def set_members(production: Production, members: Iterable[User], *, by: User) -> Production:
    """Replace the team; who sees the production's assets changes with it, the assets' words do not."""
    with transaction.atomic():
        production.members.set(members)
        team = sorted(str(key) for key in production.members.values_list("pk", flat=True))
        events.record(production, "members.changed", by=by, data={"members": team})
    return production


def close(production: Production, *, by: User) -> Production:
    """Close it: no more work goes in by the pages. Raises IllegalTransition where it is closed already."""
    return production.advance(ProductionState.CLOSED, by=by)


def reopen(production: Production, *, by: User) -> Production:
    """Open it again. Raises IllegalTransition where it is open."""
    return production.advance(ProductionState.OPEN, by=by)


def use(production: Production, asset: Asset, *, role: str, by: User) -> ProductionAsset:
    """Put an asset in a production with its role; twice is once."""
    role = UseRole(role)
    with transaction.atomic():
        assets.locked(asset)
        used, created = ProductionAsset.objects.get_or_create(
            production=production, asset=asset, role=role, defaults={"added_by": by}
        )
        if created:
            data = {"asset": asset.code, "production": str(production.pk), "role": role}
            events.record(production, "asset.added", by=by, data=data)
            events.record(asset, "used", by=by, data=data)
            assets.announce([asset.pk])
    return used


def stop_using(used: ProductionAsset, *, by: User) -> Production:
    """Take an asset out of a production; one that is out already stays out."""
    with transaction.atomic():
        production, asset = used.production, assets.locked(used.asset)
        gone, _by_model = ProductionAsset.objects.filter(pk=used.pk).delete()
        if gone:
            data = {"asset": asset.code, "production": str(production.pk), "role": used.role}
            events.record(production, "asset.removed", by=by, data=data)
            events.record(asset, "no_longer_used", by=by, data=data)
            assets.announce([asset.pk])
    return production
