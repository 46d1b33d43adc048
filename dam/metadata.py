"""Verbs on descriptive metadata: a person's values, embedded ones, and the effective value of each field."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dam import assets, events
from dam.fields import FIELDS
from dam.models import Asset, MetadataValue, Source, User

_RANK = {Source.PERSON: 0, Source.EMBEDDED: 1, Source.MACHINE: 2}


class InvalidValue(Exception):
    """A value does not have its field's shape; ``str()`` is a sentence for the person."""


@dataclass(frozen=True)
class Known:
    """The effective value of a field in one language (a tuple for lists), and where it is known from."""

    field: str
    language: str
    values: tuple[Any, ...]
    source: str
    origin: str

    @property
    def value(self) -> Any:
        """The single value, or the whole tuple of a list field."""
        return self.values if FIELDS[self.field].shape == "list" else self.values[0]


@dataclass(frozen=True)
class Found:
    """A value read from a file: field, values in order, language ("" for none) and where it stood."""

    field: str
    values: tuple[Any, ...]
    language: str = ""
    origin: str = ""


def describe(asset: Asset, values: Mapping[str, Any], *, by: User, language: str = "") -> Asset:
    """Write a person's values; an empty value takes theirs back, and an embedded one shows again.

    Raises InvalidValue and then writes nothing.
    """
    checked = {key: _checked(key, value) for key, value in values.items()}
    with transaction.atomic():
        changed = [key for key, value in checked.items() if _replace(asset, key, value, by, language)]
        if changed:
            events.record(asset, "described", by=by, data={"fields": sorted(changed)})
            assets.announce([asset.pk])
    return asset


def record_embedded(asset: Asset, found: Iterable[Found], *, by: User | None) -> Asset:
    """Replace what was embedded with what this version's file says; a person's values are not touched."""
    rows: dict[tuple[str, str], Found] = {}
    for item in found:
        if item.field in FIELDS and item.values:
            rows.setdefault((item.field, item.language), item)
    with transaction.atomic():
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
        if rows:
            events.record(asset, "metadata.read", by=by, data={"fields": sorted({key for key, _l in rows})})
            assets.announce([asset.pk])
    return asset


def known(asset: Asset) -> dict[str, Known]:
    """Return the effective value of every field that has one: best source first, no language before others."""
    return effective(asset.metadata.all())


def effective(values: Iterable[MetadataValue]) -> dict[str, Known]:
    """Choose among rows of one asset; see ``known``."""
    groups: dict[tuple[str, str, str], list[MetadataValue]] = defaultdict(list)
    for row in values:
        groups[(row.field, row.source, row.language)].append(row)
    best: dict[str, Known] = {}
    for field, source, language in sorted(
        groups, key=lambda key: (_RANK[Source(key[1])], _language_rank(key[2]))
    ):
        rows = sorted(groups[(field, source, language)], key=lambda row: row.position)
        if field in FIELDS and field not in best:
            values_ = tuple(row.value for row in rows)
            best[field] = Known(field, language, values_, source, rows[0].origin)
    return best


def _language_rank(language: str) -> tuple[int, str]:
    if language in {"", "x-default"}:
        return 0, language
    return (1 if language.lower().startswith("es") else 2), language


def _checked(key: str, value: Any) -> list[Any]:
    if key not in FIELDS:
        raise InvalidValue(_("El campo “%(field)s” no existe.") % {"field": key})
    field = FIELDS[key]
    if not field.editable:
        raise InvalidValue(_("El campo “%(field)s” no se puede escribir a mano.") % {"field": field.label})
    if value in (None, "", [], (), {}):
        return []
    if field.shape == "list":
        return _words(value)
    if field.choices and value not in dict(field.choices):
        raise InvalidValue(
            _("“%(value)s” no es una opción de %(field)s.") % {"value": value, "field": field.label}
        )
    if field.shape == "place":
        place = {part: text.strip() for part, text in dict(value).items() if text and text.strip()}
        return [place] if place else []
    return [value.strip() if isinstance(value, str) else value] if value else []


def _words(value: str | Sequence[str]) -> list[str]:
    words = value.split(",") if isinstance(value, str) else value
    return list(dict.fromkeys(word.strip() for word in words if word.strip()))


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
