"""Verbs on batches: open one, change what it says of all its assets, give its values to a new asset."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from dam import events, metadata, permissions, productions, shapes
from dam.fields import FIELDS
from dam.models import Agency, Asset, MetadataValue, Production, ProductionAsset, Source, User, UseRole
from ingest.models import Batch

BATCH_FIELDS = tuple(field for field in FIELDS.values() if field.batch)


def open_for(
    agency: Agency,
    *,
    by: User,
    production: Production | None = None,
    role: str = UseRole.SHOT_FOR,
    values: Mapping[str, Any] | None = None,
) -> Batch:
    """Open a batch for files that ``agency`` will own.

    Raises permissions.Forbidden where the person may not upload there or not add to the production, and
    metadata.InvalidValue.
    """
    _require(by, agency, production)
    with transaction.atomic():
        batch = Batch.objects.create(
            created_by=by, agency=agency, production=production, role=UseRole(role), values=_checked(values)
        )
        events.record(batch, "created", by=by)
    return batch


def of_page(key: UUID, *, by: User) -> Batch:
    """Return the batch of an upload page, opened for the person's usual agency when it is first needed.

    A page draws the id and nothing is written until a file or a value comes with it. Raises Batch.DoesNotExist
    where the id is somebody else's, permissions.Forbidden where the person may upload nowhere.
    """
    batch = Batch.objects.select_related("agency", "production").filter(pk=key).first()
    if batch is None:
        batch = _opened(key, by=by)
    if batch.created_by_id != by.pk:
        raise Batch.DoesNotExist(str(key))
    return batch


def _opened(key: UUID, *, by: User) -> Batch:
    """Open a batch under this id, once however many of its files begin at the same moment."""
    agency = usual_agency(by)
    if agency is None:
        raise permissions.Forbidden(
            _("Su función no incluye subir material. Pídala a quien administra el acervo.")
        )
    with transaction.atomic():
        batch, made = Batch.objects.get_or_create(pk=key, defaults={"created_by": by, "agency": agency})
        if made:
            events.record(batch, "created", by=by)
    return batch


def usual_agency(user: User) -> Agency | None:
    """Return the agency a person most likely uploads for: that of their own role, else the first one they may."""
    able = permissions.agencies_for(user, "upload")
    own = able.filter(memberships__user=user).order_by("path").first()
    return own or able.order_by("path").first()


def edit(
    batch: Batch,
    *,
    by: User,
    production: Production | None,
    values: Mapping[str, Any],
    agency: Agency | None = None,
    role: str = UseRole.SHOT_FOR,
) -> Batch:
    """Change a batch and what it gave to its assets, except where a person changed an asset's field since.

    The agency can change until the first asset is registered; after that an asset's owner is its own matter. Nothing
    is written where nothing changes. Raises Forbidden and InvalidValue.
    """
    _require(by, agency or batch.agency, production if production != batch.production else None)
    wanted = _checked(values)
    with transaction.atomic():
        batch = Batch.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.pk)
        members = assets_of(batch)
        now = (wanted, production, UseRole(role), batch.agency if agency is None or members else agency)
        if now == (batch.values, batch.production, batch.role, batch.agency):
            return batch
        reached = [asset for asset in members if permissions.may(by, "edit", asset)]
        for asset in reached:
            _revise(asset, batch.values, wanted, by=by)
            _move(asset, batch, production, UseRole(role), by=by)
        batch.values, batch.production, batch.role, batch.agency = now
        batch.save(update_fields=["values", "production", "role", "agency"])
        events.record(batch, "edited", by=by, data={"assets": len(reached)})
    return batch


def give(batch: Batch, asset: Asset, *, by: User) -> Asset:
    """Write the batch's values and production to an asset that was just registered, in the caller's transaction.

    The batch's row is held until then, so that an edit at the same moment reaches this asset too.
    """
    batch = Batch.objects.select_for_update(of=("self",), no_key=True).get(pk=batch.pk)
    if batch.values:
        metadata.describe(asset, _plain(batch.values), by=by)
    if batch.production is not None:
        productions.use(batch.production, asset, role=batch.role, by=by)
    return asset


def name_of(batch: Batch) -> str:
    """Return what a batch is called on pages: its event, else when it was opened."""
    event = batch.values.get("event")
    if event:
        return str(event[0])
    opened = formats.date_format(timezone.localtime(batch.created_at), "DATETIME_FORMAT")
    return _("Lote del %(when)s") % {"when": opened}


def assets_of(batch: Batch) -> list[Asset]:
    """Return the assets that this batch's files became, oldest first; not those a file was a new version of."""
    made = Asset.objects.filter(
        versions__ingests__upload__batch=batch,
        versions__ingests__upload__version_of__isnull=True,
        versions__ingests__state="accepted",
    )
    return list(made.distinct().order_by("seq"))


def may_edit(user: User, batch: Batch) -> bool:
    """Answer whether a person may change a batch: its own, or one of an agency whose material they may edit."""
    return (
        batch.created_by_id == user.pk
        or permissions.agencies_for(user, "edit").filter(pk=batch.agency_id).exists()
    )


def _require(by: User, agency: Agency, production: Production | None) -> None:
    if not permissions.agencies_for(by, "upload").filter(pk=agency.pk).exists():
        raise permissions.Forbidden(
            _("No puede subir material para %(agency)s. Elija otra dependencia.") % {"agency": agency.name}
        )
    if production is not None:
        permissions.require(by, "contribute", production)


def _checked(values: Mapping[str, Any] | None) -> dict[str, list[Any]]:
    """Keep the batch's own fields, each as the list of values that an asset will hold."""
    known = {field.key for field in BATCH_FIELDS}
    checked = {key: shapes.checked(key, value) for key, value in (values or {}).items() if key in known}
    return {key: value for key, value in checked.items() if value}


def _plain(values: Mapping[str, list[Any]]) -> dict[str, Any]:
    """Turn stored lists into what ``metadata.describe`` takes: a list for list fields, else the one value."""
    return {
        key: value if FIELDS[key].shape == "list" else (value[0] if value else None)
        for key, value in values.items()
    }


def _revise(
    asset: Asset, before: Mapping[str, list[Any]], wanted: Mapping[str, list[Any]], *, by: User
) -> None:
    """Bring one asset from the batch's old values to the new ones, where it still holds the old ones."""
    rows = MetadataValue.objects.filter(
        asset=asset, source=Source.PERSON, language="", field__in={*before, *wanted}
    )
    said: dict[str, list[Any]] = {}
    for row in rows.order_by("position"):
        said.setdefault(row.field, []).append(row.value)
    untouched = {
        key
        for key in {*before, *wanted}
        if before.get(key) != wanted.get(key) and said.get(key, []) == before.get(key, [])
    }
    gone = [key for key in untouched if key not in wanted]
    if gone:
        metadata.take_back(asset, gone, by=by)
    metadata.describe(asset, _plain({key: wanted[key] for key in untouched if key in wanted}), by=by)


def _move(asset: Asset, batch: Batch, production: Production | None, role: UseRole, *, by: User) -> None:
    """Take an asset out of the batch's old production and put it in the new one."""
    if (batch.production, batch.role) == (production, role):
        return
    if batch.production is not None:
        old = ProductionAsset.objects.filter(
            production=batch.production, asset=asset, role=batch.role
        ).first()
        if old is not None:
            productions.stop_using(old, by=by)
    if production is not None:
        productions.use(production, asset, role=role, by=by)
