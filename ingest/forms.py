"""The form of a batch: what is said once of all its files."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dam import permissions, shapes
from dam.fields import FIELDS, Field
from dam.models import Agency, Production, User
from dam.shapes import InvalidValue
from ingest import batches
from ingest.models import Batch

#: The order people fill them in: what, where, who, whose.
ORDER = (
    "event",
    "location_created",
    "creator",
    "credit_line",
    "minors_shown",
    "keywords",
    "copyright_notice",
    "usage_terms",
)
PLACE_PARTS: Mapping[str, str | Promise] = {
    "sublocation": _("Lugar"),
    "city": _("Municipio"),
    "state": _("Estado"),
}


class BatchForm(forms.Form):
    """Agency, production, and the descriptive fields that a batch may say (dam.fields, ``batch=True``)."""

    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Dependencia dueña"))
    production = forms.ModelChoiceField(
        Production.objects.none(), label=_("Producción"), required=False, empty_label=_("Ninguna")
    )

    def __init__(self, data: QueryDict | None = None, *, batch: Batch, by: User) -> None:
        super().__init__(data, initial=dict(_initial(batch)))
        agencies = permissions.agencies_for(by, "upload").order_by("path")
        self._choose_from("agency", agencies)
        self._choose_from("production", batches.productions_for(by))
        if batches.assets_of(batch):
            del self.fields["agency"]
        elif agencies.count() == 1:
            self.fields["agency"].widget = forms.HiddenInput()
        for key in ORDER:
            self.fields.update(_form_fields(key, FIELDS[key]))

    def _choose_from(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]  # a field that chooses rows

    def clean(self) -> dict[str, Any]:
        """Check each value against its field's shape."""
        for key, value in self.said().items():
            try:
                shapes.checked(key, value)
            except InvalidValue as invalid:
                self.add_error(_names(key)[0], str(invalid))
        return self.cleaned_data

    def said(self) -> dict[str, Any]:
        """Return every value as ``batches.edit`` takes it; empty ones too."""
        return {key: self._value(key) for key in ORDER}

    def _value(self, key: str) -> Any:
        if FIELDS[key].shape != "place":
            return self.cleaned_data.get(key, "")
        return {part: self.cleaned_data.get(f"{key}.{part}", "") for part in PLACE_PARTS}


def _names(key: str) -> list[str]:
    return [f"{key}.{part}" for part in PLACE_PARTS] if FIELDS[key].shape == "place" else [key]


def _form_fields(key: str, field: Field) -> Iterator[tuple[str, forms.Field]]:
    match field.shape:
        case "place":
            for part, label in PLACE_PARTS.items():
                yield f"{key}.{part}", forms.CharField(label=str(label), required=False, max_length=200)
        case "choice":
            choices = [("", _("Sin dato")), *field.choices]
            yield key, forms.ChoiceField(label=str(field.label), choices=choices, required=False)
        case "long":
            area = forms.Textarea(attrs={"rows": 3})
            yield key, forms.CharField(label=str(field.label), widget=area, required=False)
        case "list":
            yield (
                key,
                forms.CharField(label=str(field.label), help_text=_("Separe con comas."), required=False),
            )
        case _:
            yield key, forms.CharField(label=str(field.label), required=False)


def _initial(batch: Batch) -> Iterator[tuple[str, Any]]:
    yield "agency", batch.agency_id
    yield "production", batch.production_id
    for key, values in batch.values.items():
        if FIELDS[key].shape == "place":
            yield from ((f"{key}.{part}", text) for part, text in values[0].items())
        elif FIELDS[key].shape == "list":
            yield key, shapes.joined(values)
        else:
            yield key, values[0]
