"""What was measured in a file: immutable facts about media, pictures and documents, in and out of JSON.

Facts come from limited child processes (transcode.sandbox) and are stored in the database, so `from_json`
checks every type and never trusts its input. Time is integers: ticks at `MediaFacts.edit_rate`, never seconds
in a float.
"""

import types
import typing
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from fractions import Fraction
from functools import cache
from typing import Any, Literal, Self

FieldOrder = Literal["progressive", "tff", "bff", "unknown"]
Hdr = Literal["", "hdr10", "hlg"]

QUARTER_TURN = 90


class FactsError(ValueError):
    """The JSON does not describe the facts asked for; the message names the place."""


def _encode(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _encode(item) for key, item in value.items()}
    return value


@cache
def _hints(cls: type[Any]) -> dict[str, Any]:
    return typing.get_type_hints(cls)


def _decode_dataclass(cls: type[Any], value: Any, place: str) -> Any:
    """Keys this version does not know are ignored: a newer worker may have stored them."""
    if not isinstance(value, Mapping):
        raise FactsError(f"{place}: an object was expected, not {type(value).__name__}")
    hints = _hints(cls)
    found: dict[str, Any] = {}
    for field in fields(cls):
        if field.name in value:
            found[field.name] = _decode(hints[field.name], value[field.name], f"{place}.{field.name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise FactsError(f"{place}.{field.name} is missing")
    try:
        return cls(**found)
    except FactsError:
        raise
    except ValueError as error:
        raise FactsError(f"{place}: {error}") from error


def _decode_union(hint: Any, value: Any, place: str) -> Any:
    """Only `X | None` is used here."""
    if value is None:
        return None
    return _decode(next(arm for arm in typing.get_args(hint) if arm is not types.NoneType), value, place)


def _decode(hint: Any, value: Any, place: str) -> Any:
    origin = typing.get_origin(hint)
    if is_dataclass(hint) and isinstance(hint, type):
        return _decode_dataclass(hint, value, place)
    if origin is types.UnionType:
        return _decode_union(hint, value, place)
    if origin is Literal:
        if value not in typing.get_args(hint):
            raise FactsError(f"{place}: {value!r} is none of {typing.get_args(hint)}")
        return value
    if origin is tuple:
        if not isinstance(value, (list, tuple)):
            raise FactsError(f"{place}: a list was expected, not {type(value).__name__}")
        item = typing.get_args(hint)[0]
        return tuple(_decode(item, each, f"{place}[{number}]") for number, each in enumerate(value))
    if origin is dict:
        if not isinstance(value, Mapping):
            raise FactsError(f"{place}: an object was expected, not {type(value).__name__}")
        item = typing.get_args(hint)[1]
        return {str(key): _decode(item, each, f"{place}.{key}") for key, each in value.items()}
    if type(value) is hint or (hint is float and type(value) is int):
        return value
    raise FactsError(f"{place}: {hint.__name__} was expected, not {type(value).__name__}")


class _Json:
    """JSON in and out, the same for all facts."""

    def to_json(self) -> dict[str, Any]:
        """Only what `json` writes and PostgreSQL stores: objects, lists, text, integers, booleans, null."""
        encoded: dict[str, Any] = _encode(self)
        return encoded

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Raise FactsError, naming the place, when a field is missing or has another type."""
        decoded: Self = _decode_dataclass(cls, value, cls.__name__)
        return decoded


@dataclass(frozen=True, slots=True)
class Rate(_Json):
    """A rational number, kept exact: frames per second, or the shape of a pixel (its width to its height)."""

    num: int
    den: int

    def __post_init__(self) -> None:
        if self.num <= 0 or self.den <= 0:
            raise FactsError(f"a rate is positive: {self.num}/{self.den}")

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
class VideoTrack(_Json):
    """One picture track. `width`, `height` are as stored; `display_*` are after pixel shape, then rotation.

    `rotation` is ffprobe's sense of the display matrix: degrees counter-clockwise, -180 < rotation <= 180, so
    that -90 is shown by turning a quarter clockwise. `mirrored` means that the matrix also reflects (left and
    right change places first, then the turn). `frames` are those shown: without what an edit list hides.
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
    def is_anamorphic(self) -> bool:
        return self.sample_aspect.num != self.sample_aspect.den

    @property
    def is_quarter_turned(self) -> bool:
        """Whether width and height change places when shown."""
        return self.rotation % (2 * QUARTER_TURN) == QUARTER_TURN

    @property
    def display_aspect(self) -> Fraction:
        return Fraction(self.display_width, self.display_height)


@dataclass(frozen=True, slots=True)
class AudioTrack(_Json):
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
class TextTrack(_Json):
    """Embedded captions. Those carried inside a picture have codec 'eia_608' and the picture's index."""

    index: int
    codec: str
    language: str


@dataclass(frozen=True, slots=True)
class Chapter(_Json):
    """A named range, in ticks of the file's edit rate; `end` is not part of it."""

    start: int
    end: int
    title: str


@dataclass(frozen=True, slots=True)
class MediaFacts(_Json):
    """A video or audio file. `duration_ticks` counts frames where there is a picture, otherwise samples.

    `data` names the codecs of tracks that are neither picture, sound nor text. `attached_pictures` counts
    covers. `bit_rate` is of the whole file, in bits per second.
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
class ImageFacts(_Json):
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
class DocumentFacts(_Json):
    """A PDF. The size is of the first page, in points (1/72 inch)."""

    pages: int
    width_pt: float
    height_pt: float
    has_text: bool
    title: str
    author: str
