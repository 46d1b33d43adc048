"""transcode.picture_signal: display matrices as containers hold them, sizes as people see them."""

import math
import struct
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcode import picture_signal
from transcode.picture_signal import display_size, orientation

ONE = 65536


def matrix(a: int, b: int, c: int, d: int, x: int = 0, y: int = 0) -> bytes:
    return struct.pack("=9i", a, b, 0, c, d, 0, x, y, 1 << 30)


@pytest.mark.parametrize(
    ("raw", "rotation", "mirrored"),
    [
        (matrix(ONE, 0, 0, ONE), 0, False),
        (matrix(0, ONE, -ONE, 0), -90, False),  # a phone held upright
        (matrix(0, -ONE, ONE, 0), 90, False),
        (matrix(-ONE, 0, 0, -ONE), -180, False),
        (matrix(0, ONE, -ONE, 0, 720 * ONE, 0), -90, False),  # with the translation Apple writes
        (matrix(0, ONE, ONE, 0), -90, True),  # sample_rotate_and_reflect.mp4
        (matrix(-ONE, 0, 0, ONE), -180, True),  # a selfie camera
        (matrix(ONE, 0, 0, -ONE), 0, True),
        (matrix(49152, 0, 0, ONE), 0, False),  # squeezed: linear_speed_effects_aaf.mov
        (matrix(0, 2 * ONE, -ONE, 0), -90, False),
        (matrix(65530, 800, -800, 65530), 0, False),  # less than a degree
        (matrix(0, 0, 0, 0), 0, False),
        (matrix(ONE, 0, 0, 0), 0, False),
        (b"", 0, False),
        (b"\x00" * 35, 0, False),
    ],
)
def test_orientation(raw, rotation, mirrored):
    assert orientation(raw) == (rotation, mirrored)


@given(st.integers(-4, 4), st.booleans(), st.floats(0.1, 8), st.floats(0.1, 8))
def test_quarter_turns_at_any_scale(quarters, mirrored, across, down):
    """Turning the axes counter-clockwise by 90 n degrees is read as that, the size of the pixels aside."""
    angle = math.radians(90 * quarters)
    sign = -1 if mirrored else 1
    a, b = math.cos(angle) * across, -math.sin(angle) * down
    c, d = sign * math.sin(angle) * across, sign * math.cos(angle) * down
    rotation, found = orientation(matrix(*(round(value * ONE) for value in (a, b, c, d))))
    assert (rotation - 90 * quarters) % 360 == 0
    assert -180 <= rotation < 180
    assert found == mirrored


@given(st.lists(st.integers(-(2**31), 2**31 - 1), min_size=9, max_size=9))
def test_any_matrix_has_an_orientation(numbers):
    rotation, _ = orientation(struct.pack("=9i", *numbers))
    assert rotation in {-180, -90, 0, 90}


@pytest.mark.parametrize(
    ("width", "height", "aspect", "rotation", "expected"),
    [
        (1920, 1080, Fraction(1), 0, (1920, 1080)),
        (1920, 1080, Fraction(1), -90, (1080, 1920)),
        (1920, 1080, Fraction(1), 90, (1080, 1920)),
        (1920, 1080, Fraction(1), -180, (1920, 1080)),
        (1440, 1080, Fraction(4, 3), 0, (1920, 1080)),
        (1440, 1080, Fraction(4, 3), -90, (1080, 1920)),
        (720, 576, Fraction(59, 54), 0, (787, 576)),
        (720, 486, Fraction(9, 10), 0, (648, 486)),
        (2, 2, Fraction(1, 100), 0, (1, 2)),
    ],
)
def test_display_size(width, height, aspect, rotation, expected):
    assert display_size(width, height, aspect, rotation) == expected


@pytest.mark.parametrize(
    "table", [picture_signal.PRIMARIES, picture_signal.TRANSFERS, picture_signal.MATRICES]
)
def test_unspecified_and_reserved_code_points_have_no_name(table):
    assert 2 not in table
    assert 3 not in table
    assert len(set(table.values())) == len(table)


def test_high_dynamic_range_is_told_by_the_transfer():
    names = {picture_signal.TRANSFERS[code]: hdr for code, hdr in picture_signal.HDR_OF_TRANSFER.items()}
    assert names == {"smpte2084": "hdr10", "arib-std-b67": "hlg"}
