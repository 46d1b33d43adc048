"""From the picture as recorded to the picture as shown: whole frames, upright, square pixels, SDR BT.709, 8 bit.

FFmpeg turns and mirrors by the display matrix itself (autorotate, also in complex graphs), so sizes here are
those after it. Streams are ffmpeg-python's.
"""

from fractions import Fraction
from typing import Any

from transcode.facts import VideoTrack

# FFmpeg's name of a matrix -> the scale filter's
MATRICES = {
    "bt709": "bt709",
    "bt470bg": "bt470",
    "smpte170m": "smpte170m",
    "smpte240m": "smpte240m",
    "fcc": "fcc",
    "bt2020nc": "bt2020",
    "bt2020c": "bt2020",
}
FULL_RANGE = frozenset({"pc", "full", "jpeg"})
# Codecs that may hold fields although the file does not say so.
FIELD_CODECS = frozenset({"mpeg2video", "h264", "vc1", "dvvideo", "mjpeg", "prores", "rawvideo", "v210"})
# At and above these sizes an unlabelled picture is BT.709, below BT.601, as players take it.
HD_WIDTH, HD_HEIGHT = 1280, 720
# FFmpeg's trial order: scene light is made linear at a nominal peak of 100 cd/m2, then curved by Hable's operator.
NOMINAL_PEAK = 100
# Phones write 60.06 and mean 60
JITTER_FPS = Fraction(1, 10)


def is_full_range(picture: VideoTrack) -> bool:
    return picture.colour_range in FULL_RANGE or picture.pixel_format.startswith("yuvj")


def is_rgb(picture: VideoTrack) -> bool:
    return picture.pixel_format.startswith(
        ("rgb", "bgr", "gbr", "argb", "abgr", "0rgb", "0bgr", "pal8", "x2rgb")
    )


def progressive(stream: Any, picture: VideoTrack, *, per_field: bool = False) -> Any:
    """Deinterlace once, before anything touches the chroma; progressive pictures pass untouched.

    One frame per frame, so that frame numbers stay the source's; `per_field` makes one per field. Which field is
    first comes from each frame's own flag: what a decoder says is surer than what a container says. Where the file
    says nothing, only frames flagged as fields are treated.
    """
    if not picture.is_interlaced and not (picture.field_order == "unknown" and picture.codec in FIELD_CODECS):
        return stream
    return stream.filter(
        "bwdif",
        mode="send_field" if per_field else "send_frame",
        parity="auto",
        deint="all" if picture.is_interlaced else "interlaced",
    )


def from_zero(stream: Any) -> Any:
    """Move a picture that starts before zero to zero: HLS cannot say a negative time.

    Seen where a transport stream was cut between the two fields of a frame.
    """
    return stream.filter("setpts", expr="if(lt(STARTPTS,0),PTS-STARTPTS,PTS)")


def thinned_rate(picture: VideoTrack, most_fps: int) -> Fraction | None:
    """The rate halved until it is not above `most_fps` (59.94 is not above 60); None where it is not anyway."""
    rate = picture.frame_rate.fps
    if picture.variable_frame_rate or rate <= most_fps + JITTER_FPS:
        return None
    while rate > most_fps + JITTER_FPS:
        rate /= 2
    return rate


def at_rate(stream: Any, rate: Fraction | None) -> Any:
    """Repeat or drop frames to reach a constant rate; None leaves them alone."""
    return stream if rate is None else stream.filter("fps", fps=f"{rate.numerator}/{rate.denominator}")


def shown(stream: Any, picture: VideoTrack, width: int, height: int, **scale: Any) -> Any:
    """Scale to the given size with square pixels, in limited-range BT.709, still in the source's own depth.

    HDR is scaled first and tone-mapped at the smaller size. Transparency is laid on black.
    """
    if picture.has_alpha:
        stream = stream.filter("premultiply", inplace=1)
    if picture.hdr:
        stream = _tone_mapped(stream.filter("scale", w=width, h=height, **scale), picture)
    else:
        stream = stream.filter("scale", w=width, h=height, **scale, **_colour_options(picture))
    return stream.filter("setsar", sar=1)


def labelled(stream: Any, **more: str) -> Any:
    """Say on every frame what it now is, so that encoders write it into the stream."""
    return stream.filter(
        "setparams", range="tv", color_primaries="bt709", color_trc="bt709", colorspace="bt709", **more
    )


def still(stream: Any, width: int, height: int) -> Any:
    """A frame as JPEG wants it: full range, BT.601 whatever its size (JFIF 1.02)."""
    scaled = stream.filter(
        "scale", w=width, h=height, in_color_matrix="bt709", out_color_matrix="bt601", out_range="full"
    )
    return scaled.filter("format", pix_fmts="yuv420p")


def _colour_options(picture: VideoTrack) -> dict[str, str]:
    """From the source's matrix and range to BT.709 limited; what is not labelled is taken as players take it."""
    options = {"out_color_matrix": "bt709", "out_range": "limited"}
    if is_full_range(picture):
        options["in_range"] = "full"
    if not is_rgb(picture):
        hd = picture.width >= HD_WIDTH or picture.height >= HD_HEIGHT
        options["in_color_matrix"] = MATRICES.get(picture.matrix, "bt709" if hd else "smpte170m")
    return options


def _tone_mapped(stream: Any, picture: VideoTrack) -> Any:
    """HDR10, HLG and Dolby Vision over either, to SDR."""
    transfer = "arib-std-b67" if picture.hdr == "hlg" else "smpte2084"
    linear = stream.filter(
        "zscale", tin=transfer, pin="bt2020", min="bt2020nc", rin="limited", t="linear", npl=NOMINAL_PEAK
    )
    primaries = linear.filter("format", pix_fmts="gbrpf32le").filter("zscale", p="bt709")
    curved = primaries.filter("tonemap", tonemap="hable", desat=0)
    return curved.filter("zscale", t="bt709", m="bt709", r="limited")
