"""Verbs on descriptive metadata: a person's values, embedded ones, and the effective value of each field."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from dam import assets, events, shapes
from dam.fields import FIELDS
from dam.models import Asset, MetadataValue, Source, User
from dam.shapes import InvalidValue

__all__ = ["BLANK", "Found", "InvalidValue", "Known", "describe", "effective", "known", "take_back"]

_RANK = {Source.PERSON: 0, Source.EMBEDDED: 1, Source.MACHINE: 2}


#: The single value of a field that a person left empty on purpose.
BLANK = ""


@dataclass(frozen=True)
class Known:
    """The effective value of a field in one language (a tuple for lists), and where it is known from."""

    field: str
    language: str
    values: tuple[Any, ...]
    source: str
    origin: str
    by_id: UUID | None
    at: datetime

    @property
    def value(self) -> Any:
        """The single value, or the whole tuple of a list field."""
        return self.values if FIELDS[self.field].shape == "list" else self.values[0]

    @property
    def by_person(self) -> bool:
        """Whether a person said it."""
        return self.source == Source.PERSON

    @property
    def is_blank(self) -> bool:
        """Whether a person left the field empty on purpose."""
        return self.values == (BLANK,)


@dataclass(frozen=True)
class Found:
    """A value read from a file: field, values in order, language ("" for none) and where it stood."""

    field: str
    values: tuple[Any, ...]
    language: str = ""
    origin: str = ""


def describe(asset: Asset, values: Mapping[str, Any], *, by: User, language: str = "") -> Asset:
    """Write a person's values. An empty one says "nothing here": what the file says stays hidden behind it.

    Raises InvalidValue and then writes nothing.
    """
    checked = {key: shapes.checked(key, value) for key, value in values.items()}
    with transaction.atomic():
        assets.locked(asset)
        from_elsewhere = set(
            MetadataValue.objects.filter(asset=asset, language=language)
            .exclude(source=Source.PERSON)
            .values_list("field", flat=True)
        )
        changed = [
            key
            for key, value in checked.items()
            if _replace(asset, key, value or ([BLANK] if key in from_elsewhere else []), by, language)
        ]
        _changed(asset, "described", changed, by=by)
    return asset


def take_back(asset: Asset, fields: Iterable[str], *, by: User, language: str = "") -> Asset:
    """Remove what persons said of these fields: the file's own values show again."""
    with transaction.atomic():
        assets.locked(asset)
        rows = MetadataValue.objects.filter(
            asset=asset, field__in=list(fields), language=language, source=Source.PERSON
        )
        taken = sorted(set(rows.values_list("field", flat=True)))
        rows.delete()
        _changed(asset, "taken_back", taken, by=by)
    return asset


def _changed(asset: Asset, verb: str, fields: Iterable[str], *, by: User | None) -> None:
    if fields := sorted(fields):
        events.record(asset, verb, by=by, data={"fields": fields})
        assets.announce([asset.pk])


def record_embedded(asset: Asset, found: Iterable[Found], *, by: User | None) -> Asset:
    """Replace what was embedded with what this version's file says; a person's values are not touched."""
    rows: dict[tuple[str, str], Found] = {}
    for item in found:
        if item.field in FIELDS and item.values:
            rows.setdefault((item.field, item.language), item)
    with transaction.atomic():
        assets.locked(asset)
        MetadataValue.objects.filter(asset=asset, source=Source.EMBEDDED).delete()
        MetadataValue.objects.bulk_create(
            MetadataValue(
                asset=asset,
                field=item.field,
                language=item.language,
                position=position,
                value=value,
                source=Source.EMBEDDED,
                origin=item.origin[:100],
            )
            for item in rows.values()
            for position, value in enumerate(item.values)
        )
        _changed(asset, "metadata.read", {key for key, _language in rows}, by=by)
    return asset


def known(asset: Asset) -> dict[str, Known]:
    """Return the effective value of every field that has one: best source first, no language before others."""
    return effective(asset.metadata.all())


def effective(values: Iterable[MetadataValue]) -> dict[str, Known]:
    """Choose among rows of one asset; see ``known``. What a person left empty is not in the answer."""
    return {field: best[0] for field, best in standings(values).items() if best[0].values != (BLANK,)}


def standings(values: Iterable[MetadataValue]) -> dict[str, list[Known]]:
    """Return everything that is said of each field of one asset, the effective value first."""
    groups: dict[tuple[str, str, str], list[MetadataValue]] = defaultdict(list)
    for row in values:
        if row.field in FIELDS:
            groups[(row.field, row.source, row.language)].append(row)
    said: dict[str, list[Known]] = defaultdict(list)
    for field, source, language in sorted(
        groups, key=lambda key: (_RANK[Source(key[1])], _language_rank(key[2]))
    ):
        rows = sorted(groups[(field, source, language)], key=lambda row: row.position)
        first = rows[0]
        values_ = tuple(row.value for row in rows)
        said[field].append(Known(field, language, values_, source, first.origin, first.by_id, first.at))
    return dict(said)


def _language_rank(language: str) -> tuple[int, str]:
    if language in {"", "x-default"}:
        return 0, language
    return (1 if language.lower().startswith("es") else 2), language


def _replace(asset: Asset, key: str, values: list[Any], by: User, language: str) -> bool:
    rows = MetadataValue.objects.filter(asset=asset, field=key, language=language, source=Source.PERSON)
    before = list(rows.order_by("position").values_list("value", flat=True))
    if before == values:
        return False
    rows.delete()
    MetadataValue.objects.bulk_create(
        MetadataValue(
            asset=asset,
            field=key,
            language=language,
            position=position,
            value=value,
            source=Source.PERSON,
            by=by,
        )
        for position, value in enumerate(values)
    )
    return True
