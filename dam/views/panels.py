"""What other houses show on the catalogue's pages, through the AssetPanel contract."""

from typing import Any

from django.http import HttpRequest

from dam.contracts import Place, asset_panels
from dam.models import Asset, AssetVersion


def shown(request: HttpRequest, asset: Asset, version: AssetVersion, place: Place) -> list[dict[str, Any]]:
    """Return key, title and HTML of each panel of a place that has something to show."""
    return [
        {"key": panel.key, "title": panel.title, "html": panel.render(request, asset, version)}
        for panel in asset_panels()
        if panel.place == place and panel.applies(asset, version)
    ]


def whole(asset: Asset, version: AssetVersion) -> AssetVersion:
    """Fetch a version with all that the asset page and its panels read, in a constant number of queries."""
    read = AssetVersion.objects.select_related("created_by").prefetch_related(
        "files__stored", "renditions__files__stored", "findings", "caption_tracks__cues"
    )
    version = read.get(pk=version.pk)
    version.asset = asset
    return version
