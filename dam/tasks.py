"""Background work of the catalogue."""

from django.conf import settings
from django.core.files.storage import storages
from procrastinate.contrib.django import app

from dam import moving, shares
from dam.abilities import SweptStorage
from dam.api import limits

STALLED_SECONDS = 6
PART_SECONDS = 2 * 24 * 3600


@app.periodic(cron="* * * * * */5")
@app.task(name="dam.revive_stalled", queue="upkeep", queueing_lock="dam.revive_stalled", pass_context=False)
async def revive_stalled(timestamp: int) -> None:  # noqa: ARG001 - the periodic signature
    """Give the jobs of dead workers back to the queue, about 12 s after their last heartbeat."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await app.job_manager.retry_job(job)


@app.periodic(cron="* * * * *")
@app.task(name="dam.notice_ended_shares", queue="upkeep", queueing_lock="dam.notice_ended_shares")
def notice_ended_shares(timestamp: int) -> None:  # noqa: ARG001 - the periodic signature
    """Have what was shared until now indexed again without the agency it was shared with."""
    shares.notice_ends()


@app.periodic(cron="17 4 * * *")
@app.task(name="dam.sweep_parts", queue="upkeep", queueing_lock="dam.sweep_parts")
def sweep_parts(timestamp: int) -> None:  # noqa: ARG001 - the periodic signature
    """Remove what writers killed more than two days ago left unfinished in the stores."""
    for storage in (storages[name] for name in settings.STORAGES):
        if isinstance(storage, SweptStorage):
            storage.sweep(PART_SECONDS)


@app.periodic(cron="41 * * * *")
@app.task(name="dam.delete_retired", queue="upkeep", queueing_lock="dam.delete_retired")
def delete_retired(timestamp: int) -> None:  # noqa: ARG001 - the periodic signature
    """Delete the copies that a move to another store left behind a day ago."""
    moving.delete_retired()


@app.periodic(cron="23 * * * *")
@app.task(name="dam.forget_allowances", queue="upkeep", queueing_lock="dam.forget_allowances")
def forget_allowances(timestamp: int) -> None:  # noqa: ARG001 - the periodic signature
    """Forget the callers of the API who have all their rate again."""
    limits.forget()
