"""Captions as cues: brought to the media's own time, and written for the player."""

from dataclasses import dataclass

from transcode.records import Record

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Cue(Record):
    """Lines of text shown from `start_ms` until `end_ms`, without markup."""

    start_ms: int
    end_ms: int
    text: str


def align(cues: list[Cue], *, start_ms: int, duration_ms: int) -> list[Cue]:
    """Cues of broadcast files count from the programme's start timecode; players count from zero.

    `start_ms` is the timecode at which the media begins, 0 when it has none. Where the first cue lies past the
    end of the media and `start_ms` does not explain it, whole hours are taken off, as masters begin on them.
    """
    first = min((cue.start_ms for cue in cues), default=0)
    shift = 0
    if start_ms and first >= start_ms:
        shift = start_ms
    elif first >= duration_ms > 0:
        shift = first - first % _HOUR_MS
    return [Cue(cue.start_ms - shift, cue.end_ms - shift, cue.text) for cue in cues]


def to_webvtt(cues: list[Cue]) -> str:
    """For the player: UTF-8 text by WebVTT, 4.1; characters with a meaning there are escaped."""
    blocks = ["WEBVTT\n"]
    for cue in cues:
        text = cue.text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        blocks.append(f"{_vtt_clock(cue.start_ms)} --> {_vtt_clock(cue.end_ms)}\n{text}\n")
    return "\n".join(blocks)


def _vtt_clock(ms: int) -> str:
    seconds, ms = divmod(ms, 1000)
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{ms:03d}"
