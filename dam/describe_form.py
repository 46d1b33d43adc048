"""The form that describes an asset: a field for every editable one, built from dam.fields."""

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dam import shapes
from dam.fields import FIELDS, GROUPS, Field
from dam.metadata import Known
from dam.shapes import PLACE_PARTS, RATINGS, InvalidValue

#: The groups that are open when the form is shown; the others unfold.
OPEN_GROUPS = frozenset({"content", "people", "place"})
_PLACE_LABELS: Mapping[str, str | Promise] = {
    "sublocation": gettext_lazy("Sitio"),
    "city": gettext_lazy("Municipio o ciudad"),
    "state": gettext_lazy("Estado"),
    "country": gettext_lazy("País"),
    "country_code": gettext_lazy("Código del país"),
}


class DescribeForm(forms.Form):
    """Edits the effective values; only what was changed against what the person saw becomes theirs.

    Each field carries what it showed at first, so that what somebody else wrote meanwhile in another field is
    not written over. ``said()`` gives the changed values as dam.metadata.describe takes them.
    """

    def __init__(self, data: QueryDict | None = None, *, known: Mapping[str, Known]) -> None:
        super().__init__(data, initial=dict(_initial(known)))
        for key, field in FIELDS.items():
            if field.editable:
                self.fields.update(_form_fields(key, field))

    def groups(self) -> Iterator[tuple[str | Promise, bool, list[Any]]]:
        """Yield each group: its title, whether it is open, and its rows, a place being a list of fields."""
        for group, title in GROUPS.items():
            keys = [key for key, field in FIELDS.items() if field.group == group and field.editable]
            has_errors = any(name in self.errors for key in keys for name in _names(key))
            yield title, group in OPEN_GROUPS or has_errors, [self._row(key) for key in keys]

    def _row(self, key: str) -> dict[str, Any]:
        return {"label": FIELDS[key].label, "fields": [self[name] for name in _names(key)]}

    def clean(self) -> dict[str, Any]:
        """Check each changed value against its field's shape."""
        for key, value in self.said().items():
            try:
                shapes.checked(key, value)
            except InvalidValue as invalid:
                self.add_error(_names(key)[0], str(invalid))
        return self.cleaned_data

    def said(self) -> dict[str, Any]:
        """Return the values that the person changed."""
        changed = set(self.changed_data)
        return {
            key: self._value(key)
            for key, field in FIELDS.items()
            if field.editable and changed.intersection(_names(key))
        }

    def _value(self, key: str) -> Any:
        if FIELDS[key].shape != "place":
            return self.cleaned_data.get(key, "")
        return {part: self.cleaned_data.get(f"{key}.{part}", "") for part in PLACE_PARTS}


def _names(key: str) -> list[str]:
    """Return the names of the form's fields for one of ours: a place has one for each part."""
    return [f"{key}.{part}" for part in PLACE_PARTS] if FIELDS[key].shape == "place" else [key]


def _form_fields(key: str, field: Field) -> Iterator[tuple[str, forms.Field]]:
    shared: dict[str, Any] = {"label": field.label, "required": False, "show_hidden_initial": True}
    if field.shape == "place":
        for part in PLACE_PARTS:
            yield f"{key}.{part}", forms.CharField(**shared | {"label": _PLACE_LABELS[part]}, max_length=200)
    elif field.shape == "choice":
        yield key, forms.ChoiceField(choices=[("", _("Sin dato")), *field.choices], **shared)
    elif field.shape == "number":
        choices = [("", _("Sin dato")), *((str(number), str(number)) for number in RATINGS)]
        yield key, forms.ChoiceField(choices=choices, **shared)
    elif field.shape == "long":
        yield key, forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), **shared)
    elif field.shape == "list":
        yield (
            key,
            forms.CharField(
                help_text=_("Separe con comas; si un nombre lleva coma, con punto y coma."), **shared
            ),
        )
    elif field.shape == "date":
        help_text = _("Lo que se sepa: 2026, 2026-11, 2026-11-22 o con hora 2026-11-22T18:40.")
        yield key, forms.CharField(help_text=help_text, **shared)
    else:
        yield key, forms.CharField(**shared)


def _initial(known: Mapping[str, Known]) -> Iterator[tuple[str, Any]]:
    for key, one in known.items():
        if FIELDS[key].shape == "place" and isinstance(one.value, Mapping):
            yield from ((f"{key}.{part}", one.value.get(part, "")) for part in PLACE_PARTS)
        elif FIELDS[key].shape == "list":
            yield key, shapes.joined([str(value) for value in one.values])
        else:
            yield key, str(one.value)
