"""HLS playlists: reading those that grow while ffmpeg runs, and writing the ones people get.

RFC 8216. ffmpeg's own master playlist lacks FRAME-RATE and its bandwidths are guesses while it encodes, so all
published playlists are written here, from the segments as they are.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from transcode.planner.plan import AUDIO_NAME, MASTER, MEDIA, STREAM_FOLDER, LadderStep, StreamShape

VERSION = 7
AUDIO_GROUP = "audio"
# mp4a.40.2 is AAC-LC (RFC 6381, ISO/IEC 14496-3)
AAC = "mp4a.40.2"
AUDIO_CHANNELS = 2
# RFC 8216 4.3.4.2: the peak is that of any run of segments this long, relative to the target duration
PEAK_SHORTEST, PEAK_LONGEST = Decimal("0.5"), Decimal("1.5")
MAP = re.compile(r'#EXT-X-MAP:URI="([^"]+)"')


class HlsError(Exception):
    """What ffmpeg left is not a whole stream; says what is wrong."""


@dataclass(frozen=True, slots=True)
class Segment:
    """One finished segment: its file beside the playlist, and its duration."""

    name: str
    seconds: Decimal


@dataclass(frozen=True, slots=True)
class MediaPlaylist:
    """One rung or the sound: its initialisation file and the segments finished so far."""

    init: str
    segments: tuple[Segment, ...]
    ended: bool

    @property
    def seconds(self) -> Decimal:
        return sum((segment.seconds for segment in self.segments), Decimal(0))

    @property
    def files(self) -> tuple[str, ...]:
        """Everything the playlist refers to, in the order a player fetches it."""
        return (self.init, *(segment.name for segment in self.segments))


@dataclass(frozen=True, slots=True)
class Bandwidth:
    """Bits per second, without HTTP: the worst stretch and the mean."""

    peak: int
    average: int

    def __add__(self, other: "Bandwidth") -> "Bandwidth":
        return Bandwidth(self.peak + other.peak, self.average + other.average)


def read(text: str) -> MediaPlaylist:
    """Read a media playlist that ffmpeg wrote. Raise HlsError when it is not one."""
    if not text.startswith("#EXTM3U"):
        raise HlsError("not a playlist")
    init, segments, duration = "", [], None
    for line in text.splitlines():
        if line.startswith("#EXTINF:"):
            duration = Decimal(line[8:].split(",")[0])
        elif found := MAP.match(line):
            init = found[1]
        elif line and not line.startswith("#"):
            if duration is None:
                raise HlsError(f"{line} has no duration")
            segments.append(Segment(line, duration))
            duration = None
    return MediaPlaylist(init, tuple(segments), ended="#EXT-X-ENDLIST" in text)


def names(shape: StreamShape) -> tuple[str, ...]:
    """The folders of a stream: its rungs, best first, then its sound."""
    return tuple(step.name for step in shape.steps) + ((AUDIO_NAME,) if shape.audio_kbps else ())


def growing(folder: Path, shape: StreamShape) -> dict[str, MediaPlaylist]:
    """What is finished by now of a stream being written in `folder`, by name; nothing before the first segment.

    ffmpeg renames a playlist into place, and lists a segment only when it is whole. While it runs, an end in the
    list must not be believed: a run that is stopped writes one too.
    """
    found = {}
    for name in names(shape):
        playlist = folder / STREAM_FOLDER / name / MEDIA
        if playlist.exists():
            found[name] = read(playlist.read_text(encoding="utf-8"))
    return found


def media_playlist(playlist: MediaPlaylist) -> str:
    """The text of a media playlist: EVENT, growing, until it has ended; then VOD."""
    longest = max((segment.seconds for segment in playlist.segments), default=Decimal(1))
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{VERSION}",
        f"#EXT-X-TARGETDURATION:{max(1, math.floor(longest + Decimal('0.5')))}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        f"#EXT-X-PLAYLIST-TYPE:{'VOD' if playlist.ended else 'EVENT'}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
        f'#EXT-X-MAP:URI="{playlist.init}"',
    ]
    for segment in playlist.segments:
        lines += [f"#EXTINF:{segment.seconds:.6f},", segment.name]
    if playlist.ended:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


def master_playlist(
    shape: StreamShape, codecs: Mapping[str, str], bandwidths: Mapping[str, Bandwidth] | None = None
) -> str:
    """The text of the master playlist. `codecs` by name, of the rungs.

    `bandwidths` are measured on the whole stream; while it grows they are missing, and the limits stand for them.
    """
    lines = ["#EXTM3U", f"#EXT-X-VERSION:{VERSION}", "#EXT-X-INDEPENDENT-SEGMENTS"]
    sound = Bandwidth(0, 0)
    if shape.audio_kbps:
        sound = (bandwidths or {}).get(
            AUDIO_NAME, Bandwidth(shape.audio_kbps * 1000, shape.audio_kbps * 1000)
        )
        lines.append(
            f'#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="{AUDIO_GROUP}",NAME="Audio",DEFAULT=YES,AUTOSELECT=YES,'
            f'CHANNELS="{AUDIO_CHANNELS}",URI="{AUDIO_NAME}/{MEDIA}"'
        )
    for step in shape.steps:
        limit = Bandwidth(step.most_kbps * 1000, step.most_kbps * 1000)
        total = (bandwidths or {}).get(step.name, limit) + sound
        lines += [_stream_line(step, shape, codecs[step.name], total), f"{step.name}/{MEDIA}"]
    return "\n".join(lines) + "\n"


def _stream_line(step: LadderStep, shape: StreamShape, codec: str, total: Bandwidth) -> str:
    attributes = [
        f"BANDWIDTH={total.peak}",
        f"AVERAGE-BANDWIDTH={total.average}",
        f"RESOLUTION={step.width}x{step.height}",
        f"FRAME-RATE={float(shape.frame_rate.fps):.3f}",
        f'CODECS="{codec}{"," + AAC if shape.audio_kbps else ""}"',
    ]
    if shape.audio_kbps:
        attributes.append(f'AUDIO="{AUDIO_GROUP}"')
    return f"#EXT-X-STREAM-INF:{','.join(attributes)}"


def bandwidth(playlist: MediaPlaylist, sizes: Mapping[str, int]) -> Bandwidth:
    """Peak and average as RFC 8216 4.3.4.2 defines them. `sizes` of the segments, in bytes, by name."""
    target = max(segment.seconds for segment in playlist.segments)
    shortest, longest = target * PEAK_SHORTEST, target * PEAK_LONGEST
    peak = Decimal(0)
    for first in range(len(playlist.segments)):
        seconds, size = Decimal(0), 0
        for segment in playlist.segments[first:]:
            seconds += segment.seconds
            size += sizes[segment.name]
            if seconds > longest:
                break
            if seconds >= shortest:
                peak = max(peak, size * 8 / seconds)
    average = sum(sizes[segment.name] for segment in playlist.segments) * 8 / playlist.seconds
    return Bandwidth(math.ceil(max(peak, average)), math.ceil(average))


def h264_codec(init: bytes) -> str:
    """The RFC 6381 name of the picture in an initialisation file: avc1 and the three bytes that follow avcC's first."""
    at = init.find(b"avcC")
    if at < 0 or len(init) < at + 8:
        raise HlsError("no H.264 in the initialisation file")
    return f"avc1.{init[at + 5 : at + 8].hex()}"


def live_master(folder: Path, shape: StreamShape) -> str | None:
    """A master playlist for a stream that is being written; None until every rung has its first segment."""
    found = growing(folder, shape)
    if set(found) != set(names(shape)) or not all(playlist.segments for playlist in found.values()):
        return None
    return master_playlist(shape, _codecs(folder, shape, found))


def finish(folder: Path, shape: StreamShape) -> None:
    """Replace ffmpeg's playlists by final ones, after a successful run.

    Raise HlsError unless every one has ended and all are equally long (to half a segment) and all files are there.
    """
    found = growing(folder, shape)
    for name in names(shape):
        if name not in found or not found[name].ended or not found[name].segments:
            raise HlsError(f"{name} did not end")
    pictures = {found[step.name].seconds for step in shape.steps}
    if max(pictures) - min(pictures) > Decimal(shape.segment_s) / 2:
        raise HlsError(f"the rungs are not equally long: {sorted(pictures)}")
    bandwidths = {}
    for name, playlist in found.items():
        place = folder / STREAM_FOLDER / name
        sizes = _sizes(place, playlist)
        bandwidths[name] = bandwidth(playlist, sizes)
        (place / MEDIA).write_text(media_playlist(playlist), encoding="utf-8")
    master = master_playlist(shape, _codecs(folder, shape, found), bandwidths)
    (folder / STREAM_FOLDER / MASTER).write_text(master, encoding="utf-8")


def _sizes(place: Path, playlist: MediaPlaylist) -> dict[str, int]:
    missing = [name for name in playlist.files if not (place / name).is_file()]
    if missing:
        raise HlsError(f"{missing[0]} is missing")
    return {segment.name: (place / segment.name).stat().st_size for segment in playlist.segments}


def _codecs(folder: Path, shape: StreamShape, found: Mapping[str, MediaPlaylist]) -> dict[str, str]:
    steps: Sequence[LadderStep] = shape.steps
    return {
        step.name: h264_codec((folder / STREAM_FOLDER / step.name / found[step.name].init).read_bytes())
        for step in steps
    }
