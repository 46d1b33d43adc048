"""A process of its own that writes to an index until it is killed; it prints a number once it is promised.

python -m tests.search.writer FOLDER upsert|rebuild
"""

import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from search.document import AssetDocument, CueDocument
from search.engines.embedded import EmbeddedEngine
from tests.search.making import document


def made(number: int, revision: int = 1) -> AssetDocument:
    cues = (CueDocument("es", 0, 1000, f"Toma {number}"),)
    return document(number, revision=revision, headline=f"Toma {number}", cues=cues)


def promise(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


def upsert(engine: EmbeddedEngine) -> None:
    """Write batches of three new documents and a new revision of the first one; promise the last of each."""
    start = max((key.int & 0xFFFF_FFFF for key, _ in engine.snapshot()), default=0) + 1
    for number in count(start, 3):
        engine.upsert([*(made(number + place) for place in range(3)), made(1, revision=number + 3)])
        promise(number + 2)


def rebuild(engine: EmbeddedEngine) -> None:
    """Build the same hundred documents again and again; promise how often."""

    def reading(turn: int) -> Iterator[AssetDocument]:
        yield from (made(number, revision=turn) for number in range(1, 101))
        promise(-turn)  # read, not yet swapped

    for turn in count(1):
        engine.rebuild(reading(turn))
        promise(turn)


if __name__ == "__main__":
    {"upsert": upsert, "rebuild": rebuild}[sys.argv[2]](EmbeddedEngine(Path(sys.argv[1])))
