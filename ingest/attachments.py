"""Captions and sidecars: the media they belong to by their names, and attaching them whichever came first."""

from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from dam import assets, events, metadata, permissions, trash
from dam.models import AssetVersion, FileRole, Kind, StoredFile, User, VersionFile
from ingest import companions, originals, timed_text
from ingest.models import Ingest, IngestState, Upload, UploadState
from ingest.reading import languages
from ingest.steps import identify, probe
from ingest.steps import metadata as reading
from ingest.uploads import PATIENCE

ROLES = {"caption": FileRole.CAPTION, "sidecar": FileRole.SIDECAR}
#: What a companion may be attached to.
BESIDE = {
    FileRole.CAPTION: frozenset({Kind.VIDEO, Kind.AUDIO}),
    FileRole.SIDECAR: frozenset({Kind.VIDEO, Kind.AUDIO, Kind.PHOTO, Kind.DOCUMENT}),
}
#: A file that stopped arriving is not waited for longer; its companion is attached when it does come.
AWAITED_FOR = timedelta(minutes=10)
HELD = (IngestState.ACCEPTED, IngestState.DUPLICATE)


def role_of(ingest: Ingest) -> FileRole | None:
    """Return what a companion is to its media; None for what stands on its own."""
    return ROLES.get(ingest.learned(probe.NAME).get("kind", ""))


def hold(upload: Upload) -> None:
    """Keep others of the same name and folder from being registered until the transaction ends.

    Without it a caption and its media that end at the same moment would not see each other.
    """
    originals.hold(f"companions:{upload.batch_id}:{upload.folder}:{upload.stem}")


def media_of(ingest: Ingest, role: FileRole) -> list[AssetVersion]:
    """Return the versions a companion belongs to: named at upload, or beside it under the same name."""
    upload = ingest.upload
    if upload.version_of is not None and upload.version_of.current is not None:
        return [upload.version_of.current]
    held = {
        beside.filename: beside.ingest.version
        for beside in _beside(upload).filter(ingest__state__in=HELD, ingest__role__in=["", FileRole.ORIGINAL])
        if beside.ingest.version is not None
    }
    chosen = companions.matches(upload.filename, held)
    versions = [version for name, version in held.items() if name in chosen]
    return [
        version
        for version in versions
        if version.asset.kind in BESIDE[role] and permissions.may(upload.owner, "edit", version.asset)
    ]


def is_awaited(ingest: Ingest) -> bool:
    """Answer whether media of this companion's name is on its way right now."""
    coming = [
        beside.filename
        for beside in _beside(ingest.upload)
        if not companions.is_companion(beside.filename) and _is_coming(beside)
    ]
    return bool(companions.matches(ingest.upload.filename, coming))


def attach(
    ingest: Ingest, stored: StoredFile, version: AssetVersion, role: FileRole, *, by: User
) -> VersionFile:
    """Attach a companion's bytes to a version, with its cues or what it says of the media."""
    upload, kind = ingest.upload, ingest.learned(identify.NAME)
    attached = assets.attach(
        version,
        stored,
        role=role,
        filename=upload.filename,
        mime=kind["mime"],
        path=upload.path,
        by=by,
    )
    if role == FileRole.CAPTION:
        read_captions(ingest, version, attached)
    else:
        describe(version, by=by)
    return attached


def read_captions(ingest: Ingest, version: AssetVersion, file: VersionFile) -> None:
    """Write the cues of a caption file to a version; its name says the language better than itself."""
    read = ingest.learned(probe.NAME)["facts"]
    language = languages.from_name(ingest.upload.filename) or read["language"]
    timed_text.add_track(version, read["cues"], language=language, label=ingest.upload.filename, file=file)


def is_attached(stored: StoredFile, version: AssetVersion, role: FileRole) -> bool:
    """Answer whether these bytes are there already."""
    return VersionFile.objects.filter(version=version, stored=stored, role=role).exists()


def adopt(version: AssetVersion, ingest: Ingest, *, by: User) -> AssetVersion:
    """Attach the companions of a new version that came before it and were kept alone.

    The asset that each was until then goes to the trash; its bytes are now the version's.
    """
    waiting = Ingest.objects.filter(
        upload__in=_beside(ingest.upload), state=IngestState.ACCEPTED, role=FileRole.ORIGINAL
    ).select_related("upload", "version__asset", "stored")
    for companion in waiting.order_by("pk"):
        role = role_of(companion)
        alone = companion.version
        if (
            role is None
            or alone is None
            or companion.stored is None
            or version.asset.kind not in BESIDE[role]
        ):
            continue
        if not companions.matches(companion.upload.filename, [ingest.upload.filename]):
            continue
        _move(companion, companion.stored, version, role, by=by)
        trash.put(alone.asset, by=by)
    return version


def describe(version: AssetVersion, *, by: User) -> None:
    """Write what the version's files say of it: sidecars, which are edited later, before the original itself.

    Only the current version speaks for its asset.
    """
    if version.asset.current_id != version.pk:
        return
    beside = version.files.filter(role=FileRole.SIDECAR).values("stored")
    speakers = [
        *Ingest.objects.filter(stored__in=beside, state__in=HELD).order_by("-pk"),
        *Ingest.objects.filter(version=version, state=IngestState.ACCEPTED, role=FileRole.ORIGINAL),
    ]
    metadata.record_embedded(
        version.asset,
        [found for speaker in speakers for found in found_by(speaker)],
        by=by,
    )


def found_by(ingest: Ingest) -> list[metadata.Found]:
    """Return what an ingest's file says of itself, in the catalogue's shape."""
    said = ingest.learned(reading.NAME).get("found", [])
    return [
        metadata.Found(
            field=item["field"],
            values=tuple(item["value"]) if isinstance(item["value"], list) else (item["value"],),
            language=item["language"],
            origin=item["origin"],
        )
        for item in said
    ]


def _move(companion: Ingest, stored: StoredFile, version: AssetVersion, role: FileRole, *, by: User) -> None:
    """Make an ingest that stood alone the companion of a version; its cues are read from its own track."""
    alone = companion.version
    attached = assets.attach(
        version,
        stored,
        role=role,
        filename=companion.upload.filename,
        mime=companion.learned(identify.NAME)["mime"],
        path=companion.upload.path,
        by=by,
    )
    Ingest.objects.filter(pk=companion.pk).update(version=version, role=role)
    events.record(companion, "adopted", by=by, data={"version": version.code})
    for track in alone.caption_tracks.all() if alone is not None else ():
        cues = [
            {"start_ms": cue.start_ms, "end_ms": cue.end_ms, "text": cue.text} for cue in track.cues.all()
        ]
        timed_text.add_track(version, cues, language=track.language, label=track.label, file=attached)


def _beside(upload: Upload) -> QuerySet[Upload]:
    """Return the files of the same name, roughly, in the same folder of the same batch."""
    return (
        Upload.objects.filter(batch=upload.batch_id, folder=upload.folder, stem=upload.stem)
        .exclude(pk=upload.pk)
        .select_related("ingest__version__asset__agency", "ingest__version__asset__current")
    )


def _is_coming(upload: Upload) -> bool:
    if upload.state == UploadState.RECEIVING:
        moved_at = upload.expires_at - PATIENCE
        return timezone.now() - moved_at < AWAITED_FOR
    return upload.state == UploadState.COMPLETE and upload.ingest.state in {
        IngestState.QUEUED,
        IngestState.RUNNING,
    }
