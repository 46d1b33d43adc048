"""dam.timecode: every frame has one name, and drop-frame names follow the clock on the wall."""

from fractions import Fraction
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dam.timecode import Counting, TimecodeError, Timeline

FILM = Fraction(24000, 1001)
NTSC = Fraction(30000, 1001)
NTSC_60 = Fraction(60000, 1001)
NTSC_120 = Fraction(120000, 1001)
WHOLE = [Fraction(fps, 1) for fps in (10, 12, 15, 24, 25, 30, 48, 50, 60, 100, 120)]
NON_DROP = [
    Counting(rate) for rate in [FILM, NTSC, NTSC_60, Fraction(48000, 1001), Fraction(15000, 1001), *WHOLE]
]
DROP = [Counting(rate, drop_frame=True) for rate in (NTSC, NTSC_60, NTSC_120)]
ALL = NON_DROP + DROP


def names(counting: Counting):
    """Every name of a day in its order, by counting as a camera does, one after the other."""
    mark = ";" if counting.drop_frame else ":"
    width = 3 if counting.nominal > 100 else 2
    skipped = {30: 2, 60: 4, 120: 8}[counting.nominal] if counting.drop_frame else 0
    for hour in range(24):
        for minute in range(60):
            for second in range(60):
                first = skipped if second == 0 and minute % 10 else 0
                for frame in range(first, counting.nominal):
                    yield f"{hour:02}:{minute:02}:{second:02}{mark}{frame:0{width}}"


@pytest.mark.parametrize("counting", ALL, ids=str)
def test_names_are_those_of_a_counter(counting):
    """For two minutes: through one start of a minute that skips."""
    expected = list(islice(names(counting), counting.nominal * 120))
    assert [counting.text(count) for count in range(len(expected))] == expected
    assert [counting.count(name) for name in expected] == list(range(len(expected)))


@pytest.mark.parametrize("counting", ALL, ids=str)
def test_the_minutes_of_a_whole_day(counting):
    """The first and the last name of each, by adding up how long minutes are."""
    mark = ";" if counting.drop_frame else ":"
    width = 3 if counting.nominal > 100 else 2
    count = 0
    for hour in range(24):
        for minute in range(60):
            skipped = counting.dropped if minute % 10 else 0
            first = f"{hour:02}:{minute:02}:00{mark}{skipped:0{width}}"
            last = f"{hour:02}:{minute:02}:59{mark}{counting.nominal - 1:0{width}}"
            length = counting.nominal * 60 - skipped
            assert (counting.text(count), counting.text(count + length - 1)) == (first, last)
            assert (counting.count(first), counting.count(last)) == (count, count + length - 1)
            count += length
    assert count == counting.frames_per_day


@pytest.mark.parametrize(
    ("rate", "drop", "count", "text"),
    [
        (NTSC, True, 0, "00:00:00;00"),
        (NTSC, True, 1799, "00:00:59;29"),
        (NTSC, True, 1800, "00:01:00;02"),
        (NTSC, True, 17981, "00:09:59;29"),
        (NTSC, True, 17982, "00:10:00;00"),
        (NTSC, True, 107892, "01:00:00;00"),
        (NTSC, True, 107892 + 900, "01:00:30;00"),
        (NTSC, True, 2589407, "23:59:59;29"),
        (NTSC, False, 1800, "00:01:00:00"),
        (NTSC, False, 108000, "01:00:00:00"),
        (NTSC_60, True, 3600, "00:01:00;04"),
        (NTSC_60, True, 35964, "00:10:00;00"),
        (NTSC_60, True, 215784, "01:00:00;00"),
        (NTSC_60, False, 216000, "01:00:00:00"),
        (NTSC_120, True, 7200, "00:01:00;008"),
        (FILM, False, 86400, "01:00:00:00"),
        (Fraction(25, 1), False, 90000 - 1, "00:59:59:24"),
        (Fraction(50, 1), False, 180000, "01:00:00:00"),
        (Fraction(100, 1), False, 99, "00:00:00:99"),
        (Fraction(120, 1), False, 119, "00:00:00:119"),
    ],
)
def test_known_names(rate, drop, count, text):
    counting = Counting(rate, drop_frame=drop)
    assert counting.text(count) == text
    assert counting.count(text) == count


@given(st.sampled_from(ALL), st.data())
def test_the_round_trip(counting, data):
    count = data.draw(st.integers(0, counting.frames_per_day - 1))
    assert counting.count(counting.text(count)) == count


@given(st.sampled_from(ALL), st.integers(-(10**9), 10**9))
def test_a_day_later_the_name_is_the_same(counting, count):
    assert counting.text(count) == counting.text(count + counting.frames_per_day)


@given(st.sampled_from(ALL), st.data())
def test_names_grow_with_the_count(counting, data):
    count = data.draw(st.integers(0, counting.frames_per_day - 2))
    assert counting.text(count) < counting.text(count + 1)


@given(st.sampled_from(DROP), st.data())
def test_drop_frame_names_follow_the_wall_clock(counting, data):
    """Never more than the names a minute skips off the true time: 3.6 s an hour otherwise (ST 12-1, 5.2.2)."""
    count = data.draw(st.integers(0, counting.frames_per_day - 1))
    hours, minutes, rest = counting.text(count).replace(";", ":").split(":", 2)
    seconds, frames = rest.split(":")
    shown = (int(hours) * 60 + int(minutes)) * 60 + int(seconds) + Fraction(int(frames), counting.nominal)
    true = count / counting.rate
    # 0.0864 s a day remain: a thousandth of what non-drop counting is off
    assert abs(true - shown) < Fraction(counting.dropped + 2, counting.nominal) + Fraction(864, 10000)


@given(st.sampled_from(NON_DROP), st.data())
def test_non_drop_names_count_every_frame(counting, data):
    count = data.draw(st.integers(0, counting.frames_per_day - 1))
    hours, minutes, seconds, frames = (int(part) for part in counting.text(count).split(":"))
    assert ((hours * 60 + minutes) * 60 + seconds) * counting.nominal + frames == count


@pytest.mark.parametrize(
    "text",
    [
        "", "1:00:00:00", "01:00:00", "01:00:00:0", "01:00:00:0000", "01:00:00:00x", "01-00-00-00", "-1:00:00:00",
        "24:00:00:00", "00:60:00:00", "00:00:60:00", "00:00:00:30", "00:00:00:99", "aa:bb:cc:dd",
        "٠١:٠٠:٠٠:٣٠", "01:00:00:00\n00", "01:00:00;00",
    ],
)  # fmt: skip
def test_what_is_no_timecode(text):
    with pytest.raises(TimecodeError):
        Counting(NTSC).count(text)


@pytest.mark.parametrize("text", ["00:01:00;00", "00:01:00;01", "01:59:00;01", "00:01:00:00"])
def test_skipped_names_are_no_timecode(text):
    with pytest.raises(TimecodeError, match="skipped"):
        Counting(NTSC, drop_frame=True).count(text)


def test_the_names_beside_skipped_ones_are_good():
    counting = Counting(NTSC, drop_frame=True)
    for text in ("00:01:00;02", "00:10:00;00", "00:10:00;01", "00:01:01;00"):
        assert counting.text(counting.count(text)) == text


def test_other_ways_of_writing_are_read():
    drop = Counting(NTSC, drop_frame=True)
    assert drop.count("01:00:00:00") == drop.count("01:00:00;00") == drop.count(" 01:00:00.00 ") == 107892
    assert Counting(Fraction(25, 1)).count("00:00:01.05") == 30


@pytest.mark.parametrize(
    "rate",
    [
        FILM,
        Fraction(24, 1),
        Fraction(25, 1),
        Fraction(30, 1),
        Fraction(50, 1),
        Fraction(60, 1),
        Fraction(2997, 100),
    ],
)
def test_drop_frame_exists_at_some_rates_only(rate):
    with pytest.raises(TimecodeError, match="no drop-frame"):
        Counting(rate, drop_frame=True)


@pytest.mark.parametrize(
    ("rate", "nominal"),
    [
        (FILM, 24),
        (NTSC, 30),
        (NTSC_60, 60),
        (Fraction(25, 2), 13),
        (Fraction(51600, 1841), 28),
        (Fraction(1, 10), 1),
    ],
)
def test_odd_rates_have_names_too(rate, nominal):
    counting = Counting(rate)
    assert counting.nominal == nominal
    assert counting.count(counting.text(1234)) == 1234


# Timelines


def test_a_timeline_starts_where_the_tape_did():
    timeline = Timeline.starting(NTSC, "01:00:00;00")
    assert timeline.counting.drop_frame
    assert timeline.text(0) == "01:00:00;00"
    assert timeline.text(900) == "01:00:30;00"
    assert timeline.frame("01:00:30;00") == 900


def test_a_timeline_without_timecode_starts_at_zero():
    timeline = Timeline.starting(Fraction(25, 1), None)
    assert timeline.text(25) == "00:00:01:00"
    assert timeline.frame("00:00:01:00") == 25


def test_a_timeline_over_midnight():
    """As the D-10 sample of the shared media, which starts at 23:58:30:00."""
    timeline = Timeline.starting(Fraction(25, 1), "23:58:30:00")
    assert timeline.text(90 * 25) == "00:00:00:00"
    assert timeline.frame("00:00:00:01") == 90 * 25 + 1


@pytest.mark.parametrize(
    ("rate", "start"), [(Fraction(25, 1), "01:00:00;00"), (NTSC, "00:01:00;00"), (FILM, "00:00:00:24")]
)
def test_a_timecode_that_does_not_go_with_the_rate(rate, start):
    with pytest.raises(TimecodeError):
        Timeline.starting(rate, start)


@given(st.sampled_from(ALL), st.data())
def test_frames_of_a_timeline_make_the_round_trip(counting, data):
    timeline = Timeline(counting, data.draw(st.integers(0, counting.frames_per_day - 1)))
    frame = data.draw(st.integers(0, counting.frames_per_day - 1))
    assert timeline.frame(timeline.text(frame)) == frame
