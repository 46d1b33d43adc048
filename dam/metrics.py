"""What /metrics says, in Prometheus' text form: read from the database when asked, so every process says the same.

Each house counts its own (settings.ACERVO_METRICS); each does so in a constant, small number of queries.
"""

import shutil
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, Sum
from django.utils.module_loading import import_string
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from dam import queues
from dam.models import Placement

QUANTILES = (0.5, 0.95, 1.0)


class Counted(Collector):
    """Asks every house in turn."""

    def collect(self) -> Iterator[Metric]:
        """Yield the families of all houses."""
        for path in settings.ACERVO_METRICS:
            yield from import_string(path)()


def exposition() -> bytes:
    """Return the whole text."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Counted())
    return generate_latest(registry)


def families() -> Iterator[Metric]:
    """Count queues, workers, stores and free bytes: three queries."""
    jobs = GaugeMetricFamily("acervo_queue_jobs", "Jobs by queue and status.", labels=["queue", "status"])
    oldest = GaugeMetricFamily(
        "acervo_queue_oldest_seconds", "How long the first due job of a queue has waited.", labels=["queue"]
    )
    for one in queues.standing():
        jobs.add_metric([one.queue, one.status], one.jobs)
        if one.waits_seconds is not None:
            oldest.add_metric([one.queue], one.waits_seconds)
    workers = GaugeMetricFamily("acervo_workers_alive", "Workers whose heartbeat is fresh.")
    workers.add_metric([], queues.workers_alive())
    yield from (jobs, oldest, workers)
    yield from _stores()


def _stores() -> Iterator[Metric]:
    files = GaugeMetricFamily("acervo_store_files", "Copies by store and state.", labels=["store", "state"])
    size = GaugeMetricFamily("acervo_store_bytes", "Their bytes.", labels=["store", "state"])
    held = Placement.objects.order_by().values_list("store", "state")
    for name, state, count, total in held.annotate(Count("pk"), Sum("stored__size_bytes")):
        files.add_metric([name, state], count)
        size.add_metric([name, state], total)
    free = GaugeMetricFamily("acervo_disk_free_bytes", "Free bytes of the disk of scratch and data.")
    free.add_metric([], shutil.disk_usage(settings.SCRATCH).free)
    yield from (files, size, free)


def add_quantiles(family: GaugeMetricFamily, label: str, seconds: list[float]) -> None:
    """Add the median, the 95th of a hundred and the longest of some durations under a label; nothing of none."""
    ordered = sorted(seconds)
    for quantile in QUANTILES if ordered else ():
        place = min(len(ordered) - 1, int(quantile * len(ordered)))
        family.add_metric([label, f"{quantile:g}"], ordered[place])
