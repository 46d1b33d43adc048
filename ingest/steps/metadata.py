"""Fourth step: what the file says of itself, and the captions inside it. Nothing here rejects a file."""

from typing import Any

from dam.models import Kind
from ingest import embedded_captions, parsing
from ingest.models import Ingest
from ingest.scratch import Scratch
from ingest.steps import identify, probe
from transcode.facts import DocumentFacts, MediaFacts
from transcode.sandbox import Limits

NAME = "metadata"
LIMITS = Limits(wall_s=30.0, cpu_s=30)


def run(ingest: Ingest, scratch: Scratch) -> dict[str, Any]:
    """Return ``found`` (ingest.reading.fields.Found as JSON), ``tracks`` of embedded captions, ``findings``."""
    probed = ingest.learned(probe.NAME)
    path = str(scratch.file)
    match probed["kind"]:
        case Kind.PHOTO:
            return _photo(path)
        case Kind.VIDEO | Kind.AUDIO:
            return _media(scratch, MediaFacts.from_json(probed["facts"]), ingest)
        case Kind.DOCUMENT:
            return _document(DocumentFacts.from_json(probed["facts"]))
        case "sidecar":
            return _sidecar(path)
        case _:
            return _learned([])


def _photo(path: str) -> dict[str, Any]:
    found, trouble = parsing.attempt("ingest.reading.photo_metadata:read", path, limits=LIMITS)
    return _learned(found or [], trouble=trouble)


def _media(scratch: Scratch, facts: MediaFacts, ingest: Ingest) -> dict[str, Any]:
    demuxer = ingest.learned(identify.NAME)["demuxer"]
    found, trouble = parsing.attempt(
        "ingest.parsers:media_tags", str(scratch.file), demuxer, facts.tags, limits=LIMITS
    )
    captions = embedded_captions.extract(scratch.file, facts, scratch.folder)
    learned = _learned(found or [], trouble=trouble)
    learned["tracks"] = list(captions.tracks)
    learned["findings"] += [
        {"item": "ingest.captions_unread", "value": codec, "verdict": "warn", "unit": ""}
        for codec in captions.unread
    ]
    return learned


def _document(facts: DocumentFacts) -> dict[str, Any]:
    """A PDF's own two fields (ISO 32000-1, 14.3.3)."""
    said = (
        ("title", facts.title, "PDF:Title"),
        ("creator", [facts.author] if facts.author else [], "PDF:Author"),
    )
    return _learned(
        [
            {"field": field, "value": value, "language": "", "origin": origin}
            for field, value, origin in said
            if value
        ]
    )


def _sidecar(path: str) -> dict[str, Any]:
    found, trouble = parsing.attempt("ingest.reading.sidecars:read", path, limits=LIMITS)
    return _learned(found or [], trouble=trouble)


def _learned(found: list[dict[str, Any]], *, trouble: str = "") -> dict[str, Any]:
    findings = [{"item": "ingest.metadata_unread", "value": trouble, "verdict": "warn", "unit": ""}]
    return {"found": found, "tracks": [], "findings": findings if trouble else []}
