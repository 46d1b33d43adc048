"""Background work of search: indexing what changed, comparing, building anew.

One worker takes the queue ``index``; a rebuild goes to another queue, so that what changes meanwhile is found.
"""

import logging
from functools import cache

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from search import index
from search.query import SearchError

RETRY = RetryStrategy(max_attempts=20, wait=3, retry_exceptions=[SearchError])
logger = logging.getLogger(__name__)


@app.task(name=index.DRAIN, queue="index", retry=RETRY, priority=5)
def drain() -> None:
    """Index everything that waits."""
    index.drain()


@app.periodic(cron="* * * * * */5")
@app.task(name="search.drain_left", queue="index", queueing_lock="search.drain_left")
def drain_left(timestamp: int) -> None:  # noqa: ARG001 - the periodic signature
    """Index what nobody was woken for, and build the index where there is none of this release."""
    try:
        index.drain()
        _mend_at_start()
    # it is asked again in a moment: a failed job every five seconds helps nobody
    except SearchError as error:
        logger.warning("the index cannot follow the catalogue now: %s", error)


@cache
def _mend_at_start() -> None:
    """Compare once in the life of a worker: the database or the index may have come from a backup."""
    index.mend()


@app.periodic(cron="23 * * * *")
@app.task(name="search.mend", queue="index", queueing_lock="search.mend", retry=RETRY)
def mend(timestamp: int) -> None:  # noqa: ARG001 - the periodic signature
    """Compare the index with the database once an hour and mend what differs."""
    found = index.mend()
    if found.total:
        logger.warning(
            "the index had drifted: %d missing, %d stale, %d gone",
            len(found.missing),
            len(found.stale),
            len(found.ghost),
        )


@app.task(name=index.REBUILD, queue="default", lock=index.REBUILD, retry=RETRY)
def rebuild() -> None:
    """Build the index anew beside the one in use."""
    index.rebuild()
