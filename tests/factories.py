"""Makers of rows for tests, plain functions over the product's own verbs: what they make could really exist."""

import itertools
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from dam import agencies, assets, collections, files, metadata, productions, shares, storage
from dam.lifecycle import Lifecycle
from dam.models import (
    Agency,
    Asset,
    AssetVersion,
    CaptionCue,
    CaptionSource,
    CaptionTrack,
    Collection,
    FileRole,
    Kind,
    Membership,
    Production,
    QCFinding,
    Rendition,
    RenditionFile,
    Role,
    Share,
    StoredFile,
    User,
    VersionFile,
)
from ingest.models import Batch, Ingest, IngestState, Upload, UploadState
from transcode.models import JobState, TranscodeJob

_number = itertools.count(1)
MIME = {
    Kind.VIDEO: "video/mp4",
    Kind.AUDIO: "audio/wav",
    Kind.PHOTO: "image/jpeg",
    Kind.DOCUMENT: "application/pdf",
    Kind.OTHER: "application/octet-stream",
}
SUFFIX = {
    Kind.VIDEO: "mp4",
    Kind.AUDIO: "wav",
    Kind.PHOTO: "jpg",
    Kind.DOCUMENT: "pdf",
    Kind.OTHER: "prproj",
}


def agency(code: str = "", *, parent: Agency | None = None, name: str = "") -> Agency:
    """An agency; without a parent it is the central office, which is made once."""
    if parent is None and not code:
        return central()
    code = code or f"D{next(_number)}"
    return agencies.create(code, name or f"Dependencia {code}", parent=parent, by=None)


def central() -> Agency:
    """The communication office itself, the root of the tree."""
    found = Agency.objects.filter(parent=None).first()
    return found or agencies.create("GTO", "Comunicación Social", parent=None, by=None)


def user(name: str = "", **fields: Any) -> User:
    """A person without any role; the password is ``contraseña``."""
    name = name or f"persona{next(_number)}"
    return User.objects.create_user(name, password="contraseña", **fields)


def person(role: str = Role.PRODUCER, of: Agency | None = None, *, name: str = "") -> User:
    """A person with one role in one agency (the central office where none is given)."""
    someone = user(name)
    agencies.appoint(someone, agency=of or central(), role=role, by=None)
    return someone


def administrator() -> User:
    """Somebody who administers the system."""
    return user(is_superuser=True)


def membership(
    someone: User,
    of: Agency,
    role: str = Role.PRODUCER,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> Membership:
    """A role with any dates, past ones too."""
    since = since or timezone.now() - timedelta(days=1)
    return Membership.objects.create(user=someone, agency=of, role=role, since=since, until=until)


def stored(content: bytes | None = None) -> StoredFile:
    """Real bytes in the objects store; new ones where none are given."""
    content = content if content is not None else f"contenido {next(_number)}".encode()
    digest = storage.digest_of([content])
    return files.keep(files.original_key(digest.sha256), [content], expected=digest)


def original(kind: str = Kind.PHOTO, *, content: bytes | None = None, **fields: Any) -> assets.Original:
    """An original whose bytes are stored; a video or sound lasts ten seconds unless said otherwise."""
    kind = Kind(kind)
    timing: dict[str, Any] = {}
    if kind == Kind.VIDEO:
        timing = {"edit_rate": (30000, 1001), "duration_ticks": 300, "width": 1920, "height": 1080}
    elif kind == Kind.AUDIO:
        timing = {"edit_rate": (48000, 1), "duration_ticks": 480_000}
    elif kind == Kind.PHOTO:
        timing = {"width": 6000, "height": 4000}
    defaults = {"filename": f"archivo {next(_number)}.{SUFFIX[kind]}", "mime": MIME[kind], **timing}
    return assets.Original(stored=stored(content), **{**defaults, **fields})


def version(
    kind: str = Kind.PHOTO,
    *,
    of: Agency | None = None,
    by: User | None = None,
    name: str = "",
    content: bytes | None = None,
    **fields: Any,
) -> AssetVersion:
    """The first version of a new asset; ``fields`` go to its original."""
    by = by or person()
    made = original(kind, content=content, **fields)
    return assets.register(made, kind=kind, name=name or made.filename, agency=of or central(), by=by)


def asset(kind: str = Kind.PHOTO, *, headline: str = "", **fields: Any) -> Asset:
    """A new asset with one version, as read from the database."""
    made = version(kind, **fields).asset
    if headline:
        metadata.describe(made, {"headline": headline}, by=made.created_by)
    return Asset.objects.select_related("agency", "current", "created_by").get(pk=made.pk)


def attached(
    to: AssetVersion, *, content: bytes | None = None, filename: str = "nota.xml", mime: str = "text/xml"
) -> VersionFile:
    """A file that came along with the original."""
    return assets.attach(
        to, stored(content), role=FileRole.SIDECAR, filename=filename, mime=mime, by=to.created_by
    )


def rendition(
    of: AssetVersion,
    preset: str = "web",
    contents: Mapping[str, bytes] | None = None,
    *,
    mime: str = "image/jpeg",
    form: str = "photo_size",
    facts: Mapping[str, Any] | None = None,
) -> Rendition:
    """A rendition with real files; the first of ``contents`` is its entry. ``form`` is transcode.recipes'."""
    contents = contents or {f"{preset}.jpg": f"imagen {next(_number)}".encode()}
    made = Rendition.objects.create(
        version=of,
        preset=preset,
        recipe={"slug": preset, "form": form, "mime": mime, "when": "at_once"},
        recipe_digest=f"{next(_number):064x}",
        entry=next(iter(contents)),
        facts=dict(facts or {}),
    )
    for path, content in contents.items():
        key = f"renditions/{made.pk}/{path}"
        RenditionFile.objects.create(rendition=made, path=path, stored=files.keep(key, [content]), mime=mime)
    return made


def captions(
    of: AssetVersion,
    cues: Iterable[tuple[int, int, str]] = ((0, 1500, "Buenos días."),),
    language: str = "es",
) -> CaptionTrack:
    """A track with its cues: (start, end) in milliseconds and the text."""
    track = CaptionTrack.objects.create(version=of, language=language, source=CaptionSource.EMBEDDED)
    CaptionCue.objects.bulk_create(
        CaptionCue(track=track, position=position, start_ms=start, end_ms=end, text=text)
        for position, (start, end, text) in enumerate(cues)
    )
    return track


def finding(of: AssetVersion, item: str = "loudness.integrated", **fields: Any) -> QCFinding:
    """One technical check that passed, unless told otherwise."""
    defaults = {"value": "-23.1", "unit": "LUFS", "limit": "-23 ±1", "verdict": "pass", "tool": "ffmpeg 9"}
    return QCFinding.objects.create(version=of, item=item, **{**defaults, **fields})


def production(
    title: str = "", *, of: Agency | None = None, by: User | None = None, members: Iterable[User] = ()
) -> Production:
    """An open production."""
    by = by or person()
    title = title or f"Producción {next(_number)}"
    return productions.create(title, agency=of or central(), by=by, members=members)


def share(
    thing: Asset | Production,
    to: Agency,
    *,
    until: datetime | None = None,
    by: User | None = None,
    reason: str = "Boletín conjunto",
) -> Share:
    """Lend an asset or a production; any end is possible, a past one too."""
    made = shares.lend(thing, to=to, reason=reason, by=by or thing.created_by)
    if until is not None:
        Share.objects.filter(pk=made.pk).update(until=until)
        made.until = until
    return made


def collection(title: str = "", *, by: User | None = None, of: Agency | None = None) -> Collection:
    """An empty collection of one person."""
    return collections.create(
        title or f"Colección {next(_number)}", agency=of or central(), by=by or person()
    )


def _production_in(state: str) -> Production:
    made = production()
    Production.objects.filter(pk=made.pk).update(state=state)
    made.refresh_from_db()
    return made


def batch(by: User | None = None, **fields: Any) -> Batch:
    """Files that come together."""
    return Batch.objects.create(created_by=by or person(), agency=central(), **fields)


def upload(state: str = UploadState.COMPLETE, **fields: Any) -> Upload:
    """A file of ten bytes that is arriving or has arrived."""
    defaults = {
        "filename": "a.jpg",
        "stem": f"a{next(_number)}",
        "size_bytes": 10,
        "offset_bytes": 10 if state == UploadState.COMPLETE else 4,
        "expires_at": timezone.now() + timedelta(days=1),
    }
    into = fields.pop("batch", None) or batch()
    return Upload.objects.create(state=state, batch=into, owner=into.created_by, **{**defaults, **fields})


def ingest(state: str = IngestState.QUEUED, **fields: Any) -> Ingest:
    """The run of steps of a complete upload; what it needs to be in this state is there."""
    defaults: dict[str, Any] = {"source": "browser", "reason": "empty"}
    if state in {IngestState.ACCEPTED, IngestState.DUPLICATE}:
        defaults["version"] = version()
    from_upload = fields.pop("upload", None) or upload()
    return Ingest.objects.create(state=state, upload=from_upload, **{**defaults, **fields})


def transcode_job(state: str = JobState.QUEUED, **fields: Any) -> TranscodeJob:
    """A piece of work on a version."""
    of = fields.pop("version", None) or version("video")
    digest = f"{next(_number):064x}"
    return TranscodeJob.objects.create(state=state, version=of, purpose="previews", digest=digest, **fields)


#: How to make a row of each Lifecycle model in a given state; a test refuses a model that has no line here.
IN_STATE: dict[str, Callable[[str], Lifecycle]] = {
    "dam.Production": _production_in,
    "ingest.Upload": upload,
    "ingest.Ingest": ingest,
    "transcode.TranscodeJob": transcode_job,
}
#: What a step needs beside the state, by model and target: fields, made anew for each row.
WITH_STEP: dict[tuple[str, str], Callable[[Lifecycle], dict[str, Any]]] = {
    ("ingest.Upload", "complete"): lambda row: {"offset_bytes": row.size_bytes},  # type: ignore[attr-defined]
    ("ingest.Ingest", "accepted"): lambda _row: {"version": version()},
    ("ingest.Ingest", "duplicate"): lambda _row: {"version": version()},
}
