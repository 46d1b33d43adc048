"""What runs inside the sandbox for the steps: other modules' parsers, with JSON in and out. No Django here."""

from collections.abc import Mapping
from typing import Any

from ingest.reading import container_tags, movie_xmp, wave_chunks
from transcode import sniff
from transcode.sandbox import ParserRefused

_CAPTURED = frozenset({"date_created", "gps", "camera", "lens"})


def identify(path: str) -> dict[str, Any]:
    """Return the content type (transcode.sniff.ContentType)."""
    return sniff.sniff(path).to_json()


def media_tags(path: str, demuxer: str, tags: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return what a container's tags, an editor's XMP and a broadcast wave's own chunks state, the surer first.

    Devices write when and where into tags, and editors what it is about into XMP.
    """
    tagged = [found.to_json() for found in container_tags.read(tags)]
    if demuxer != "mov":
        return [*_chunks(path, demuxer), *tagged]
    captured = [found for found in tagged if found["field"] in _CAPTURED]
    described = [found for found in tagged if found["field"] not in _CAPTURED]
    return [*captured, *movie_xmp.read(path), *described]


def _chunks(path: str, demuxer: str) -> list[dict[str, Any]]:
    if demuxer != "wav":
        return []
    try:
        return wave_chunks.read(path)
    except ParserRefused:
        return []
