"""What a plan is: commands as data, what they must leave behind, and what was decided on the way.

All names of files are relative to the scratch folder that the commands run in. Everything here is a Record, so
that a plan can be stored, compared and shown.
"""

from dataclasses import dataclass, field
from typing import Literal

from transcode.facts import Rate
from transcode.records import Record

Role = Literal["stream", "progressive", "poster", "sprite", "waveform", "file"]

LOG = "ffmpeg.log"
STREAM_FOLDER = "hls"
MASTER = "master.m3u8"
MEDIA = "index.m3u8"
AUDIO_NAME = "aud"
MP4_FILE = "progressive.mp4"
POSTER_FILE = "poster.jpg"
SPRITE_FOLDER = "sprite"
SPRITE_INDEX = "sprite.vtt"
# Sheets are numbered from here; the one before is a placeholder (see `video._sprite`)
FIRST_SHEET = 1
WAVEFORM_FILE = "waveform.json"


class PlanError(ValueError):
    """No plan can be made; `detail` are the values to say it with.

    `code` is one of no_picture, no_sound, does_not_fit, bad_range, missing_form, not_for_ffmpeg, unmeasured.
    """

    def __init__(self, code: str, **detail: str | float) -> None:
        self.code = code
        self.detail = detail
        super().__init__(f"{code} {detail}" if detail else code)


@dataclass(frozen=True, slots=True)
class Frames(Record):
    """How many frames of the first output's picture are right.

    `fewest` and `most` are the same where the count is known for certain; see `source.frames_expected`. Where
    `damage_allowed`, each frame that the decoder reported as broken may be missing besides.
    """

    expected: int
    fewest: int
    most: int
    damage_allowed: bool


@dataclass(frozen=True, slots=True)
class Pass(Record):
    """One run of ffmpeg. `argv` is without the program itself.

    `files` must exist and not be empty at the end (their folders are made first); `log` is where stderr is kept.
    `seconds` is how long the result is, for progress; `fewest_seconds` is what the result must reach. `weight` is
    its share of the plan's work, all shares together being 1.
    """

    name: str
    argv: tuple[str, ...]
    files: tuple[str, ...]
    seconds: float
    frames: Frames | None = None
    fewest_seconds: float | None = None
    most_bytes: int | None = None
    log: str = LOG
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Output(Record):
    """One rendition that the plan makes: files under `folder` ('' is the scratch folder itself), by glob.

    `entry` is the one to open first, relative to `folder`.
    """

    slug: str
    role: Role
    folder: str
    entry: str
    files: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LadderStep(Record):
    """One picture of the adaptive stream, under its folder name (`v720`)."""

    name: str
    width: int
    height: int
    most_kbps: int


@dataclass(frozen=True, slots=True)
class StreamShape(Record):
    """What the adaptive stream is made of, best first. `audio_kbps` 0 means that there is no sound."""

    steps: tuple[LadderStep, ...]
    audio_kbps: int
    segment_s: int
    frame_rate: Rate


@dataclass(frozen=True, slots=True)
class SpriteShape(Record):
    """`count` pictures of width x height, one every `interval_s`, laid row by row in sheets of columns x rows."""

    width: int
    height: int
    interval_s: int
    count: int
    columns: int
    rows: int

    @property
    def sheets(self) -> int:
        return -(-self.count // (self.columns * self.rows))


@dataclass(frozen=True, slots=True)
class WaveformShape(Record):
    """Where the peaks were measured: one line group for every `bin_samples` of each channel."""

    file: str
    channels: int
    sample_rate: int
    bin_samples: int


@dataclass(frozen=True, slots=True)
class PictureChecks(Record):
    """Measurements of the picture: files of per-frame values, at `rate`.

    `levels` are those of luma and the two chromas, one frame in `levels_every`, in units of `levels_full`; empty
    where levels mean nothing (full range, RGB, HDR). `fields` says whether the field order was looked at.
    """

    file: str
    rate: Rate
    levels: tuple[str, ...] = ()
    levels_every: int = 1
    levels_full: int = 255
    fields: bool = False


@dataclass(frozen=True, slots=True)
class SoundChecks(Record):
    """Measurements of one programme: the tracks heard together, `tracks` being their stream indexes.

    `name` is that of the meter in ffmpeg's log. `silence` (a file) and `waveform` are of the chosen programme only.
    """

    name: str
    tracks: tuple[int, ...]
    language: str
    channels: int
    sample_rate: int
    file: str
    chosen: bool
    silence: str = ""
    waveform: WaveformShape | None = None


@dataclass(frozen=True, slots=True)
class Note(Record):
    """A decision that people may want to know. `code` is stable; texts are made where it is shown."""

    code: str
    detail: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan(Record):
    """Passes to run in order, the renditions they make, and where their measurements lie."""

    passes: tuple[Pass, ...]
    outputs: tuple[Output, ...]
    notes: tuple[Note, ...] = ()
    stream: StreamShape | None = None
    sprite: SpriteShape | None = None
    waveform: WaveformShape | None = None
    picture: PictureChecks | None = None
    sound: tuple[SoundChecks, ...] = ()


@dataclass(frozen=True, slots=True)
class Options(Record):
    """What a request asks for besides the recipe: a range, in ticks of the facts' edit rate; `end` is not in it."""

    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Measured(Record):
    """What a measuring pass found in the sound as it would be delivered. None: silent or too short to tell."""

    integrated_lufs: float | None
    true_peak_dbtp: float | None


@dataclass(frozen=True, slots=True)
class Labels(Record):
    """Texts that travel in a sound file, in Spanish with all its letters; each format folds them as it must.

    `date` and `hour` are ISO (2026-11-24, 13:05:09) or ''. `time_reference` counts samples since midnight.
    """

    title: str = ""
    description: str = ""
    originator: str = ""
    reference: str = ""
    creator: str = ""
    date: str = ""
    hour: str = ""
    time_reference: int = 0
