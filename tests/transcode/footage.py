"""Small real clips with one trait each, made once per process by the bundled ffmpeg; and plans carried out on them."""

import subprocess
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import av

from transcode import ffmpeg, finishing, probe, qc_profile, recipes
from transcode.facts import MediaFacts
from transcode.planner import plan_previews
from transcode.planner.plan import Plan

PICTURE = "testsrc2=size=320x180:rate=30000/1001:duration=2"
TONE = "sine=frequency=1000:sample_rate=48000:duration=2,volume=-5dB"
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
# A picture whose fields really differ: twice the rate, woven
WOVEN = "testsrc2=size=320x240:rate=60000/1001:duration=2,interlace=scan={scan}:lowpass=off"
# Black for half a second and more, then moving, then frozen from 2.0 s
DEFECTS = (
    "testsrc2=size=320x180:rate=25:duration=3,noise=alls=8:allf=t,"
    "drawbox=c=black:t=fill:enable='lt(t,0.72)',loop=loop=-1:size=1:start=24,trim=duration=3.6"
)
DEFECT_SOUND = (
    "sine=frequency=440:sample_rate=48000:duration=3.6,"
    "volume='if(between(t,1.0,3.5),0,if(lt(t,0.2),40,1))':eval=frame,aformat=channel_layouts=stereo"
)


def _lavfi(*graphs: str) -> list[str]:
    return [part for graph in graphs for part in ("-f", "lavfi", "-i", graph)]


QUARTERS = (
    "drawbox=0:0:160:90:red:fill,drawbox=160:0:160:90:lime:fill,"
    "drawbox=0:90:160:90:blue:fill,drawbox=160:90:160:90:white:fill"
)
STEREO_TONE = f"{TONE},aformat=channel_layouts=stereo"
CLIPS: dict[str, list[str]] = {
    "plain.mp4": [*_lavfi(PICTURE, STEREO_TONE), *X264, "-c:a", "aac"],
    "silent.mp4": [*_lavfi(PICTURE), *X264],
    "portrait.mp4": [*_lavfi("testsrc2=size=202x360:rate=25:duration=1"), *X264],
    "upper.mov": [
        *_lavfi(WOVEN.format(scan="tff"), TONE),
        *("-c:v", "mpeg2video", "-flags", "+ildct+ilme", "-field_order", "tt", "-q:v", "2"),
        *("-pix_fmt", "yuv422p", "-c:a", "pcm_s16le"),
    ],
    "lower.mov": [
        *_lavfi(WOVEN.format(scan="bff")),
        *("-vf", "setparams=field_mode=bff", "-c:v", "mpeg2video", "-flags", "+ildct+ilme"),
        *("-field_order", "bb", "-q:v", "2", "-pix_fmt", "yuv422p"),
    ],
    "anamorphic.mov": [
        *_lavfi("testsrc2=size=240x180:rate=25:duration=1"),
        *("-vf", "setsar=4/3", "-c:v", "mpeg2video", "-q:v", "2", "-pix_fmt", "yuv420p"),
    ],
    "odd.mkv": [
        *_lavfi("testsrc2=size=320x180:rate=25:duration=1"),
        *("-vf", "scale=321:181,setsar=1", "-c:v", "ffv1", "-pix_fmt", "yuv444p10le"),
    ],
    "variable.mp4": [
        *_lavfi("testsrc2=size=320x180:rate=30:duration=2"),
        *("-vf", "select='not(between(n,10,24))*not(mod(n,3)-1)+gt(n,40)'", "-fps_mode", "vfr", *X264),
    ],
    "fast.mp4": [*_lavfi("testsrc2=size=160x90:rate=120:duration=1"), *X264],
    "hlg.mkv": [
        *_lavfi("testsrc2=size=320x180:rate=25:duration=1"),
        *("-vf", "format=yuv420p10le", "-c:v", "libx265", "-preset", "ultrafast"),
        *("-x265-params", "log-level=none:colorprim=bt2020:transfer=arib-std-b67:colormatrix=bt2020nc"),
        *("-color_primaries", "bt2020", "-color_trc", "arib-std-b67", "-colorspace", "bt2020nc"),
    ],
    "alpha.mov": [
        *_lavfi("testsrc2=size=320x180:rate=25:duration=1"),
        *("-vf", "format=rgba,colorchannelmixer=aa=0.5", "-c:v", "qtrle"),
    ],
    "defects.mov": [*_lavfi(DEFECTS, DEFECT_SOUND), *X264, "-crf", "1", "-c:a", "pcm_s16le"],
    "flash.mp4": [
        *_lavfi("color=white:size=320x180:rate=30:duration=2"),
        *("-vf", "drawbox=c=black:t=fill:enable='lt(mod(n,6),3)'", *X264),
    ],
    "black.mp4": [*_lavfi("color=black:size=320x180:rate=25:duration=2"), *X264],
    "tracks.mxf": [
        *_lavfi(
            "testsrc2=size=320x180:rate=25:duration=1",
            *(f"sine=frequency={tone}:sample_rate=48000:duration=1" for tone in (440, 550, 660, 770)),
        ),
        *(part for number in range(5) for part in ("-map", str(number))),
        *("-c:v", "mpeg2video", "-q:v", "2", "-c:a", "pcm_s16le"),
    ],
    "surround.mov": [
        *_lavfi(
            "testsrc2=size=160x90:rate=25:duration=1",
            "aevalsrc=0|0|0.1*sin(6283*t)|0|0|0:s=48000:c=5.1:d=1",
        ),
        *(*X264, "-c:a", "pcm_s24le"),
    ],
    "mono.wav": [*_lavfi(TONE), "-c:a", "pcm_s16le"],
    "stereo.wav": [
        *_lavfi("aevalsrc=0.1*sin(6283*t)|0.1*sin(2765*t):s=48000:d=3"),
        *("-c:a", "pcm_s24le"),
    ],
    "hot.wav": [*_lavfi(f"{STEREO_TONE},volume=16.8dB"), "-c:a", "pcm_s24le"],
    "opposed.wav": [*_lavfi("aevalsrc=0.1*sin(6283*t)|-0.1*sin(6283*t):s=44100:d=4"), "-c:a", "pcm_s16le"],
    "speech.mp3": [*_lavfi(f"{TONE},aformat=sample_rates=44100"), "-c:a", "libmp3lame"],
    # -90 as ffprobe says it: shown by a quarter turn clockwise
    "turned.mp4": ["-display_rotation", "-90", "-i", "@quarters.mp4", "-c", "copy"],
    "mirrored.mp4": ["-display_hflip", "-i", "@quarters.mp4", "-c", "copy"],
    # Red, green / blue, white: any turn is seen
    "quarters.mp4": [
        *_lavfi("color=black:size=320x180:rate=25:duration=1"),
        *("-vf", QUARTERS),
        *X264,
    ],
    "stream.ts": [*_lavfi(PICTURE, STEREO_TONE), *X264, "-g", "15", "-c:a", "aac"],
}


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="acervo-footage-"))


@cache
def clip(name: str) -> Path:
    """The file of that name in the table above."""
    path = _folder() / name
    parts = [str(clip(part[1:])) if part.startswith("@") else part for part in CLIPS[name]]
    command = [ffmpeg.program(), "-hide_banner", "-loglevel", "error", "-nostdin", *parts, str(path)]
    subprocess.run(command, check=True)
    return path


@cache
def cut(name: str, share: float) -> Path:
    """A clip of which only the first bytes arrived."""
    whole = clip(name)
    path = _folder() / f"cut-{share}-{name}"
    path.write_bytes(whole.read_bytes()[: int(whole.stat().st_size * share)])
    return path


DEMUXERS = {".mp4": "mov", ".mov": "mov", ".mkv": "matroska", ".mxf": "mxf", ".wav": "wav", ".mp3": "mp3"}


def demuxer(path: Path) -> str:
    return DEMUXERS.get(path.suffix, "mpegts")


def facts(path: Path) -> MediaFacts:
    return probe.probe(str(path), demuxer(path))


@dataclass(frozen=True)
class Done:
    """A plan that has been carried out in `folder`."""

    plan: Plan
    folder: Path
    facts: MediaFacts
    results: tuple[ffmpeg.Result, ...]


def carry_out(plan: Plan, source: Path, found: MediaFacts) -> Done:
    folder = Path(tempfile.mkdtemp(prefix="run-", dir=_folder()))
    (folder / "source").symlink_to(source)
    return Done(plan, folder, found, tuple(ffmpeg.run(step, folder) for step in plan.passes))


@cache
def previews(path: Path) -> Done:
    """All previews of a file, finished; made once however many tests look at them."""
    found = facts(path)
    wanted = recipes.of_kind(found.kind, "at_once")
    plan = plan_previews(found, "source", demuxer(path), wanted, qc_profile.shipped())
    done = carry_out(plan, path, found)
    finishing.finish(plan, done.folder)
    return done


def frames(path: Path) -> int:
    """Decoded pictures of a file."""
    with av.open(str(path)) as container:
        return sum(1 for _ in container.decode(video=0))


def picture(path: Path, number: int = 0):
    """A decoded frame as RGB."""
    with av.open(str(path)) as container:
        for at, frame in enumerate(container.decode(video=0)):
            if at == number:
                return frame.to_ndarray(format="rgb24")
    raise AssertionError(f"{path.name} has no frame {number}")
