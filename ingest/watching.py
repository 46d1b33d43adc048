"""A watched folder: files that stopped changing are taken in once, and moved aside when their ingest is over.

By polling, because network mounts announce nothing. What was taken is known by the database (Upload.source_key,
unique), so neither a restart nor a second watcher takes a file twice.
"""

import hashlib
import logging
import os
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from dam.lifecycle import IllegalTransition
from dam.models import Agency, User
from ingest import batches, local_files, reasons, uploads
from ingest.incoming import Busy, Gone, incoming
from ingest.local_files import Changed, LocalFile
from ingest.models import Batch, Ingest, IngestState, Source, Upload, UploadState

HANDLED, REJECTED = "procesados", "rechazados"
REASON_SUFFIX = ".motivo.txt"
NAME_BYTES = 255  # the longest name that file systems take
#: Names under which copying programs write until a file is whole.
UNFINISHED = ("*.part", "*.partial", "*.filepart", "*.crdownload", "*.tmp", "~*")
#: Hidden files are the system's; ours are not material either.
LEFT_ALONE = (*UNFINISHED, ".*", HANDLED, REJECTED, f"*{REASON_SUFFIX}")

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Look:
    """A file as it was seen, and since when it looks so (monotonic seconds)."""

    size: int
    mtime_ns: int
    since: float


class Watcher:
    """One watched folder. ``look`` is one round; the caller decides how often."""

    def __init__(self, folder: Path, *, by: User, agency: Agency, steady_seconds: float) -> None:
        self.folder = Path(os.path.abspath(folder))  # noqa: PTH100 - resolve() follows links
        self.by, self.agency, self.steady_seconds = by, agency, steady_seconds
        self._looks: dict[Path, _Look] = {}

    def look(self) -> None:
        """Move aside what is over, take in what is whole. Trouble with one file leaves the others alone."""
        found = local_files.find([self.folder], exclude=LEFT_ALONE)
        self._looks = {path: look for path, look in self._looks.items() if path in {f.path for f in found}}
        for file in found:
            try:
                self._consider(file)
            except (OSError, Changed, uploads.NoRoom) as error:
                logger.warning("%s: %s: %s", file.shown, type(error).__name__, error)

    def _consider(self, file: LocalFile) -> None:
        now = file.path.stat()
        key = source_key(file, now)
        known = (
            Upload.objects.filter(source_key=key)
            .exclude(state__in=[UploadState.EXPIRED, UploadState.TERMINATED])
            .first()
        )
        if known is None or _was_abandoned(known, self.by):
            if self._is_steady(file, now):
                self._take(file, key)
            return
        ingest = Ingest.objects.filter(upload=known).first()
        if ingest is not None and ingest.is_over:
            self._settle(file, ingest)

    def _is_steady(self, file: LocalFile, now: os.stat_result) -> bool:
        before = self._looks.get(file.path)
        if before is None or (before.size, before.mtime_ns) != (now.st_size, now.st_mtime_ns):
            before = self._looks[file.path] = _Look(now.st_size, now.st_mtime_ns, time.monotonic())
        return time.monotonic() - before.since >= self.steady_seconds

    def _take(self, file: LocalFile, key: str) -> None:
        with suppress(IntegrityError):  # another watcher took it at this moment
            local_files.take(self._batch(), file, by=self.by, source=Source.FOLDER, source_key=key)
            logger.info("%s: taken", file.shown)

    def _batch(self) -> Batch:
        """Return today's batch of this folder's files: those of one card may come in several rounds."""
        today = Batch.objects.filter(
            created_by=self.by,
            agency=self.agency,
            created_at__date=timezone.localdate(),
            uploads__ingest__source=Source.FOLDER,
        )
        return today.order_by("-created_at").first() or batches.open_for(self.agency, by=self.by)

    def _settle(self, file: LocalFile, ingest: Ingest) -> None:
        if ingest.state == IngestState.FAILED:
            return  # it stays until somebody has it tried again
        rejected = ingest.state == IngestState.REJECTED
        inside = file.path.relative_to(self.folder)
        target = _free(self.folder / (REJECTED if rejected else HANDLED) / inside)
        target.parent.mkdir(parents=True, exist_ok=True)
        if rejected:
            with translation.override("es-mx"):
                why = reasons.explain(ingest.reason, ingest.reason_params)
            note = "\n".join(part for part in (why.what, why.kept, why.todo, why.detail) if part)
            _beside(target).write_text(f"{note}\n", encoding="utf-8")
        file.path.rename(target)
        self._looks.pop(file.path, None)
        logger.info("%s: %s", file.shown, ingest.state)


def source_key(file: LocalFile, now: os.stat_result) -> str:
    """Return what names this state of this file: its place, size and time of change."""
    said = b"\0".join((os.fsencode(file.path), str(now.st_size).encode(), str(now.st_mtime_ns).encode()))
    return hashlib.sha256(said).hexdigest()


def _was_abandoned(upload: Upload, by: User) -> bool:
    """Clear away an upload whose watcher died while copying; False where it is complete or being written."""
    if upload.state != UploadState.RECEIVING:
        return False
    try:
        with incoming().writing(upload.pk), suppress(IllegalTransition), transaction.atomic():
            uploads.cancel(upload, by=by)
    except Busy:
        return False
    except Gone:
        with suppress(IllegalTransition):
            uploads.cancel(upload, by=by)
    return True


def _free(target: Path) -> Path:
    """Return a name that is not taken: what was handled before is never overwritten."""
    return next(name for name in _names(target) if not os.path.lexists(name))


def _beside(target: Path) -> Path:
    """Return where the reason for a rejected file lies: its whole name, unless that would be too long for a disk."""
    name, room = os.fsencode(target.name), NAME_BYTES - len(REASON_SUFFIX)
    shown = target.name if len(name) <= room else name[:room].decode("utf-8", "ignore")
    return target.with_name(shown + REASON_SUFFIX)


def _names(target: Path) -> Iterator[Path]:
    yield target
    number = 2
    while True:
        yield target.with_name(f"{target.stem} ({number}){target.suffix}")
        number += 1
