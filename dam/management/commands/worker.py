"""Owns how a worker process runs: procrastinate's, with the settings that revive jobs of dead workers in time.

Told to stop, it takes no new job and lets the running ones end; the supervisor kills it with its children a few
seconds later. A job cut off so is like one of a crashed worker: another takes it up after its last heartbeat.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app

from dam import database, logs

if TYPE_CHECKING:
    import argparse

    from procrastinate import JobContext
    from procrastinate.contrib.django.django_connector import DjangoConnector
    from procrastinate.middleware import AsyncCallNext
    from procrastinate.worker import Worker

HEARTBEAT_SECONDS = 2
STALLED_SECONDS = 6  # of dam.tasks.revive_stalled too: 12 s from a kill to the next try


class Command(BaseCommand):
    help = "Work on background jobs of the given queues until told to stop."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--queues", required=True, help="names of queues, separated by commas")
        parser.add_argument("--concurrency", type=int, default=1, help="jobs at once")
        parser.add_argument("--once", action="store_true", help="end when no job is left to do now")

    def handle(self, *, queues: str, concurrency: int, once: bool, **_: Any) -> None:
        """Run the worker in this process."""
        database.leave_pool()
        asyncio.run(_work(queues.split(","), concurrency, wait=not once))


async def _named(call_next: AsyncCallNext, context: JobContext, worker: Worker) -> object:  # noqa: ARG001
    """Say on every line that a job logs which job it is."""
    job, task = logs.job_id.set(str(context.job.id)), logs.task.set(context.job.task_name)
    try:
        return await call_next()
    finally:
        logs.job_id.reset(job)
        logs.task.reset(task)


async def _work(queues: list[str], concurrency: int, *, wait: bool) -> None:
    connector = cast("DjangoConnector", app.connector).get_worker_connector()
    with app.replace_connector(connector):
        async with app.open_async():
            await app.run_worker_async(
                queues=queues,
                name=",".join(queues),
                concurrency=concurrency,
                wait=wait,
                delete_jobs="successful",
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
                worker_middleware=[_named],
            )
