"""The input side of every command: a file opened with as little trust as can be, and what to expect from it."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import ffmpeg

from transcode.facts import MediaFacts, VideoTrack
from transcode.planner.plan import Frames, PlanError

# 8192 x 4608 and some: the largest pictures that cameras make today. More is refused by the decoder.
MOST_PIXELS = 40_000_000
# One allocation. The largest legitimate one is a decoded 8K picture of 16 bits and four planes (about 300 MB).
MOST_ALLOCATION = 512 * 1024**2

# Raw streams and packs have no index: the number of frames before decoding is a guess (field pictures come in two
# packets; a cut at any place starts with pictures that lack their reference).
UNINDEXED = frozenset(
    {"mpegts", "mpeg", "mpegvideo", "h264", "hevc", "m4v", "vc1", "avs", "dv", "ivf", "obu"}
)
# Pictures that a decoder may leave out at the start of such a stream: one long GOP.
OPEN_GOP = 60


@dataclass(frozen=True, slots=True)
class Material:
    """What is planned for: a file of the scratch folder, what it is, and how many threads each part may use."""

    facts: MediaFacts
    name: str
    demuxer: str
    threads: int

    @property
    def picture(self) -> VideoTrack:
        """Raise PlanError('no_picture') where there is none."""
        if self.facts.picture is None:
            raise PlanError("no_picture")
        return self.facts.picture

    @property
    def seconds(self) -> float:
        """For progress and limits only; places are never computed from it."""
        return float(self.facts.duration)

    def opened(self) -> Any:
        """The ffmpeg-python input, opened with as little trust as can be.

        The demuxer is forced by what the bytes are and is the only one allowed: a playlist or script disguised as a
        video is not followed. 'file:' keeps a name from being read as a protocol or an option. A clean aperture in
        the container is not applied (`apply_cropping`): facts and players do not either.
        """
        return ffmpeg.input(
            f"file:{self.name}",
            format=self.demuxer,
            protocol_whitelist="file,pipe",
            format_whitelist=self.demuxer,
            max_pixels=MOST_PIXELS,
            apply_cropping="codec",
            threads=self.threads,
        )

    def arguments(self, *outputs: Any) -> tuple[str, ...]:
        """The whole argv of one ffmpeg run; the first output is the one whose frames are counted."""
        whole = outputs[0] if len(outputs) == 1 else ffmpeg.merge_outputs(*outputs)
        return (*_global_arguments(self.threads), *(str(argument) for argument in whole.get_args()))


def _global_arguments(threads: int) -> tuple[str, ...]:
    """What comes before the input: quiet about itself, deaf to the terminal, progress on standard output."""
    return (
        *("-nostdin", "-hide_banner", "-nostats", "-y"),
        *("-loglevel", "repeat+level+info"),
        *("-stats_period", "0.5", "-progress", "pipe:1"),
        *("-max_alloc", str(MOST_ALLOCATION)),
        *("-filter_complex_threads", str(threads)),
    )


def frames_expected(facts: MediaFacts, picture: VideoTrack, *, rate: Fraction | None = None) -> Frames | None:
    """How many frames a whole, unbroken decode gives; None where the file does not tell.

    Exact in indexed containers. In unindexed ones a picture may have been counted as its two fields, and leading
    ones may lack their reference. More than expected is never a loss. `rate` is that of a conversion: then
    rounding may move the count by one at each end.
    """
    count = picture.frames
    if count <= 0:
        return None
    fewest = max(1, count // 2 - OPEN_GOP) if facts.demuxer in UNINDEXED else count
    if rate is None:
        return Frames(expected=count, fewest=fewest, most=2 * count + OPEN_GOP, damage_allowed=True)
    ratio = rate / picture.frame_rate.fps
    expected = round(count * ratio)
    return Frames(expected, max(1, int(fewest * ratio) - 1), 2 * expected + OPEN_GOP, damage_allowed=True)
