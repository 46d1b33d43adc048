"""Background work of this house: running jobs."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from transcode import execution

RETRY = RetryStrategy(max_attempts=10, exponential_wait=4, retry_exceptions=[execution.TryAgain])


@app.task(name="transcode.run", queue="transcode", retry=RETRY)
def run(job_id: str) -> None:
    """Run one job."""
    execution.run(job_id)
