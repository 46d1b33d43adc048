"""What was measured in a file: immutable facts about media, pictures and documents.

Time is integers: ticks at `MediaFacts.edit_rate`, never seconds in a float.
"""

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, Self

from transcode.records import Record, RecordError

FieldOrder = Literal["progressive", "tff", "bff", "unknown"]
Hdr = Literal["", "hdr10", "hlg"]

QUARTER_TURN = 90


@dataclass(frozen=True, slots=True)
class Rate(Record):
    """A rational number, kept exact: frames per second, or the shape of a pixel (its width to its height)."""

    num: int
    den: int

    def __post_init__(self) -> None:
        if self.num <= 0 or self.den <= 0:
            raise RecordError(f"a rate is positive: {self.num}/{self.den}")

    def __str__(self) -> str:
        return f"{self.num}/{self.den}"

    @classmethod
    def of(cls, value: Fraction | int) -> Self:
        """In lowest terms."""
        fraction = Fraction(value)
        return cls(fraction.numerator, fraction.denominator)

    @property
    def fps(self) -> Fraction:
        return Fraction(self.num, self.den)


@dataclass(frozen=True, slots=True)
class VideoTrack(Record):
    """One picture track. `width`, `height` are as stored; `display_*` are after pixel shape, then rotation.

    `rotation` is ffprobe's sense of the display matrix: degrees counter-clockwise, -180 to 179; -90 is
    shown by turning a quarter clockwise. `mirrored` means that the matrix also reflects. `frames` are those
    shown: without what an edit list hides.
    """

    index: int
    codec: str
    profile: str
    pixel_format: str
    bit_depth: int
    width: int
    height: int
    sample_aspect: Rate
    rotation: int
    mirrored: bool
    display_width: int
    display_height: int
    frame_rate: Rate
    variable_frame_rate: bool
    frames: int
    field_order: FieldOrder
    primaries: str
    transfer: str
    matrix: str
    colour_range: str
    hdr: Hdr
    dolby_vision: bool
    has_alpha: bool
    bit_rate: int | None

    @property
    def is_interlaced(self) -> bool:
        return self.field_order in {"tff", "bff"}

    @property
    def is_quarter_turned(self) -> bool:
        """Whether width and height change places when shown."""
        return self.rotation % (2 * QUARTER_TURN) == QUARTER_TURN


@dataclass(frozen=True, slots=True)
class AudioTrack(Record):
    """One sound track. `samples` are per channel at `sample_rate`; None when the file does not tell."""

    index: int
    codec: str
    sample_rate: int
    channels: int
    layout: str
    bits: int
    samples: int | None
    language: str


@dataclass(frozen=True, slots=True)
class TextTrack(Record):
    """Embedded captions. Those carried inside a picture have codec 'eia_608' and the picture's index."""

    index: int
    codec: str
    language: str


@dataclass(frozen=True, slots=True)
class Chapter(Record):
    """A named range, in ticks of the file's edit rate; `end` is not part of it."""

    start: int
    end: int
    title: str


@dataclass(frozen=True, slots=True)
class MediaFacts(Record):
    """A video or audio file. `duration_ticks` counts frames where there is a picture, otherwise samples.

    `data` names the codecs of tracks that are neither picture, sound nor text. `attached_pictures` counts
    covers. `bit_rate` is of the whole file, in bits per second. `is_cut`: the file ends before its own index or
    last packet does, as after an interrupted copy; the counts are of what is there.
    """

    container: str
    demuxer: str
    video: tuple[VideoTrack, ...]
    audio: tuple[AudioTrack, ...]
    text: tuple[TextTrack, ...]
    data: tuple[str, ...]
    edit_rate: Rate
    duration_ticks: int
    start_timecode: str | None
    drop_frame: bool
    reel: str
    tags: dict[str, str]
    chapters: tuple[Chapter, ...]
    bit_rate: int | None
    attached_pictures: int
    is_cut: bool = False

    @property
    def picture(self) -> VideoTrack | None:
        """The first picture track: the one that is shown and transcoded."""
        return self.video[0] if self.video else None

    @property
    def sound(self) -> AudioTrack | None:
        """The first sound track: the one that is heard by default."""
        return self.audio[0] if self.audio else None

    @property
    def kind(self) -> Literal["video", "audio"]:
        return "video" if self.video else "audio"

    @property
    def duration(self) -> Fraction:
        """In seconds, exact."""
        return self.duration_ticks / self.edit_rate.fps

    @property
    def is_interlaced(self) -> bool:
        return self.picture is not None and self.picture.is_interlaced


@dataclass(frozen=True, slots=True)
class ImageFacts(Record):
    """A picture file. `orientation` is EXIF's, 1 to 8, and `display_*` are after it.

    `icc_profile` is the profile's description, '' where there is none.
    """

    format: str
    width: int
    height: int
    orientation: int
    display_width: int
    display_height: int
    bands: int
    bit_depth: int
    colour_space: str
    icc_profile: str
    has_alpha: bool
    pages: int
    animated: bool


@dataclass(frozen=True, slots=True)
class DocumentFacts(Record):
    """A PDF. The size is of the first page, in points (1/72 inch)."""

    pages: int
    width_pt: float
    height_pt: float
    has_text: bool
    title: str
    author: str
