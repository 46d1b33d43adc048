"""One version of the index on disk: the assets and their caption cues, opened, written to and read."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Lock
from typing import Self
from uuid import UUID

import tantivy

from search.document import AssetDocument
from search.engines.base import EngineFailed, IndexBusy, IndexOutdated
from search.engines.embedded.schema import asset_entry, asset_schema, cue_entries, cue_schema, open_index
from search.engines.embedded.view import View
from search.query import SearchError

#: Tantivy's least is 15 MB a thread. One thread: a small batch makes one segment, not many.
_HEAP_BYTES = 50_000_000
_THREADS = 1


@dataclass(frozen=True)
class Removal:
    """An asset that is to be found no more, unless it is indexed with a higher revision."""

    id: UUID
    revision: int


Change = AssetDocument | Removal


@contextmanager
def contained(what: str) -> Iterator[None]:
    """Give every error of Tantivy a name, a panic included, which is no Exception and passes every other net."""
    try:
        yield
    except SearchError:
        raise
    except Exception as error:
        if "LockBusy" in str(error):
            raise IndexBusy(f"{what}: another writer has the index open") from error
        raise EngineFailed(f"{what}: {error}") from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":
            raise
        raise EngineFailed(f"{what}: the engine gave up: {error}") from error


class Version:
    """An open version, shared by threads. ``view`` brings its reader up to date when there is something new."""

    def __init__(self, path: Path, assets: tantivy.Index, cues: tantivy.Index) -> None:
        self.path = path
        self._assets = assets
        self._cues = cues
        self._lock = Lock()
        self._signature = ""
        self._view: View | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open the version in ``path``, or make an empty one there. Raises IndexOutdated if it cannot be read."""
        try:
            with contained(f"opening {path}"):
                assets = open_index(path / "assets", asset_schema())
                return cls(path, assets, open_index(path / "cues", cue_schema()))
        except EngineFailed as error:
            raise IndexOutdated(f"{path} cannot be read; rebuild the index") from error

    def view(self) -> View:
        """Return the last committed state. It stays as it is while it is used."""
        with self._lock, contained(f"reading {self.path}"):
            signature = _signature(self.path / "assets") + _signature(self.path / "cues")
            if self._view is None or signature != self._signature:
                self._assets.reload()
                self._cues.reload()
                self._view = View(self._assets, self._cues)
                self._signature = signature
            return self._view

    def apply(self, changes: Sequence[Change]) -> None:
        """Write the changes in one commit, leaving out what is older than what is there. Raises IndexBusy."""
        with contained(f"writing {self.path}"):
            view = self.view()
            revisions = view.revisions([change.id for change in changes])
            kept: dict[UUID, Change] = {}
            for change in changes:
                if revisions.get(change.id, -1) <= change.revision:
                    revisions[change.id] = change.revision
                    kept[change.id] = change
            if view.has_cues(kept) or any(document.cues for document in _documents(kept.values())):
                with _committing(self._cues) as writer:
                    for key, change in kept.items():
                        writer.delete_documents_by_term("asset", str(key))
                        if isinstance(change, AssetDocument):
                            _add_cues(writer, change)
            with _committing(self._assets) as writer:
                for key, change in kept.items():
                    writer.delete_documents_by_term("id", str(key))
                    if isinstance(change, AssetDocument):
                        writer.add_document(asset_entry(change))

    def load(self, documents: Iterable[AssetDocument]) -> int:
        """Fill a new version in one commit and return the number of documents; the last of an id counts."""
        seen: set[UUID] = set()
        what = f"building {self.path}"
        with _committing(self._cues) as cues, _committing(self._assets) as assets:
            for document in documents:  # an error of whoever reads them keeps its own name
                with contained(what):
                    if document.id in seen:
                        cues.delete_documents_by_term("asset", str(document.id))
                        assets.delete_documents_by_term("id", str(document.id))
                    seen.add(document.id)
                    _add_cues(cues, document)
                    assets.add_document(asset_entry(document))
        return len(seen)


def _documents(changes: Iterable[Change]) -> Iterator[AssetDocument]:
    return (change for change in changes if isinstance(change, AssetDocument))


def _add_cues(writer: tantivy.IndexWriter, document: AssetDocument) -> None:
    for entry in cue_entries(document):
        writer.add_document(entry)


@contextmanager
def _committing(index: tantivy.Index) -> Iterator[tantivy.IndexWriter]:
    """Open the one writer, commit at the end, or drop what was written if there was an error.

    What a writer left that was killed before its commit goes first: the next commit may need the same file names.
    Merges are waited for: a writer that is dropped ends them, and segments would pile up.
    """
    writer = index.writer(_HEAP_BYTES, _THREADS)
    try:
        writer.garbage_collect_files()
        yield writer
        writer.commit()
    except BaseException:
        writer.rollback()
        raise
    finally:
        writer.wait_merging_threads()


def _signature(path: Path) -> str:
    # every commit puts a new meta.json in the place of the old one
    status = (path / "meta.json").stat()
    return f"{status.st_ino}:{status.st_mtime_ns}:{status.st_size};"
