"""The MP4 that must not pass a size: two passes of x264 at the bit rate that just fits."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import ffmpeg

from transcode.facts import VideoTrack
from transcode.forms import CappedMp4, FitStep
from transcode.planner import geometry, picture, sound, source
from transcode.planner import plan as plans
from transcode.planner.cut import Cut
from transcode.planner.outputs import file_name, single
from transcode.planner.source import Material
from transcode.recipes import Recipe

# What an MP4's index takes, and how far two passes may miss their mark
IN_HAND = Fraction(95, 100)
STATS = "x264"
# A first pass only analyses: about a third of the work
FIRST_SHARE = 0.35


@dataclass(frozen=True, slots=True)
class _Job:
    """What both passes have in common."""

    material: Material
    capped: CappedMp4
    cut: Cut
    heard: sound.Programme | None
    size: tuple[int, int]
    kbps: int


def plan_capped(material: Material, recipe: Recipe, capped: CappedMp4, options: plans.Options) -> plans.Plan:
    """See `planner.plan_on_demand`. Raise PlanError('does_not_fit') with the longest that would, in seconds."""
    cut = Cut.of(material.facts, options)
    found = sound.programmes(material.facts)
    heard = sound.chosen(found)
    track, with_sound = material.picture, heard is not None
    whole = _whole_step(capped, track)
    kbps = min(video_kbps(capped, cut.seconds, with_sound=with_sound), _enough_kbps(capped, whole))
    step = _size_for(capped, whole, kbps, with_sound=with_sound)
    size = geometry.fit(track.display_width, track.display_height, step.box)
    job = _Job(material, capped, cut, heard, size, kbps)
    output = file_name(recipe)
    seconds, frames = float(cut.seconds), _frames(job)
    first = plans.Pass("first", _first(job), (f"{STATS}-0.log",), seconds, frames, weight=FIRST_SHARE)
    second = plans.Pass(
        name="second",
        argv=_second(job, output),
        files=(output,),
        seconds=seconds,
        frames=frames,
        most_bytes=capped.most_bytes,
        weight=1 - FIRST_SHARE,
    )
    return plans.Plan(
        passes=(first, second),
        outputs=(single(recipe, "file", output),),
        notes=(*sound.notes(found, heard), plans.Note("size_chosen", {"height": str(min(size))})),
    )


def video_kbps(capped: CappedMp4, seconds: Fraction, *, with_sound: bool) -> int:
    """The picture's share of the bytes, in kb/s (1000 bits)."""
    total = Fraction(capped.most_bytes * 8) * IN_HAND / seconds / 1000
    return min(capped.most_kbps, math.floor(total) - (capped.audio_kbps if with_sound else 0))


def _whole_step(capped: CappedMp4, track: VideoTrack) -> FitStep:
    """The smallest size that takes nothing from the picture: nothing is ever enlarged."""
    largest, *smaller = capped.sizes
    whole = geometry.fit(track.display_width, track.display_height, largest.box)
    fitting = [
        step for step in smaller if geometry.fit(track.display_width, track.display_height, step.box) == whole
    ]
    return fitting[-1] if fitting else largest


def _enough_kbps(capped: CappedMp4, step: FitStep) -> int:
    """`most_kbps` is for the largest size; a smaller one needs as many times its fewest as that one does."""
    return capped.most_kbps * step.fewest_kbps // capped.sizes[0].fewest_kbps


def _size_for(capped: CappedMp4, whole: FitStep, kbps: int, *, with_sound: bool) -> FitStep:
    for step in capped.sizes[capped.sizes.index(whole) :]:
        if kbps >= step.fewest_kbps:
            return step
    fewest = capped.sizes[-1].fewest_kbps + (capped.audio_kbps if with_sound else 0)
    longest = math.floor(capped.most_bytes * 8 * IN_HAND / 1000 / fewest)
    raise plans.PlanError("does_not_fit", longest_seconds=longest, most_bytes=capped.most_bytes)


def _first(job: _Job) -> tuple[str, ...]:
    """Analyse: nothing is written but statistics."""
    shown = _picture(job, job.material.opened())
    return job.material.arguments(ffmpeg.output(shown, "-", format="null", **_x264(job, 1)))


def _second(job: _Job, output: str) -> tuple[str, ...]:
    opened = job.material.opened()
    streams = [_picture(job, opened)]
    options = _x264(job, 2)
    if job.heard is not None:
        samples = job.cut.sound(sound.heard_from_zero(opened, job.heard), job.heard.sample_rate)
        mixed = sound.stereo(samples, job.heard)
        streams.append(mixed.filter("aresample", sample_rate=sound.preview_rate(job.heard)))
        options |= {"c:a": "aac", "b:a": f"{job.capped.audio_kbps}k"}
    mp4 = {"format": "mp4", "movflags": "+faststart", "map_metadata": -1, "map_chapters": -1}
    return job.material.arguments(ffmpeg.output(*streams, output, **mp4, **options))


def _picture(job: _Job, opened: Any) -> Any:
    track = job.material.picture
    frames = job.cut.picture(picture.from_zero(opened[str(track.index)]))
    thinned = picture.at_rate(
        picture.progressive(frames, track), picture.thinned_rate(track, job.capped.most_fps)
    )
    return picture.labelled(picture.shown(thinned, track, *job.size).filter("format", pix_fmts="yuv420p"))


def _x264(job: _Job, number: int) -> dict[str, Any]:
    return {
        "c:v": "libx264",
        "preset": job.capped.encoder_preset,
        "profile:v": "high",
        "b:v": f"{job.kbps}k",
        "maxrate": f"{job.kbps * 3 // 2}k",
        "bufsize": f"{job.kbps * 2}k",
        "fps_mode": "passthrough",
        "enc_time_base:v": "filter",
        "pass": number,
        "passlogfile": STATS,
        "threads:v": job.material.threads,
    }


def _frames(job: _Job) -> plans.Frames | None:
    """Of a range the count is known but for what thinning leaves of it."""
    track, cut = job.material.picture, job.cut
    rate = picture.thinned_rate(track, job.capped.most_fps)
    if cut.whole:
        return source.frames_expected(job.material.facts, track, rate=rate)
    expected = cut.ticks if rate is None else round(cut.ticks * rate / track.frame_rate.fps)
    return plans.Frames(expected, max(1, expected - 1), expected + 1, damage_allowed=True)
