"""The first page: what is new and where to begin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from dam import assets, permissions

RECENT = 12


def home(request: HttpRequest) -> HttpResponse:
    """Show the newest assets the person sees and their productions."""
    recent = assets.for_pages(permissions.visible(request.user))[:RECENT]
    productions = permissions.visible_productions(request.user).filter(state="open")[:6]
    return render(request, "dam/home.html", {"recent": recent, "productions": productions})
