"""What a list shows of an asset: its picture, title, code, kind, length and whether something is wrong."""

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from dam import assets
from dam.models import Asset, Kind, Rendition
from dam.templatetags.acervo import duration

#: Which renditions a tile may show as its picture, by the form of their recipe, best first.
PICTURES = ("poster", "photo_size", "page_images")


def fetched(found: QuerySet[Asset]) -> QuerySet[Asset]:
    """Fetch what tiles need in a constant number of queries."""
    return assets.for_pages(found)


def of(asset: Asset) -> dict[str, Any]:
    """Return the values of components/tile.html for one asset fetched by ``fetched``."""
    version = asset.current
    made = {} if version is None else _by_form(version.renditions.all())
    tile: dict[str, Any] = {
        "url": reverse("dam:asset", args=[asset.code]),
        "code": asset.code,
        "title": assets.title_of(asset),
        "kind": asset.kind,
        "kind_words": asset.get_kind_display(),
        "duration": duration(version),
        "width": version.width if version else None,
        "height": version.height if version else None,
    }
    if version is None:
        return tile
    for form in PICTURES:
        if form in made:
            tile["thumb"] = _url(version.code, made[form])
            break
    if asset.kind == Kind.VIDEO and "scrub_sprite" in made:
        tile["sprite"] = _url(version.code, made["scrub_sprite"])
    if asset.kind == Kind.AUDIO and "waveform" in made:
        tile["peaks"] = _url(version.code, made["waveform"])
    if not made and asset.kind != Kind.OTHER:
        tile |= {"tone": "work", "state_words": _("Preparándose")}
    return tile


def of_all(found: Iterable[Asset]) -> list[dict[str, Any]]:
    """Return the tiles of many."""
    return [of(asset) for asset in found]


def _by_form(renditions: Iterable[Rendition]) -> dict[str, Rendition]:
    """Return one rendition per form; of several sizes the smallest."""
    ordered = sorted(renditions, key=lambda made: -int(made.facts.get("width") or 0))
    return {made.recipe.get("form", ""): made for made in ordered}


def _url(code: str, made: Rendition) -> str:
    return reverse("dam:rendition_file", args=[code, made.preset, made.entry])
