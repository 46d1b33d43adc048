"""Owns how a worker process runs: procrastinate's, with the settings that revive jobs of dead workers in time.

Told to stop, it takes no new job and lets the running ones end; the supervisor kills it with its children a few
seconds later. A job cut off so is like one of a crashed worker: another takes it up after its last heartbeat.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, cast

from django.core.management.base import BaseCommand
from procrastinate.contrib.django import app

if TYPE_CHECKING:
    import argparse

    from procrastinate.contrib.django.django_connector import DjangoConnector

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
        asyncio.run(_work(queues.split(","), concurrency, wait=not once))


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
            )
