"""Seventh journey: the proof of the main job once more, unchanged, on PostgreSQL 15, MinIO and Elasticsearch.

Pages and workers run in data folders of their own: what they share lies in the servers.
"""

import secrets
from collections.abc import Iterator

import pytest

from dam.serve import bootstrap
from tests.apart import Apart, services
from tests.browser.test_journey_5_cut import (  # noqa: F401 - pytest collects what is imported
    reporter,
    test_from_a_broken_line_to_the_trash_and_back,
)
from tests.live import Live


@pytest.fixture(scope="module")
def apart(chromium: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Apart]:
    bootstrap.build_frontend()
    bootstrap.collect_static()
    shared = services(f"acervo_{secrets.token_hex(4)}")
    running = Apart(tmp_path_factory.mktemp("apart"), shared)
    yield running
    running.stop()


@pytest.fixture(scope="module")
def live(apart: Apart) -> Live:
    """The server that the journey talks to."""
    return apart.live


def test_nothing_of_it_was_kept_in_a_folder(apart: Apart):
    """After the journey: no original, copy, arriving byte or index lies on either machine."""
    for data in (apart.front, apart.back):
        left = [
            path
            for name in ("objects", "incoming", "index")
            for path in (data / name).rglob("*")
            if path.is_file()
        ]
        assert left == []
