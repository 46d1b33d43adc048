"""Elasticsearch for tests: a name of its own on the test cluster for each index, and nothing left behind."""

import hashlib
import re
from pathlib import Path

from search.engines.elasticsearch import Cluster, ElasticsearchEngine
from tests import servers


def cluster(folder: Path) -> Cluster:
    """The test cluster; each folder is an index of its own. Skips the test where there is none."""
    address = servers.address("elasticsearch")
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    return Cluster((address,), prefix=f"test-{name}")


def engine(folder: Path, *, lease_s: float = 30.0) -> ElasticsearchEngine:
    return ElasticsearchEngine(cluster(folder), lease_s=lease_s)


def drop(folder: Path) -> None:
    """Remove the folder's indices from the cluster."""
    if not servers.runs("elasticsearch"):
        return
    at = cluster(folder)
    with at.client() as client:
        names = client.indices.get_alias(index=f"{at.prefix}-*")
        for name in names:
            if re.match(rf"{at.prefix}-", name):
                client.indices.delete(index=name, ignore_unavailable=True)
