"""The pieces a demo is made of, each drawn, filmed, composed or written as one file, with its captions beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings

from ingest.demo import films, music, paper
from ingest.demo.films import HEIGHT, QUIETLY, VIEW, Film
from ingest.demo.music import Bed
from ingest.demo.paint import LIGHTS, seeded
from ingest.demo.scenes import SCENES, Stage
from transcode import ffmpeg
from transcode.images.drawing import draw
from transcode.planner.plan import Pass

#: The interface's own font; the front-end build puts it there.
FONT = settings.BASE_DIR / "frontend" / "dist" / "fonts" / "ibm-plex-sans-latin-wght-normal.woff2"
PIXELS_PER_UNIT = 1.5
GRAIN = 2.5
RADIO_LUFS = -16.0


@dataclass(frozen=True)
class Still:
    """A photograph of a place in a light."""

    scene: str
    light: str


@dataclass(frozen=True)
class Page:
    """A document of one page."""

    title: str
    office: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Cue:
    """What is said from one second to another."""

    start: float
    end: float
    text: str


@dataclass(frozen=True)
class Piece:
    """One asset of the demo. ``values`` is what a person says of it, by key of dam.fields."""

    name: str
    of: Film | Bed | Still | Page
    values: dict[str, Any] = field(default_factory=dict)
    captions: tuple[Cue, ...] = ()

    @property
    def filename(self) -> str:
        """The name of its file."""
        match self.of:
            case Film():
                return self.name + self.of.suffix
            case Bed():
                return self.name + ".wav"
            case Still():
                return self.name + ".jpg"
            case Page():
                return self.name + ".pdf"

    @property
    def caption_filename(self) -> str:
        """The name of the captions beside it; empty where it has none."""
        return self.name + ".es.srt" if self.captions else ""


def make(piece: Piece, folder: Path) -> Path:
    """Make the piece's file in an empty folder; the same at every run."""
    path = folder / piece.filename
    match piece.of:
        case Film() as film:
            ffmpeg.run(films.run_of(film, films.paint(film, folder, font=FONT), path), folder)
        case Bed() as bed:
            ffmpeg.run(_recording(bed, path.name), folder)
        case Still() as still:
            _photograph(still, path)
        case Page() as page:
            paper.write(path, title=page.title, office=page.office, lines=page.lines)
    return path


def subrip(cues: Sequence[Cue]) -> str:
    """Write captions as SubRip."""
    return "\n".join(
        f"{number}\n{_clock(cue.start)} --> {_clock(cue.end)}\n{cue.text}\n"
        for number, cue in enumerate(cues, 1)
    )


def _clock(seconds: float) -> str:
    minutes, milliseconds = divmod(round(seconds * 1000), 60_000)
    return f"00:{minutes:02}:{milliseconds // 1000:02},{milliseconds % 1000:03}"


def _recording(bed: Bed, name: str) -> Pass:
    graph = music.graph(bed, lufs=RADIO_LUFS)
    output = ("-map", "[music]", "-c:a", "pcm_s16le", "-f", "wav", name)
    argv = (*QUIETLY, "-filter_complex", graph, *output)
    return Pass(name=name, argv=argv, files=(name,), seconds=bed.seconds, fewest_seconds=bed.seconds - 0.1)


def _photograph(still: Still, path: Path) -> None:
    stage = Stage(VIEW, HEIGHT, LIGHTS[still.light])
    SCENES[still.scene](stage, seeded(path.stem))
    sheets = [layer.sheet() for layer in stage.layers]
    draw(sheets, path, font=FONT, scale=PIXELS_PER_UNIT, grain=GRAIN, seed=len(path.stem))
