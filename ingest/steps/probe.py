"""Third step: what is measured in the file, and whether enough of it can be used."""

from collections.abc import Callable
from typing import Any

from ingest import parsing
from ingest.models import Ingest
from ingest.outcomes import Rejected
from ingest.scratch import Scratch
from ingest.steps import identify
from transcode import documents
from transcode.sandbox import Limits
from transcode.sniff import ContentType

NAME = "probe"
#: Decoding 400 megapixels of 16 bits takes some 3 GB of address space.
PICTURE_LIMITS = Limits(wall_s=180.0, cpu_s=240, memory_bytes=6 * 1024**3)
CAPTION_LIMITS = Limits(wall_s=60.0, cpu_s=60)
#: Refusals that mean "not for us" rather than "broken": the file is kept as it is, under kind ``other``.
NOT_PROCESSED = frozenset(
    {
        "unsupported_codec",
        "unsupported_picture",
        "encrypted",
        "broken_captions",
        "no_cues",
        "unsupported_captions",
    }
)
PERCENT = 100


def run(ingest: Ingest, scratch: Scratch) -> dict[str, Any]:
    """Return ``kind`` (of the asset, or caption, sidecar), ``facts`` as transcode.facts has them, ``findings``."""
    found = ContentType.from_json(ingest.learned(identify.NAME))
    probe = _PROBES.get(found.kind)
    if probe is None:
        return {"kind": found.kind, "facts": {}, "findings": []}
    try:
        return probe(str(scratch.file), found, ingest.upload.size_bytes)
    except Rejected as rejected:
        code = rejected.params.get("parser", "")
        if code in NOT_PROCESSED:
            return {
                "kind": "other",
                "facts": {},
                "findings": [_finding("ingest.not_processed", code, "info")],
            }
        raise


def _media(path: str, found: ContentType, size_bytes: int) -> dict[str, Any]:
    """The container says video until its tracks are known; some pictures' worth of sound is audio."""
    facts = parsing.call(
        "transcode.probe:probe_json", path, found.demuxer, limits=parsing.limits_for(size_bytes)
    )
    findings = [_finding("ingest.truncated", "", "warn")] if facts.get("is_cut") else []
    return {"kind": "video" if facts["video"] else "audio", "facts": facts, "findings": findings}


def _picture(path: str, found: ContentType, size_bytes: int) -> dict[str, Any]:  # noqa: ARG001 - as its siblings
    facts = parsing.call("transcode.images.inspection:inspect", path, found.mime, limits=PICTURE_LIMITS)
    whole = parsing.call("transcode.images.inspection:readable", path, found.mime, limits=PICTURE_LIMITS)
    findings = [] if whole == 1 else [_finding("ingest.truncated", f"{whole * PERCENT:.0f}", "warn", "%")]
    return {"kind": "photo", "facts": facts, "findings": findings}


def _document(path: str, found: ContentType, size_bytes: int) -> dict[str, Any]:  # noqa: ARG001
    facts = parsing.call("transcode.documents:inspect", path, limits=documents.LIMITS)
    return {"kind": "document", "facts": facts, "findings": []}


def _captions(path: str, found: ContentType, size_bytes: int) -> dict[str, Any]:  # noqa: ARG001
    facts = parsing.call("ingest.reading.captions:read", path, found.mime, limits=CAPTION_LIMITS)
    return {"kind": "caption", "facts": facts, "findings": []}


_PROBES: dict[str, Callable[[str, ContentType, int], dict[str, Any]]] = {
    "video": _media,
    "audio": _media,
    "photo": _picture,
    "document": _document,
    "caption": _captions,
}


def _finding(item: str, value: str, verdict: str, unit: str = "") -> dict[str, str]:
    return {"item": item, "value": value, "verdict": verdict, "unit": unit}
