"""The forms a recipe can have: for each, the parameters it needs, with their units.

Only data: `planner/` turns the forms of sound and moving pictures into commands, `images` and `documents` make
the others.
"""

from dataclasses import dataclass
from typing import Literal

from transcode.records import Record, RecordError

SMALLEST_SIDE = 2  # of a picture in 4:2:0


@dataclass(frozen=True, slots=True)
class Box(Record):
    """Bounds of a picture in pixels, for a lying one; a standing picture is held by the same box turned."""

    width: int
    height: int

    def __post_init__(self) -> None:
        if min(self.width, self.height) < SMALLEST_SIDE:
            raise RecordError(f"a box of {self.width}x{self.height} holds no picture")


@dataclass(frozen=True, slots=True)
class Rung(Record):
    """One step of a ladder: its bounds, and the most bits it may take, in kb/s."""

    box: Box
    most_kbps: int


@dataclass(frozen=True, slots=True)
class Loudness(Record):
    """What linear gain may do to a mix: reach `target_lufs` (None: leave it), never pass `true_peak_dbtp`."""

    true_peak_dbtp: float
    target_lufs: float | None = None


@dataclass(frozen=True, slots=True)
class Parameters(Record):
    """Base of every form's parameters."""


@dataclass(frozen=True, slots=True)
class HlsLadder(Parameters):
    """An adaptive stream: H.264 and AAC in fragmented MP4.

    `quality` is x264's CRF. Segments last `segment_s`; in pieces longer than `long_after_s`, `long_segment_s`.
    """

    rungs: tuple[Rung, ...]
    quality: int
    encoder_preset: str
    most_fps: int
    audio_kbps: int
    segment_s: int
    long_segment_s: int
    long_after_s: int

    def __post_init__(self) -> None:
        if not self.rungs:
            raise RecordError("a ladder has a rung")


@dataclass(frozen=True, slots=True)
class ProgressiveMp4(Parameters):
    """One MP4 with its index in front: the ladder's top rung, wrapped a second time and not encoded again."""


@dataclass(frozen=True, slots=True)
class Poster(Parameters):
    """A still (JPEG): the most typical of `candidates` frames that are not black, out of the first `window_s`.

    `quality` is mjpeg's scale, 2 the best and 31 the worst.
    """

    box: Box
    quality: int
    candidates: int
    window_s: int


@dataclass(frozen=True, slots=True)
class ScrubSprite(Parameters):
    """Sheets of small pictures for the seek bar (JPEG + WebVTT), one each `interval_s` or more, `most` in all."""

    tile: Box
    interval_s: int
    most: int
    columns: int
    rows: int
    quality: int


@dataclass(frozen=True, slots=True)
class Waveform(Parameters):
    """Peaks of the sound (JSON): `bins_per_s`, fewer in a long piece so that there are `most_bins` at most."""

    bins_per_s: int
    most_bins: int


@dataclass(frozen=True, slots=True)
class TvMaster(Parameters):
    """XDCAM HD422 (MPEG-2 4:2:2 long GOP) in MXF OP1a, 1080i upper field first, each channel a mono track."""

    width: int
    height: int
    frame_rate: str
    video_kbps: int
    gop: int
    b_frames: int
    audio_tracks: int
    audio_bits: int
    sample_rate: int
    start_timecode: str
    loudness: Loudness | None = None


@dataclass(frozen=True, slots=True)
class FitStep(Record):
    """A picture size and the fewest kb/s at which it is still worth having."""

    box: Box
    fewest_kbps: int


@dataclass(frozen=True, slots=True)
class CappedMp4(Parameters):
    """An MP4 no larger than `most_bytes` (two passes), at the first of `sizes` that the bits allow."""

    most_bytes: int
    most_kbps: int
    most_fps: int
    audio_kbps: int
    encoder_preset: str
    sizes: tuple[FitStep, ...]

    def __post_init__(self) -> None:
        if not self.sizes:
            raise RecordError("a file of capped size needs a size of picture")


@dataclass(frozen=True, slots=True)
class AudioFile(Parameters):
    """A sound file. `codec` and `muxer` by FFmpeg's names; `kbps` for lossy codecs, `bits` for PCM.

    `sample_rate` None keeps 44.1 kHz and takes all else to 48. `labels` says how names travel in the file.
    """

    codec: str
    muxer: str
    labels: Literal["none", "bext", "id3"]
    sample_rate: int | None = None
    channels: int | None = None
    kbps: int | None = None
    bits: int | None = None
    loudness: Loudness | None = None


@dataclass(frozen=True, slots=True)
class PhotoSize(Parameters):
    """A still picture with `long_edge` pixels at most, never enlarged.

    `colour` as in `transcode.images.Order`: the space the copy is converted to and tagged with. `public` copies
    carry no place coordinates. `embed` writes descriptive metadata into the file.
    """

    long_edge: int
    format: Literal["jpeg", "webp", "png"]
    quality: int
    colour: Literal["srgb", "adobe_rgb", "keep"]
    public: bool
    embed: bool
    dpi: int | None = None


@dataclass(frozen=True, slots=True)
class PageImages(Parameters):
    """A picture of each page, `long_edge` pixels at most, of the first `most_pages`."""

    long_edge: int
    format: Literal["jpeg", "webp"]
    quality: int
    most_pages: int


@dataclass(frozen=True, slots=True)
class PageText(Parameters):
    """The text of each page (JSON: a list, one item a page), of at most `most_characters` in all."""

    most_characters: int


Form = Literal[
    "hls_ladder",
    "progressive_mp4",
    "poster",
    "scrub_sprite",
    "waveform",
    "tv_master",
    "capped_mp4",
    "audio_file",
    "photo_size",
    "page_images",
    "page_text",
]

FORMS: dict[Form, type[Parameters]] = {
    "hls_ladder": HlsLadder,
    "progressive_mp4": ProgressiveMp4,
    "poster": Poster,
    "scrub_sprite": ScrubSprite,
    "waveform": Waveform,
    "tv_master": TvMaster,
    "capped_mp4": CappedMp4,
    "audio_file": AudioFile,
    "photo_size": PhotoSize,
    "page_images": PageImages,
    "page_text": PageText,
}
