"""The MP4 that must not pass a size: two passes of x264 at the bit rate that just fits."""

import math
from fractions import Fraction
from typing import Any

import ffmpeg

from transcode.facts import MediaFacts, VideoTrack
from transcode.forms import CappedMp4, FitStep
from transcode.planner import geometry, picture, sound, source
from transcode.planner import plan as plans
from transcode.planner.cut import Cut
from transcode.planner.outputs import single
from transcode.recipes import Recipe

# What an MP4's index takes, and how far two passes may miss their mark
IN_HAND = Fraction(95, 100)
STATS = "x264"
# A first pass only analyses: about a third of the work
FIRST_SHARE = 0.35


def plan_capped(
    facts: MediaFacts,
    name: str,
    demuxer: str,
    recipe: Recipe,
    capped: CappedMp4,
    options: plans.Options,
    *,
    threads: int,
) -> plans.Plan:
    """See `planner.plan_on_demand`. Raise PlanError('does_not_fit') with the longest that would, in seconds."""
    track = facts.picture
    if track is None:
        raise plans.PlanError("no_picture")
    cut = Cut.of(facts, options)
    found = sound.programmes(facts)
    heard = sound.chosen(found)
    kbps = video_kbps(capped, cut.seconds, with_sound=heard is not None)
    step = _size_for(capped, kbps, with_sound=heard is not None)
    output = f"{recipe.slug}.{recipe.extension}"

    def one_pass(number: int) -> tuple[str, ...]:
        opened = source.open_source(name, demuxer, threads)
        shown = _picture(cut.picture(opened[str(track.index)]), track, step, capped)
        video = _video(kbps, capped, number, threads)
        if number == 1:
            return source.arguments([ffmpeg.output(shown, "-", format="null", **video)], threads)
        streams = [shown]
        if heard is not None:
            samples = sound.stereo(cut.sound(sound.heard_from_zero(opened, heard), heard.sample_rate), heard)
            streams.append(samples.filter("aresample", sample_rate=sound.preview_rate(heard)))
            video |= {"c:a": "aac", "b:a": f"{capped.audio_kbps}k"}
        mp4 = {"format": "mp4", "movflags": "+faststart", "map_metadata": -1, "map_chapters": -1}
        return source.arguments([ffmpeg.output(*streams, output, **mp4, **video)], threads)

    frames = _frames(facts, track, cut, capped)
    passes = (
        plans.Pass("first", one_pass(1), (f"{STATS}-0.log",), float(cut.seconds), frames, weight=FIRST_SHARE),
        plans.Pass(
            name="second",
            argv=one_pass(2),
            files=(output,),
            seconds=float(cut.seconds),
            frames=frames,
            most_bytes=capped.most_bytes,
            weight=1 - FIRST_SHARE,
        ),
    )
    return plans.Plan(
        passes=passes,
        outputs=(single(recipe, "file", output, recipe.digest(options)),),
        notes=(*sound.notes(found, heard), plans.Note("size_chosen", {"height": str(step.box.height)})),
    )


def video_kbps(capped: CappedMp4, seconds: Fraction, *, with_sound: bool) -> int:
    """The picture's share of the bytes, in kb/s (1000 bits)."""
    total = Fraction(capped.most_bytes * 8) * IN_HAND / seconds / 1000
    return min(capped.most_kbps, math.floor(total) - (capped.audio_kbps if with_sound else 0))


def _size_for(capped: CappedMp4, kbps: int, *, with_sound: bool) -> FitStep:
    for step in capped.sizes:
        if kbps >= step.fewest_kbps:
            return step
    fewest = capped.sizes[-1].fewest_kbps + (capped.audio_kbps if with_sound else 0)
    longest = math.floor(capped.most_bytes * 8 * IN_HAND / 1000 / fewest)
    raise plans.PlanError("does_not_fit", longest_seconds=longest, most_bytes=capped.most_bytes)


def _picture(stream: Any, track: VideoTrack, step: FitStep, capped: CappedMp4) -> Any:
    size = geometry.fit(track.display_width, track.display_height, step.box)
    whole = picture.progressive(picture.from_zero(stream), track)
    thinned = picture.at_rate(whole, picture.thinned_rate(track, capped.most_fps))
    return picture.labelled(picture.shown(thinned, track, *size).filter("format", pix_fmts="yuv420p"))


def _video(kbps: int, capped: CappedMp4, number: int, threads: int) -> dict[str, Any]:
    return {
        "c:v": "libx264",
        "preset": capped.encoder_preset,
        "profile:v": "high",
        "b:v": f"{kbps}k",
        "maxrate": f"{kbps * 3 // 2}k",
        "bufsize": f"{kbps * 2}k",
        "fps_mode": "passthrough",
        "enc_time_base:v": "filter",
        "pass": number,
        "passlogfile": STATS,
        "threads:v": threads,
    }


def _frames(facts: MediaFacts, track: VideoTrack, cut: Cut, capped: CappedMp4) -> plans.Frames | None:
    if not cut.whole:
        return plans.Frames(cut.ticks, cut.ticks // 3, cut.ticks, damage_allowed=True)
    rate = picture.thinned_rate(track, capped.most_fps)
    return source.frames_expected(facts, track, rate=rate)
