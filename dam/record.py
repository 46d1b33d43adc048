"""Everything recorded of an asset as JSON values, for operators and for whoever takes the material elsewhere."""

from typing import Any

from dam import assets, events, metadata
from dam.models import Asset, AssetVersion, MetadataValue, QCFinding, Rendition, VersionFile


def of(asset: Asset) -> dict[str, Any]:
    """Return the whole record: versions, technical facts, metadata with provenance, checks, copies, uses."""
    versions = asset.versions.select_related("created_by").prefetch_related(
        "files__stored__placements", "renditions__files__stored", "findings", "caption_tracks__cues"
    )
    uses = asset.uses.select_related("production", "added_by").order_by("added_at")
    return {
        "code": asset.code,
        "kind": asset.kind,
        "title": assets.title_of(asset),
        "name": asset.name,
        "agency": {"code": asset.agency.code, "name": asset.agency.name},
        "created_by": asset.created_by.username,
        "created_at": asset.created_at.isoformat(),
        "trashed_at": asset.trashed_at.isoformat() if asset.trashed_at else None,
        "revision": asset.revision,
        "current": asset.current.code if asset.current else None,
        "versions": [_version(version) for version in versions.order_by("number")],
        "metadata": _metadata(asset),
        "uses": [
            {
                "production": str(used.production_id),
                "title": used.production.title,
                "role": used.role,
                "by": used.added_by.username,
                "at": used.added_at.isoformat(),
            }
            for used in uses
        ],
        "events": events.of(asset).count(),
    }


def _version(version: AssetVersion) -> dict[str, Any]:
    return {
        "code": version.code,
        "number": version.number,
        "note": version.note,
        "created_by": version.created_by.username,
        "created_at": version.created_at.isoformat(),
        "mime": version.mime,
        "demuxer": version.demuxer,
        "edit_rate": [version.edit_rate_num, version.edit_rate_den] if version.edit_rate else None,
        "duration_ticks": version.duration_ticks,
        "start_timecode": version.start_timecode,
        "drop_frame": version.drop_frame,
        "width": version.width,
        "height": version.height,
        "technical": version.technical,
        "files": [_file(file) for file in version.files.all()],
        "qc": [_finding(one) for one in version.findings.all()],
        "renditions": [_rendition(made) for made in version.renditions.all()],
        "captions": [
            {
                "language": track.language,
                "source": track.source,
                "cues": [[cue.start_ms, cue.end_ms, cue.text] for cue in track.cues.all()],
            }
            for track in version.caption_tracks.all()
        ],
    }


def _file(file: VersionFile) -> dict[str, Any]:
    return {
        "role": file.role,
        "filename": file.filename,
        "path": file.path,
        "mime": file.mime,
        "sha256": file.stored_id,
        "size_bytes": file.stored.size_bytes,
        "placements": [
            {
                "store": placement.store,
                "key": placement.key,
                "state": placement.state,
                "verified_at": placement.verified_at.isoformat(),
            }
            for placement in file.stored.placements.all()
        ],
    }


def _finding(one: QCFinding) -> dict[str, Any]:
    return {
        "item": one.item,
        "value": one.value,
        "unit": one.unit,
        "limit": one.limit,
        "verdict": one.verdict,
        "start_ticks": one.start_ticks,
        "end_ticks": one.end_ticks,
        "detail": one.detail,
        "tool": one.tool,
    }


def _rendition(made: Rendition) -> dict[str, Any]:
    return {
        "preset": made.preset,
        "preset_number": made.preset_number,
        "recipe_digest": made.recipe_digest,
        "entry": made.entry,
        "facts": made.facts,
        "created_at": made.created_at.isoformat(),
        "files": [
            {
                "path": file.path,
                "mime": file.mime,
                "sha256": file.stored_id,
                "size_bytes": file.stored.size_bytes,
            }
            for file in sorted(made.files.all(), key=lambda file: file.path)
        ],
    }


def _metadata(asset: Asset) -> dict[str, list[dict[str, Any]]]:
    """Return everything that is said of each field, the effective value first."""
    values = list(MetadataValue.objects.filter(asset=asset).select_related("by"))
    names = {row.by_id: row.by.username for row in values if row.by}
    return {
        field: [
            {
                "values": list(known.values),
                "language": known.language,
                "source": known.source,
                "origin": known.origin,
                "by": names.get(known.by_id),
                "at": known.at.isoformat(),
            }
            for known in said
        ]
        for field, said in metadata.standings(values).items()
    }
