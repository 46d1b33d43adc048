"""Clearing away: uploads nobody continued, and incoming bytes whose ingest is over or never began."""

import shutil
import time
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from dam.lifecycle import IllegalTransition
from ingest import uploads
from ingest.incoming import incoming
from ingest.models import Ingest, IngestState, Upload, UploadState

#: Ended this way, an ingest has its bytes in the store; a failed one still needs the incoming ones.
STORED = (IngestState.ACCEPTED, IngestState.DUPLICATE, IngestState.REJECTED)
#: Younger bytes may belong to an upload whose row is not committed yet.
LEAST_AGE_SECONDS = 3600
#: What a killed process left in a store under no upload's name.
STALE_SECONDS = 2 * 24 * 3600
SCRATCH_SECONDS = 2 * 24 * 3600


def sweep() -> None:
    """Do all of it; twice is once."""
    for upload in Upload.objects.filter(state=UploadState.RECEIVING, expires_at__lt=timezone.now()):
        try:
            uploads.expire(upload)
        except IllegalTransition:
            continue
    _discard_orphans()
    _clear_scratch()


def _discard_orphans() -> None:
    place = incoming()
    held = list(place.held())
    needed = set(
        Upload.objects.filter(
            pk__in=held, state__in=[UploadState.RECEIVING, UploadState.COMPLETE]
        ).values_list("pk", flat=True)
    )
    over = set(Ingest.objects.filter(upload__in=held, state__in=STORED).values_list("upload_id", flat=True))
    for upload_id in held:
        if upload_id in over or (
            upload_id not in needed and place.age_seconds(upload_id) > LEAST_AGE_SECONDS
        ):
            place.discard(upload_id)
    place.sweep(STALE_SECONDS)


def _clear_scratch() -> None:
    """Remove the folders of runs whose worker was killed and that no later run cleared."""
    for left in Path(settings.SCRATCH).glob("ingest-*"):
        try:
            old = time.time() - left.stat().st_mtime > SCRATCH_SECONDS
        except FileNotFoundError:
            continue
        if old:
            shutil.rmtree(left, ignore_errors=True)
