"""A person's API tokens: those there are, making one (its secret is shown once), revoking one."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from dam import tokens
from dam.models import ApiToken, Scope
from dam.people import person

LIVES = (
    ("30", gettext_lazy("30 días")),
    ("90", gettext_lazy("90 días")),
    ("365", gettext_lazy("Un año")),
    ("0", gettext_lazy("Hasta que la revoque")),
)


class TokenForm(forms.Form):
    """What a token is for, what it may do and how long it lives."""

    name = forms.CharField(
        label=gettext_lazy("Para qué es"),
        max_length=tokens.MAX_NAME,
        help_text=gettext_lazy("El programa o la máquina que la usará, para reconocerla después."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("Qué podrá hacer"),
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=forms.CheckboxSelectMultiple,
        help_text=gettext_lazy(
            "Nunca más de lo que usted puede hacer. Elija sólo lo que el programa necesita."
        ),
    )
    days = forms.ChoiceField(label=gettext_lazy("Cuánto dura"), choices=LIVES, initial="90")


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def token_list(request: HttpRequest) -> HttpResponse:
    """Show the person's tokens, or make one and show its secret this once."""
    by = person(request)
    form, made = TokenForm(request.POST or None), None
    if form.is_valid():
        said = form.cleaned_data
        days = int(said["days"])
        ends = timezone.now() + timedelta(days=days) if days else None
        made = tokens.make(by, name=said["name"], scopes=said["scopes"], expires_at=ends, by=by)
        form = TokenForm()
    rows = ApiToken.objects.filter(user=by)
    context: dict[str, Any] = {"tokens": rows, "form": form, "made": made}
    return render(request, "dam/tokens.html", context, status=422 if form.is_bound else 200)


@require_POST
def revoke(request: HttpRequest, key: UUID) -> HttpResponse:
    """End one of the person's tokens."""
    by = person(request)
    token = tokens.revoke(get_object_or_404(ApiToken, pk=key, user=by), by=by)
    messages.success(request, _("Se revocó la clave “%(name)s”. Ya no sirve.") % {"name": token.name})
    return redirect("dam:tokens")
