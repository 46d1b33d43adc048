"""Verbs on ingests: begin one for a complete upload, try again, and who sees which."""

from django.db import transaction
from procrastinate.contrib.django import app

from dam.lifecycle import IllegalTransition
from dam.models import User
from ingest.models import Ingest, IngestState, Source, Upload

TASK = "ingest.run"
QUEUE = "ingest"
#: A person who waits at a page beats a batch (procrastinate: the higher number goes first).
PRIORITY: dict[str, int] = {Source.BROWSER: 10, Source.COMMAND: 0, Source.FOLDER: 0}


def begin(upload: Upload, *, source: str, by: User) -> Ingest:  # noqa: ARG001 - the upload's events say who
    """Start the ingest of a complete upload: the row and its job, in the caller's transaction."""
    with transaction.atomic():
        ingest = Ingest.objects.create(upload=upload, source=Source(source))
        enqueue(ingest, priority=PRIORITY[source])
    return ingest


def enqueue(ingest: Ingest, *, priority: int, in_seconds: int = 0) -> None:
    """Ask a worker to run an ingest; one at a time runs each."""
    task = app.configure_task(
        TASK,
        queue=QUEUE,
        priority=priority,
        lock=f"{TASK}:{ingest.pk}",
        schedule_in={"seconds": in_seconds} if in_seconds else None,
    )
    task.defer(ingest_id=str(ingest.pk))


def retry(ingest: Ingest, *, by: User) -> Ingest:
    """Queue a failed or rejected ingest again, before batches; a rejected file is examined from the start.

    Raises IllegalTransition where it is in neither state any more.
    """
    if ingest.state not in {IngestState.FAILED, IngestState.REJECTED}:  # a run that is at it goes on
        raise IllegalTransition(f"{ingest} is not for people to try again")
    with transaction.atomic():
        afresh = (
            {"facts": {}, "reason": "", "reason_params": {}} if ingest.state == IngestState.REJECTED else {}
        )
        ingest.advance(IngestState.QUEUED, by=by, note="retry", error="", next_attempt_at=None, **afresh)
        enqueue(ingest, priority=PRIORITY[Source.BROWSER])
    return ingest
