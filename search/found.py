"""What was found, as lists show it: the tile of each hit, its title marked, and the lines that say why it was found."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from dam import tiles
from dam.models import Asset
from dam.templatetags.acervo import clock, seconds
from search.normalise import clean
from search.query import CueHit, Highlight, Hit, Segment

MOST_CUES = 2
MOST_VALUES = 3
#: Where a passage is taken from, best first.
PASSAGES = ("description", "document_text")
#: The fields that are named when neither the title nor a passage answers.
NAMED: Mapping[str, str | Promise] = MappingProxyType(
    {
        "people": gettext_lazy("Personas"),
        "places": gettext_lazy("Lugar"),
        "event": gettext_lazy("Evento"),
        "keywords": gettext_lazy("Palabras clave"),
        "production_titles": gettext_lazy("Producción"),
        "agency": gettext_lazy("Dependencia"),
        "creator": gettext_lazy("Autor"),
        "credit": gettext_lazy("Crédito"),
        "filename": gettext_lazy("Archivo"),
    }
)


def tile(asset: Asset, hit: Hit) -> dict[str, Any]:
    """Return the values of components/tile.html for an asset fetched by dam.tiles.fetched.

    Beside those of dam.tiles: ``asset``, ``title_parts`` (the title in segments, marked) and ``lines``, each with
    ``parts`` and perhaps ``label``, ``url`` and ``at`` (a clock time).
    """
    made = tiles.of(asset)
    title = _title(made["title"], hit)
    return made | {"asset": asset, "title_parts": title, "lines": list(_lines(made["url"], title, hit))}


def _title(title: str, hit: Hit) -> Highlight:
    """Return the title marked; plain where the index holds another one, which is about to change."""
    for field in ("headline", "filename"):
        for passage in hit.highlights.get(field, ()):
            if "".join(segment.text for segment in passage) == clean(title):
                return passage
    return (Segment(title),)


def _lines(url: str, title: Highlight, hit: Hit) -> Iterator[dict[str, Any]]:
    if hit.cues:
        yield from (_said(url, cue) for cue in hit.moments(MOST_CUES))
        return
    for field in PASSAGES:
        if passages := hit.highlights.get(field):
            yield {"parts": passages[0]}
            return
    if any(segment.marked for segment in title):
        return
    for field, label in NAMED.items():
        if values := hit.highlights.get(field):
            yield {"label": label, "parts": _joined(values[:MOST_VALUES])}
            return


def _said(url: str, cue: CueHit) -> dict[str, Any]:
    return {"at": clock(cue.start_ms), "url": f"{url}?t={seconds(cue.start_ms)}", "parts": cue.text}


def _joined(values: tuple[Highlight, ...]) -> Highlight:
    parts: list[Segment] = []
    for value in values:
        parts += [Segment(", "), *value] if parts else value
    return tuple(parts)
