"""Describing an asset: the form, and taking a person's value back."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from dam import assets, metadata
from dam.describe_form import DescribeForm
from dam.fields import FIELDS
from dam.people import person
from dam.views import panels
from dam.views.access import asset_for, trail


@require_http_methods(["GET", "HEAD", "POST"])
def describe(request: HttpRequest, code: str) -> HttpResponse:
    """Show the form, or write what was changed and go back to the asset."""
    asset, version = asset_for(request, code, "edit")
    form = DescribeForm(request.POST or None, known=metadata.known(asset))
    if form.is_valid():
        said = form.said()
        metadata.describe(asset, said, by=person(request))
        if said:
            messages.success(request, _("Se guardó la ficha."))
        return redirect("dam:asset", code=code)
    title = assets.title_of(asset)
    context: dict[str, Any] = {
        "asset": asset,
        "code": code,
        "title": title,
        "form": form,
        "trail": trail(asset, title),
        "stage": panels.shown(request, asset, version, "stage"),
    }
    return render(request, "dam/describe.html", context, status=422 if form.is_bound else 200)


@require_POST
def take_back(request: HttpRequest, code: str) -> HttpResponse:
    """Let the file's own value of one field show again."""
    asset, _version = asset_for(request, code, "edit")
    field = FIELDS.get(request.POST.get("field", ""))
    if field is not None:
        metadata.take_back(asset, [field.key], by=person(request))
        messages.success(request, _("“%(field)s” volvió al valor del archivo.") % {"field": field.label})
    return redirect("dam:asset", code=code)
