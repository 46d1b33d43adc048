"""What is asked of an engine and what it answers: plain values, whatever the engine.

A query names no engine and no person: the viewer is a set of words, and a document is seen if one of them is in
its ``seen_by``. Counts and facets never count what the viewer may not see.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from uuid import UUID

from search.document import FACETS, FILTERS, NUMBERS

MAX_SIZE = 1000
#: Pages by relevance end here (Elasticsearch's ``max_result_window``); the other orders have no end.
MAX_RELEVANT = 10_000

type_of_key = int | float | str
Highlight = tuple["Segment", ...]


class SearchError(Exception):
    """Anything that went wrong in a search or in the index; each kind has its name."""


class BadQuery(SearchError):
    """The query asks for a field that does not exist, or for a page that cannot be."""


class BadCursor(BadQuery):
    """The cursor was not given by this search."""


class Sort(StrEnum):
    """The order of the hits; ties are broken by the order in which the assets were registered."""

    RELEVANCE = "relevance"  # without a text: newest
    NEWEST = "newest"  # the last registered first
    OLDEST = "oldest"
    TITLE = "title"  # in Spanish order
    DURATION = "duration"  # the shortest first, what has none last


@dataclass(frozen=True, kw_only=True)
class Query:
    """One page of one search.

    ``filters`` maps fields of ``FILTERS`` to values: any of a field's values, every field; an empty set is no
    filter. ``ranges`` maps fields of ``NUMBERS`` to (from, before): from is included, before is not, None is open.
    ``facets`` are counted leaving out their own filter, so that a second value can be chosen. ``viewer`` has no
    default on purpose: None sees everything, an empty set sees nothing. Raises BadQuery.
    """

    viewer: frozenset[str] | None
    text: str = ""
    filters: Mapping[str, frozenset[str]] = field(default_factory=dict)
    ranges: Mapping[str, tuple[int | None, int | None]] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    facet_size: int = 30
    sort: Sort = Sort.RELEVANCE
    cursor: str | None = None
    size: int = 48

    def __post_init__(self) -> None:
        for names, known in ((self.filters, FILTERS), (self.ranges, NUMBERS), (self.facets, FACETS)):
            unknown = [name for name in names if name not in known]
            if unknown:
                raise BadQuery(f"no such field: {', '.join(unknown)}; there are {', '.join(known)}")
        if not 1 <= self.size <= MAX_SIZE or not 1 <= self.facet_size <= MAX_SIZE:
            raise BadQuery(f"a page has 1 to {MAX_SIZE} hits, and so has a facet values")
        try:
            "".join(value for values in self.filters.values() for value in values).encode()
        except UnicodeEncodeError as error:
            raise BadQuery("a filter holds characters that are no text") from error

    @property
    def order(self) -> Sort:
        """Return the order that applies: without a text nothing is more relevant than the newest."""
        if self.sort is Sort.RELEVANCE and not self.text.strip():
            return Sort.NEWEST
        return self.sort


@dataclass(frozen=True)
class Cursor:
    """Where the next page begins: after the hit with ``key``, which was the one at ``offset`` - 1."""

    sort: Sort
    offset: int
    key: type_of_key | None = None

    def encode(self) -> str:
        """Return the cursor as text that fits in an address."""
        value = json.dumps([self.sort, self.offset, self.key], separators=(",", ":"))
        return base64.urlsafe_b64encode(value.encode()).decode().rstrip("=")

    @classmethod
    def of(cls, query: Query) -> "Cursor":
        """Return where the page of ``query`` begins. Raises BadCursor."""
        if query.cursor is None:
            return cls(query.order, 0)
        try:
            raw = base64.b64decode(
                query.cursor + "=" * (-len(query.cursor) % 4), altchars=b"-_", validate=True
            )
            sort, offset, key = json.loads(raw)
            cursor = cls(Sort(sort), offset, key)
        except (binascii.Error, ValueError, TypeError, RecursionError) as error:
            raise BadCursor("this is not a cursor of a search") from error
        expected = {Sort.TITLE: str, Sort.RELEVANCE: type(None)}.get(query.order, int)
        if cursor.sort is not query.order or type(offset) is not int or type(key) is not expected:
            raise BadCursor("this cursor belongs to a search in another order")
        if not 0 < offset < 1 << 32:
            raise BadCursor("this cursor points nowhere")
        return cursor


@dataclass(frozen=True)
class Segment:
    """A piece of text, marked where it answers the query. It is text, not HTML: the template escapes it."""

    text: str
    marked: bool = False


@dataclass(frozen=True)
class CueHit:
    """A caption cue that answers the query, in milliseconds from the start of the asset's current version."""

    track: str
    start_ms: int
    end_ms: int
    text: Highlight

    @property
    def second(self) -> int:
        """Return the second at which to start playing."""
        return self.start_ms // 1000


@dataclass(frozen=True)
class Hit:
    """One asset found. ``highlights`` maps fields of the document to the values or passages that answer.

    ``cues`` are the captions that answer best, the best first.
    """

    asset_id: UUID
    score: float
    highlights: Mapping[str, tuple[Highlight, ...]] = field(default_factory=dict)
    cues: tuple[CueHit, ...] = ()

    def moments(self, most: int | None = None) -> tuple[CueHit, ...]:
        """Return the best cues, ``most`` of them, as they are said: in order of time."""
        return tuple(sorted(self.cues[:most], key=lambda cue: (cue.start_ms, cue.track)))


@dataclass(frozen=True)
class Result:
    """One page of hits, the number of all, the counts asked for, and the cursor of the next page."""

    total: int
    hits: tuple[Hit, ...]
    facets: Mapping[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)
    next_cursor: str | None = None
