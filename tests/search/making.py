"""Documents and questions for tests, with only what the test is about."""

from typing import Any
from uuid import UUID

from search.document import AssetDocument
from search.engines.base import Engine
from search.query import Hit, Query, Result, Segment

FIRST_ADDED = 1_760_000_000_000


def asset_id(number: int) -> UUID:
    return UUID(int=(0xA5 << 120) | number)


def document(number: int, **fields: Any) -> AssetDocument:
    """Return a document of which everybody of the office may know; a higher number is newer."""
    made: dict[str, Any] = {
        "id": asset_id(number),
        "seq": number,
        "revision": 1,
        "codes": (f"C2D3F{number:03d}",),
        "kind": "video",
        "added": FIRST_ADDED + number * 60_000,
        "seen_by": ("office",),
    }
    return AssetDocument(**{**made, **fields})


def ask(engine: Engine, text: str = "", **fields: Any) -> Result:
    return engine.search(Query(**{"viewer": None, "text": text, **fields}))


def numbers(result: Result) -> list[int]:
    """Return the numbers of the documents found, in order."""
    return [hit.asset_id.int & 0xFFFF_FFFF for hit in result.hits]


def found(engine: Engine, text: str = "", **fields: Any) -> list[int]:
    return numbers(ask(engine, text, **fields))


def marked(hit: Hit, field: str) -> list[str]:
    """Return the marked words of a field of a hit."""
    return [
        segment.text for highlight in hit.highlights.get(field, ()) for segment in highlight if segment.marked
    ]


def plain(highlight: tuple[Segment, ...]) -> str:
    return "".join(segment.text for segment in highlight)
