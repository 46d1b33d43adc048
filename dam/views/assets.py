"""The asset page: the stage, and one panel with what is known, measured, kept, used and done."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from dam import assets, history, links, metadata, permissions, report, technical, transfers, wording
from dam.models import Asset, AssetVersion, Collection, FileRole, MetadataValue, ProductionAsset, UseRole
from dam.people import person
from dam.templatetags.acervo import clock
from dam.views import panels
from dam.views.access import asset_for

TABS = ("ficha", "tecnica", "versiones", "usos", "historia")
MOST_PRODUCTIONS = 200


@require_safe
def asset(request: HttpRequest, code: str) -> HttpResponse:
    """Show one version of an asset and everything that is recorded of it."""
    found, version = asset_for(request, code)
    version = panels.whole(found, version)
    may = permissions.verbs(request.user, found)
    context = {
        "asset": found,
        "version": version,
        "may": may,
        "tab": _tab(request),
        "title": assets.title_of(found),
        "trail": [(reverse("search:library"), _("Acervo"))],
        **_stage(request, found, version),
        **_sheet(found),
        **_technical(version),
        **_downloads(request, found, version, may),
        **_uses(request, found, may),
        "versions": _versions(found),
        "history": history.of(found, request.user),
        "tabs": panels.shown(request, found, version, "tab"),
    }
    return transfers.allow(render(request, "dam/asset.html", context), request)


def _tab(request: HttpRequest) -> str:
    asked = request.GET.get("pestana", "")
    return asked if asked in TABS else TABS[0]


def _stage(request: HttpRequest, found: Asset, version: AssetVersion) -> dict[str, Any]:
    tracks = [{"words": str(track), "cues": _cues(track)} for track in version.caption_tracks.all()]
    return {"stage": panels.shown(request, found, version, "stage"), "caption_tracks": tracks}


def _cues(track: Any) -> list[dict[str, Any]]:
    return [
        {"start_ms": cue.start_ms, "end_ms": cue.end_ms, "time": clock(cue.start_ms), "text": cue.text}
        for cue in track.cues.all()
    ]


def _sheet(found: Asset) -> dict[str, Any]:
    values = list(MetadataValue.objects.filter(asset=found).select_related("by"))
    known = metadata.effective(values)
    return {"groups": wording.sheet(values), "described": "headline" in known or "description" in known}


def _technical(version: AssetVersion) -> dict[str, Any]:
    findings = list(version.findings.all())
    return {
        "facts": technical.tables(version),
        "lines": report.lines(version, findings),
        "verdict": report.verdict(findings),
        "files": sorted(
            version.files.all(), key=lambda file: (file.role != FileRole.ORIGINAL, file.path, file.filename)
        ),
        "renditions": [
            {
                "made": made,
                "files": list(made.files.all()),
                "size_bytes": sum(file.stored.size_bytes for file in made.files.all()),
            }
            for made in version.renditions.all()
        ],
    }


def _downloads(
    request: HttpRequest, found: Asset, version: AssetVersion, may: frozenset[str]
) -> dict[str, Any]:
    if "download" not in may:
        return {"download_origin": ""}
    origin = transfers.origin(request)
    path = reverse("dam:original_download", args=[version.code])
    return {
        "download_origin": origin,
        "original_url": origin + path,
        "short_link": request.build_absolute_uri(origin + links.sign(path, person(request))),
        "formats": panels.shown(request, found, version, "download"),
    }


def _versions(found: Asset) -> list[AssetVersion]:
    return list(
        found.versions.select_related("created_by").prefetch_related("files__stored").order_by("-number")
    )


def _uses(request: HttpRequest, found: Asset, may: frozenset[str]) -> dict[str, Any]:
    seen = permissions.visible_productions(request.user)
    uses = ProductionAsset.objects.filter(asset=found, production__in=seen).select_related(
        "production__agency", "added_by"
    )
    open_ones = permissions.contributable(request.user).order_by("-id")[:MOST_PRODUCTIONS]
    return {
        "uses": list(uses),
        "productions": list(open_ones) if "download" in may else [],
        "roles": UseRole.choices,
        "collections": list(Collection.objects.filter(owner=request.user.pk)[:MOST_PRODUCTIONS]),
        "shares": list(found.shares.current().select_related("agency")) if "share" in may else [],
    }
