"""The arithmetic of plans, for any numbers: sizes in odd boxes, gain and its peak, bits and bytes, frames and ranges."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests.transcode.described import media, parameters, phone, stereo, video
from transcode.facts import Rate
from transcode.forms import Box, CappedMp4, Loudness, Rung
from transcode.planner.capped import video_kbps
from transcode.planner.checks import levels_shape
from transcode.planner.cut import Cut
from transcode.planner.gain import gain_for
from transcode.planner.geometry import fit, ladder
from transcode.planner.picture import thinned_rate
from transcode.planner.plan import Measured, Options, PlanError
from transcode.planner.source import UNINDEXED, frames_expected

MESSAGING = parameters("messaging-mp4", CappedMp4)
RATES = (Rate(24000, 1001), Rate(25, 1), Rate(30000, 1001), Rate(50, 1), Rate(60000, 1001), Rate(120, 1))
sides, boxes = st.integers(1, 9000), st.integers(2, 4000)
quick = settings(max_examples=60, deadline=None)


@quick
@given(sides, sides, st.builds(Box, boxes, boxes))
def test_a_box_of_odd_sides_gives_even_ones(width, height, box):
    """4:2:0 has none: x264 refused 427 pixels of an administrator's preset."""
    wide, high = fit(width, height, box)
    assert wide % 2 == high % 2 == 0
    assert 2 <= wide <= max(2, width)
    assert 2 <= high <= max(2, height)
    bounds = (box.width, box.height) if width >= height else (box.height, box.width)
    assert wide <= bounds[0]
    assert high <= bounds[1]


@pytest.mark.parametrize(
    ("size", "box", "expected"),
    [
        ((1920, 1080), Box(427, 241), (426, 240)),
        ((1080, 1920), Box(427, 241), (240, 426)),
        ((1920, 1080), Box(3, 3), (2, 2)),
        ((1281, 721), Box(1281, 721), (1280, 720)),
        ((9000, 1), Box(1280, 720), (1280, 2)),
    ],
)
def test_odd_boxes(size, box, expected):
    assert fit(size[0], size[1], box) == expected


@quick
@given(sides, sides, st.lists(st.builds(Box, boxes, boxes), min_size=1, max_size=5))
def test_any_ladder_has_a_best_step_no_larger_than_the_source(width, height, steps):
    rungs = [Rung(box, 1000 + number) for number, box in enumerate(steps)]
    made = ladder(width, height, rungs)
    assert all(step.width <= max(2, width) and step.height <= max(2, height) for step in made)
    edges = [max(step.width, step.height) for step in made]
    assert edges == sorted(edges, reverse=True)


levels = st.floats(-70, 6).map(lambda value: round(value, 1))


@quick
@given(st.one_of(st.none(), levels), levels, levels, levels)
def test_no_gain_takes_a_peak_past_its_limit_or_a_mix_past_its_target(target, limit, loud, peak):
    gain, notes = gain_for(Loudness(limit, target), Measured(loud, peak))
    assert peak + gain <= limit + 0.001
    if target is not None:
        assert loud + gain <= target + 0.006
    else:
        assert gain <= 0
    assert bool(notes) == bool(gain) or notes[0].code == "gain_limited_by_peak"


@pytest.mark.parametrize(
    ("measured", "code"),
    [
        (Measured(None, None), "gain_not_measurable"),
        (Measured(None, -20.0), "gain_not_measurable"),
        (Measured(-30.0, None), "gain_not_measurable"),
    ],
)
def test_silence_and_what_is_too_short_are_left_alone(measured, code):
    gain, (note,) = gain_for(Loudness(-2.0, -16.0), measured)
    assert (gain, note.code) == (0.0, code)


def test_a_short_sound_may_still_be_lowered_under_its_peak():
    """Without a target its loudness is of no account: only the peak is."""
    gain, (note,) = gain_for(Loudness(-2.0), Measured(None, 0.0))
    assert (gain, note.code) == (-2.05, "gain_limited_by_peak")


@quick
@given(st.integers(1, 2000), st.booleans())
def test_what_is_promised_fits_in_the_bytes(seconds, with_sound):
    kbps = video_kbps(MESSAGING, Fraction(seconds), with_sound=with_sound)
    assume(kbps > 0)
    whole = (kbps + (MESSAGING.audio_kbps if with_sound else 0)) * 1000 * seconds / 8
    assert whole <= MESSAGING.most_bytes * 0.95
    assert kbps <= MESSAGING.most_kbps


@pytest.mark.parametrize("rate", RATES, ids=str)
@pytest.mark.parametrize("most", [24, 30, 60])
def test_a_rate_is_thinned_by_halves_until_it_is_allowed(rate, most):
    thinned = thinned_rate(phone(frame_rate=rate), most)
    if thinned is None:
        assert rate.fps <= most + Fraction(1, 10)
    else:
        assert most / 2 < thinned <= most + Fraction(1, 10)
        assert math.log2(rate.fps / thinned) == int(math.log2(rate.fps / thinned)) > 0


@quick
@given(
    st.integers(1, 10**6), st.sampled_from(RATES), st.sampled_from(["mov", *sorted(UNINDEXED)]), st.booleans()
)
def test_what_was_counted_is_always_among_what_is_right(count, rate, demuxer, thinned):
    picture = video(frames=count, frame_rate=rate)
    frames = frames_expected(
        media([picture], demuxer=demuxer), picture, rate=rate.fps / 2 if thinned else None
    )
    assert frames is not None
    assert 1 <= frames.fewest <= max(1, frames.expected) <= frames.most
    assert (frames.fewest == frames.expected) == (demuxer == "mov" and not thinned) or count < 130


@quick
@given(st.integers(1, 10**7), st.data(), st.sampled_from(RATES))
def test_ranges_that_follow_each_other_are_the_whole(ticks, data, rate):
    facts = media([video(frames=ticks, frame_rate=rate)])
    middle = data.draw(st.integers(0, ticks))
    assume(0 < middle < ticks)
    first, second = Cut.of(facts, Options(None, middle)), Cut.of(facts, Options(middle, None))
    assert first.seconds + second.seconds == facts.duration
    assert (first.whole, second.whole, Cut.of(facts, Options(0, ticks)).whole) == (False, False, True)


@pytest.mark.parametrize(("start", "end"), [(-1, 5), (5, 5), (6, 5), (0, 301), (300, None), (None, 0)])
def test_a_range_outside_the_file_says_what_was_asked(start, end):
    with pytest.raises(PlanError) as error:
        Cut.of(media([video()], [stereo(1)]), Options(start, end))
    assert (error.value.code, error.value.detail["duration"]) == ("bad_range", 300)


@pytest.mark.parametrize(
    ("picture", "shape"),
    [
        (phone(), ("yuv420p", 1, 255)),
        (phone(pixel_format="nv12"), ("yuv420p", 1, 255)),
        (phone(pixel_format="p010le", bit_depth=10), ("yuv420p10le", 1, 1023)),
        (phone(pixel_format="v210", bit_depth=10), ("yuv422p10le", 1, 1023)),
        (phone(pixel_format="yuva444p12le", bit_depth=12), ("yuva444p12le", 1, 4095)),
        (phone(width=3840, height=2160), ("yuv420p", 3, 255)),
        (phone(pixel_format="yuvj420p"), None),
        (phone(colour_range="pc"), None),
        (phone(pixel_format="gbrp10le", bit_depth=10), None),
        (phone(pixel_format="gray"), None),
        (phone(hdr="hlg"), None),
    ],
)
def test_how_levels_are_measured(picture, shape):
    found = levels_shape(picture)
    assert (found and (found.pixel_format, found.every, found.full)) == shape
