"""Small real clips, encoded once per session by the bundled ffmpeg, and versions that hold them."""

import subprocess
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from dam.models import AssetVersion
from tests import factories
from transcode import ffmpeg, sandbox
from transcode.facts import MediaFacts

SECONDS = 2
SOURCES = {
    "clip.mp4": [
        *("-f", "lavfi", "-i", f"testsrc2=size=320x180:rate=30000/1001:duration={SECONDS}"),
        *("-f", "lavfi", "-i", f"sine=frequency=440:sample_rate=48000:duration={SECONDS}"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-shortest"),
    ],
    "phone.mp4": [
        *("-f", "lavfi", "-i", "testsrc2=size=320x180:rate=30:duration=2"),
        *("-vf", "select='not(between(n,10,24))*not(mod(n,3)-1)+gt(n,40)'", "-fps_mode", "vfr"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
    ],
    "long.mp4": [
        *("-f", "lavfi", "-i", "testsrc2=size=640x360:rate=30:duration=8"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"),
    ],
    "tone.wav": [
        *("-f", "lavfi", "-i", f"sine=frequency=1000:sample_rate=48000:duration={SECONDS}"),
        *("-af", "volume=-6dB", "-c:a", "pcm_s16le"),
    ],
    "photo.jpg": ["-f", "lavfi", "-i", "testsrc2=size=640x400:duration=1", "-frames:v", "1", "-q:v", "3"],
}
DEMUXERS = {"mp4": "mov", "wav": "wav"}
KINDS = {"mp4": "video", "wav": "audio", "jpg": "photo"}
MIMES = {"mp4": "video/mp4", "wav": "audio/x-wav", "jpg": "image/jpeg"}


@cache
def folder() -> Path:
    return Path(mkdtemp(prefix="acervo-clips-"))


@cache
def made(name: str) -> Path:
    path = folder() / name
    command = [ffmpeg.program(), "-hide_banner", "-loglevel", "error", *SOURCES[name], str(path)]
    subprocess.run(command, check=True)
    return path


@cache
def facts(name: str) -> MediaFacts:
    demuxer = DEMUXERS[name.rsplit(".", 1)[1]]
    return MediaFacts.from_json(sandbox.call("transcode.probe:probe_json", str(made(name)), demuxer))


def version(name: str, *, content: bytes | None = None) -> AssetVersion:
    """A registered version whose original is the clip; ``content`` instead of its bytes, to break it."""
    suffix = name.rsplit(".", 1)[1]
    fields: dict[str, Any] = {"mime": MIMES[suffix], "filename": name}
    if suffix in DEMUXERS:
        found = facts(name)
        rate = found.edit_rate
        fields |= {
            "technical": found.to_json(),
            "demuxer": found.demuxer,
            "edit_rate": (rate.num, rate.den),
            "duration_ticks": found.duration_ticks,
        }
    return factories.version(KINDS[suffix], content=content or made(name).read_bytes(), **fields)
