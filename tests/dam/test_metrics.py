"""What /metrics says: figures of rows that exist, in a constant number of queries, readable by Prometheus' own parser."""

import shutil
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from procrastinate.contrib.django import app
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.parser import text_string_to_metric_families

from dam import metrics, queues
from dam.models import Placement, PlacementState
from search import index
from search.models import Pending
from tests import factories
from transcode.models import JobState, TranscodeJob

pytestmark = pytest.mark.django_db


def said() -> dict[tuple[str, ...], float]:
    """Every figure by its name and labels."""
    families = text_string_to_metric_families(metrics.exposition().decode())
    return {
        (sample.name, *(f"{key}={value}" for key, value in sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def age(minutes: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = at - make_interval(mins => %s)", [minutes])


class TestQueues:
    def test_depth_and_age(self):
        for _job in range(3):
            app.configure_task("ingest.run", queue="ingest").defer(ingest_id="x")
        age(5)
        figures = said()
        assert figures["acervo_queue_jobs", "queue=ingest", "status=todo"] == 3
        assert 290 < figures["acervo_queue_oldest_seconds", "queue=ingest"] < 330

    def test_a_job_for_later_does_not_wait_yet(self):
        app.configure_task("ingest.run", queue="later", schedule_in={"hours": 1}).defer(ingest_id="x")
        age(30)
        figures = said()
        assert figures["acervo_queue_jobs", "queue=later", "status=todo"] == 1
        assert ("acervo_queue_oldest_seconds", "queue=later") not in figures

    def test_one_whose_time_came_waits_since_then(self):
        app.configure_task("ingest.run", queue="later").defer(ingest_id="x")
        age(60)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() - interval '1 minute'")
        [one] = queues.standing()
        assert one.waits_seconds is not None
        assert 55 < one.waits_seconds < 90

    def test_failures_are_counted_by_queue(self):
        app.configure_task("ingest.run", queue="ingest").defer(ingest_id="x")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET status = 'failed'")
        assert said()["acervo_queue_jobs", "queue=ingest", "status=failed"] == 1

    def test_workers_count_while_their_heart_beats(self):
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now()), (now() - interval '1 hour')"
            )
        assert said()["acervo_workers_alive",] == 1


class TestStores:
    def test_files_and_bytes_by_store_and_state(self):
        factories.asset(content=b"x" * 1000)
        factories.asset(content=b"y" * 500)
        harmed = Placement.objects.first()
        assert harmed is not None
        Placement.objects.filter(pk=harmed.pk).update(state=PlacementState.CORRUPT)
        figures = said()
        states = ("present", "corrupt")
        assert [figures["acervo_store_files", f"state={state}", "store=objects"] for state in states] == [
            1,
            1,
        ]
        total = sum(figures["acervo_store_bytes", f"state={state}", "store=objects"] for state in states)
        assert total == 1500

    def test_free_bytes_are_the_disks(self, settings):
        free = said()["acervo_disk_free_bytes",]
        assert abs(free - shutil.disk_usage(settings.SCRATCH).free) < 10**9


class TestIndex:
    def test_lag_is_the_age_of_the_oldest_change(self):
        asset = factories.asset()
        Pending.objects.all().delete()
        assert said()["acervo_index_lag_seconds",] == 0
        Pending.objects.create(asset_id=asset.pk, since=timezone.now() - timedelta(minutes=3))
        Pending.objects.create(asset_id=asset.pk)
        figures = said()
        assert figures["acervo_index_pending",] == 2
        assert 170 < figures["acervo_index_lag_seconds",] < 200

    def test_the_release_before_writes_without_the_time(self):
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO search_pending (asset_id) VALUES (gen_random_uuid())")
        assert abs((timezone.now() - Pending.objects.latest("pk").since).total_seconds()) < 60

    def test_documents_against_assets(self):
        factories.asset()
        index.rebuild()
        factories.asset()
        figures = said()
        assert figures["acervo_index_documents",] == 1
        assert figures["acervo_index_wanted",] == 2


class TestDurations:
    def test_of_conversions_by_purpose(self):
        version = factories.version("video")
        TranscodeJob.objects.all().delete()
        now = timezone.now()
        for number, seconds in enumerate((10, 20, 60)):
            TranscodeJob.objects.create(
                version=version,
                purpose="previews",
                digest=f"{number}",
                state=JobState.DONE,
                requested_at=now - timedelta(seconds=seconds + 5),
                started_at=now - timedelta(seconds=seconds),
                state_since=now,
            )
        figures = said()
        ran = [
            figures["acervo_transcode_run_seconds", "purpose=previews", f"quantile={one}"]
            for one in ("0.5", "1")
        ]
        assert ran == [20, 60]
        assert figures["acervo_transcode_wait_seconds", "purpose=previews", "quantile=0.95"] == 5
        assert figures["acervo_transcode_jobs", "state=done"] == 3

    @pytest.mark.parametrize(
        ("seconds", "expected"),
        [
            ([], {}),
            ([7.0], {"0.5": 7.0, "0.95": 7.0, "1": 7.0}),
            ([3.0, 1.0], {"0.5": 3.0, "0.95": 3.0, "1": 3.0}),
        ],
    )
    def test_quantiles_of_few(self, seconds, expected):
        family = GaugeMetricFamily("a", "A", labels=["step", "quantile"])
        metrics.add_quantiles(family, "x", seconds)
        assert {sample.labels["quantile"]: sample.value for sample in family.samples} == expected


def test_the_number_of_queries_does_not_grow():
    with CaptureQueriesContext(connection) as little:
        metrics.exposition()
    for kind in ("video", "audio", "photo"):
        factories.rendition(factories.version(kind))
        app.configure_task("ingest.run", queue=kind).defer(ingest_id="x")
    with CaptureQueriesContext(connection) as more:
        metrics.exposition()
    assert len(more) == len(little) <= 12
