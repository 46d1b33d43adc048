"""Caption tracks as WebVTT (W3C Recommendation), built from their cues."""

from collections.abc import Iterable, Iterator

from dam.models import CaptionCue

MIME = "text/vtt"


def webvtt(cues: Iterable[CaptionCue]) -> str:
    """Return the file: every cue's text as plain text, whatever is in it."""
    return "\n".join(["WEBVTT", "", *_blocks(cues)])


def _blocks(cues: Iterable[CaptionCue]) -> Iterator[str]:
    for cue in cues:
        lines = [_escaped(line) for line in cue.text.splitlines() if line.strip()]
        if lines:
            yield f"{_clock(cue.start_ms)} --> {_clock(max(cue.end_ms, cue.start_ms + 1))}"
            yield from lines
            yield ""


def _escaped(line: str) -> str:
    """Escape a line of cue text (WebVTT 4.2): no tags, no timestamps, no arrow that would begin a cue."""
    return line.strip().replace("\x00", "").replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _clock(milliseconds: int) -> str:
    seconds, rest = divmod(milliseconds, 1000)
    minutes, seconds = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{seconds:02}.{rest:03}"
