"""What independent tools said about each file of the shared media set, for tests that compare with it."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import MEDIA


def _facts() -> dict[str, dict[str, Any]]:
    path = MEDIA / "facts.json"
    found: dict[str, dict[str, Any]] = json.loads(path.read_text())["files"] if path.is_file() else {}
    return found


def _kinds() -> dict[str, str]:
    path = MEDIA / "MANIFEST.tsv"
    if not path.is_file():
        return {}
    with path.open(newline="") as file:
        return {row["path"]: row["kind"] for row in csv.DictReader(file, delimiter="\t")}


#: path -> what ffprobe, exiftool, mediainfo and libmagic read
FACTS = _facts()
#: path -> the kind MANIFEST.tsv gives it
KINDS = _kinds()


def each(paths: list[str]) -> Any:
    """Run a test once for each of the files; once, skipped, where the media set is absent."""
    if not FACTS:
        absent = pytest.param("", marks=pytest.mark.skip(reason=f"no shared media in {MEDIA}"))
        return pytest.mark.parametrize("path", [absent])
    return pytest.mark.parametrize("path", paths)


def at(path: str) -> Path:
    return MEDIA / path
