"""Probing as the pipeline does it: sniffed, in the sandbox, through JSON."""

from functools import cache
from pathlib import Path

from tests.transcode.reference import at
from transcode.facts import MediaFacts
from transcode.sandbox import Limits, call
from transcode.sniff import sniff


@cache
def facts(path: str) -> MediaFacts:
    source = at(path)
    return MediaFacts.from_json(call("transcode.probe:probe_json", str(source), sniff(source).demuxer))


def probe(path: Path, demuxer: str = "", **limits) -> MediaFacts:
    answer = call(
        "transcode.probe:probe_json", str(path), demuxer or sniff(path).demuxer, limits=Limits(**limits)
    )
    return MediaFacts.from_json(answer)
