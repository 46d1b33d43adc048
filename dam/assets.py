"""Verbs on assets and versions: register, add a version, attach a file, announce a change."""

from collections.abc import Collection as Ids
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models, transaction
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from dam import events
from dam.identifiers import new_asset_code, version_code
from dam.models import Agency, Asset, AssetVersion, FileRole, MetadataValue, StoredFile, User, VersionFile
from dam.signals import asset_changed


@dataclass(frozen=True)
class Original:
    """A verified original and what was found in it: everything a version needs to exist.

    ``duration_ticks`` counts at ``edit_rate`` (numerator, denominator); width and height are as displayed.
    """

    stored: StoredFile
    filename: str
    mime: str
    path: str = ""
    demuxer: str = ""
    technical: dict[str, Any] = field(default_factory=dict)
    edit_rate: tuple[int, int] | None = None
    duration_ticks: int | None = None
    start_timecode: str = ""
    drop_frame: bool = False
    width: int | None = None
    height: int | None = None


def register(
    original: Original, *, kind: str, name: str, agency: Agency, by: User, at: datetime | None = None
) -> AssetVersion:
    """Create an asset with its first version; returns the version. ``at`` is when it came in, now where None."""
    with transaction.atomic():
        asset = Asset.objects.create(
            code=_free_code(),
            kind=kind,
            name=name[:255],
            agency=agency,
            created_by=by,
            created_at=at or timezone.now(),
        )
        events.record(asset, "created", by=by, data={"code": asset.code, "kind": kind})
        return add_version(asset, original, by=by)


def _free_code() -> str:
    """Return a code that nobody has; where two processes draw the same at once, the database refuses one."""
    while Asset.objects.filter(code=(code := new_asset_code())).exists():
        continue
    return code


def add_version(asset: Asset, original: Original, *, by: User, note: str = "") -> AssetVersion:
    """Add the next version of an asset and make it current; earlier ones stay reachable."""
    with transaction.atomic():
        asset = locked(asset)
        number = (asset.versions.aggregate(last=models.Max("number"))["last"] or 0) + 1
        rate = original.edit_rate or (None, None)
        version = AssetVersion.objects.create(
            asset=asset,
            number=number,
            code=version_code(asset.code, number),
            note=note[:500],
            created_by=by,
            mime=original.mime,
            demuxer=original.demuxer,
            technical=original.technical,
            edit_rate_num=rate[0],
            edit_rate_den=rate[1],
            duration_ticks=original.duration_ticks,
            start_timecode=original.start_timecode,
            drop_frame=original.drop_frame,
            width=original.width,
            height=original.height,
        )
        VersionFile.objects.create(
            version=version,
            stored=original.stored,
            role=FileRole.ORIGINAL,
            filename=original.filename[:255],
            mime=original.mime,
            path=original.path[:1000],
        )
        data = {"version": version.code, "number": number, "sha256": original.stored.sha256}
        events.record(asset, "version.added", by=by, data=data)
        Asset.objects.filter(pk=asset.pk).update(current=version)
        announce([asset.pk])
    return version


def attach(
    version: AssetVersion,
    stored: StoredFile,
    *,
    role: str,
    filename: str,
    mime: str,
    by: User,
    path: str = "",
) -> VersionFile:
    """Attach a stored file to a version; attaching the same one twice is one attachment."""
    with transaction.atomic():
        locked(version.asset)
        attached, created = VersionFile.objects.get_or_create(
            version=version,
            stored=stored,
            role=FileRole(role),
            filename=filename[:255],
            defaults={"mime": mime, "path": path[:1000]},
        )
        if created:
            data = {"version": version.code, "sha256": stored.sha256, "role": role}
            events.record(version.asset, "file.attached", by=by, data=data)
            announce([version.asset_id])
    return attached


def locked(asset: Asset) -> Asset:
    """Read an asset again and hold its row until the transaction ends.

    Verbs that write an asset's event and announce it begin with this: the row, then its chain of events, always
    in this order, or two of them could wait for each other.
    """
    return Asset.objects.select_for_update(of=("self",), no_key=True).get(pk=asset.pk)


def announce(asset_ids: Ids[UUID]) -> None:
    """Say that assets changed: their revision grows, and search hears it in the same transaction."""
    if asset_ids:
        changed = Asset.objects.filter(pk__in=asset_ids)
        with transaction.atomic():
            list(changed.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk"))
            changed.update(revision=F("revision") + 1)
            asset_changed.send(sender=Asset, asset_ids=frozenset(asset_ids))


def with_titles(assets: models.QuerySet[Asset]) -> models.QuerySet[Asset]:
    """Annotate ``headline``: the effective title, by a person before an embedded one; null where none."""
    headline = (
        MetadataValue.objects.filter(asset=OuterRef("pk"), field="headline")
        .order_by(
            models.Case(
                models.When(source="person", then=0), models.When(source="embedded", then=1), default=2
            ),
            "position",
        )
        .values("value")[:1]
    )
    return assets.annotate(headline=Subquery(headline))


def title_of(asset: Asset) -> str:
    """Return the title to show: the effective headline, else the name it came under."""
    if not hasattr(asset, "headline"):
        asset = with_titles(Asset.objects.filter(pk=asset.pk)).get()
    headline = getattr(asset, "headline", None)
    return str(headline) if headline else asset.name


def for_pages(assets: models.QuerySet[Asset]) -> models.QuerySet[Asset]:
    """Prepare a list for a page: title, agency and current version in a constant number of queries."""
    return with_titles(assets).select_related("agency", "current").prefetch_related("current__renditions")


def by_code(code: str, assets: models.QuerySet[Asset]) -> tuple[Asset, AssetVersion]:
    """Find an asset (8 characters: its current version) or a version (10) among ``assets``.

    Raises Asset.DoesNotExist where there is none.
    """
    code = code.upper()
    if not code.isalnum():
        raise Asset.DoesNotExist(f"no code {code!r}")
    asset = assets.select_related("agency", "current", "created_by").get(code=code[:8])
    wanted = code if len(code) > len(asset.code) else None
    version = asset.versions.filter(code=wanted).first() if wanted else asset.current
    if version is None:
        raise Asset.DoesNotExist(f"no version {code}")
    return asset, version
