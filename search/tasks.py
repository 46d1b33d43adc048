"""Background work of search: indexing what changed. One worker takes this queue, so there is one writer."""

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from search import index
from search.query import SearchError

RETRY = RetryStrategy(max_attempts=20, wait=3, retry_exceptions=[SearchError])


@app.task(name=index.DRAIN, queue="index", retry=RETRY, priority=5)
def drain() -> None:
    """Index everything that waits."""
    index.drain()


@app.periodic(cron="* * * * * */5")
@app.task(name="search.drain_left", queue="index", queueing_lock="search.drain_left")
def drain_left(timestamp: int) -> None:  # noqa: ARG001 - the periodic signature
    """Index what a job that started too early did not see."""
    index.drain()


@app.periodic(cron="23 * * * *")
@app.task(name="search.mend", queue="index", queueing_lock="search.mend")
def mend(timestamp: int) -> None:  # noqa: ARG001 - the periodic signature
    """Compare the index with the database once an hour and mend what differs."""
    index.mend(index.drift())


@app.task(name="search.rebuild", queue="index", queueing_lock="search.rebuild", retry=RETRY)
def rebuild() -> None:
    """Build the index anew beside the one in use."""
    index.rebuild()
