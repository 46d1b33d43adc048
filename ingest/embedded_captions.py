"""Captions inside a video: taken out by ffmpeg as SRT and read like any caption file.

Text tracks are only demultiplexed. Closed captions (CEA-608) travel inside the pictures, so these are decoded:
the ``movie`` source hands them out beside the picture (FFmpeg filters, movie: ``subcc``).
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingest import parsing
from ingest.reading import languages
from transcode import ffmpeg
from transcode.facts import MediaFacts, TextTrack
from transcode.planner.plan import Pass
from transcode.planner.source import MOST_ALLOCATION, MOST_PIXELS

#: Codecs of text; pictures of text (PGS, DVB) need reading by eye.
TEXT_CODECS = frozenset({"subrip", "ass", "ssa", "mov_text", "webvtt", "text", "eia_608", "ttml"})
CLOSED_CAPTIONS = "eia_608"
#: Decoding for closed captions may take this long; a programme of hours is left without them, and it is said.
LIMITS = ffmpeg.Limits(wall_s=180.0, stall_s=180.0, cpu_s=360, file_bytes=64 * 1024**2)
SRT = "application/x-subrip"
#: The last caption of a cut piece has no end: the same time twice.
OPEN_CUE = re.compile(r"^(\d+:\d\d:\d\d,\d{3}) --> \1$", re.MULTILINE)
OPEN_CUE_SECONDS = 3


@dataclass(frozen=True)
class Extracted:
    """Tracks as JSON (language, label, cues) and the codecs that could not be read."""

    tracks: tuple[dict[str, Any], ...] = ()
    unread: tuple[str, ...] = ()


def extract(file: Path, facts: MediaFacts, folder: Path) -> Extracted:
    """Take every text track out of ``file``, which lies in ``folder`` under a plain name."""
    pictures = {track.index for track in facts.video}
    plain = [track for track in facts.text if track.codec in TEXT_CODECS and track.index not in pictures]
    closed = [track for track in facts.text if track.codec == CLOSED_CAPTIONS and track.index in pictures]
    tracks, unread = [], []
    jobs = [(plain, text_arguments(file.name, facts.demuxer, plain))] if plain else []
    jobs += [([track], closed_arguments(file.name, facts.demuxer, track)) for track in closed[:1]]
    for wanted, argv in jobs:
        if not _run(argv, folder, seconds=float(facts.duration)):
            unread += [track.codec for track in wanted]
            continue
        for track in wanted:
            read, trouble = _read(folder / _output(track))
            if trouble and trouble != "no_cues":
                unread.append(track.codec)
            if read is not None:
                label = "CEA-608" if track.codec == CLOSED_CAPTIONS else ""
                tracks.append(
                    {"language": languages.from_tag(track.language), "label": label, "cues": read["cues"]}
                )
    return Extracted(tuple(tracks), tuple(unread))


def text_arguments(name: str, demuxer: str, tracks: list[TextTrack]) -> tuple[str, ...]:
    """Return ffmpeg's arguments that write each text track to a file of its own, nothing being decoded else."""
    source = ("-f", demuxer, "-protocol_whitelist", "file,pipe", "-format_whitelist", demuxer)
    outputs = [
        word
        for track in tracks
        for word in ("-map", f"0:{track.index}", "-c:s", "srt", "-f", "srt", _output(track))
    ]
    return (*_common(), *source, "-i", f"file:{name}", *outputs)


def closed_arguments(name: str, demuxer: str, track: TextTrack) -> tuple[str, ...]:
    """Return ffmpeg's arguments that decode one picture track for the captions in it."""
    graph = f"movie={name}:format_name={demuxer}:streams={track.index}[out0+subcc]"
    return (
        *_common(),
        *("-max_pixels", str(MOST_PIXELS), "-f", "lavfi", "-i", graph),
        *("-map", "0:s", "-c:s", "srt", "-f", "srt", _output(track)),
    )


def _common() -> tuple[str, ...]:
    return (
        *("-nostdin", "-hide_banner", "-nostats", "-y", "-loglevel", "repeat+level+warning"),
        *("-stats_period", "0.5", "-progress", "pipe:1", "-max_alloc", str(MOST_ALLOCATION)),
    )


def _output(track: TextTrack) -> str:
    return f"captions-{track.index}.srt"


def _run(argv: tuple[str, ...], folder: Path, *, seconds: float) -> bool:
    step = Pass(name="captions", argv=argv, files=(), seconds=seconds, log="captions.log")
    try:
        ffmpeg.run(step, folder, limits=LIMITS)
    except ffmpeg.DiskFull:
        raise
    except ffmpeg.FfmpegError:
        return False
    return True


def _read(path: Path) -> tuple[dict[str, Any] | None, str]:
    if not path.exists() or not path.stat().st_size:
        return None, "no_cues"
    path.write_text(OPEN_CUE.sub(_closed, path.read_text(errors="replace")))
    limits = parsing.limits_for(path.stat().st_size)
    return parsing.attempt("ingest.reading.captions:read", str(path), SRT, limits=limits)


def _closed(cue: "re.Match[str]") -> str:
    """Give a cue without an end one, some seconds later."""
    hours, minutes, seconds = cue[1].replace(",", ".").split(":")
    end_ms = round((int(hours) * 3600 + int(minutes) * 60 + float(seconds) + OPEN_CUE_SECONDS) * 1000)
    whole, ms = divmod(end_ms, 1000)
    return f"{cue[1]} --> {whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d},{ms:03d}"
