"""A rebuild on the real cluster while somebody edits twenty times a second and others search: nothing is lost."""

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.document import AssetDocument
from search.engines.base import Engine
from tests.search import clusters
from tests.search.making import ask, asset_id, document

ASSETS = 200
EDITS_PER_S = 20


class Catalogue:
    """What the database would say: the revision of each asset, and whether it is there."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.revisions = dict.fromkeys(range(1, ASSETS + 1), 1)
        self.gone: dict[int, int] = {}
        self.errors: list[BaseException] = []
        self.over = threading.Event()
        self.edits = self.searches = 0

    def edit(self, number: int) -> AssetDocument | None:
        """Change an asset, or remove or restore it every third time; return its document as it is now."""
        with self.lock:
            self.edits += 1
            revision = max(self.revisions.pop(number, 0), self.gone.pop(number, 0)) + 1
            if self.edits % 3 == 0:
                self.gone[number] = revision
                return None
            self.revisions[number] = revision
            return made(number, revision)

    def read(self, *, slowly_s: float) -> Iterator[AssetDocument]:
        """Yield every asset as it was when it was read, which is long before it is written."""
        for number in range(1, 2 * ASSETS):
            with self.lock:
                revision = self.revisions.get(number)
            if revision is not None:
                yield made(number, revision)
            time.sleep(slowly_s / (2 * ASSETS))


def made(number: int, revision: int) -> AssetDocument:
    return document(number, revision=revision, headline=f"Toma {revision}")


def editing(catalogue: Catalogue, engine: Engine) -> None:
    """Write what has changed since the last time in one call each, as the one indexer does."""
    began = time.monotonic()
    try:
        while not catalogue.over.is_set():
            due = int((time.monotonic() - began) * EDITS_PER_S) - catalogue.edits
            numbers = [(catalogue.edits + each) * 37 % (2 * ASSETS - 1) + 1 for each in range(due)]
            changed = {number: catalogue.edit(number) for number in numbers}
            engine.upsert(each for each in changed.values() if each is not None)
            engine.delete({asset_id(n): catalogue.gone[n] for n, each in changed.items() if each is None})
            time.sleep(1 / EDITS_PER_S)
    except BaseException as error:  # noqa: BLE001 - the test looks at it
        catalogue.errors.append(error)


def searching(catalogue: Catalogue, engine: Engine) -> None:
    try:
        while not catalogue.over.is_set():
            result = ask(engine, "toma", facets=("kind",))
            assert result.facets["kind"] == (("video", result.total),)
            assert result.total > 0
            catalogue.searches += 1
            time.sleep(0.05)
    except BaseException as error:  # noqa: BLE001 - the test looks at it
        catalogue.errors.append(error)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    clusters.drop(tmp_path)


def test_no_edit_is_missing_ghost_or_stale_and_no_request_fails(folder: Path) -> None:
    catalogue = Catalogue()
    with (
        clusters.engine(folder) as builder,
        clusters.engine(folder) as writer,
        clusters.engine(folder) as reader,
    ):
        writer.upsert(made(number, 1) for number in range(1, ASSETS + 1))
        threads = [
            threading.Thread(target=searching, args=(catalogue, reader)),
            threading.Thread(target=editing, args=(catalogue, writer)),
        ]
        for thread in threads:
            thread.start()
        try:
            for _ in range(2):
                builder.rebuild(catalogue.read(slowly_s=2.0))
        finally:
            catalogue.over.set()
            for thread in threads:
                thread.join()
        assert catalogue.errors == []
        assert catalogue.edits >= 4 * EDITS_PER_S
        assert catalogue.searches >= 10
        wanted = {asset_id(number): revision for number, revision in catalogue.revisions.items()}
        assert dict(reader.snapshot()) == wanted
