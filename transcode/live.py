"""Watching while it encodes: the growing playlists of a running job and the segments it has already kept."""

from django.db.models import QuerySet

from dam import permissions
from dam.models import Placement, PlacementState, StoredFile
from transcode.models import TranscodeJob


class NotThere(Exception):
    """The job has no such playlist or finished segment (yet)."""


def watchable(user: permissions.type_of_user) -> QuerySet[TranscodeJob]:
    """Return the jobs whose version the person may see."""
    return TranscodeJob.objects.filter(version__asset__in=permissions.visible(user)).select_related(
        "version__asset"
    )


def playlist(job: TranscodeJob, path: str) -> str | None:
    """Return a playlist as it grows; None where the job has none (any more: the final one is a kept file)."""
    text = job.live.get(path)
    return None if text is None else str(text)


def segment(job: TranscodeJob, path: str) -> StoredFile:
    """Return a finished file of the job: its row exists only once its bytes were verified. Raises NotThere."""
    if "\0" in path:  # PostgreSQL has no such text
        raise NotThere(path)
    placement = (
        Placement.objects.filter(key=job.prefix + path, state=PlacementState.PRESENT)
        .select_related("stored")
        .first()
    )
    if placement is None or not job.prefix:
        raise NotThere(path)
    return placement.stored
