"""Background work of this house: running ingests, and clearing away what uploads left."""

from datetime import datetime

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from ingest import ingests, pipeline, sweeping

#: After 5, 25 and 125 seconds; then a person is asked.
RETRY = RetryStrategy(max_attempts=3, exponential_wait=5)


@app.task(name=ingests.TASK, queue=ingests.QUEUE, retry=RETRY, pass_context=True)
def run(context: JobContext, ingest_id: str) -> None:
    """Run one ingest."""

    def retry_at(error: Exception) -> datetime | None:
        decision = RETRY.get_retry_decision(exception=error, job=context.job)
        return decision.retry_at if decision else None

    pipeline.run(ingest_id, retry_at=retry_at)


@app.periodic(cron="*/10 * * * *")
@app.task(name="ingest.sweep", queue="upkeep", queueing_lock="ingest.sweep")
def sweep(timestamp: int) -> None:  # noqa: ARG001 - the periodic signature
    """Give up abandoned uploads and remove bytes that nothing needs any more."""
    sweeping.sweep()
