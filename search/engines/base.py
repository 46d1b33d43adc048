"""The contract of a search engine. tests/search/conformance.py says what it means, for every engine alike."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Protocol, Self
from uuid import UUID

from search.document import AssetDocument
from search.query import Query, Result, SearchError


class IndexBusy(SearchError):
    """Another process is writing to the index. Nothing was written; try again."""


class RebuildRunning(IndexBusy):
    """Another process is rebuilding the index. Nothing was started."""


class IndexOutdated(SearchError):
    """The index was built for other fields than this release has, or is damaged: rebuild it."""


class EngineFailed(SearchError):
    """The engine could not do what it was asked; the cause is chained."""


class DocumentsRefused(EngineFailed):
    """The engine took all documents but these, each with its reason."""

    def __init__(self, reasons: Mapping[str, str]) -> None:
        self.reasons = reasons
        super().__init__("; ".join(f"{key}: {reason}" for key, reason in reasons.items()))


class Engine(Protocol):
    """Finds assets and keeps their documents. Safe to share between threads.

    What a call has written is durable when it returns, and found by the next search of any process. Every method
    may raise EngineFailed, and all but ``rebuild`` IndexOutdated.
    """

    def search(self, query: Query) -> Result:
        """Return one page. Raises BadCursor for a cursor of another search."""
        ...

    def upsert(self, documents: Iterable[AssetDocument]) -> None:
        """Write whole documents; one whose revision is lower than the indexed one's is ignored.

        The caller has read them just now: not every engine remembers the revision of a removal. Raises IndexBusy,
        with the documents before it written in whole batches, or DocumentsRefused, with all others written.
        """
        ...

    def delete(self, revisions: Mapping[UUID, int]) -> None:
        """Remove documents, unless the indexed revision is higher than the one given. Raises IndexBusy."""
        ...

    def rebuild(self, documents: Iterable[AssetDocument]) -> int:
        """Build a new index of ``documents`` beside the old one, swap them, and return the number of documents.

        Searches go on in the old one; what is written meanwhile is in both. On any error, or when the process
        dies, the old one stays. Raises RebuildRunning.
        """
        ...

    def snapshot(self) -> Iterator[tuple[UUID, int]]:
        """Yield (id, revision) of every document, to be compared with the database: the difference is the drift."""
        ...

    def close(self) -> None:
        """Let go of files and connections. The engine may be used again."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exception: object) -> None: ...
