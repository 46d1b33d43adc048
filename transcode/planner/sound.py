"""Which sound is heard: tracks grouped into programmes, one chosen, and its way to mono, stereo or as it is.

Nothing here changes level, but for the fixed weights of a downmix. Streams are ffmpeg-python's.
"""

from dataclasses import dataclass
from itertools import groupby
from typing import Any

import ffmpeg

from transcode.facts import AudioTrack, MediaFacts
from transcode.planner.plan import Note

SPANISH = frozenset({"spa", "es", "esp", "es-mx", "es-es", "es-419"})
# Sample rates of the 44.1 kHz family: kept at 44.1, where all others go to 48
FAMILY_44 = frozenset({11025, 22050, 44100, 88200, 176400})
STEREO = 2
# Layouts with a speaker for each channel, which a downmix can weigh. Others are channels without a meaning.
SURROUND = frozenset(
    {
        "2.1",
        "3.0",
        "3.0(back)",
        "4.0",
        "quad",
        "quad(side)",
        "3.1",
        "5.0",
        "5.0(side)",
        "4.1",
        "5.1",
        "5.1(side)",
    }
    | {
        "6.0",
        "6.1",
        "6.1(back)",
        "7.0",
        "7.1",
        "7.1(wide)",
        "7.1(wide-side)",
        "5.1.2",
        "5.1.4",
        "7.1.2",
        "7.1.4",
    }
)


@dataclass(frozen=True, slots=True)
class Programme:
    """Tracks heard together: two mono ones as left and right, or one of any number of channels."""

    tracks: tuple[AudioTrack, ...]

    @property
    def channels(self) -> int:
        return sum(track.channels for track in self.tracks)

    @property
    def sample_rate(self) -> int:
        return self.tracks[0].sample_rate

    @property
    def layout(self) -> str:
        return self.tracks[0].layout

    @property
    def language(self) -> str:
        return self.tracks[0].language

    @property
    def is_surround(self) -> bool:
        return self.channels > STEREO and self.layout in SURROUND


def programmes(facts: MediaFacts) -> tuple[Programme, ...]:
    """Every programme of a file, in order.

    Neighbouring mono tracks of one rate are pairs, as cameras and MXF have them; an odd one stays alone. Tracks
    that cannot be decoded or hold nothing are left out.
    """
    usable = [
        track
        for track in facts.audio
        if track.codec not in {"", "none"} and track.channels > 0 and track.samples != 0
    ]
    found: list[Programme] = []
    for (channels, _rate), run in groupby(usable, key=lambda track: (track.channels, track.sample_rate)):
        tracks = list(run)
        size = STEREO if channels == 1 else 1
        found += [Programme(tuple(tracks[at : at + size])) for at in range(0, len(tracks), size)]
    return tuple(found)


def chosen(found: tuple[Programme, ...]) -> Programme | None:
    """The first in Spanish if languages differ, else the first: how broadcasters and players lay them out."""
    if not found:
        return None
    if len({programme.language for programme in found}) > 1:
        return next((each for each in found if each.language.lower() in SPANISH), found[0])
    return found[0]


def notes(found: tuple[Programme, ...], heard: Programme | None, channels: int = STEREO) -> tuple[Note, ...]:
    """What people should know about the sound of a copy in so many channels."""
    if heard is None:
        return (Note("no_sound"),)
    said: list[Note] = []
    if len(found) > 1:
        tracks = ", ".join(str(track.index) for track in heard.tracks)
        said.append(Note("sound_chosen", {"tracks": tracks, "programmes": str(len(found))}))
    if heard.channels > channels and heard.is_surround:
        said.append(Note("downmix", {"layout": heard.layout}))
    elif heard.channels > channels:
        said.append(Note("first_channels", {"channels": str(heard.channels)}))
    return tuple(said)


def heard_from_zero(source: Any, programme: Programme) -> Any:
    """The programme's samples on the file's clock: late starts and gaps become silence, nothing is stretched."""
    streams = [source[str(track.index)] for track in programme.tracks]
    if len(streams) == STEREO:
        joined = ffmpeg.filter(streams, "join", inputs=STEREO, channel_layout="stereo")
    else:
        joined = streams[0]
    return joined.filter("aresample", **{"async": 1, "first_pts": 0})


def stereo(stream: Any, programme: Programme) -> Any:
    """Two channels: mono twice at its own level; surround by ITU-R BS.775 weights; else the first two channels.

    An `aformat` would not do: what it asks for travels back through splits, and what is measured would be mixed too.
    """
    if programme.channels == 1:
        return stream.filter("pan", args="stereo|c0=c0|c1=c0")
    if programme.channels > STEREO and not programme.is_surround:
        return stream.filter("pan", args="stereo|c0=c0|c1=c1")
    return stream.filter("aresample", out_chlayout="stereo", out_sample_fmt="fltp")


def preview_rate(programme: Programme) -> int:
    return 44100 if programme.sample_rate in FAMILY_44 else 48000
