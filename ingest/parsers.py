"""What runs inside the sandbox for the steps: other modules' parsers, with JSON in and out. No Django here."""

from collections.abc import Mapping
from typing import Any

from ingest.reading import container_tags, wave_chunks
from transcode import sniff
from transcode.sandbox import ParserRefused


def identify(path: str) -> dict[str, Any]:
    """Return the content type (transcode.sniff.ContentType)."""
    return sniff.sniff(path).to_json()


def media_tags(path: str, demuxer: str, tags: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what a container's tags and a broadcast wave's own chunks state, the surer first."""
    return [*_chunks(path, demuxer), *(found.to_json() for found in container_tags.read(tags))]


def _chunks(path: str, demuxer: str) -> list[dict[str, Any]]:
    if demuxer != "wav":
        return []
    try:
        return wave_chunks.read(path)
    except ParserRefused:
        return []
