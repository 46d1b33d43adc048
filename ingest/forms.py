"""The form of a batch: what is said once of all its files."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dam import permissions, shapes
from dam.fields import FIELDS, Field
from dam.models import Agency, Production, User, UseRole
from dam.shapes import InvalidValue
from ingest import batches
from ingest.models import Batch

MINORS = "minors_shown"
#: The descriptive fields in the order people fill them in: what, who may be seen, where, who, whose.
ORDER = (
    "event",
    MINORS,
    "location_created",
    "creator",
    "credit_line",
    "copyright_notice",
    "usage_terms",
    "keywords",
)
PLACE_PARTS: Mapping[str, str | Promise] = {
    "sublocation": gettext_lazy("Sitio"),
    "city": gettext_lazy("Municipio o ciudad"),
    "state": gettext_lazy("Estado"),
}


class BatchForm(forms.Form):
    """Agency, production, and the descriptive fields that a batch may say (dam.fields, ``batch=True``).

    Whether minors are shown must be answered; all else is free. ``said()`` gives the values as batches.edit takes
    them.
    """

    agency = forms.ModelChoiceField(Agency.objects.none(), label=gettext_lazy("Dependencia dueña"))
    production = forms.ModelChoiceField(
        Production.objects.none(),
        label=gettext_lazy("Producción"),
        required=False,
        empty_label=gettext_lazy("Ninguna"),
    )
    role = forms.ChoiceField(
        label=gettext_lazy("Qué es para ella"),
        choices=UseRole.choices,
        required=False,
        initial=UseRole.SHOT_FOR,
    )

    def __init__(self, data: QueryDict | None = None, *, batch: Batch, by: User) -> None:
        super().__init__(data, initial=dict(_initial(batch)))
        self.batch = batch
        self._offer_agencies(by)
        held = Production.objects.filter(Q(pk__in=permissions.contributable(by)) | Q(pk=batch.production_id))
        self._choose_from("production", held.order_by("-id"))
        if not held.exists():
            del self.fields["production"], self.fields["role"]
        for key in ORDER:
            self.fields.update(_form_fields(key, FIELDS[key]))
        self.fields[MINORS].error_messages["required"] = _("Falta decir si aparecen menores de edad.")

    def _offer_agencies(self, by: User) -> None:
        """Let the owner be chosen where there is a choice, and until the first material belongs to it."""
        able = permissions.agencies_for(by, "upload").order_by("path")
        self._choose_from("agency", able)
        if batches.assets_of(self.batch) or not able.exclude(pk=self.batch.agency_id).exists():
            del self.fields["agency"]

    def _choose_from(self, name: str, rows: Any) -> None:
        self.fields[name].queryset = rows  # type: ignore[attr-defined]  # a field that chooses rows

    @property
    def keeps_agency(self) -> bool:
        """Whether another owner was chosen after the first material belonged to one."""
        sent = self.data.get("agency", "") if self.is_bound else ""
        return "agency" not in self.fields and sent not in {"", str(self.batch.agency_id)}

    def rows(self) -> Iterator[tuple[str | Promise, list[forms.BoundField]]]:
        """Yield what stands together: a title where several fields are one thing, and the fields."""
        if "agency" in self.fields:
            yield "", [self["agency"]]
        for key in ORDER:
            if key == "creator" and "production" in self.fields:
                yield "", [self["production"], self["role"]]
            yield (FIELDS[key].label if len(_names(key)) > 1 else ""), [self[name] for name in _names(key)]

    def clean(self) -> dict[str, Any]:
        """Check each value against its field's shape."""
        for key, value in self.said().items():
            try:
                shapes.checked(key, value)
            except InvalidValue as invalid:
                self.add_error(_names(key)[0], str(invalid))
        return self.cleaned_data

    @property
    def lacks_only_minors(self) -> bool:
        """Whether the one thing wrong is that nobody said yet whether minors are shown."""
        return self.is_bound and set(self.errors) == {MINORS} and not self.data.get(MINORS)

    def choices_made(self) -> dict[str, Any]:
        """Return the production, its role and, where it may still change, the agency."""
        made: dict[str, Any] = {"agency": self.cleaned_data.get("agency")}
        made["production"] = self.cleaned_data.get("production") if "production" in self.fields else None
        made["role"] = self.cleaned_data.get("role") or self.batch.role
        return made

    def said(self) -> dict[str, Any]:
        """Return every descriptive value, empty ones too; what was answered about minors can only change."""
        said = {key: self._value(key) for key in ORDER}
        return said if said[MINORS] else said | {MINORS: (self.batch.values.get(MINORS) or [""])[0]}

    def _value(self, key: str) -> Any:
        if FIELDS[key].shape != "place":
            return self.cleaned_data.get(key, "")
        held = (self.batch.values.get(key) or [{}])[0]
        return held | {part: self.cleaned_data.get(f"{key}.{part}", "") for part in PLACE_PARTS}


def _names(key: str) -> list[str]:
    return [f"{key}.{part}" for part in PLACE_PARTS] if FIELDS[key].shape == "place" else [key]


def _form_fields(key: str, field: Field) -> Iterator[tuple[str, forms.Field]]:
    match field.shape:
        case "place":
            for part, label in PLACE_PARTS.items():
                yield f"{key}.{part}", forms.CharField(label=str(label), required=False, max_length=200)
        case "choice":
            radio = forms.RadioSelect()
            yield key, forms.ChoiceField(label=str(field.label), choices=field.choices, widget=radio)
        case "long":
            area = forms.Textarea(attrs={"rows": 2})
            yield key, forms.CharField(label=str(field.label), widget=area, required=False)
        case "list":
            words = _("Separe con comas.")
            yield key, forms.CharField(label=str(field.label), help_text=words, required=False)
        case _:
            yield key, forms.CharField(label=str(field.label), required=False)


def _initial(batch: Batch) -> Iterator[tuple[str, Any]]:
    yield from (("agency", batch.agency_id), ("production", batch.production_id), ("role", batch.role))
    for key, values in batch.values.items():
        if FIELDS[key].shape == "place":
            yield from ((f"{key}.{part}", text) for part, text in values[0].items())
        elif FIELDS[key].shape == "list":
            yield key, shapes.joined(values)
        else:
            yield key, values[0]
