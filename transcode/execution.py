"""Running a job: claim it, make its formats on scratch, keep what is whole, and end it in a named state."""

import errno
import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from dam import assets, files
from dam.lifecycle import IllegalTransition
from dam.models import Kind, Placement, QCFinding, Rendition, RenditionFile, StoredFile
from dam.storage import Digest, file_chunks, names, store
from transcode import jobs
from transcode.ffmpeg import DiskFull, FfmpegError, FfmpegStopped, FrameCountMismatch, TooLarge
from transcode.hls import HlsError
from transcode.making import av, document, photo
from transcode.making.made import CannotMake, Made, MadeFile, MadeRendition, Work
from transcode.models import JobState, TranscodeJob
from transcode.recipes import Recipe
from transcode.sandbox import ParserError

MAKERS: dict[str, Callable[[Work], Made]] = {
    Kind.VIDEO: av.make,
    Kind.AUDIO: av.make,
    Kind.PHOTO: photo.make,
    Kind.DOCUMENT: document.make,
}
ATTEMPTS = 3
#: A job whose worker dies each time may be what kills it. Restarts of the server count too, so there are more.
DEATHS = 6
#: What the file itself causes: trying again would end the same way.
FINAL = (ParserError, FrameCountMismatch, TooLarge)
FORESEEN = (FfmpegError, ParserError, OSError, HlsError)
REPORT_SECONDS = 1.0
#: Findings of the ingest itself stand whatever is measured afterwards.
FROM_INGEST = "ingest."
TAIL_CHARACTERS = 4000
logger = logging.getLogger(__name__)


class TryAgain(Exception):
    """The job failed in a way that may pass; the queue tries it again later."""


def run(job_id: str) -> None:
    """Run one job to its end. Raises TryAgain where the queue is to try once more with back-off."""
    with _alone(job_id) as alone:
        if not alone:
            raise TryAgain(f"job {job_id} still runs in another worker")
        job = _claim(job_id)
        if job is None:
            return
        try:
            with _scratch() as folder:
                made = _make(job, folder)
                _finish(job, made)
        except FfmpegStopped:
            job.advance(JobState.CANCELLED, by=None)
            _sweep(job)
        except CannotMake as refused:
            _fail(job, refused.code, refused.detail)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the job must not stay as if it ran
            _fail_or_retry(job, failure)


@contextmanager
def _alone(job_id: str) -> Iterator[bool]:
    """Hold the job's advisory lock for the session, so that a worker taken for dead cannot run beside another."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtextextended(%s, 0))", [job_id])
        held = bool(cursor.fetchone()[0])
    try:
        yield held
    finally:
        if held:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(hashtextextended(%s, 0))", [job_id])


def _claim(job_id: str) -> TranscodeJob | None:
    job = TranscodeJob.objects.select_related("version__asset__agency").filter(pk=job_id).first()
    if job is None or job.state in {JobState.DONE, JobState.FAILED, JobState.CANCELLED}:
        return None
    try:
        if job.state == JobState.RUNNING:  # its worker died
            if job.attempts >= DEATHS:
                _fail(job, "worker_died", "")
                return None
            job.advance(JobState.QUEUED, by=None, note="revived")
            _sweep(job)
        if job.stop_requested:
            job.advance(JobState.CANCELLED, by=None)
            return None
        attempts = job.attempts + 1
        prefix = f"renditions/{job.version.code}/{job.pk}-{attempts}/"
        job.advance(
            JobState.RUNNING,
            by=None,
            started_at=timezone.now(),
            attempts=attempts,
            prefix=prefix,
            permille=0,
            live={},
            live_entry="",
        )
    except IllegalTransition:
        return None
    return job


def _make(job: TranscodeJob, folder: Path) -> Made:
    version = job.version
    stored = version.files.select_related("stored").get(role="original").stored
    there, key = files.where(stored)
    source = folder / "source"
    if there.copy_out(key, source) != Digest(stored.sha256, stored.size_bytes):
        raise CannotMake("original_changed", stored.sha256)
    work = Work(
        version=version,
        source=source,
        folder=folder,
        recipes=tuple(Recipe.from_json(recipe) for recipe in job.recipes),
        report=_reporter(job),
        should_stop=_stopper(job),
        publish=lambda slug, file: _keep(job, slug, file),
        show=lambda playlists, entry: _show(job, playlists, entry),
    )
    return MAKERS[version.asset.kind](work)


def _finish(job: TranscodeJob, made: Made) -> None:
    kept = [[_keep(job, one.recipe.slug, file) for file in one.files] for one in made.renditions]
    with transaction.atomic():
        job.advance(JobState.DONE, by=None, permille=1000, eta_s=None, live={})
        for rendition, stored in zip(made.renditions, kept, strict=True):
            _record(job, rendition, stored)
        if job.purpose == jobs.PREVIEWS:
            job.version.findings.exclude(item__startswith=FROM_INGEST).delete()
        QCFinding.objects.bulk_create(made.findings)
        assets.announce([job.version.asset_id])


def _record(job: TranscodeJob, made: MadeRendition, stored: list[StoredFile]) -> None:
    rendition, created = Rendition.objects.get_or_create(
        version=job.version,
        recipe_digest=made.recipe.digest(),
        defaults={
            "preset": made.recipe.slug,
            "preset_number": made.recipe.number,
            "recipe": made.recipe.to_json(),
            "entry": made.entry,
            "facts": made.facts,
            "requested_by": job.requested_by,
        },
    )
    if created:
        RenditionFile.objects.bulk_create(
            RenditionFile(rendition=rendition, path=file.path, stored=kept, mime=file.mime)
            for file, kept in zip(made.files, stored, strict=True)
        )


def _keep(job: TranscodeJob, slug: str, file: MadeFile) -> StoredFile:
    if isinstance(file.source, StoredFile):
        return file.source
    return files.keep(f"{job.prefix}{slug}/{file.path}", file_chunks(file.source))


def _show(job: TranscodeJob, playlists: dict[str, str], entry: str) -> None:
    TranscodeJob.objects.filter(pk=job.pk).update(live=playlists, live_entry=entry)


def _reporter(job: TranscodeJob) -> Callable[[int, int | None], None]:
    last = 0.0

    def report(permille: int, eta_s: int | None) -> None:
        nonlocal last
        if time.monotonic() - last >= REPORT_SECONDS:
            last = time.monotonic()
            jobs.progress(job, permille=min(permille, 999), eta_s=eta_s)

    return report


def _stopper(job: TranscodeJob) -> Callable[[], bool]:
    last, asked = 0.0, False

    def should_stop() -> bool:
        nonlocal last, asked
        if not asked and time.monotonic() - last >= REPORT_SECONDS:
            last = time.monotonic()
            asked = TranscodeJob.objects.filter(pk=job.pk, stop_requested=True).exists()
        return asked

    return should_stop


def _fail_or_retry(job: TranscodeJob, failure: Exception) -> None:
    code, detail = _code(failure), getattr(failure, "stderr_tail", "") or str(failure)
    if not isinstance(failure, FORESEEN):
        logger.error("job %s of version %s", job.pk, job.version.code, exc_info=failure)
    if isinstance(failure, FINAL) or job.attempts >= ATTEMPTS:
        _fail(job, code, detail)
        return
    job.advance(JobState.QUEUED, by=None, note=code, error=code, error_tail=detail[-TAIL_CHARACTERS:])
    _sweep(job)
    raise TryAgain(code) from failure


def _code(failure: Exception) -> str:
    full = isinstance(failure, OSError) and failure.errno in {errno.ENOSPC, errno.EDQUOT}
    if full or isinstance(failure, DiskFull):
        return "disk_full"
    return str(getattr(failure, "code", type(failure).__name__))


def _fail(job: TranscodeJob, code: str, detail: str) -> None:
    job.advance(JobState.FAILED, by=None, note=code, error=code[:60], error_tail=detail[-TAIL_CHARACTERS:])
    _sweep(job)


def _sweep(job: TranscodeJob) -> None:
    """Discard what an attempt had published, recorded or not; what another rendition came to use stays."""
    if not job.prefix:
        return
    for placement in Placement.objects.filter(key__startswith=job.prefix).select_related("stored"):
        with suppress(files.StillNeeded):
            files.discard(placement)
    recorded = set(Placement.objects.filter(key__startswith=job.prefix).values_list("key", flat=True))
    for place in map(store, names()):
        for key in list(place.keys(job.prefix)):
            if key not in recorded:
                place.delete(key)


@contextmanager
def _scratch() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="job-", dir=settings.SCRATCH))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
