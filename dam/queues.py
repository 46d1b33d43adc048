"""How the queues stand: what waits, since when, what runs, what failed; and which workers live."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateWorker

#: Workers say that they live every two seconds (dam.management.commands.worker).
SILENCE = timedelta(seconds=10)

#: ``first`` is the job that waits longest among those due; one that is to be tried later waits for its time only.
_STANDING = """
WITH counted AS (
    SELECT queue_name, status::text, count(*) AS jobs,
        min(id) FILTER (WHERE status = 'todo' AND (scheduled_at IS NULL OR scheduled_at <= now())) AS first
    FROM procrastinate_jobs GROUP BY queue_name, status)
SELECT queue_name, status, jobs, greatest(
    (SELECT max(at) FROM procrastinate_events
        WHERE job_id = first AND type IN ('deferred', 'deferred_for_retry', 'retried')),
    (SELECT scheduled_at FROM procrastinate_jobs WHERE id = first))
FROM counted ORDER BY queue_name, status
"""


@dataclass(frozen=True)
class Standing:
    """How many jobs of a queue are in a status (todo, doing, failed...), and how long the first due one waits."""

    queue: str
    status: str
    jobs: int
    waits_seconds: float | None


def standing() -> tuple[Standing, ...]:
    """Return every queue and status there are jobs of, in one query."""
    with connection.cursor() as cursor:
        cursor.execute(_STANDING)
        rows: list[tuple[str, str, int, datetime | None]] = cursor.fetchall()
    now = timezone.now()
    return tuple(
        Standing(queue, status, jobs, max(0.0, (now - since).total_seconds()) if since else None)
        for queue, status, jobs, since in rows
    )


def workers_alive() -> int:
    """Count the workers that said in the last seconds that they live."""
    return ProcrastinateWorker.objects.filter(last_heartbeat__gt=timezone.now() - SILENCE).count()
