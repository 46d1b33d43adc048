"""Last step: one transaction makes the asset version with all that is known of it, and asks for its previews."""

from typing import Any

from django.db import transaction

from dam import assets
from dam.models import AssetVersion, FileRole, Kind, QCFinding, StoredFile
from ingest import attachments, batches, originals, runs, timed_text
from ingest.incoming import incoming
from ingest.ingests import PRIORITY
from ingest.models import Ingest
from ingest.outcomes import Duplicate, Postponed, Rejected
from ingest.scratch import Scratch
from ingest.steps import fingerprint, identify, metadata, probe
from transcode.facts import ImageFacts, MediaFacts
from transcode.jobs import enqueue_previews

NAME = "register"
TOOL = "acervo ingest"


def run(ingest: Ingest, scratch: Scratch) -> dict[str, Any]:  # noqa: ARG001 - the shape of a step
    """Register, and end the ingest in the same transaction; raises Duplicate, Postponed and Rejected."""
    stored = StoredFile.objects.get(pk=ingest.learned(fingerprint.NAME)["sha256"])
    role = attachments.role_of(ingest)
    with transaction.atomic():
        runs.hold(ingest)
        attachments.hold(ingest.upload)
        if role is None or not _attached(ingest, stored, role):
            _registered(ingest, stored)
    incoming().discard(ingest.upload_id)
    return {}


def _attached(ingest: Ingest, stored: StoredFile, role: FileRole) -> bool:
    """Attach a companion to its media; False where it has none and stands alone."""
    versions = attachments.media_of(ingest, role)
    if not versions:
        if attachments.is_awaited(ingest):
            raise Postponed(ingest.upload.filename)
        return False
    if all(attachments.is_attached(stored, version, role) for version in versions):
        raise Duplicate(versions[0])
    runs.accept(ingest, versions[0], stored, role=role)
    for version in versions:
        attachments.attach(ingest, stored, version, role, by=ingest.upload.owner)
    return True


def _registered(ingest: Ingest, stored: StoredFile) -> AssetVersion:
    upload, by = ingest.upload, ingest.upload.owner
    originals.hold(f"original:{stored.pk}")
    known = originals.known_to(ingest, stored.pk)
    if known is not None:
        raise Duplicate(known)
    version = _version(ingest, stored)
    runs.accept(ingest, version, stored, role=FileRole.ORIGINAL)
    if upload.version_of is None:
        batches.give(upload.batch, version.asset, by=by)
    attachments.adopt(version, ingest, by=by)
    attachments.describe(version, by=by)
    _record_captions(ingest, version)
    _record_findings(ingest, version)
    enqueue_previews(version, by=by, priority=PRIORITY[ingest.source])
    return version


def _version(ingest: Ingest, stored: StoredFile) -> AssetVersion:
    upload, kind = ingest.upload, _kind(ingest)
    original = _original(ingest, stored)
    if upload.version_of is None:
        made = assets.register(
            original, kind=kind, name=upload.filename, agency=upload.batch.agency, by=upload.owner
        )
    elif upload.version_of.kind == kind:
        made = assets.add_version(upload.version_of, original, by=upload.owner)
    else:
        raise Rejected("other_kind", kind=kind, wanted=upload.version_of.kind)
    return AssetVersion.objects.select_related("asset__agency").get(pk=made.pk)


def _kind(ingest: Ingest) -> Kind:
    """Return the asset's kind; captions and sidecars that stand alone are other files."""
    kind = ingest.learned(probe.NAME)["kind"]
    return Kind(kind) if kind in Kind.values else Kind.OTHER


def _original(ingest: Ingest, stored: StoredFile) -> assets.Original:
    upload, kind = ingest.upload, ingest.learned(identify.NAME)
    probed = ingest.learned(probe.NAME)
    said: dict[str, Any] = {
        "stored": stored,
        "filename": upload.filename,
        "mime": kind["mime"],
        "path": upload.path,
        "demuxer": kind["demuxer"],
    }
    match probed["kind"]:
        case Kind.VIDEO | Kind.AUDIO:
            facts = MediaFacts.from_json(probed["facts"])
            said |= _timing(facts) | {"technical": probed["facts"]}
        case Kind.PHOTO:
            picture = ImageFacts.from_json(probed["facts"])
            said |= {"width": picture.display_width, "height": picture.display_height}
            said |= {"technical": probed["facts"]}
        case Kind.DOCUMENT:
            said |= {"technical": probed["facts"]}
    return assets.Original(**said)


def _timing(facts: MediaFacts) -> dict[str, Any]:
    picture = facts.picture
    timecode = facts.start_timecode or ""
    return {
        "edit_rate": (facts.edit_rate.num, facts.edit_rate.den),
        "duration_ticks": facts.duration_ticks,
        "start_timecode": timecode if timed_text.TIMECODE.fullmatch(timecode) else "",
        "drop_frame": facts.drop_frame,
        "width": picture.display_width if picture else None,
        "height": picture.display_height if picture else None,
    }


def _record_captions(ingest: Ingest, version: AssetVersion) -> None:
    """Write the tracks inside a video, and those of a caption file that stands alone, found by its text."""
    for track in ingest.learned(metadata.NAME).get("tracks", []):
        timed_text.add_track(version, track["cues"], language=track["language"], label=track["label"])
    if attachments.role_of(ingest) == FileRole.CAPTION:
        attachments.read_captions(ingest, version, version.original)


def _record_findings(ingest: Ingest, version: AssetVersion) -> None:
    found = [*ingest.learned(probe.NAME)["findings"], *ingest.learned(metadata.NAME)["findings"]]
    QCFinding.objects.bulk_create(
        QCFinding(version=version, tool=TOOL, **{**finding, "value": finding["value"][:200]})
        for finding in found
    )
