"""Loudness by linear gain: how much, from what was measured; never any dynamic processing of an approved mix."""

import math
from typing import Any

import ffmpeg

from transcode.forms import AudioFile, Loudness, TvMaster
from transcode.planner import sound
from transcode.planner.cut import Cut
from transcode.planner.plan import Measured, Note, Options, Pass, Plan, PlanError, SoundChecks
from transcode.planner.source import Material
from transcode.recipes import Recipe

METER = "ebur128@delivered"
# ffmpeg's summary has one decimal: the peak may really be this much higher
PEAK_ROUNDING_DB = 0.05


def wanted_loudness(recipe: Recipe) -> Loudness | None:
    """What the recipe asks of the mix; None: nothing, so nothing has to be measured."""
    parameters = recipe.parameters
    return parameters.loudness if isinstance(parameters, AudioFile | TvMaster) else None


def gain_for(loudness: Loudness | None, measured: Measured | None) -> tuple[float, tuple[Note, ...]]:
    """Decibels to change the mix by, and what to tell about it.

    Towards the target, but never so far that the true peak would pass its limit. Raise PlanError('unmeasured')
    when a measuring pass has to come first. Silence is left alone.
    """
    if loudness is None:
        return 0.0, ()
    if measured is None:
        raise PlanError("unmeasured")
    if measured.true_peak_dbtp is None or (
        loudness.target_lufs is not None and measured.integrated_lufs is None
    ):
        return 0.0, (Note("gain_not_measurable"),)
    wanted = 0.0
    if loudness.target_lufs is not None and measured.integrated_lufs is not None:
        wanted = loudness.target_lufs - measured.integrated_lufs
    room = loudness.true_peak_dbtp - measured.true_peak_dbtp - PEAK_ROUNDING_DB
    gain = math.floor(min(wanted, room) * 100) / 100 if room < wanted else round(wanted, 2)
    said = {
        "gain_db": f"{gain:.2f}",
        "wanted_db": f"{wanted:.2f}",
        "limit_dbtp": f"{loudness.true_peak_dbtp:g}",
    }
    if room < wanted:
        return gain, (Note("gain_limited_by_peak", said),)
    return gain, (Note("gain_applied", said),) if gain else ()


def with_gain(stream: Any, gain_db: float) -> Any:
    """Multiply every sample by one number, in double precision."""
    return stream.filter("volume", volume=f"{gain_db:.2f}dB", precision="double") if gain_db else stream


def plan_measure(material: Material, recipe: Recipe, options: Options) -> Plan | None:
    """Measure the sound just as the recipe would deliver it: programme, range, channels, sample rate.

    None when the recipe asks nothing of the mix or the file has no sound.
    """
    heard = sound.chosen(sound.programmes(material.facts))
    if wanted_loudness(recipe) is None or heard is None:
        return None
    cut = Cut.of(material.facts, options)
    meter = delivered_sound(material.opened(), heard, cut, recipe).filter(
        METER, peak="true", framelog="quiet"
    )
    checks = SoundChecks(
        name=METER,
        tracks=tuple(track.index for track in heard.tracks),
        language=heard.language,
        channels=delivered_channels(heard, recipe),
        sample_rate=delivered_rate(heard, recipe),
        file="",
        chosen=True,
    )
    measure = Pass(
        name="measure",
        argv=material.arguments(ffmpeg.output(meter, "-", format="null")),
        files=(),
        seconds=float(cut.seconds),
        log="measure.log",
    )
    return Plan(passes=(measure,), outputs=(), sound=(checks,))


def delivered_channels(heard: sound.Programme, recipe: Recipe) -> int:
    """A TV master has left and right; a sound file what its recipe says, else what the source has."""
    parameters = recipe.parameters
    wanted = parameters.channels if isinstance(parameters, AudioFile) else sound.STEREO
    return heard.channels if wanted is None else wanted


def delivered_rate(heard: sound.Programme, recipe: Recipe) -> int:
    parameters = recipe.parameters
    wanted = parameters.sample_rate if isinstance(parameters, AudioFile | TvMaster) else None
    return sound.preview_rate(heard) if wanted is None else wanted


def delivered_sound(opened: Any, heard: sound.Programme, cut: Cut, recipe: Recipe) -> Any:
    """The programme, cut, in the channels and at the sample rate of the recipe; its level still untouched."""
    samples = cut.sound(sound.heard_from_zero(opened, heard), heard.sample_rate)
    if delivered_channels(heard, recipe) != heard.channels or heard.channels == sound.STEREO:
        samples = sound.stereo(samples, heard)
    return samples.filter("aresample", sample_rate=delivered_rate(heard, recipe))
