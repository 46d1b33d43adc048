"""Television spots: drawn places seen by a moving camera, titles over them, an end card, music; as one ffmpeg run."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from ingest.demo import buildings, music
from ingest.demo.music import Bed
from ingest.demo.paint import LIGHTS, Canvas, seeded
from ingest.demo.scenes import SCENES, Stage
from transcode.images.drawing import draw
from transcode.planner.plan import Frames, Pass

HEIGHT, VIEW = 900, 1600
RATE = Fraction(30_000, 1001)
CROSSING_FRAMES = 12
#: Deaf to the terminal, progress on standard output (transcode.ffmpeg reads it).
QUIETLY = (
    "-nostdin",
    "-hide_banner",
    "-nostats",
    "-y",
    "-loglevel",
    "repeat+level+info",
    "-progress",
    "pipe:1",
)
#: Pictures lie at whole pixels: a layer that moves whole pixels a frame glides, at any other speed it trembles.
BT709 = "range=tv:color_primaries=bt709:color_trc=bt709:colorspace=bt709"


@dataclass(frozen=True)
class Shot:
    """One place; ``drift`` is how many pixels each layer passes by in a frame, the sky's first."""

    scene: str
    frames: int
    drift: tuple[int, ...]
    light: str = "morning"
    title: str = ""


@dataclass(frozen=True)
class Film:
    """A spot. ``lines`` are 720 or 1080, which is interlaced. ``gap`` is a fault: frames that are black."""

    name: str
    shots: tuple[Shot, ...]
    slogan: str
    office: str
    tempo: int
    chords: tuple[str, ...]
    lines: int = 720
    lufs: float = -24.0
    gap: tuple[int, int] | None = None

    @property
    def interlaced(self) -> bool:
        """Whether each frame holds two moments."""
        return self.lines > 720  # noqa: PLR2004

    @property
    def pace(self) -> int:
        """How many pictures make one frame."""
        return 2 if self.interlaced else 1

    @property
    def frames(self) -> int:
        """The length of the film: shots cross."""
        return sum(shot.frames for shot in self.shots) - CROSSING_FRAMES * (len(self.shots) - 1)

    @property
    def suffix(self) -> str:
        """What the file's name ends with."""
        return ".mxf" if self.interlaced else ".mp4"


def paint(film: Film, folder: Path, *, font: Path) -> list[list[Path]]:
    """Draw every layer of every shot, its title last, as pictures in ``folder``."""
    scale = film.lines / HEIGHT
    painted = []
    for number, shot in enumerate(film.shots):
        travel = max(map(abs, shot.drift)) * shot.frames * film.pace / scale
        stage = Stage(VIEW + travel, HEIGHT, LIGHTS[shot.light], VIEW)
        SCENES[shot.scene](stage, seeded(f"{film.name} {number}"))
        layers = [*stage.layers, _title(film, shot)]
        painted.append(
            [
                draw([layer.sheet()], folder / f"{number}-{place}.png", font=font, scale=scale)
                for place, layer in enumerate(layers)
            ]
        )
    return painted


def _title(film: Film, shot: Shot) -> Canvas:
    """What stands still before the shot; the end card's names the office."""
    canvas = Canvas(VIEW, HEIGHT, LIGHTS[shot.light])
    if shot.scene == "card":
        buildings.mark(canvas, VIEW / 2, 330, 170, plain="#f8f1e2")
        canvas.write(film.slogan, VIEW / 2, 480, 74, weight=600, align="m")
        canvas.write(film.office, VIEW / 2, 560, 34, colour="#f2d493", align="m")
        canvas.write("Gobierno del Estado de Guanajuato", VIEW / 2, 790, 28, colour="#d8e6e2", align="m")
    elif shot.title:
        canvas.rect(0, 560, VIEW, 340, canvas.linear(("#0a0d1400", "#0a0d14c8")))
        canvas.rect(110, 714, 6, 88, "#f0b429")
        canvas.write(shot.title, 140, 752 if "\n" in shot.title else 776, 46, weight=600)
    return canvas


def run_of(film: Film, painted: Sequence[Sequence[Path]], output: Path) -> Pass:
    """Return the ffmpeg run that makes the film from its pictures."""
    pictures = [picture for layers in painted for picture in layers]
    rate = RATE * film.pace
    opened = [
        word
        for picture in pictures
        for word in ("-framerate", f"{rate.numerator}/{rate.denominator}", "-f", "image2", "-i", picture.name)
    ]
    bed = Bed(float(film.frames / RATE), film.tempo, film.chords, film.name)
    graph = ";".join((_picture_graph(film, painted), music.graph(bed, lufs=film.lufs)))
    return Pass(
        name=film.name,
        argv=(
            *QUIETLY, *opened, "-filter_complex", graph,
            *(_xdcam() if film.interlaced else _h264(film)), output.name,
        ),
        files=(output.name,),
        seconds=float(film.frames / RATE),
        frames=Frames(film.frames, film.frames, film.frames, damage_allowed=False),
    )  # fmt: skip


def _picture_graph(film: Film, painted: Sequence[Sequence[Path]]) -> str:
    """Layers to shots, shots to the film, the film to its scan."""
    steps, first = [], 0
    for number, (shot, layers) in enumerate(zip(film.shots, painted, strict=True)):
        steps += _shot(film, shot, number, range(first, first + len(layers)))
        first += len(layers)
    steps += _crossed(film)
    fault = f"drawbox=color=black:t=fill:enable='between(n,{film.gap[0]},{film.gap[1]})'," if film.gap else ""
    scan = "tinterlace=mode=interleave_top,setparams=field_mode=tff:" if film.interlaced else "setparams="
    depth = "yuv422p" if film.interlaced else "yuv420p"
    steps.append(f"[film]{fault}format={depth},{scan}{BT709}[picture]")
    return ";".join(steps)


def _shot(film: Film, shot: Shot, number: int, inputs: range) -> list[str]:
    """Each picture is decoded once and held; what moves is where it lies."""
    width, height, frames = film.lines * 16 // 9, film.lines, shot.frames * film.pace
    rate = RATE * film.pace
    held = "scale=out_color_matrix=bt709:out_range=tv,format=yuva444p,loop=loop=-1:size=1,setpts=N"
    steps = [f"[{place}:v]{held}[{number}.{layer}]" for layer, place in enumerate(inputs)]
    steps[-1] = steps[-1].replace(
        "setpts=N", f"setpts=N,{_shown(shot.frames / RATE, card=shot.scene == 'card')}"
    )
    under = f"{number}_0"
    steps.append(f"[{number}.0]crop=w={width}:h={height}:x={shot.drift[0]}*n:y=0[{under}]")
    for layer in range(1, len(inputs)):
        drift = shot.drift[layer] if layer < len(shot.drift) else 0
        over = f"{number}_{layer}"
        steps.append(f"[{under}][{number}.{layer}]overlay=x={-drift}*n:y=0:format=yuv444[{over}]")
        under = over
    cut = f"trim=end_frame={frames},setpts=N,fps={rate.numerator}/{rate.denominator}"
    return [*steps, f"[{under}]{cut}[shot{number}]"]


def _shown(seconds: Fraction, *, card: bool) -> str:
    """How a title comes and goes; the end card's stays."""
    comes = "fade=t=in:st=0.35:d=0.5:alpha=1"
    return comes if card else f"{comes},fade=t=out:st={float(seconds) - 0.95:.3f}:d=0.4:alpha=1"


def _crossed(film: Film) -> list[str]:
    steps, under, length = [], "shot0", 0
    for number, shot in enumerate(film.shots[:-1]):
        length += shot.frames - CROSSING_FRAMES
        over = "crossed" if number + 2 == len(film.shots) else f"cross{number}"
        begins, lasts = float(length / RATE), float(CROSSING_FRAMES / RATE)
        steps.append(
            f"[{under}][shot{number + 1}]xfade=transition=fade:duration={lasts:.6f}:offset={begins:.6f}[{over}]"
        )
        under = over
    frames = film.frames * film.pace
    return [*steps, f"[{under}]tpad=stop=8:stop_mode=clone,trim=end_frame={frames},setpts=N[film]"]


def _h264(film: Film) -> tuple[str, ...]:
    keys = ("-map", "[picture]", "-map", "[music]", "-c:v", "libx264", "-preset", "veryfast")
    steady = ("-crf", "17", "-threads", "2")
    sound = ("-c:a", "aac", "-b:a", "192k", "-movflags", "+faststart")
    return (*keys, *steady, *sound, "-metadata", f"title={film.slogan}", "-f", "mp4")


def _xdcam() -> tuple[str, ...]:
    """As cameras and stations exchange it: MPEG-2 4:2:2 of 50 Mb/s, upper field first, in MXF OP1a."""
    picture = (
        "-map", "[picture]", "-c:v", "mpeg2video", "-pix_fmt", "yuv422p", "-profile:v", "0", "-level:v", "2",
        "-flags", "+ildct+ilme", "-field_order", "tt", "-b:v", "50M", "-minrate", "50M", "-maxrate", "50M",
        "-bufsize", "17825792", "-g", "15", "-bf", "2", "-threads", "2",
    )  # fmt: skip
    return (*picture, "-map", "[music]", "-c:a", "pcm_s24le", "-timecode", "01:00:00;00", "-f", "mxf")
