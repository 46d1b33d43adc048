"""What the index counts for /metrics: what waits, since when, and how many documents it holds against the catalogue."""

from collections.abc import Iterator

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric

from dam.models import Asset
from search import index
from search.models import Pending
from search.query import Query, SearchError


def families() -> Iterator[Metric]:
    """Count in two queries, and ask the engine once; where it does not answer, its figure is left out."""
    waiting = Pending.objects.aggregate(count=Count("pk"), since=Min("since"))
    pending = GaugeMetricFamily("acervo_index_pending", "Changes that wait to be indexed.")
    pending.add_metric([], waiting["count"])
    lag = GaugeMetricFamily("acervo_index_lag_seconds", "Age of the oldest of them; 0 where none waits.")
    since = waiting["since"]
    lag.add_metric([], max(0.0, (timezone.now() - since).total_seconds()) if since else 0)
    wanted = GaugeMetricFamily("acervo_index_wanted", "Assets that should be found.")
    wanted.add_metric([], Asset.objects.filter(trashed_at=None).count())
    yield from (pending, lag, wanted)
    held = GaugeMetricFamily("acervo_index_documents", "Documents the index holds.")
    try:
        held.add_metric([], index.engine().search(Query(viewer=None, size=1)).total)
    except SearchError:
        return
    yield held
