"""From the catalogue to documents: what the database says of assets now, in a constant number of queries."""

import json
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet
from django.utils.dateparse import parse_datetime

from dam import files, metadata, permissions
from dam.metadata import Known
from dam.models import Asset, AssetVersion, CaptionCue, Kind, QCFinding, Rendition, Verdict
from dam.storage import StorageError
from search.document import AssetDocument, CueDocument

MEXICO = ZoneInfo("America/Mexico_City")
#: Assets read at once. An hour of captions is a thousand rows, so this also bounds the memory.
BATCH = 200
TEXT_CHARACTERS = 2_000_000
#: Subtypes that people know under another name.
FORMATS: Mapping[str, str] = MappingProxyType(
    {
        "quicktime": "mov",
        "matroska": "mkv",
        "msvideo": "avi",
        "mp2t": "ts",
        "mpeg": "mpg",
        "ms-asf": "wmv",
        "vnd.adobe.photoshop": "psd",
        "postscript": "eps",
        "svg+xml": "svg",
    }
)
_WORST = (Verdict.FAIL, Verdict.WARN)
_SQUARE = 0.05
_DAY = len("2026-11-22")
_PRECISIONS = {len("2026"), len("2026-11"), _DAY}
_EXTENSION = 5

Cues = Mapping[UUID, list[CueDocument]]
logger = logging.getLogger(__name__)


def of(asset_ids: Collection[UUID]) -> list[AssetDocument]:
    """Return the documents of those assets that exist and are not in the trash, as they are now."""
    return list(_made(list(_fetched(Asset.objects.filter(pk__in=asset_ids, trashed_at=None)))))


def every() -> Iterator[AssetDocument]:
    """Yield the document of every asset outside the trash, reading in batches; memory is flat."""
    last = 0
    while True:
        assets = list(_fetched(Asset.objects.filter(seq__gt=last, trashed_at=None).order_by("seq"))[:BATCH])
        if not assets:
            return
        last = assets[-1].seq
        yield from _made(assets)


def _fetched(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    return (
        permissions.for_seeing(assets)
        .select_related("current")
        .prefetch_related(
            "metadata",
            "versions",
            Prefetch("current__findings", QCFinding.objects.filter(verdict__in=_WORST)),
            Prefetch("current__renditions", Rendition.objects.prefetch_related("files__stored__placements")),
        )
    )


def _made(assets: Collection[Asset]) -> Iterator[AssetDocument]:
    cues = _cues(asset.current_id for asset in assets if asset.current_id)
    for asset in assets:
        try:
            yield _document(asset, cues)
        except Exception:  # one that cannot be read must not keep all others from being found
            logger.exception("asset %s cannot be indexed", asset.code)


def _cues(versions: Iterable[UUID]) -> Cues:
    """Return the caption cues of versions in the order of their tracks, as values: there may be very many."""
    found: dict[UUID, list[CueDocument]] = defaultdict(list)
    rows = (
        CaptionCue.objects.filter(track__version__in=list(versions))
        .order_by("track_id", "position")
        .values_list("track__version_id", "track_id", "start_ms", "end_ms", "text")
    )
    for version, track, start_ms, end_ms, text in rows.iterator():
        found[version].append(CueDocument(str(track), start_ms, end_ms, text))
    return found


def _document(asset: Asset, cues: Cues) -> AssetDocument:
    known, version = metadata.known(asset), asset.current
    taken = _instant(_text(known, "date_created"))
    productions = {use.production_id: use.production for use in asset.uses.all()}
    return AssetDocument(
        id=asset.pk,
        seq=asset.seq,
        revision=asset.revision,
        codes=(asset.code, *(each.code for each in asset.versions.all())),
        kind=asset.kind,
        added=_milliseconds(asset.created_at),
        seen_by=tuple(sorted(permissions.seen_by(asset))),
        headline=_text(known, "headline") or _text(known, "title"),
        description=_joined(known, "description", "alt_text", "extended_description", "transcript"),
        keywords=_list(known, "keywords"),
        people=_list(known, "persons_shown"),
        places=_places(known),
        agency=asset.agency.name,
        agency_path=tuple(asset.agency.path.rstrip("/").split("/")),
        productions=tuple(sorted(map(str, productions))),
        production_titles=tuple(sorted({production.title for production in productions.values()})),
        event=_text(known, "event"),
        creator=", ".join(_list(known, "creator")),
        credit=_joined(known, "credit_line", "source", "copyright_notice"),
        filename=asset.name,
        taken=_milliseconds(taken) if taken else None,
        ym=f"{taken or asset.created_at.astimezone(MEXICO):%Y-%m}".zfill(len("2026-11")),
        minors=_text(known, "minors_shown") or "unknown",
        **(_of_version(asset, version, cues) if version is not None else {}),
    )


def _of_version(asset: Asset, version: AssetVersion, cues: Cues) -> dict[str, Any]:
    return {
        "document_text": _document_text(version),
        "cues": tuple(cues.get(version.pk, ())),
        "duration_ms": version.duration_ms,
        "width": version.width,
        "height": version.height,
        "orientation": _orientation(version.width, version.height),
        "verdict": "" if asset.kind == Kind.OTHER else _verdict(version),
        "format": _format(asset, version),
    }


def _orientation(width: int | None, height: int | None) -> str:
    """Return landscape, portrait or square (within 5 %); empty where there is no picture."""
    if not width or not height:
        return ""
    if abs(width - height) <= _SQUARE * max(width, height):
        return "square"
    return "landscape" if width > height else "portrait"


def _verdict(version: AssetVersion) -> str:
    """Return the worst finding's; without one ok, or pending while nothing was made of the version yet."""
    verdicts = {finding.verdict for finding in version.findings.all()}
    for verdict in _WORST:
        if verdict in verdicts:
            return str(verdict)
    return "ok" if version.renditions.all() else "pending"


def _format(asset: Asset, version: AssetVersion) -> str:
    """Name the original's format as people do: by its content, or for kinds we do not open by its name."""
    if asset.kind == Kind.OTHER:
        extension = PurePosixPath(asset.name).suffix[1:].lower()
        return extension if extension.isalnum() and len(extension) <= _EXTENSION else ""
    media, _, subtype = version.mime.partition("/")
    subtype = subtype.removeprefix("x-")
    return "mp3" if (media, subtype) == ("audio", "mpeg") else FORMATS.get(subtype, subtype)


def _document_text(version: AssetVersion) -> str:
    """Read the text that was taken from a document's pages; what cannot be read now is left out."""
    for rendition in version.renditions.all():
        for file in rendition.files.all() if rendition.recipe.get("form") == "page_text" else ():
            try:
                store, key = files.where(file.stored)
                pages = json.loads(b"".join(store.read(key)))
            except (StorageError, OSError, ValueError) as error:
                logger.warning("the text of %s cannot be read: %s", version.code, error)
            else:
                return "\n".join(map(str, pages))[:TEXT_CHARACTERS]
    return ""


def _text(known: Mapping[str, Known], field: str) -> str:
    return str(known[field].value) if field in known else ""


def _joined(known: Mapping[str, Known], *fields: str) -> str:
    return "\n".join(text for text in (_text(known, field) for field in fields) if text)


def _list(known: Mapping[str, Known], field: str) -> tuple[str, ...]:
    return tuple(map(str, known[field].values)) if field in known else ()


def _places(known: Mapping[str, Known]) -> tuple[str, ...]:
    """Return the names of the places shown and of those where it was taken, the narrowest first, each once."""
    named = [
        str(place[part])
        for field in ("location_shown", "location_created")
        for place in (known[field].values if field in known else ())
        if isinstance(place, dict)
        for part in ("sublocation", "city", "state")
        if place.get(part)
    ]
    return tuple(dict.fromkeys(named))


def _instant(written: str) -> datetime | None:
    """Read an ISO 8601 date as precise as it is; without an offset it is Mexico City's time."""
    if len(written) in _PRECISIONS:
        written = f"{(written + '-01-01')[:_DAY]}T00:00"
    try:
        found = parse_datetime(written)
        aware = found if found is None or found.tzinfo else found.replace(tzinfo=MEXICO)
        return aware and aware.astimezone(MEXICO)
    except (ValueError, OverflowError):
        return None


def _milliseconds(at: datetime) -> int:
    return round(at.timestamp() * 1000)
