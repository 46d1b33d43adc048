"""From the catalogue to documents: what the database says of assets now, in a constant number of queries."""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Prefetch, QuerySet
from django.utils.dateparse import parse_datetime

from dam import files, metadata, permissions
from dam.metadata import Known
from dam.models import Asset, AssetVersion, CaptionCue, QCFinding, Rendition, Verdict
from dam.storage import NotStored
from search.document import AssetDocument, CueDocument

MEXICO = ZoneInfo("America/Mexico_City")
BATCH = 500
TEXT_CHARACTERS = 2_000_000
_WORST = (Verdict.FAIL, Verdict.WARN)
_SQUARE = 0.05


def of(asset_ids: Collection[UUID]) -> list[AssetDocument]:
    """Return the documents of those assets that exist and are not in the trash, as they are now."""
    return [document(asset) for asset in _fetched(Asset.objects.filter(pk__in=asset_ids, trashed_at=None))]


def every() -> Iterator[AssetDocument]:
    """Yield the document of every asset outside the trash, reading in batches; memory is flat."""
    last = 0
    while True:
        assets = list(_fetched(Asset.objects.filter(seq__gt=last, trashed_at=None).order_by("seq"))[:BATCH])
        if not assets:
            return
        last = assets[-1].seq
        yield from (document(asset) for asset in assets)


def _fetched(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    return permissions.for_seeing(assets).prefetch_related(
        "metadata",
        "versions",
        "current__files",
        Prefetch("current__findings", QCFinding.objects.filter(verdict__in=_WORST)),
        Prefetch("current__renditions", Rendition.objects.prefetch_related("files__stored__placements")),
        Prefetch("current__caption_tracks__cues", CaptionCue.objects.order_by("position")),
    )


def document(asset: Asset) -> AssetDocument:
    """Return the document of one asset; it must have been fetched as ``of`` and ``every`` do."""
    known, version = metadata.known(asset), asset.current
    taken = _instant(_text(known, "date_created"))
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
        productions=tuple(sorted({str(use.production_id) for use in asset.uses.all()})),
        production_titles=tuple(sorted({use.production.title for use in asset.uses.all()})),
        event=_text(known, "event"),
        creator=", ".join(_list(known, "creator")),
        credit=_joined(known, "credit_line", "source", "copyright_notice"),
        filename=asset.name,
        taken=_milliseconds(taken) if taken else None,
        ym=(taken or asset.created_at).astimezone(MEXICO).strftime("%Y-%m"),
        minors=_text(known, "minors_shown") or "unknown",
        **(_of_version(version) if version is not None else {}),
    )


def _of_version(version: AssetVersion) -> dict[str, Any]:
    return {
        "document_text": _document_text(version),
        "cues": tuple(
            CueDocument(str(track.pk), cue.start_ms, cue.end_ms, cue.text)
            for track in version.caption_tracks.all()
            for cue in track.cues.all()
        ),
        "duration_ms": version.duration_ms,
        "width": version.width,
        "height": version.height,
        "orientation": orientation(version.width, version.height),
        "verdict": _verdict(version),
        "format": version.mime.split("/")[-1].removeprefix("x-"),
    }


def orientation(width: int | None, height: int | None) -> str:
    """Return landscape, portrait or square (within 5 %); empty where there is no picture."""
    if not width or not height:
        return ""
    if abs(width - height) <= _SQUARE * max(width, height):
        return "square"
    return "landscape" if width > height else "portrait"


def _verdict(version: AssetVersion) -> str:
    verdicts = {finding.verdict for finding in version.findings.all()}
    for verdict in _WORST:
        if verdict in verdicts:
            return str(verdict)
    return "ok" if version.renditions.all() else "pending"


def _document_text(version: AssetVersion) -> str:
    """Read the text that was taken from a document's pages; what cannot be read now is left out."""
    for rendition in version.renditions.all():
        if rendition.recipe.get("form") != "page_text":
            continue
        file = next(iter(rendition.files.all()), None)
        if file is None:
            return ""
        try:
            store, key = files.where(file.stored)
            pages: Sequence[Any] = json.loads(b"".join(store.read(key)))
        except (NotStored, ValueError):
            return ""
        return "\n".join(str(page) for page in pages)[:TEXT_CHARACTERS]
    return ""


def _text(known: dict[str, Known], field: str) -> str:
    return str(known[field].value) if field in known else ""


def _joined(known: dict[str, Known], *fields: str) -> str:
    return "\n".join(text for text in (_text(known, field) for field in fields) if text)


def _list(known: dict[str, Known], field: str) -> tuple[str, ...]:
    return tuple(str(value) for value in known[field].values) if field in known else ()


def _places(known: dict[str, Known]) -> tuple[str, ...]:
    parts = ("sublocation", "city", "state")
    found = [
        str(value[part])
        for field in ("location_shown", "location_created")
        if field in known
        for value in known[field].values
        if isinstance(value, dict)
        for part in parts
        if value.get(part)
    ]
    return tuple(dict.fromkeys(found))


def _instant(written: str) -> datetime | None:
    """Read an ISO 8601 date as precise as it is; without an offset it is Mexico City's time."""
    text = (
        written
        if "T" in written
        else f"{(written + '-01-01')[:10]}T00:00:00"
        if len(written) in {4, 7, 10}
        else ""
    )
    try:
        found = parse_datetime(text)
    except ValueError:
        return None
    if found is None:
        return None
    return found if found.tzinfo else found.replace(tzinfo=MEXICO)


def _milliseconds(at: datetime) -> int:
    return round(at.astimezone(UTC).timestamp() * 1000)
