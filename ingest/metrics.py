"""What arrivals count for /metrics: uploads under way, ingests by state, and how long those of the last hour took."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Count, F, Sum
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from dam.metrics import add_quantiles
from ingest.models import Ingest, IngestState, Upload, UploadState

WINDOW = timedelta(hours=1)
#: More ended in an hour than this, and the last ones speak for all.
MOST = 5000
ENDED = (IngestState.ACCEPTED, IngestState.DUPLICATE, IngestState.REJECTED)


def families() -> Iterator[Metric]:
    """Count in three queries."""
    under_way = Upload.objects.filter(state=UploadState.RECEIVING)
    totals = under_way.aggregate(count=Count("pk"), left=Sum(F("size_bytes") - F("offset_bytes")))
    uploads = GaugeMetricFamily("acervo_uploads_receiving", "Uploads under way.")
    uploads.add_metric([], totals["count"])
    left = GaugeMetricFamily("acervo_uploads_missing_bytes", "Bytes of them that have not arrived.")
    left.add_metric([], totals["left"] or 0)
    states = GaugeMetricFamily("acervo_ingests", "Ingests by state.", labels=["state"])
    for state, count in Ingest.objects.order_by().values_list("state").annotate(Count("pk")):
        states.add_metric([state], count)
    took = GaugeMetricFamily(
        "acervo_ingest_seconds",
        "From the last byte to the end, of ingests that ended in the last hour.",
        labels=["state", "quantile"],
    )
    since = timezone.now() - WINDOW
    ended = Ingest.objects.filter(state__in=ENDED, state_since__gt=since).order_by("-id")
    times = list(ended.values_list("state", "created_at", "state_since")[:MOST])
    for one in ENDED:
        add_quantiles(took, one.value, [(end - start).total_seconds() for s, start, end in times if s == one])
    yield from (uploads, left, states, took)
