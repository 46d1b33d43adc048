"""How the queue runs jobs: how often, after how long, and for which failures it tries again."""

from datetime import timedelta

import pytest
from django.utils import timezone
from procrastinate.jobs import Job

from transcode import execution, tasks


def decision(attempts: int, failure: Exception):
    job = Job(
        id=1, queue="transcode", lock=None, queueing_lock=None, task_name="transcode.run", attempts=attempts
    )
    return tasks.RETRY.get_retry_decision(exception=failure, job=job)


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 4), (1, 16), (2, 64), (3, 256), (4, 1024)])
def test_each_try_waits_longer(attempts, seconds):
    decided = decision(attempts, execution.TryAgain("disk_full"))
    assert decided is not None
    assert decided.retry_at is not None
    wait = decided.retry_at - timezone.now()
    assert timedelta(seconds=seconds - 2) < wait < timedelta(seconds=seconds + 2)


def test_the_queue_outlasts_every_attempt_and_every_death_of_a_worker():
    tries = execution.ATTEMPTS + execution.DEATHS
    assert decision(tries - 1, execution.TryAgain("disk_full")) is not None


def test_it_gives_up_in_the_end():
    assert decision(50, execution.TryAgain("disk_full")) is None


@pytest.mark.parametrize("failure", [RuntimeError("a defect"), OSError("not ours"), KeyError("x")])
def test_what_the_job_did_not_ask_for_is_not_tried_again(failure):
    assert decision(0, failure) is None


def test_the_task_runs_the_job_it_was_given(monkeypatch):
    ran: list[str] = []
    monkeypatch.setattr(execution, "run", ran.append)
    tasks.run("0190-a")
    assert ran == ["0190-a"]


def test_its_name_is_the_one_that_the_verbs_defer():
    assert tasks.run.name == "transcode.run"
