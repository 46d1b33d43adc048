"""Verbs on shares: lend an asset or a production to an agency, end it, and notice the ends that passed."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from dam import assets, events
from dam.models import Agency, Asset, Production, ProductionAsset, Share, User


def lend(
    thing: Asset | Production, *, to: Agency, reason: str, by: User, until: datetime | None = None
) -> Share:
    """Let the people of an agency see an asset, or everything in a production, until an instant or for good."""
    of = {"asset": thing} if isinstance(thing, Asset) else {"production": thing}
    with transaction.atomic():
        if isinstance(thing, Asset):
            assets.locked(thing)
        share = Share.objects.create(agency=to, until=until, reason=reason, shared_by=by, **of)
        data = {"share": str(share.pk), "agency": to.code, "until": until.isoformat() if until else None}
        events.record(thing, "shared", by=by, data=data)
        assets.announce(_reached([share]))
    return share


def end(share: Share, *, by: User) -> Share:
    """End a share now; one that has ended stays as it is."""
    now = timezone.now()
    thing = share.asset or share.production
    with transaction.atomic():
        if isinstance(thing, Asset):
            assets.locked(thing)
        ended = Share.objects.current().filter(pk=share.pk).update(until=now, end_noticed=True)
        if ended and thing is not None:
            data = {"share": str(share.pk), "agency": share.agency.code}
            events.record(thing, "share.ended", by=by, data=data)
            assets.announce(_reached([share]))
    share.refresh_from_db()
    return share


def notice_ends() -> int:
    """Announce the assets of shares whose end passed since the last call; returns how many shares."""
    with transaction.atomic():
        passed = list(
            Share.objects.select_for_update(skip_locked=True).filter(
                until__lte=timezone.now(), end_noticed=False
            )
        )
        Share.objects.filter(pk__in=[share.pk for share in passed]).update(end_noticed=True)
        assets.announce(_reached(passed))
    return len(passed)


def _reached(shares: Iterable[Share]) -> frozenset[UUID]:
    """Return the assets that shares make visible."""
    shares = tuple(shares)
    productions = [share.production_id for share in shares if share.production_id]
    used = ProductionAsset.objects.filter(production__in=productions).values_list("asset_id", flat=True)
    return frozenset(used) | {share.asset_id for share in shares if share.asset_id}
