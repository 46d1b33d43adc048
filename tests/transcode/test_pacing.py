"""transcode.pacing: rates and lengths from timestamps as cameras, phones and muxers write them."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcode.pacing import STANDARD_RATES, Heard, frame_rate, is_variable

NTSC = Fraction(30000, 1001)
MS = Fraction(1, 1000)
FINE = Fraction(1, 90000)
PHONE = Fraction(1, 600)


def ticks(rate: Fraction, count: int, time_base: Fraction) -> list[int]:
    """Times of frames at a constant rate, rounded to the clock of a container."""
    return [round(number / rate / time_base) for number in range(count)]


# Variable or not


@pytest.mark.parametrize("rate", STANDARD_RATES, ids=str)
@pytest.mark.parametrize("time_base", [MS, FINE], ids=str)
def test_rounding_to_a_clock_is_no_variation(rate, time_base):
    assert not is_variable(ticks(rate, 300, time_base), time_base)


def test_one_dropped_frame_is_no_variation():
    times = ticks(Fraction(30), 40, PHONE)
    assert not is_variable(times[:20] + times[21:], PHONE)


def test_two_dropped_frames_in_a_short_clip_are():
    times = ticks(Fraction(30), 40, PHONE)
    assert is_variable(times[:10] + times[11:20] + times[21:], PHONE)


def test_two_dropped_frames_in_a_long_clip_are_not():
    times = ticks(Fraction(30), 1000, PHONE)
    assert not is_variable(times[:10] + times[11:20] + times[21:], PHONE)


def test_a_screen_recording_is_variable():
    assert is_variable([0, 33, 66, 400, 433, 900, 933, 1500], MS)


def test_jitter_of_a_phone_is_no_variation():
    """Gaps of 20 or 21 ticks of 1/600 s, as an iPhone writes."""
    times = [0]
    for number in range(300):
        times.append(times[-1] + (21 if number % 7 == 0 else 20))
    assert not is_variable(times, PHONE)


@pytest.mark.parametrize("times", [[], [5], [5, 90], [0, 0, 0]])
def test_too_little_to_vary(times):
    assert not is_variable(times, MS)


# Which rate


@pytest.mark.parametrize("rate", STANDARD_RATES, ids=str)
@pytest.mark.parametrize("time_base", [FINE, Fraction(1, 48000)], ids=str)
def test_a_standard_rate_is_found_whatever_is_declared(rate, time_base):
    times = ticks(rate, 1000, time_base)
    for declared in ([], [rate], [Fraction(1000), Fraction(600)], [rate * Fraction(10003, 10000)]):
        assert frame_rate(times, time_base, declared) == rate


@pytest.mark.parametrize("rate", [Fraction(24000, 1001), Fraction(25), NTSC, Fraction(60000, 1001)], ids=str)
def test_a_standard_rate_is_found_over_milliseconds(rate):
    """FLV and Matroska round to them, and FLV declares 1000."""
    assert frame_rate(ticks(rate, 2000, MS), MS, [Fraction(1000), Fraction(60)]) == rate


def test_what_is_declared_decides_between_two_that_fit():
    times = ticks(NTSC, 10, MS)
    assert frame_rate(times, MS, [NTSC]) == NTSC
    assert frame_rate(times, MS, [Fraction(30)]) == Fraction(30)


def test_hours_tell_neighbours_apart():
    """29.97 and 30 differ by 108 frames an hour; a wrong declaration is not believed."""
    assert frame_rate(ticks(NTSC, 107_892, MS), MS, [Fraction(30)]) == NTSC
    assert frame_rate(ticks(Fraction(30), 108_000, MS), MS, [NTSC]) == Fraction(30)


def test_a_phone_that_drifts_keeps_its_average():
    average = Fraction(299_875, 10_000)
    assert frame_rate(ticks(average, 50_000, PHONE), PHONE, [average]) == average


def test_a_variable_rate_keeps_the_declared_average():
    times = [0, 33, 66, 400, 433, 900, 933, 1500]
    assert frame_rate(times, MS, [Fraction(5)]) == Fraction(5)


def test_an_absurd_declaration_is_no_average():
    times = [0, 33, 66, 400, 433, 900, 933, 1500]
    assert frame_rate(times, MS, [Fraction(600)]) == Fraction(7000, 1500)


def test_nothing_to_measure():
    assert frame_rate([], MS, []) is None
    assert frame_rate([7], MS, []) is None
    assert frame_rate([7], MS, [Fraction(25), Fraction(50)]) == Fraction(25)
    assert frame_rate([7, 7], MS, [Fraction(25)]) == Fraction(25)


@given(
    st.lists(st.integers(-(10**9), 10**12), max_size=60),
    st.lists(st.fractions(min_value=Fraction(1, 100), max_value=1000), max_size=3),
)
def test_any_times_have_a_positive_rate_or_none(times, declared):
    found = frame_rate(sorted(times), MS, declared)
    assert found is None or found > 0
    assert is_variable(sorted(times), MS) in {True, False}


# Sound


def heard(**changes):
    start = {
        "time_base": Fraction(1, 48000),
        "sample_rate": 48000,
        "start": 0,
        "end": 48000,
        "longest": 1024,
        "content": 48000,
        "skipped": 0,
        "declared": None,
    }
    return Heard(**{**start, **changes}).samples()


def test_samples_that_were_counted():
    assert heard() == 48000


def test_encoder_delay_and_padding_are_not_heard():
    assert heard(skipped=1105) == 48000 - 1105


def test_an_edit_list_that_ends_in_the_last_packet_is_believed():
    assert heard(declared=47_500) == 47_500
    assert heard(declared=48_000) == 48_000


def test_a_duration_of_nonsense_is_not():
    assert heard(declared=2**32) == 48000
    assert heard(declared=10_000) == 48000
    assert heard(declared=0) == 48000


def test_a_gap_counts_as_time():
    """Packets lost on the way: what is left of them is shorter than the track."""
    assert heard(content=40_000) == 48_000


def test_milliseconds_do_not_spoil_a_count():
    """29 packets of AC-3 in Matroska: 44544 samples, of which the clock tells 44497."""
    found = heard(time_base=MS, sample_rate=44100, start=62, end=1071, longest=34, content=44544)
    assert found == 44544


def test_without_a_count_the_clock_tells():
    assert heard(time_base=MS, start=15, end=4874, content=None) == 233_232


def test_without_a_clock_the_count_tells():
    assert heard(start=None, end=None) == 48000
    assert heard(start=None, end=None, content=None) is None
