"""The bright part of photographs that carry a gain map is left out and said."""

import pytest

from transcode.images import hdr
from transcode.images.header import Nclx

from .pictures import flat

PQ_P3, PQ_2020, HLG_2020 = Nclx(12, 16), Nclx(9, 16), Nclx(9, 18)
# Code values of reference white, 203 nits: 58 % in PQ, 75 % in HLG (ITU-R BT.2408-7, table 1).
PQ_WHITE, HLG_WHITE = round(0.5806 * 65535), round(0.75 * 65535)


def mapped(value: tuple[int, int, int], nclx: Nclx):
    image = flat(4, 4, (0, 0, 0)).cast("ushort") + list(value)
    return hdr.to_srgb(image.cast("ushort").copy(interpretation="rgb16"), nclx).getpoint(0, 0)


@pytest.mark.parametrize(
    ("nclx", "expected"),
    [
        (None, False),
        (Nclx(1, 13), False),
        (Nclx(2, 2), False),
        (Nclx(12, 13), True),
        (PQ_P3, True),
        (Nclx(1, 18), True),
    ],
)
def test_only_what_is_not_srgb_is_mapped(nclx, expected):
    assert hdr.needs_mapping(nclx) is expected


@pytest.mark.parametrize(("nclx", "white"), [(PQ_P3, PQ_WHITE), (PQ_2020, PQ_WHITE), (HLG_2020, HLG_WHITE)])
def test_reference_white_is_nearly_white_and_neutral(nclx, white):
    red, green, blue = mapped((white, white, white), nclx)
    assert 215 <= green <= 250
    assert red == pytest.approx(green, abs=1) == pytest.approx(blue, abs=1)


@pytest.mark.parametrize("nclx", [PQ_P3, PQ_2020, HLG_2020])
def test_brighter_is_never_darker_and_never_more_than_white(nclx):
    levels = [mapped((code, code, code), nclx)[1] for code in range(0, 65536, 4369)]
    assert levels == sorted(levels)
    assert levels[0] == 0
    assert 250 <= levels[-1] <= 255


def test_middle_grey_stays_as_light_as_it_was():
    """18 % of reference white in PQ is 36.5 nits; sRGB writes it as 118."""
    assert mapped((round(0.4064 * 65535),) * 3, PQ_P3)[1] == pytest.approx(118, abs=4)


def test_colours_keep_their_hue_when_highlights_are_rolled_off():
    red, green, blue = mapped((45000, 20000, 20000), PQ_P3)
    assert red > 2 * max(green, blue)


def test_standard_range_in_wide_primaries_keeps_its_lightness():
    grey = mapped((32896, 32896, 32896), Nclx(12, 13))
    assert grey == pytest.approx([128, 128, 128], abs=1)
    red, green, blue = mapped((65535, 0, 0), Nclx(12, 13))
    assert (red, green, blue) == (255, 0, 0)


def test_eight_bits_are_taken_too():
    image = flat(4, 4, (128, 128, 128)).copy(interpretation="srgb")
    assert hdr.to_srgb(image, Nclx(12, 13)).getpoint(0, 0) == pytest.approx([128, 128, 128], abs=1)
