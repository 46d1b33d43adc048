"""What a maker hands back: files on scratch or already kept, per rendition, and what was measured."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dam.models import AssetVersion, QCFinding, StoredFile
from transcode.recipes import Recipe


@dataclass(frozen=True)
class MadeFile:
    """One file of a rendition: its path inside it, and where its bytes are (scratch, or kept already)."""

    path: str
    mime: str
    source: Path | StoredFile


@dataclass(frozen=True)
class MadeRendition:
    """A recipe's result: the file to open first, all files, and facts for people (width, bit rate, pages)."""

    recipe: Recipe
    entry: str
    files: tuple[MadeFile, ...]
    facts: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Made:
    """Everything one job made; findings are unsaved rows of the version."""

    renditions: tuple[MadeRendition, ...]
    findings: tuple[QCFinding, ...] = ()


@dataclass(frozen=True)
class Work:
    """What a maker gets: the version, its original on scratch, the recipes, and how to report and to be stopped.

    ``report(permille, eta_s)`` may be called often; ``should_stop()`` is true once a person cancelled.
    ``publish(slug, file)`` keeps a finished file of a rendition at once, so that it can be watched before the
    rest is done; ``show(playlists, entry)`` makes growing playlists public, by slug/path.
    """

    version: AssetVersion
    source: Path
    folder: Path
    recipes: tuple[Recipe, ...]
    report: Callable[[int, int | None], None]
    should_stop: Callable[[], bool]
    publish: Callable[[str, MadeFile], StoredFile]
    show: Callable[[dict[str, str], str], None]


class CannotMake(Exception):
    """The material does not allow this format. ``code`` is a word of transcode.failures, ``detail`` its detail."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
