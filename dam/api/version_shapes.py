"""The shapes of versions, their files, renditions and captions, with the addresses of their bytes."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from ninja import Schema

from dam import transfers
from dam.api import examples, schemas
from dam.models import AssetVersion, CaptionTrack, Rendition, RenditionFile, VersionFile


class FileOut(Schema):
    """A file of a version; ``url`` gives its bytes, with ranges, to a token of scope download."""

    id: UUID
    role: str
    filename: str
    mime: str
    size_bytes: int
    sha256: str
    url: str


class RenditionLine(Schema):
    """What a preset made of a version."""

    id: UUID
    preset: str
    preset_number: int
    entry: str
    created_at: datetime
    size_bytes: int
    url: str


class RenditionFileOut(Schema):
    """One file of a rendition."""

    path: str
    mime: str
    size_bytes: int
    sha256: str
    url: str


class Manifest(RenditionLine):
    """A rendition with every file it is made of."""

    recipe_digest: str
    files: list[RenditionFileOut]


class TrackOut(Schema):
    """A caption track; ``url`` gives it as WebVTT."""

    id: UUID
    language: str
    label: str
    source: str
    url: str


class Cue(Schema):
    """One cue, in milliseconds from the first frame."""

    start_ms: int
    end_ms: int
    text: str


class TrackWhole(TrackOut):
    """A caption track with its cues."""

    cues: list[Cue]


class VersionOut(schemas.VersionRef):
    """A version with its files, renditions and captions."""

    asset: str
    note: str
    created_by: schemas.PersonRef
    start_timecode: str
    drop_frame: bool
    technical: dict[str, Any]
    files: list[FileOut]
    renditions: list[RenditionLine]
    captions: list[TrackOut]


FILE = {
    "id": "01999f5e-7c1a-7000-8000-000000000002",
    "role": "original",
    "filename": "C0012.MP4",
    "mime": "video/mp4",
    "size_bytes": 412345678,
    "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
    "url": "https://acervo.example/descargas/v/K7M2Q9XA01/original",
}
RENDITION = {
    "id": "01999f5e-7c1a-7000-8000-000000000003",
    "preset": "web-720",
    "preset_number": 1,
    "entry": "web.mp4",
    "created_at": examples.INSTANT,
    "size_bytes": 12345678,
    "url": "https://acervo.example/descargas/v/K7M2Q9XA01/web-720/web.mp4",
}
MANIFEST = RENDITION | {
    "recipe_digest": FILE["sha256"],
    "files": [
        {key: FILE[key] for key in ("mime", "size_bytes", "sha256")}
        | {"path": "web.mp4", "url": RENDITION["url"]}
    ],
}
TRACK = {
    "id": "01999f5e-7c1a-7000-8000-000000000004",
    "language": "es",
    "label": "",
    "source": "embedded",
    "url": "https://acervo.example/bytes/v/K7M2Q9XA01/captions/01999f5e-7c1a-7000-8000-000000000004.vtt",
}
WHOLE_TRACK = TRACK | {"cues": [{"start_ms": 0, "end_ms": 1500, "text": "Buenos días."}]}
VERSION = examples.VERSION | {
    "asset": "K7M2Q9XA",
    "note": "",
    "created_by": examples.PERSON,
    "start_timecode": "01:00:00;00",
    "drop_frame": True,
    "technical": {},
    "files": [FILE],
    "renditions": [RENDITION],
    "captions": [TRACK],
}


def address(request: HttpRequest, name: str, *args: object) -> str:
    """Return a whole address: downloads lie on the transfers process, which may be another port."""
    path = reverse(name, args=args)
    return request.build_absolute_uri(
        (transfers.origin(request) if path.startswith("/descargas/") else "") + path
    )


def file_of(request: HttpRequest, version: AssetVersion, file: VersionFile) -> dict[str, Any]:
    """Return a file of a version."""
    original = file.role == "original"
    where = (
        ("dam:original_download", version.code) if original else ("dam:file_download", version.code, file.pk)
    )
    return {
        "id": file.pk,
        "role": file.role,
        "filename": file.filename,
        "mime": file.mime,
        "size_bytes": file.stored.size_bytes,
        "sha256": file.stored.sha256,
        "url": address(request, *where),
    }


def rendition_of(request: HttpRequest, version: AssetVersion, made: Rendition) -> dict[str, Any]:
    """Return a rendition; reads its prefetched files."""
    return {
        "id": made.pk,
        "preset": made.preset,
        "preset_number": made.preset_number,
        "entry": made.entry,
        "created_at": made.created_at,
        "size_bytes": sum(file.stored.size_bytes for file in made.files.all()),
        "url": address(request, "dam:rendition_download", version.code, made.preset, made.entry),
    }


def rendition_file_of(
    request: HttpRequest, version: AssetVersion, preset: str, file: RenditionFile
) -> dict[str, Any]:
    """Return one file of a rendition."""
    return {
        "path": file.path,
        "mime": file.mime,
        "size_bytes": file.stored.size_bytes,
        "sha256": file.stored.sha256,
        "url": address(request, "dam:rendition_download", version.code, preset, file.path),
    }


def track_of(request: HttpRequest, version: AssetVersion, track: CaptionTrack) -> dict[str, Any]:
    """Return a caption track."""
    return {
        "id": track.pk,
        "language": track.language,
        "label": track.label,
        "source": track.source,
        "url": address(request, "dam:captions", version.code, track.pk),
    }


def whole(request: HttpRequest, found: AssetVersion) -> dict[str, Any]:
    """Return a version with all that belongs to it, prefetched."""
    return schemas.version(found) | {
        "asset": found.code[:8],
        "note": found.note,
        "created_by": schemas.person(found.created_by),
        "start_timecode": found.start_timecode,
        "drop_frame": found.drop_frame,
        "technical": found.technical,
        "files": [file_of(request, found, file) for file in found.files.all()],
        "renditions": [rendition_of(request, found, made) for made in found.renditions.all()],
        "captions": [track_of(request, found, track) for track in found.caption_tracks.all()],
    }
