"""The forms of the catalogue's pages. They only read what was sent: the verbs write."""

from datetime import datetime, time, timedelta

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dam import permissions
from dam.models import Agency, Asset, Collection, Genre, Production, User

MAX_TITLE = 200
MAX_REASON = 300


class ProductionForm(forms.Form):
    """What a production is, whose it is and who works in it. An open one keeps its agency."""

    title = forms.CharField(label=_("Título"), max_length=MAX_TITLE)
    genre = forms.ChoiceField(label=_("Tipo"), choices=Genre.choices)
    agency = forms.ModelChoiceField(Agency.objects.none(), label=_("Dependencia"), empty_label=_("Elija una"))
    description = forms.CharField(
        label=_("Descripción"), required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    members = forms.ModelMultipleChoiceField(
        User.objects.none(),
        label=_("Equipo"),
        required=False,
        help_text=_("Quienes están en el equipo ven y descargan el material de la producción."),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(
        self, data: QueryDict | None = None, *, by: User, production: Production | None = None
    ) -> None:
        super().__init__(data, initial=_said_of(production) if production else {"members": [by]})
        people = User.objects.filter(is_active=True).order_by("first_name", "last_name", "username")
        _choose_from(self, "members", people)
        if production is not None:
            del self.fields["agency"]
            return
        agencies = permissions.agencies_for(by, "produce")
        _choose_from(self, "agency", agencies)
        if agencies.count() == 1:
            self.initial["agency"] = agencies.get()


def _said_of(production: Production) -> dict[str, object]:
    return {
        "title": production.title,
        "genre": production.genre,
        "description": production.description,
        "members": list(production.members.all()),
    }


class CollectionForm(forms.Form):
    """What a collection is called and who sees it."""

    title = forms.CharField(label=_("Título"), max_length=MAX_TITLE)
    shared = forms.BooleanField(label=_("La ve mi dependencia"), required=False)

    def __init__(self, data: QueryDict | None = None, *, collection: Collection | None = None) -> None:
        said = {"title": collection.title, "shared": collection.shared} if collection else {}
        super().__init__(data, initial=said)


class ShareForm(forms.Form):
    """With whom, until when and why something is shared."""

    agency = forms.ModelChoiceField(
        Agency.objects.none(), label=_("Con qué dependencia"), empty_label=_("Elija una")
    )
    until = forms.DateField(
        label=_("Hasta"),
        required=False,
        help_text=_("Hasta el final de ese día. Sin fecha: hasta que alguien lo termine."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        input_formats=["%Y-%m-%d"],
    )
    reason = forms.CharField(label=_("Motivo"), max_length=MAX_REASON)

    def __init__(self, data: QueryDict | None = None, *, thing: Asset | Production) -> None:
        super().__init__(data)
        _choose_from(self, "agency", Agency.objects.exclude(pk=thing.agency_id))

    def clean_until(self) -> datetime | None:
        """Return the end of the day in the office's time. Refuse a day that has passed."""
        day = self.cleaned_data.get("until")
        if day is None:
            return None
        if day < timezone.localdate():
            raise forms.ValidationError(_("Ese día ya pasó. Elija uno de hoy en adelante."))
        try:
            return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
        except OverflowError:  # the last day of the calendar has no next one
            raise forms.ValidationError(self.fields["until"].error_messages["invalid"]) from None


def _choose_from(form: forms.Form, name: str, rows: object) -> None:
    form.fields[name].queryset = rows  # type: ignore[attr-defined]  # a field that chooses rows
