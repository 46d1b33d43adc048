"""How the queues stand, in one query, whatever is in them."""

import pytest
from django.db import connection
from procrastinate.contrib.django import app

from dam import queues

pytestmark = pytest.mark.django_db


def defer(queue: str, count: int = 1, **options: object) -> None:
    for _job in range(count):
        app.configure_task("ingest.run", queue=queue, **options).defer(ingest_id="x")  # type: ignore[arg-type]


def told() -> dict[tuple[str, str], int]:
    return {(one.queue, one.status): one.jobs for one in queues.standing()}


def test_an_empty_queue_is_not_there():
    assert queues.standing() == ()
    assert queues.workers_alive() == 0


def test_each_queue_and_status_is_counted_apart():
    defer("ingest", 3)
    defer("transcode", 2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'failed' WHERE queue_name = 'transcode'")
    assert told() == {("ingest", "todo"): 3, ("transcode", "failed"): 2}


def test_only_what_waits_has_an_age():
    defer("ingest")
    defer("later", schedule_in={"hours": 2})
    ages = {one.queue: one.waits_seconds for one in queues.standing()}
    assert ages["ingest"] is not None
    assert ages["ingest"] < 60
    assert ages["later"] is None


def test_a_job_that_was_given_back_waits_since_then():
    defer("ingest")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '1 day'")
        cursor.execute(
            "INSERT INTO procrastinate_events (job_id, type, at)"
            " SELECT id, 'deferred_for_retry', now() - interval '10 seconds' FROM procrastinate_jobs"
        )
    [one] = queues.standing()
    assert one.waits_seconds is not None
    assert 9 < one.waits_seconds < 60


def test_it_is_one_query(django_assert_num_queries):
    for name in ("a", "b", "c", "d"):
        defer(name, 2)
    with django_assert_num_queries(1):
        assert len(queues.standing()) == 4
