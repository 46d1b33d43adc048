"""Elasticsearch for tests: a name of its own on the test cluster for each index, and nothing left behind."""

import hashlib
import os
import re
from pathlib import Path

import pytest

from search.engines.elasticsearch import Cluster, ElasticsearchEngine

ADDRESS = os.environ.get("ACERVO_TEST_ELASTICSEARCH", "")
NOT_SET = "no Elasticsearch here: script/services starts one and prints ACERVO_TEST_ELASTICSEARCH"


def cluster(folder: Path) -> Cluster:
    """The test cluster; each folder is an index of its own. Skips the test where there is none."""
    if not ADDRESS:
        pytest.skip(NOT_SET)
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:16]
    return Cluster(tuple(ADDRESS.split(",")), prefix=f"test-{name}")


def engine(folder: Path, *, lease_s: float = 30.0) -> ElasticsearchEngine:
    return ElasticsearchEngine(cluster(folder), lease_s=lease_s)


def drop(folder: Path) -> None:
    """Remove the folder's indices from the cluster."""
    if ADDRESS:
        at = cluster(folder)
        with at.client() as client:
            names = client.indices.get_alias(index=f"{at.prefix}-*")
            for name in names:
                if re.match(rf"{at.prefix}-", name):
                    client.indices.delete(index=name, ignore_unavailable=True)
