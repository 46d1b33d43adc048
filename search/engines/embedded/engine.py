"""The engine: versions of the index in a folder, one writer at a time, readers that never wait for it."""

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from contextlib import nullcontext
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Self
from uuid import UUID

from search.document import AssetDocument
from search.engines.base import IndexOutdated
from search.engines.embedded.folder import Folder
from search.engines.embedded.schema import digest
from search.engines.embedded.version import Change, Removal, Version, contained
from search.query import Query, Result

#: A commit costs 20 ms whatever is in it, so it should hold many documents; but whoever waits, waits for a batch.
_BATCH = 500
#: A rebuild that is done would rather wait for writers than begin anew.
_SWAP_WAIT_S = 60.0


class EmbeddedEngine:
    """The engine in the folder at ``path``, made if it is not there.

    ``wait_s`` is how long a writer waits for another one before it raises IndexBusy. Implements
    search.engines.base.Engine, where each method is described.
    """

    def __init__(self, path: Path, *, wait_s: float = 5.0) -> None:
        self._folder = Folder(path, digest())
        self._wait_s = wait_s
        self._lock = Lock()
        self._version: Version | None = None

    def search(self, query: Query) -> Result:
        """Return one page."""
        view = self._current().view()
        with contained("searching"):
            return view.search(query)

    def upsert(self, documents: Iterable[AssetDocument]) -> None:
        """Write whole documents, in batches, each durable before the next."""
        self._write(documents)

    def delete(self, revisions: Mapping[UUID, int]) -> None:
        """Remove documents."""
        self._write(Removal(key, revision) for key, revision in revisions.items())

    def rebuild(self, documents: Iterable[AssetDocument]) -> int:
        """Build beside, catch up with what was written meanwhile, and swap."""
        with self._folder.rebuilding():
            with self._folder.writing(wait_s=self._wait_s):
                self._folder.start_journal()
                path = self._folder.new_version()
            self._folder.sweep(keep=path)
            try:
                version = Version.open(path)
                version.load(documents)
                with self._folder.writing(wait_s=max(self._wait_s, _SWAP_WAIT_S)):
                    changes = (_from_line(line) for line in self._folder.read_journal())
                    for batch in _batches(change for change in changes if change is not None):
                        version.apply(batch)
                    self._folder.publish(path)
            except BaseException:
                shutil.rmtree(path, ignore_errors=True)
                raise
        return version.view().total

    def snapshot(self) -> Iterator[tuple[UUID, int]]:
        """Yield (id, revision) of every document."""
        view = self._current().view()
        with contained("reading every document"):
            yield from view.everything()

    def close(self) -> None:
        """Let go of the open version."""
        with self._lock:
            self._version = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _current(self, *, writing: bool = False) -> Version:
        """Return the current version, opened; the first to ask makes an empty one."""
        with self._lock:
            path = self._folder.current()
            if path is None:
                with nullcontext() if writing else self._folder.writing(wait_s=self._wait_s):
                    path = self._folder.current() or self._first()
            if self._version is None or self._version.path != path:
                self._version = Version.open(path)
            return self._version

    def _first(self) -> Path:
        path = self._folder.new_version()
        Version.open(path)
        self._folder.publish(path)
        return path

    def _write(self, changes: Iterable[Change]) -> None:
        for batch in _batches(changes):
            with self._folder.writing(wait_s=self._wait_s):
                rebuilding = self._folder.is_rebuilding()
                if rebuilding:
                    self._folder.append_journal(_to_line(change) for change in batch)
                else:
                    self._folder.sweep()
                try:
                    self._current(writing=True).apply(batch)
                except IndexOutdated:
                    if not rebuilding:  # the new version will have it from the journal
                        raise


def _batches(changes: Iterable[Change]) -> Iterator[list[Change]]:
    rest = iter(changes)
    while batch := list(islice(rest, _BATCH)):
        yield batch


def _to_line(change: Change) -> str:
    if isinstance(change, AssetDocument):
        return change.to_json()
    return json.dumps({"removed": str(change.id), "revision": change.revision})


def _from_line(line: str) -> Change | None:
    """Return the change of a line of the journal, or None for one whose writer was killed: it was not promised."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    if "removed" in value:
        return Removal(UUID(value["removed"]), int(value["revision"]))
    return AssetDocument.from_json(line)
