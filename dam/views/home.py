"""The first page: what is new and where to begin."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dam import permissions, tiles
from dam.people import person

RECENT = 18
PRODUCTIONS = 8
UNDESCRIBED = 6


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the newest assets the person sees, their productions, and what of theirs has no title yet."""
    by = person(request)
    seen = permissions.visible(by)
    recent = tiles.of_all(tiles.fetched(seen)[:RECENT])
    nameless = seen.filter(created_by=by).exclude(metadata__field="headline")
    productions = permissions.visible_productions(by).filter(state="open").select_related("agency")
    context = {
        "recent": recent,
        "even": {tile["kind"] for tile in recent} != {"photo"},
        "productions": productions.order_by("-id")[:PRODUCTIONS],
        "undescribed": tiles.of_all(tiles.fetched(nameless)[:UNDESCRIBED]),
    }
    return render(request, "dam/home.html", context)
