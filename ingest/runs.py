"""One run of an ingest: taking it, noting what its steps learn, and its endings. All writing is fenced.

A worker that was taken for dead may still be alive. Each run takes the next number in ``attempts``; whoever no
longer holds the last number finds its writes refused (Superseded).
"""

import hashlib
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import transaction

from dam import files
from dam.models import AssetVersion, StoredFile
from dam.storage import Digest, file_chunks
from ingest import ingests
from ingest.incoming import incoming
from ingest.models import Ingest, IngestState
from ingest.outcomes import Rejected, Superseded

#: A file that took this many workers with it is not given to another one by itself.
MOST_DEATHS = 4
WORKER_DIED = "worker_died"
POSTPONE_SECONDS = 3
ERROR_CHARACTERS = 2000


def claim(ingest_id: str) -> Ingest | None:
    """Take an ingest to run it; None where it is over, or where another run took it at the same moment."""
    ingest = (
        Ingest.objects.select_related(
            "upload__owner", "upload__batch__agency", "upload__version_of", "stored"
        )
        .filter(pk=ingest_id)
        .first()
    )
    if ingest is None or ingest.state not in {IngestState.QUEUED, IngestState.FAILED, IngestState.RUNNING}:
        return None
    revived = ingest.state == IngestState.RUNNING
    if revived and ingest.deaths >= MOST_DEATHS:
        _end(ingest, IngestState.FAILED, note=WORKER_DIED, error=WORKER_DIED)
        return None
    with transaction.atomic():
        mine, deaths = ingest.attempts + 1, ingest.deaths + int(revived)
        taken = Ingest.objects.filter(pk=ingest.pk, state=ingest.state, attempts=ingest.attempts)
        if not taken.update(attempts=mine, deaths=deaths):
            return None
        ingest.attempts, ingest.deaths = mine, deaths
        if not revived:
            ingest.advance(IngestState.RUNNING, by=None, error="", next_attempt_at=None)
    return ingest


def begin_step(ingest: Ingest, name: str) -> None:
    """Note which step is at work. Raises Superseded."""
    _update(ingest, step=name)


def learn(ingest: Ingest, name: str, learned: dict[str, Any]) -> None:
    """Note what a finished step learned; with that it is done for good. Raises Superseded."""
    _update(ingest, facts={**ingest.facts, name: learned}, deaths=0)


def hold(ingest: Ingest) -> None:
    """Keep every other run off this ingest until the caller's transaction ends. Raises Superseded."""
    mine = Ingest.objects.select_for_update(of=("self",)).filter(
        pk=ingest.pk, state=IngestState.RUNNING, attempts=ingest.attempts
    )
    if not mine.exists():
        raise Superseded(str(ingest.pk))


def accept(ingest: Ingest, version: AssetVersion, stored: StoredFile, *, role: str) -> Ingest:
    """End it: the file is in the library, as ``role`` of ``version``. In the caller's transaction.

    The row keeps what was learned without what has rows of its own; the object keeps all of it, for who goes on.
    """
    learned = ingest.facts
    _end(
        ingest,
        IngestState.ACCEPTED,
        note=version.code,
        version=version,
        stored=stored,
        role=role,
        facts=_trimmed(learned),
        step="",
    )
    ingest.facts = learned
    return ingest


def duplicate(ingest: Ingest, version: AssetVersion) -> Ingest:
    """End it: the bytes were in the library already."""
    ingest = _end(ingest, IngestState.DUPLICATE, note=version.code, version=version, step="")
    incoming().discard(ingest.upload_id)
    return ingest


def reject(ingest: Ingest, rejected: Rejected, file: Path) -> Ingest:
    """End it: the bytes go to the quarantine as they came, by their hash, with the reason."""
    digest = _digest(file)
    key = f"quarantine/{digest.sha256[:2]}/{digest.sha256}"
    stored = files.keep(key, file_chunks(file), expected=digest)
    ingest = _end(
        ingest,
        IngestState.REJECTED,
        note=rejected.code,
        reason=rejected.code,
        reason_params=rejected.params,
        stored=stored,
    )
    incoming().discard(ingest.upload_id)
    return ingest


def postpone(ingest: Ingest) -> Ingest:
    """Give it back to the queue for a moment: something it depends on is still on its way."""
    with transaction.atomic():
        _end(ingest, IngestState.QUEUED, note="postponed")
        ingests.enqueue(ingest, priority=ingests.PRIORITY[ingest.source], in_seconds=POSTPONE_SECONDS)
    return ingest


def fail(ingest: Ingest, error: Exception, *, next_attempt_at: datetime | None) -> Ingest:
    """End this run: something broke that is not the file's fault. ``next_attempt_at`` None leaves it to people."""
    said = f"{type(error).__name__}: {error}"[:ERROR_CHARACTERS].replace("\0", "")
    return _end(
        ingest,
        IngestState.FAILED,
        note=type(error).__name__[:60],
        error=said,
        next_attempt_at=next_attempt_at,
    )


def _end(ingest: Ingest, state: str, *, note: str, **fields: Any) -> Ingest:
    with transaction.atomic():
        hold(ingest)
        ingest.state = IngestState.RUNNING  # whatever a transaction that was rolled back left in memory
        ingest.advance(state, by=None, note=note, **fields)
    return ingest


def _update(ingest: Ingest, **fields: Any) -> None:
    mine = Ingest.objects.filter(pk=ingest.pk, state=IngestState.RUNNING, attempts=ingest.attempts)
    if not mine.update(**fields):
        raise Superseded(str(ingest.pk))
    for name, value in fields.items():
        setattr(ingest, name, value)


def _trimmed(learned: dict[str, Any]) -> dict[str, Any]:
    """Leave out what has its own rows once the version is registered: cues may be megabytes."""
    return {
        key: _trimmed(value) if isinstance(value, dict) else value
        for key, value in learned.items()
        if key not in {"tracks", "cues"}
    }


def _digest(file: Path) -> Digest:
    sha256, size = hashlib.sha256(), 0
    for chunk in file_chunks(file):
        sha256.update(chunk)
        size += len(chunk)
    return Digest(sha256.hexdigest(), size)
