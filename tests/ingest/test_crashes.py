"""kill -9 at every step: the work finishes by itself, once, with nothing lost and nothing doubled (law 4)."""

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import pytest

from dam import events, files
from dam.models import AssetVersion, Placement, StoredFile
from ingest import pipeline
from ingest.incoming import incoming
from ingest.models import Ingest
from ingest.runs import MOST_DEATHS, WORKER_DIED
from tests.ingest import making
from tests.ingest.conftest import CHECKOUT, environment
from transcode.models import TranscodeJob

pytestmark = pytest.mark.django_db(transaction=True)
STEPS = [step.NAME for step in pipeline.STEPS]
PLACES = [(name, place) for name in STEPS[:-1] for place in ("before", "after")]
PLACES += [("register", "before"), ("end", "within")]


@contextmanager
def killer(ingest: Ingest, data):
    """What kills a run of this ingest at a step, in a real process each time."""
    argv = [sys.executable, "-m", "tests.ingest.killed_run", str(ingest.pk)]
    with subprocess.Popen(
        argv,
        cwd=CHECKOUT,
        env=environment(data),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        orders, answers = process.stdin, process.stdout

        def kill(name: str, place: str) -> None:
            orders.write(f"{name} {place}\n")
            orders.flush()
            assert int(answers.readline()) == -signal.SIGKILL

        yield kill
        orders.close()


def assert_whole(ingest: Ingest, content: bytes) -> None:
    assert (ingest.state, ingest.role) == ("accepted", "original")
    version = AssetVersion.objects.get()
    assert ingest.version == version
    stored = StoredFile.objects.get()
    there, key = files.where(stored)
    assert b"".join(there.read(key)) == content
    assert Placement.objects.count() == 1
    assert TranscodeJob.objects.filter(version=version).count() == 1
    assert version.caption_tracks.count() == 1
    assert [event.verb for event in events.of(version.asset)].count("created") == 1
    assert list(events.verify()) == []


def test_killed_at_every_step_it_still_ends_well(tmp_path):
    content = making.clip("captioned.mp4").read_bytes()
    ingest = making.arrived(tmp_path, "spot.mp4", content)
    with killer(ingest, tmp_path) as kill:
        for name, place in PLACES:
            kill(name, place)
            ingest.refresh_from_db()
            assert ingest.state == "running"
            assert set(ingest.facts) == set(STEPS[: STEPS.index(name)] if name in STEPS else STEPS[:-1])
            assert not AssetVersion.objects.exists()
        kill(
            "register", "after"
        )  # past its last transaction: all is there, and another run finds nothing to do
    making.run(ingest)
    assert_whole(Ingest.objects.get(pk=ingest.pk), content)


def test_a_file_that_takes_its_workers_along_is_left_to_people(tmp_path):
    ingest = making.arrived(tmp_path, "a.jpg", making.jpeg())
    with killer(ingest, tmp_path) as kill:
        for _ in range(MOST_DEATHS + 1):
            kill("probe", "before")
    done = making.run(ingest)
    assert (done.state, done.error, done.is_over) == ("failed", WORKER_DIED, True)
    assert incoming().size(ingest.upload_id) > 0


@contextmanager
def worker(data):
    argv = [sys.executable, "manage.py", "worker", "--queues=ingest,upkeep", "--concurrency=2"]
    with (data / "worker.log").open("ab") as log:
        process = subprocess.Popen(
            argv, cwd=CHECKOUT, env=environment(data), stdout=log, stderr=log, start_new_session=True
        )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def test_a_killed_worker_s_ingest_is_taken_up_by_another(tmp_path):
    """With the real queue: the job of the dead worker comes back within 15 s."""
    content = making.noise() * 200  # some tens of megabytes, so that there is something to interrupt
    ingest = making.arrived(tmp_path, "grande.bin", content)
    with worker(tmp_path) as first:
        until = time.monotonic() + 60
        while Ingest.objects.get(pk=ingest.pk).state == "queued":
            assert time.monotonic() < until
            time.sleep(0.02)
        os.killpg(first.pid, signal.SIGKILL)
    assert Ingest.objects.get(pk=ingest.pk).state == "running"
    with worker(tmp_path):
        until = time.monotonic() + 60
        while not (done := Ingest.objects.get(pk=ingest.pk)).is_over:
            assert time.monotonic() < until
            time.sleep(0.2)
    assert done.state == "accepted"
    assert done.attempts == 2
    assert AssetVersion.objects.get().original.stored.size_bytes == len(content)
