"""Sizes of copies: never above the source, even, upright, and none without use."""

from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transcode.described import parameters
from transcode.forms import Box, HlsLadder
from transcode.planner.geometry import even, fit, ladder

RUNGS = parameters("video-hls", HlsLadder).rungs
HD = Box(1920, 1080)
sides = st.integers(min_value=2, max_value=9000)


@pytest.mark.parametrize(
    ("width", "height", "box", "expected"),
    [
        (1920, 1080, HD, (1920, 1080)),
        (3840, 2160, HD, (1920, 1080)),
        (1280, 720, HD, (1280, 720)),
        (1080, 1920, HD, (1080, 1920)),
        (2160, 3840, HD, (1080, 1920)),
        (1920, 800, HD, (1920, 800)),
        (4096, 1716, HD, (1920, 804)),
        (768, 576, HD, (768, 576)),
        (768, 576, Box(640, 360), (480, 360)),
        (1000, 1000, HD, (1000, 1000)),
        (1440, 1440, HD, (1080, 1080)),
        (321, 181, HD, (320, 180)),
        (787, 576, HD, (786, 576)),
        (1, 1, HD, (2, 2)),
        (4000, 10, HD, (1920, 4)),
    ],
)
def test_fitting(width, height, box, expected):
    assert fit(width, height, box) == expected


@given(sides, sides, st.sampled_from([HD, Box(1280, 720), Box(640, 360), Box(160, 90)]))
def test_what_is_fitted_is_even_within_the_box_and_not_larger_than_it_was(width, height, box):
    wide, high = fit(width, height, box)
    assert wide % 2 == high % 2 == 0
    assert wide <= max(2, width)
    assert high <= max(2, height)
    assert max(wide, high) <= box.width
    assert min(wide, high) <= box.height


@given(st.integers(min_value=200, max_value=9000), st.integers(min_value=200, max_value=9000))
def test_the_shape_is_kept_to_a_pixel_or_two(width, height):
    wide, high = fit(width, height, HD)
    assert abs(wide * height / width - high) <= 3 * max(1, height / width)


def test_even_numbers_round_to_the_nearest():
    assert [even(Fraction(value)) for value in (0, 1, 3, 4, 5, 7)] == [2, 2, 4, 4, 4, 8]


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        ((1920, 1080), [("v1080", 1920, 1080), ("v720", 1280, 720), ("v540", 960, 540), ("v360", 640, 360)]),
        ((3840, 2160), [("v1080", 1920, 1080), ("v720", 1280, 720), ("v540", 960, 540), ("v360", 640, 360)]),
        ((1080, 1920), [("v1080", 1080, 1920), ("v720", 720, 1280), ("v540", 540, 960), ("v360", 360, 640)]),
        ((1280, 720), [("v720", 1280, 720), ("v540", 960, 540), ("v360", 640, 360)]),
        ((768, 576), [("v720", 768, 576), ("v360", 480, 360)]),
        ((464, 848), [("v540", 464, 848), ("v360", 350, 640)]),
        ((640, 360), [("v360", 640, 360)]),
        ((320, 240), [("v360", 320, 240)]),
        ((176, 144), [("v360", 176, 144)]),
        ((1920, 800), [("v1080", 1920, 800), ("v720", 1280, 534), ("v540", 960, 400), ("v360", 640, 266)]),
    ],
)
def test_ladders(size, expected):
    width, height = size
    assert [(step.name, step.width, step.height) for step in ladder(width, height, RUNGS)] == expected


def test_the_order_of_the_rungs_in_a_preset_does_not_matter():
    assert ladder(1920, 1080, RUNGS[::-1]) == ladder(1920, 1080, RUNGS)


def test_a_small_source_takes_the_rate_of_the_smallest_rung_that_holds_it():
    assert [step.most_kbps for step in ladder(320, 240, RUNGS)] == [1100]
    assert [step.most_kbps for step in ladder(1000, 560, RUNGS)] == [4500, 1100]


@given(sides, sides)
def test_a_ladder_has_a_step_and_goes_down_by_what_can_be_seen(width, height):
    steps = ladder(width, height, RUNGS)
    assert steps
    assert len({step.name for step in steps}) == len(steps)
    for above, below in pairwise(steps):
        assert max(below.width, below.height) <= 0.85 * max(above.width, above.height)
        assert below.most_kbps < above.most_kbps
    assert max(steps[0].width, steps[0].height) <= max(2, width, height)
