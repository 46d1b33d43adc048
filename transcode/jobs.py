"""Verbs on jobs: ask for the previews of a version or for one rendition, stop, and try again."""

import hashlib
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from procrastinate.contrib.django import app

from dam import events
from dam.lifecycle import IllegalTransition
from dam.models import AssetVersion, Kind, Rendition, User
from transcode import preset_versions
from transcode.models import JobState, TranscodeJob
from transcode.recipes import Recipe

PREVIEWS = "previews"
#: procrastinate priorities: the larger goes first. A person who waits beats a batch.
WAITING_PERSON = 10
BATCH = 0
#: Video runs on its own queue, so that an hour of it does not hold up a hundred photographs.
QUEUES = {Kind.VIDEO: "transcode"}
LIGHT_QUEUE = "default"
MADE_FOR = frozenset({Kind.VIDEO, Kind.AUDIO, Kind.PHOTO, Kind.DOCUMENT})


def enqueue_previews(version: AssetVersion, *, by: User | None, priority: int = BATCH) -> TranscodeJob | None:
    """Ask for everything that is made at once for this kind, with the technical checks.

    Returns None for a kind nothing is made of. Call it in the transaction that registers the version: the job
    exists exactly where the version does.
    """
    kind = version.asset.kind
    if kind not in MADE_FOR:
        return None
    recipes = preset_versions.in_use_for(kind, "at_once")
    return _ask(version, recipes, purpose=PREVIEWS, by=by, priority=priority)


def request(version: AssetVersion, preset: str, *, by: User | None) -> Rendition | TranscodeJob:
    """Return the rendition of a preset if it is kept, else the job that is making it (one for all who ask).

    Raises transcode.models.Preset.DoesNotExist.
    """
    recipe = preset_versions.in_use(preset)
    kept = Rendition.objects.filter(version=version, recipe_digest=recipe.digest()).first()
    if kept is not None:
        return kept
    return _ask(version, [recipe], purpose=preset, by=by, priority=WAITING_PERSON)


def stop(job: TranscodeJob, *, by: User | None) -> TranscodeJob:
    """Cancel a job: one that waits ends now, one that runs when its ffmpeg has been stopped (a second or two).

    Raises dam.lifecycle.IllegalTransition where it has already ended.
    """
    with transaction.atomic():
        TranscodeJob.objects.filter(pk=job.pk).update(stop_requested=True)
        job.refresh_from_db()
        events.record(job, "stop.requested", by=by)
        if job.state != JobState.RUNNING:
            job.advance(JobState.CANCELLED, by=by)
    return job


def retry(job: TranscodeJob, *, by: User | None) -> TranscodeJob:
    """Try a failed or cancelled job again; return the one that makes the same by now, where somebody asked anew.

    Raises dam.lifecycle.IllegalTransition for a job that waits, runs or is done.
    """
    # Back to the queue from here is the way of a job whose worker died, not a person's.
    if job.state == JobState.RUNNING:
        raise IllegalTransition(f"{job} still runs")
    others = _active(job.version, job.digest).exclude(pk=job.pk)
    anew = others.first()
    if anew is not None:
        return anew
    try:
        with transaction.atomic():
            job.advance(
                JobState.QUEUED, by=by, stop_requested=False, error="", error_tail="", permille=0, attempts=0
            )
            _defer(job)
    except IntegrityError:  # somebody asked for the same at the same instant
        return others.get()
    return job


def progress(job: TranscodeJob, *, permille: int, eta_s: int | None) -> None:
    """Note how far a running job is; a job that no longer runs is left alone."""
    TranscodeJob.objects.filter(pk=job.pk, state=JobState.RUNNING).update(permille=permille, eta_s=eta_s)


def _ask(
    version: AssetVersion, recipes: Sequence[Recipe], *, purpose: str, by: User | None, priority: int
) -> TranscodeJob:
    digest = hashlib.sha256("".join(recipe.digest() for recipe in recipes).encode()).hexdigest()
    asked: dict[str, Any] = {
        "purpose": purpose,
        "recipes": [recipe.to_json() for recipe in recipes],
        "digest": digest,
        "priority": priority,
        "requested_by": by,
    }
    active = _active(version, digest)
    running = active.first()
    if running is not None:
        return running
    try:
        with transaction.atomic():
            job = TranscodeJob.objects.create(version=version, **asked)
            events.record(job, "requested", by=by, data={"version": version.code, "purpose": purpose})
            _defer(job)
    except IntegrityError:  # somebody asked for the same at the same instant
        return active.get()
    return job


def _active(version: AssetVersion, digest: str) -> QuerySet[TranscodeJob]:
    return TranscodeJob.objects.filter(
        version=version, digest=digest, state__in=[JobState.QUEUED, JobState.RUNNING]
    )


def _defer(job: TranscodeJob) -> None:
    queue = QUEUES.get(Kind(job.version.asset.kind), LIGHT_QUEUE)
    app.configure_task("transcode.run", queue=queue, priority=job.priority, lock=f"transcode:{job.pk}").defer(
        job_id=str(job.pk)
    )
