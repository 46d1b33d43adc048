"""The one process for a video: one decode and one graph for every copy made at once and every measurement."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import ffmpeg

from transcode.facts import MediaFacts, Rate, VideoTrack
from transcode.forms import HlsLadder, Poster, ProgressiveMp4, ScrubSprite, Waveform
from transcode.planner import checks, geometry, picture, sound, source, stream
from transcode.planner import plan as plans
from transcode.planner.outputs import Chosen, folder, single
from transcode.planner.source import Material
from transcode.qc_profile import QcProfile
from transcode.recipes import Recipe

# A poster candidate this dark is a fade or a leader: pixels under 32 of 255, in percent.
DARK_PIXEL, DARK_PERCENT = 32, 90
_STILLS: dict[str, Any] = {"c:v": "mjpeg", "fps_mode": "passthrough", "enc_time_base:v": "filter"}


@dataclass(frozen=True, slots=True)
class _Shapes:
    """Everything that is decided before the graph is drawn."""

    track: VideoTrack
    rate: Fraction | None
    found: tuple[sound.Programme, ...]
    heard: sound.Programme | None
    stream: plans.StreamShape
    sprite: plans.SpriteShape
    poster_size: tuple[int, int]
    picture: plans.PictureChecks
    sound: tuple[plans.SoundChecks, ...]


def plan_video(material: Material, recipes: Sequence[Recipe], profile: QcProfile) -> plans.Plan:
    """See `planner.plan_previews`."""
    chosen = Chosen(tuple(recipes))
    shapes = _shapes(material, chosen)
    encode = plans.Pass(
        name="previews",
        argv=material.arguments(*_graph(material, chosen, shapes, profile)),
        files=(*stream.files(shapes.stream), *_sheets(shapes.sprite), plans.POSTER_FILE),
        seconds=material.seconds,
        frames=source.frames_expected(material.facts, shapes.track, rate=shapes.rate),
    )
    return plans.Plan(
        passes=(encode,),
        outputs=_outputs(chosen, with_sound=shapes.heard is not None),
        notes=(*_notes(shapes.track, shapes.rate), *sound.notes(shapes.found, shapes.heard)),
        stream=shapes.stream,
        sprite=shapes.sprite,
        waveform=next((each.waveform for each in shapes.sound if each.chosen), None),
        picture=shapes.picture,
        sound=shapes.sound,
    )


def _shapes(material: Material, chosen: Chosen) -> _Shapes:
    facts, track = material.facts, material.picture
    ladder = chosen.parameters(HlsLadder)
    rate = picture.thinned_rate(track, ladder.most_fps)
    found = sound.programmes(facts)
    heard = sound.chosen(found)
    steps = geometry.ladder(track.display_width, track.display_height, ladder.rungs)
    long = facts.duration > ladder.long_after_s
    return _Shapes(
        track=track,
        rate=rate,
        found=found,
        heard=heard,
        stream=plans.StreamShape(
            steps=steps,
            audio_kbps=ladder.audio_kbps if heard else 0,
            segment_s=ladder.long_segment_s if long else ladder.segment_s,
            frame_rate=track.frame_rate if rate is None else Rate.of(rate),
        ),
        sprite=_sprite_shape(facts, track, chosen.parameters(ScrubSprite)),
        poster_size=geometry.fit(steps[0].width, steps[0].height, chosen.parameters(Poster).box),
        picture=checks.picture_checks(track, rate),
        sound=checks.sound_checks(found, heard, facts, chosen.parameters(Waveform)) if heard else (),
    )


def _graph(material: Material, chosen: Chosen, shapes: _Shapes, profile: QcProfile) -> list[Any]:
    """The outputs of the one graph; the tee comes first, so that its frames are the ones counted."""
    track, opened = shapes.track, material.opened()
    main, level_nulls = _levels(picture.from_zero(opened[str(track.index)]), track, profile)
    if shapes.picture.fields:
        main = checks.fields(main)
    main = picture.at_rate(picture.progressive(main, track), shapes.rate)
    rungs, top, small = _cascade(main, track, shapes.stream.steps)
    audible, sound_nulls = _sound(opened, shapes, profile)
    nulls = [checks.picture_values(small[0], profile), *level_nulls, *sound_nulls]
    ladder = chosen.parameters(HlsLadder)
    return [
        stream.tee(rungs, audible, shapes.stream, ladder, threads=material.threads),
        _sprite(small[1], shapes.sprite, chosen.parameters(ScrubSprite)),
        _poster(top, shapes.poster_size, chosen.parameters(Poster), material.seconds),
        ffmpeg.output(*nulls, "-", format="null", fps_mode="passthrough"),
    ]


def _levels(whole: Any, track: VideoTrack, profile: QcProfile) -> tuple[Any, list[Any]]:
    """The stream to go on with, and the branch that measures levels, if they mean anything."""
    shape = checks.levels_shape(track)
    if shape is None:
        return whole, []
    branches = whole.split()
    return branches[0], [checks.levels(branches[1], track, shape, profile)]


def _cascade(main: Any, track: VideoTrack, steps: Sequence[plans.LadderStep]) -> tuple[list[Any], Any, Any]:
    """Each rung scaled from the one above it. Returns the rungs, a branch of the first, two of the last."""
    best = picture.shown(main, track, steps[0].width, steps[0].height).filter("format", pix_fmts="yuv420p")
    first = picture.labelled(best).split()
    rungs, top, current = [first[0]], first[1], first[2]
    for step in steps[1:]:
        branches = current.filter("scale", w=step.width, h=step.height).filter("setsar", sar=1).split()
        rungs.append(branches[0])
        current = branches[1]
    return rungs, top, current.split()


def _sound(opened: Any, shapes: _Shapes, profile: QcProfile) -> tuple[Any | None, list[Any]]:
    """The sound to encode, and the measuring branches of every programme."""
    audible = None
    nulls: list[Any] = []
    for programme, measured in zip(shapes.found, shapes.sound, strict=False):
        samples = sound.heard_from_zero(opened, programme)
        if measured.waveform is not None:
            branches = samples.asplit()
            mixed = sound.stereo(branches[0], programme)
            audible = mixed.filter("aresample", sample_rate=sound.preview_rate(programme))
            nulls.append(checks.peak_values(branches[1], measured.waveform))
            samples = branches[2]
        nulls.append(checks.loudness_values(samples, measured, profile))
    return audible, nulls


def _sprite_shape(facts: MediaFacts, track: VideoTrack, recipe: ScrubSprite) -> plans.SpriteShape:
    """Tile k is the first frame at or after k intervals: their number follows from the last frame's time."""
    width, height = geometry.fit(track.display_width, track.display_height, recipe.tile)
    seconds = facts.duration
    interval = max(recipe.interval_s, math.ceil(seconds / recipe.most))
    last_frame = max(Fraction(0), seconds - 1 / track.frame_rate.fps)
    count = int(last_frame / interval) + 1
    rows = min(recipe.rows, math.ceil(count / recipe.columns))
    return plans.SpriteShape(width, height, interval, count, min(recipe.columns, count), rows)


def _sprite(branch: Any, shape: plans.SpriteShape, recipe: ScrubSprite) -> Any:
    """Sheets 1.jpg, 2.jpg...; 0.jpg is written at once and thrown away at the end.

    ffmpeg says nothing of its progress before every output has begun, and a sheet is complete after its last tile.
    """
    branches = branch.split()
    due = branches[0].filter("select", expr=f"gte(t,selected_n*{shape.interval_s})")
    sheets = picture.still(due, shape.width, shape.height).filter(
        "tile", layout=f"{shape.columns}x{shape.rows}"
    )
    first = picture.still(branches[1].filter("trim", end_frame=1), shape.width, shape.height)
    early = first.filter("pad", w=shape.width * shape.columns, h=shape.height * shape.rows)
    return ffmpeg.output(
        _counted(ffmpeg.concat(early, sheets, v=1, a=0)),
        f"{plans.SPRITE_FOLDER}/%d.jpg",
        format="image2",
        start_number=0,
        **_STILLS,
        **{"q:v": recipe.quality},
    )


def _counted(stills: Any) -> Any:
    """One still a second, whatever their own times.

    Where `concat` continues after a single frame depends on which thread is faster: now and then two stills would
    have one time, which the encoder refuses.
    """
    return stills.filter("setpts", expr="N/TB")


def _sheets(shape: plans.SpriteShape) -> tuple[str, ...]:
    """Only the first is sure: the last frame's time is known to a frame, and variable rates jump over tiles."""
    return (f"{plans.SPRITE_FOLDER}/{plans.FIRST_SHEET}.jpg",) if shape.sheets else ()


def _poster(branch: Any, size: tuple[int, int], recipe: Poster, seconds: float) -> Any:
    """The first frame of all, at once, overwritten by the most typical of those that are not dark, if any."""
    window = min(float(recipe.window_s), max(seconds, 0.1))
    step = round(window / recipe.candidates, 4)
    branches = branch.split()
    some = branches[0].filter("select", expr=f"lt(t,{window:g})*gte(t,selected_n*{step:g})")
    lit = (
        picture.still(some, *size)
        .filter("blackframe", amount=0, threshold=DARK_PIXEL)
        .filter("metadata", mode="select", key="lavfi.blackframe.pblack", value=DARK_PERCENT, function="less")
        .filter("thumbnail", n=recipe.candidates, log="quiet")
    )
    first = picture.still(branches[1].filter("trim", end_frame=1), *size)
    return ffmpeg.output(
        _counted(ffmpeg.concat(first, lit, v=1, a=0)),
        plans.POSTER_FILE,
        format="image2",
        update=1,
        **_STILLS,
        **{"q:v": recipe.quality},
    )


def _outputs(chosen: Chosen, *, with_sound: bool) -> tuple[plans.Output, ...]:
    made = [
        folder(chosen.recipe(HlsLadder), "stream", plans.STREAM_FOLDER, plans.MASTER),
        single(chosen.recipe(ProgressiveMp4), "progressive", plans.MP4_FILE),
        single(chosen.recipe(Poster), "poster", plans.POSTER_FILE),
        folder(chosen.recipe(ScrubSprite), "sprite", plans.SPRITE_FOLDER, plans.SPRITE_INDEX),
    ]
    if with_sound:
        made.append(single(chosen.recipe(Waveform), "waveform", plans.WAVEFORM_FILE))
    return tuple(made)


def _notes(track: VideoTrack, rate: Fraction | None) -> tuple[plans.Note, ...]:
    said = []
    if track.hdr:
        said.append(plans.Note("tone_mapped", {"from": track.hdr}))
    elif track.dolby_vision:
        said.append(plans.Note("dolby_vision_without_base"))
    if track.variable_frame_rate:
        said.append(plans.Note("variable_rate_kept"))
    if rate is not None:
        said.append(plans.Note("rate_thinned", {"from": str(track.frame_rate), "to": str(rate)}))
    if track.has_alpha:
        said.append(plans.Note("alpha_on_black"))
    return tuple(said)
