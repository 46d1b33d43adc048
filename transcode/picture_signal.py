"""What the numbers of a picture track mean: colour code points, field order, display matrix, displayed size."""

import math
import struct
from fractions import Fraction

from transcode.facts import QUARTER_TURN, FieldOrder, Hdr

# ITU-T H.273, tables 2 to 4, in ffprobe's words; 2 is "unspecified"
PRIMARIES = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "film",
    9: "bt2020",
    10: "smpte428",
    11: "smpte431",
    12: "smpte432",
    22: "ebu3213",
}
TRANSFERS = {
    1: "bt709",
    4: "bt470m",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "linear",
    9: "log100",
    10: "log316",
    11: "iec61966-2-4",
    12: "bt1361e",
    13: "iec61966-2-1",
    14: "bt2020-10",
    15: "bt2020-12",
    16: "smpte2084",
    17: "smpte428",
    18: "arib-std-b67",
}
MATRICES = {
    0: "gbr",
    1: "bt709",
    4: "fcc",
    5: "bt470bg",
    6: "smpte170m",
    7: "smpte240m",
    8: "ycgco",
    9: "bt2020nc",
    10: "bt2020c",
    11: "smpte2085",
    12: "chroma-derived-nc",
    13: "chroma-derived-c",
    14: "ictcp",
}
RANGES = {1: "tv", 2: "pc"}
HDR_OF_TRANSFER: dict[int, Hdr] = {16: "hdr10", 18: "hlg"}  # PQ and HLG of ITU-R BT.2100

# FFmpeg's AVFieldOrder. 4 and 5 come from QuickTime's `fiel` details 9 and 14, which mean that the first line of
# the picture is the earlier or the later one (Apple TN2162), whatever the names AV_FIELD_TB and BT suggest;
# decoders and MediaInfo agree.
FIELD_ORDERS: dict[int, FieldOrder] = {1: "progressive", 2: "tff", 3: "bff", 4: "tff", 5: "bff"}

MATRIX = struct.Struct("=9i")  # FFmpeg keeps it in the order of the machine
FULL_TURN = 360
HALF_TURN = 180


def orientation(matrix: bytes) -> tuple[int, bool]:
    """Rotation, as in transcode.facts.VideoTrack, and mirroring, of a display matrix of nine 16.16 numbers.

    The angle is that of av_display_rotation_get, to the next quarter turn: a picture is shown no other way.
    """
    if len(matrix) < MATRIX.size:
        return 0, False
    a, b, _, c, d, *_ = MATRIX.unpack(matrix[: MATRIX.size])
    across, down = math.hypot(a, c), math.hypot(b, d)
    if not across or not down:
        return 0, False
    degrees = -math.degrees(math.atan2(b / down, a / across))
    quarters = round(degrees / QUARTER_TURN) * QUARTER_TURN
    rotation = (quarters + HALF_TURN) % FULL_TURN - HALF_TURN
    return rotation, a * d - b * c < 0


def display_size(width: int, height: int, sample_aspect: Fraction, rotation: int) -> tuple[int, int]:
    """Pixels as shown: the width is stretched to square pixels, then a quarter turn exchanges the two."""
    shown = max(1, round(width * sample_aspect))
    return (height, shown) if rotation % HALF_TURN else (shown, height)
