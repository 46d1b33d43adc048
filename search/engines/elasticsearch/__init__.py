"""The engine on an Elasticsearch cluster. The only place that knows Elasticsearch."""

from search.engines.elasticsearch.connection import Cluster
from search.engines.elasticsearch.engine import ElasticsearchEngine

__all__ = ["Cluster", "ElasticsearchEngine"]
