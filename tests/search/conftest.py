"""The engines that must pass tests/search/conformance: another one is one more line in ENGINES."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.register_assert_rewrite("tests.search.conformance", "tests.search.judged", "tests.search.making")

from search.engines.base import Engine  # noqa: E402 - after the rewriting is announced
from search.engines.embedded import EmbeddedEngine  # noqa: E402
from tests.search import clusters, judged  # noqa: E402

#: Each makes an engine with an empty index of its own; a second call with the same folder opens the same index.
ENGINES: dict[str, Callable[[Path], Engine]] = {
    "elasticsearch": clusters.engine,
    "embedded": lambda folder: EmbeddedEngine(folder / "index", wait_s=0.5),
}


@pytest.fixture(params=sorted(ENGINES))
def open_engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[], Engine]]:
    """Open the test's index, as another process would."""
    yield lambda: ENGINES[request.param](tmp_path)
    if request.param == "elasticsearch":
        clusters.drop(tmp_path)


@pytest.fixture
def engine(open_engine: Callable[[], Engine]) -> Iterator[Engine]:
    with open_engine() as opened:
        yield opened


@pytest.fixture(scope="module", params=sorted(ENGINES))
def judged_engine(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Engine]:
    """An engine that no test writes to, with the judged documents in it."""
    folder = tmp_path_factory.mktemp("judged")
    with ENGINES[request.param](folder) as opened:
        opened.rebuild(judged.documents())
        yield opened
    if request.param == "elasticsearch":
        clusters.drop(folder)
