"""The TV master: XDCAM HD422, 1080i 29.97 upper field first, in MXF OP1a, of an exact number of frames.

The encoder's options were found by trial to be those that MediaInfo names XDCAM HD422 with constant 50 Mb/s; most
come from the way SMPTE ST 381 and Sony's RDD 9 constrain MPEG-2.
"""

from fractions import Fraction
from typing import Any

import ffmpeg

from transcode.facts import VideoTrack
from transcode.forms import TvMaster
from transcode.planner import gain, geometry, sound
from transcode.planner import picture as shown
from transcode.planner import plan as plans
from transcode.planner.cut import Cut
from transcode.planner.outputs import file_name, single
from transcode.planner.source import Material
from transcode.recipes import Recipe

FILM = Fraction(24000, 1001)
# Rates closer than this are the same but for the way they were written down
SAME = Fraction(1, 50)
# From here on each frame can become a field and motion stays as it was
FIELD_RATE = 45
# RDD 9: the video buffer of 422P@HL at 50 Mb/s
VBV_BITS = 17_825_792
MPEG2_OPTIONS: dict[str, Any] = {
    "c:v": "mpeg2video",
    "pix_fmt": "yuv422p",
    "profile:v": 0,  # 4:2:2
    "level:v": 2,  # high, for 4:2:2
    "flags": "+ildct+ilme",
    "field_order": "tt",
    "bufsize": VBV_BITS,
    "rc_init_occupancy": VBV_BITS,
    "b_strategy": 0,
    "sc_threshold": 1_000_000_000,
    "intra_vlc": 1,
    "non_linear_quant": 1,
    "intra_dc_precision": 2,
    "qmin": 1,
    "qmax": 12,
    "lmin": "1*QP2LAMBDA",
    "lmax": "40*QP2LAMBDA",
    "rc_max_vbv_use": 1,
    "rc_min_vbv_use": 1,
    "seq_disp_ext": "always",
    "video_format": "component",
}


def plan_tv(
    material: Material,
    recipe: Recipe,
    master: TvMaster,
    options: plans.Options,
    measured: plans.Measured | None,
) -> plans.Plan:
    """See `planner.plan_on_demand`."""
    track = material.picture
    cut = Cut.of(material.facts, options)
    opened = material.opened()
    frames = frames_of(cut, track, master)
    picture = _exactly(_interlaced(cut.picture(opened[str(track.index)]), track, master), frames, master)
    found = sound.programmes(material.facts)
    heard = sound.chosen(found)
    gain_db, notes = gain.gain_for(master.loudness, measured) if heard else (0.0, ())
    mix = _silence(master) if heard is None else gain.delivered_sound(opened, heard, cut, recipe)
    tracks = _mono_tracks(gain.with_gain(mix, gain_db), frames, master)
    output = file_name(recipe)
    step = plans.Pass(
        name=recipe.slug,
        argv=material.arguments(_mxf(picture, tracks, output, master, material.threads)),
        files=(output,),
        seconds=float(cut.seconds),
        frames=plans.Frames(frames, frames, frames, damage_allowed=False),
    )
    return plans.Plan(
        passes=(step,),
        outputs=(single(recipe, "file", output),),
        notes=(*sound.notes(found, heard), *notes, *_rate_notes(track, master)),
    )


def rate_of(master: TvMaster) -> Fraction:
    return Fraction(master.frame_rate)


def frames_of(cut: Cut, track: VideoTrack, master: TvMaster) -> int:
    """The exact length: the source's own count at the same rate, else its time at the new rate."""
    if not track.variable_frame_rate and abs(track.frame_rate.fps - rate_of(master)) <= SAME:
        return cut.ticks
    return max(1, round(cut.seconds * rate_of(master)))


def _interlaced(stream: Any, track: VideoTrack, master: TvMaster) -> Any:
    """Frames of two fields at the master's rate, upper field first, from whatever comes."""
    rate = rate_of(master)
    own = track.frame_rate.fps
    same_rate = abs(own - rate) <= SAME and not track.variable_frame_rate
    if track.is_interlaced and same_rate and track.height == master.height and not track.is_quarter_turned:
        upper = stream.filter("fieldorder", order="tff") if track.field_order == "bff" else stream
        return _framed(upper, track, master, interl=1)
    if track.is_interlaced:
        fields = shown.progressive(stream, track, per_field=True)
        return _woven(_framed(_at_rate(fields, 2 * rate, own=2 * own), track, master))
    if own >= FIELD_RATE and not track.variable_frame_rate:
        return _woven(_framed(_at_rate(stream, 2 * rate, own=own), track, master))
    whole = shown.progressive(stream, track)
    if abs(own - FILM) <= Fraction(1, 1000) and not track.variable_frame_rate:
        return _framed(whole, track, master).filter("telecine", first_field="top", pattern="23")
    return _framed(_at_rate(whole, rate, own=own if same_rate else Fraction(0)), track, master)


def _at_rate(stream: Any, rate: Fraction, *, own: Fraction) -> Any:
    """At that rate, unless it is already."""
    return shown.at_rate(stream, None if abs(own - rate) <= SAME else rate)


def _woven(stream: Any) -> Any:
    """Two frames into the two fields of one; the low-pass keeps fine lines from flickering."""
    return stream.filter("interlace", scan="tff", lowpass="complex")


def _framed(stream: Any, track: VideoTrack, master: TvMaster, **scale: Any) -> Any:
    """Fitted into the master's picture with black at the sides, never cropped; 4:2:2, 8 bit, BT.709."""
    width, height = master.width, master.height
    ratio = min(Fraction(width, track.display_width), Fraction(height, track.display_height))
    inner = (
        min(width, geometry.even(track.display_width * ratio)),
        min(height, geometry.even(track.display_height * ratio)),
    )
    fitted = shown.shown(stream, track, *inner, **scale).filter("format", pix_fmts="yuv422p")
    if inner == (width, height):
        return fitted
    return fitted.filter("pad", w=width, h=height, x="(ow-iw)/2", y="(oh-ih)/2", color="black")


def _exactly(stream: Any, frames: int, master: TvMaster) -> Any:
    """That many frames, from time zero, saying what they are.

    A picture that starts after its sound holds its first frame, as it does in a player. One frame may be lacking
    where rates are converted; more would be a source cut short, and is not made up.
    """
    steady = stream.filter("fps", fps=master.frame_rate, start_time=0)
    counted = steady.filter("tpad", stop=1, stop_mode="clone").filter("trim", end_frame=frames)
    # Without it, progressive sources would be written as lower field first.
    return shown.labelled(counted, field_mode="tff")


def _silence(master: TvMaster) -> Any:
    return ffmpeg.input(f"anullsrc=r={master.sample_rate}:cl=stereo", f="lavfi")["a"]


def _mono_tracks(mix: Any, frames: int, master: TvMaster) -> list[Any]:
    """Left and right by turns, each a mono track, exactly as long as the picture."""
    samples = round(frames / rate_of(master) * master.sample_rate)
    sides = mix.filter("apad", whole_len=samples).filter("atrim", end_sample=samples).asplit()
    return [
        sides[number].filter("pan", args=f"mono|c0=c{number % sound.STEREO}")
        for number in range(master.audio_tracks)
    ]


def _mxf(picture: Any, tracks: list[Any], output: str, master: TvMaster, threads: int) -> Any:
    return ffmpeg.output(
        picture,
        *tracks,
        output,
        format="mxf",
        timecode=master.start_timecode,
        map_metadata=-1,
        map_chapters=-1,
        ar=master.sample_rate,
        **{
            **MPEG2_OPTIONS,
            **dict.fromkeys(("b:v", "minrate", "maxrate"), f"{master.video_kbps}k"),
            "g": master.gop,
            "bf": master.b_frames,
            "threads:v": threads,
            "c:a": f"pcm_s{master.audio_bits}le",
        },
    )


def _rate_notes(track: VideoTrack, master: TvMaster) -> tuple[plans.Note, ...]:
    if not track.variable_frame_rate and abs(track.frame_rate.fps - rate_of(master)) <= SAME:
        return ()
    return (plans.Note("rate_converted", {"from": str(track.frame_rate), "to": master.frame_rate}),)
