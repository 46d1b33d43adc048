"""Background work of the catalogue."""

from procrastinate.contrib.django import app

STALLED_SECONDS = 6


@app.periodic(cron="* * * * * */5")
@app.task(name="dam.revive_stalled", queue="default", queueing_lock="dam.revive_stalled", pass_context=False)
async def revive_stalled(timestamp: int) -> None:  # noqa: ARG001 - the periodic signature
    """Give the jobs of dead workers back to the queue, about 12 s after their last heartbeat."""
    for job in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        await app.job_manager.retry_job(job)
