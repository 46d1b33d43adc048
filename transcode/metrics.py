"""What conversions count for /metrics: jobs by state, and how long those of the last hour waited and ran."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from dam.metrics import add_quantiles
from transcode.models import JobState, TranscodeJob

WINDOW = timedelta(hours=1)
MOST = 5000


def families() -> Iterator[Metric]:
    """Count in two queries."""
    states = GaugeMetricFamily("acervo_transcode_jobs", "Jobs by state.", labels=["state"])
    for state, count in TranscodeJob.objects.order_by().values_list("state").annotate(Count("pk")):
        states.add_metric([state], count)
    labels = ["purpose", "quantile"]
    waited = GaugeMetricFamily(
        "acervo_transcode_wait_seconds", "From asked to begun, of jobs done in the last hour.", labels=labels
    )
    ran = GaugeMetricFamily(
        "acervo_transcode_run_seconds", "From begun to done, of jobs done in the last hour.", labels=labels
    )
    since = timezone.now() - WINDOW
    done = TranscodeJob.objects.filter(state=JobState.DONE, state_since__gt=since, started_at__isnull=False)
    rows = done.order_by("-requested_at").values_list("purpose", "requested_at", "started_at", "state_since")
    times = list(rows[:MOST])
    for purpose in sorted({row[0] for row in times}):
        mine = [row for row in times if row[0] == purpose]
        add_quantiles(waited, purpose, [(row[2] - row[1]).total_seconds() for row in mine if row[2]])
        add_quantiles(ran, purpose, [(row[3] - row[2]).total_seconds() for row in mine if row[2]])
    yield from (states, waited, ran)
