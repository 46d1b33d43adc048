"""Facts about media that need not exist, and readers of the commands planned for them."""

import re
from collections.abc import Iterable
from typing import Any, TypeVar

from transcode.facts import AudioTrack, MediaFacts, Rate, VideoTrack
from transcode.forms import Parameters
from transcode.planner.plan import Plan
from transcode.recipes import named as recipe_named

Thing = TypeVar("Thing")
Form = TypeVar("Form", bound=Parameters)
NTSC = Rate(30000, 1001)


def the(thing: Thing | None) -> Thing:
    """What has to be there."""
    assert thing is not None
    return thing


def parameters(slug: str, form: type[Form]) -> Form:
    """Of the shipped preset of that slug, which has that form."""
    found = recipe_named(slug).parameters
    assert isinstance(found, form)
    return found


def video(**changes) -> VideoTrack:
    """By default what an XDCAM HD422 camera records, 10.01 s of it."""
    width, height = changes.get("width", 1920), changes.get("height", 1080)
    known: dict[str, Any] = {
        "index": 0,
        "codec": "mpeg2video",
        "profile": "4:2:2",
        "pixel_format": "yuv422p",
        "bit_depth": 8,
        "width": width,
        "height": height,
        "sample_aspect": Rate(1, 1),
        "rotation": 0,
        "mirrored": False,
        "display_width": width,
        "display_height": height,
        "frame_rate": NTSC,
        "variable_frame_rate": False,
        "frames": 300,
        "field_order": "tff",
        "primaries": "bt709",
        "transfer": "bt709",
        "matrix": "bt709",
        "colour_range": "tv",
        "hdr": "",
        "dolby_vision": False,
        "has_alpha": False,
        "bit_rate": None,
    }
    return VideoTrack(**known | changes)


def phone(**changes) -> VideoTrack:
    """What a phone records: H.264, progressive, 8 bit 4:2:0."""
    known: dict[str, Any] = {
        "codec": "h264",
        "profile": "High",
        "pixel_format": "yuv420p",
        "field_order": "progressive",
    }
    return video(**known | changes)


def audio(index: int = 1, **changes) -> AudioTrack:
    known: dict[str, Any] = {
        "index": index,
        "codec": "pcm_s24le",
        "sample_rate": 48000,
        "channels": 1,
        "layout": "mono",
        "bits": 24,
        "samples": 480480,
        "language": "",
    }
    return AudioTrack(**known | changes)


def stereo(index: int = 1, **changes) -> AudioTrack:
    return audio(index, channels=2, layout="stereo", **changes)


def media(pictures: Iterable[VideoTrack] = (), sounds: Iterable[AudioTrack] = (), **changes) -> MediaFacts:
    pictures, sounds = tuple(pictures), tuple(sounds)
    known: dict[str, Any] = {
        "container": "mxf",
        "demuxer": "mxf",
        "video": pictures,
        "audio": sounds,
        "text": (),
        "data": (),
        "edit_rate": pictures[0].frame_rate if pictures else Rate(sounds[0].sample_rate, 1),
        "duration_ticks": pictures[0].frames if pictures else sounds[0].samples,
        "start_timecode": None,
        "drop_frame": False,
        "reel": "",
        "tags": {},
        "chapters": (),
        "bit_rate": None,
        "attached_pictures": 0,
    }
    return MediaFacts(**known | changes)


def camera() -> MediaFacts:
    """Picture and two mono tracks, as from a camera's MXF."""
    return media([video()], [audio(1), audio(2)])


def argv(plan: Plan, number: int = 0) -> list[str]:
    return list(plan.passes[number].argv)


def option(command: list[str], name: str) -> str:
    """The value after the one occurrence of an option."""
    assert command.count(name) == 1, f"{name} occurs {command.count(name)} times"
    return command[command.index(name) + 1]


def graph(command: list[str]) -> str:
    return option(command, "-filter_complex")


def steps(command: list[str]) -> list[tuple[str, dict[str, str]]]:
    """Every filter of the graph with its options, unescaped, in the order they are written."""
    found = []
    for text in graph(command).split(";"):
        body = re.sub(r"^(\[[^]]*\])+|(\[[^]]*\])+$", "", text)
        name, _, options = body.partition("=")
        pairs = re.split(r"(?<!\\):", options) if options else []
        found.append((name, dict(pair.replace("\\", "").partition("=")[::2] for pair in pairs)))
    return found


def named(command: list[str], name: str) -> list[dict[str, str]]:
    """The options of every filter of that name."""
    return [options for step, options in steps(command) if step == name]


def names(command: list[str]) -> list[str]:
    return [name for name, _ in steps(command)]
