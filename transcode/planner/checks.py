"""The measuring side of the graph: branches that end in a null output and leave their values in text files.

Files are written by the `metadata` filters, one line group a frame. `qc` reads them.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from transcode.facts import MediaFacts, Rate, VideoTrack
from transcode.forms import Waveform
from transcode.planner import picture as pictures
from transcode.planner.plan import PictureChecks, SoundChecks, WaveformShape
from transcode.planner.sound import STEREO, Programme
from transcode.qc_profile import QcProfile

PICTURE_FILE = "picture.txt"
LEVELS_FILES = ("levels_y.txt", "levels_u.txt", "levels_v.txt")
LEVELS_KEYS = ("YAVG", "UAVG", "VAVG")
MASK_WIDTH, MASK_HEIGHT = 64, 36
# idet and the level mask look at every pixel: above full HD, fields do not exist and one frame in n is enough.
FULL_HD = 1920 * 1088
METER_HZ = 10  # the steps of an EBU R 128 meter
# Planar formats that hold the same samples as packed ones
PLANAR = {
    "nv12": "yuv420p",
    "nv16": "yuv422p",
    "uyvy422": "yuv422p",
    "yuyv422": "yuv422p",
    "p010le": "yuv420p10le",
    "p210le": "yuv422p10le",
    "v210": "yuv422p10le",
}


def looks_at_fields(picture: VideoTrack) -> bool:
    return picture.width * picture.height <= FULL_HD


def fields(stream: Any) -> Any:
    """Say at the end, in ffmpeg's log, what field order the frames really have. Must come before deinterlacing."""
    return stream.filter("idet")


@dataclass(frozen=True, slots=True)
class LevelsShape:
    """How levels are measured: in which planar format, one frame in `every`, against a mask of `full`."""

    pixel_format: str
    every: int
    full: int


def levels_shape(picture: VideoTrack) -> LevelsShape | None:
    """None where levels mean nothing: full range, RGB and HDR have no 16-235 to keep to."""
    name = PLANAR.get(picture.pixel_format, picture.pixel_format)
    if pictures.is_full_range(picture) or picture.hdr or not name.startswith(("yuv4", "yuva4")):
        return None
    return LevelsShape(name, max(1, picture.width * picture.height // FULL_HD), 2**picture.bit_depth - 1)


def levels(stream: Any, picture: VideoTrack, shape: LevelsShape, profile: QcProfile) -> Any:
    """The illegal fraction of each plane, at full size: a downscaled picture would hide the outliers.

    A mask (illegal: full, legal: 0) is averaged, so that the mean over `full` is the fraction.
    """
    unit = 2 ** (picture.bit_depth - 8)
    luma, chroma = (
        f"{shape.full}*not(between(val,{low * unit},{high * unit}))"
        for low, high in (profile.levels.luma, profile.levels.chroma)
    )
    if shape.every > 1:
        stream = stream.filter("select", expr=f"not(mod(n,{shape.every}))")
    if shape.pixel_format != picture.pixel_format:
        stream = stream.filter("format", pix_fmts=shape.pixel_format)
    mask = stream.filter("lutyuv", y=luma, u=chroma, v=chroma)
    small = mask.filter("scale", w=MASK_WIDTH, h=MASK_HEIGHT, flags="area").filter("signalstats")
    for key, file in zip(LEVELS_KEYS, LEVELS_FILES, strict=True):
        small = small.filter("metadata", mode="print", key=f"lavfi.signalstats.{key}", file=file)
    return small


def picture_values(stream: Any, profile: QcProfile) -> Any:
    """Black, freeze and flashes of the smallest picture: same verdicts as at full size, at no cost.

    Minimal durations are applied by `qc`: then each value stands on the very frame it begins with. Freeze needs one
    here, or every frame would be one.
    """
    clean = stream.filter("metadata", mode="delete")
    black = clean.filter(
        "blackdetect",
        d=0,
        pix_th=profile.black.pixel_threshold,
        pic_th=profile.black.picture_fraction,
    )
    frozen = black.filter("freezedetect", n=f"{profile.freeze.noise_db}dB", d=profile.freeze.shortest_s)
    flashes = frozen.filter("photosensitivity", bypass=1)
    return flashes.filter("metadata", mode="print", file=PICTURE_FILE)


def picture_checks(picture: VideoTrack, rate: Fraction | None) -> PictureChecks:
    """Where the values of `picture_values` and `levels` will lie. `rate` None: the picture's own."""
    shape = levels_shape(picture)
    return PictureChecks(
        file=PICTURE_FILE,
        rate=picture.frame_rate if rate is None else Rate.of(rate),
        levels=LEVELS_FILES if shape else (),
        levels_every=shape.every if shape else 1,
        levels_full=shape.full if shape else 255,
        fields=looks_at_fields(picture),
    )


def sound_checks(
    found: Sequence[Programme], heard: Programme, facts: MediaFacts, recipe: Waveform
) -> tuple[SoundChecks, ...]:
    """Where the values of `sound_values` will lie, one for each programme."""
    checks = []
    for number, programme in enumerate(found):
        is_heard = programme is heard
        shape = None
        if is_heard:
            seconds = max(facts.duration, Fraction(1))
            samples = max(
                programme.sample_rate // recipe.bins_per_s,
                math.ceil(programme.sample_rate * seconds / recipe.most_bins),
            )
            shape = WaveformShape("waveform.txt", programme.channels, programme.sample_rate, samples)
        checks.append(
            SoundChecks(
                name=f"ebur128@p{number}",
                tracks=tuple(track.index for track in programme.tracks),
                language=programme.language,
                channels=programme.channels,
                sample_rate=programme.sample_rate,
                file=f"sound_{number}.txt",
                chosen=is_heard,
                silence="silence.txt" if is_heard else "",
                waveform=shape,
            )
        )
    return tuple(checks)


def loudness_values(stream: Any, checks: SoundChecks, profile: QcProfile) -> Any:
    """EBU R 128 of a programme as it is in the source; of the chosen one also silence and, of two channels, phase."""
    if checks.silence:
        clean = stream.filter("ametadata", mode="delete")
        silent = clean.filter(
            "silencedetect", n=f"{profile.silence.noise_db}dB", d=profile.silence.shortest_s
        )
        stream = silent.filter("ametadata", mode="print", file=checks.silence)
    if checks.chosen and checks.channels == STEREO:
        stream = stream.filter("aphasemeter", video=0, rate=METER_HZ)
    meter = stream.filter(checks.name, metadata=1, peak="true")
    return meter.filter("ametadata", mode="print", file=checks.file)


def peak_values(stream: Any, shape: WaveformShape) -> Any:
    """Highest and lowest sample of each bin and channel, and whether they came in runs (clipping)."""
    even_bins = stream.filter("aformat", sample_fmts="fltp").filter("asetnsamples", n=shape.bin_samples, p=0)
    stats = even_bins.filter(
        "astats",
        metadata=1,
        reset=1,
        measure_perchannel="Min_level+Max_level+Flat_factor",
        measure_overall="none",
    )
    return stats.filter("ametadata", mode="print", file=shape.file)
