"""Reading what ffmpeg's filters wrote, also when they wrote it half, wrongly, or not at all."""

from dataclasses import replace
from pathlib import Path

import pytest

from transcode import qc_profile
from transcode.facts import Rate
from transcode.measurements import delivered_loudness, read_picture, read_sound
from transcode.measurements.lines import Runs, Span, frames_of, number_of
from transcode.planner.plan import Measured, Pass, PictureChecks, Plan, SoundChecks, WaveformShape
from transcode.qc_places import Clock

PROFILE = qc_profile.shipped()
PICTURE = PictureChecks("picture.txt", Rate(25, 1), fields=True)
SOUND = SoundChecks(
    *("ebur128@p0", (1,), "", 2, 48_000, "sound_0.txt", True, "silence.txt"),
    WaveformShape("waveform.txt", 1, 48_000, 2400),
)
FIELD_COUNTS = """[Parsed_idet_0 @ 0x1] Multi frame detection: TFF:     0 BFF:     0 Progressive:     0 Undetermined:     0
[Parsed_idet_0 @ 0x1] Multi frame detection: TFF:    58 BFF:     2 Progressive:     0 Undetermined:     1
"""
SUMMARY = """[ebur128@p0 @ 0x1] Summary:

  Integrated loudness:
    I:         {integrated} LUFS
    Threshold: -33.1 LUFS

  Loudness range:
    LRA:         4.2 LU
    Threshold: -43.1 LUFS
    LRA low:   -25.0 LUFS
    LRA high:  -20.8 LUFS

  True peak:
    Peak:       {peak} dBFS
"""


def lines(*frames: dict[str, str], rate: int = 25) -> str:
    """The text that a `metadata` filter prints for these frames."""
    return "".join(
        f"frame:{number}    pts:{number}       pts_time:{number / rate:g}\n"
        + "".join(f"{key}={value}\n" for key, value in values.items())
        for number, values in enumerate(frames)
    )


def seen(folder: Path, *frames: dict[str, str], log: str = "", checks: PictureChecks = PICTURE):
    (folder / "picture.txt").write_text(lines(*frames))
    return read_picture(folder, checks, PROFILE, log)


def heard(folder: Path, *steps: dict[str, str], log: str = ""):
    (folder / "sound_0.txt").write_text(lines(*steps, rate=10))
    return read_sound(folder, SOUND, PROFILE, log)


class TestNumbers:
    @pytest.mark.parametrize(
        ("text", "number"),
        [("-23.1", -23.1), ("1e3", 1000.0), (None, 7.0), ("", 7.0), ("x", 7.0), ("nan", 7.0), ("-nan", 7.0)],
    )
    def test_what_is_no_number_is_the_default(self, text, number):
        assert number_of(text, 7.0) == number

    @pytest.mark.parametrize(
        ("text", "frames"),
        [
            ("", []),
            ("a=1\n", []),
            ("frame:3 pts:3 pts_time:0.12\n", [(3, 0.12, {})]),
            ("frame:0 pts:0 pts_time:0\na=1\nhalf a li", [(0, 0.0, {"a": "1", "half a li": ""})]),
            ("frame:0 pts:0 pts_time:nan\na=b=c\n", [(0, 0.0, {"a": "b=c"})]),
        ],
    )
    def test_a_file_is_read_frame_by_frame(self, tmp_path, text, frames):
        (tmp_path / "values.txt").write_text(text)
        assert list(frames_of(tmp_path / "values.txt")) == frames

    def test_bytes_that_are_no_text_do_not_stop_it(self, tmp_path):
        (tmp_path / "values.txt").write_bytes(b"frame:0 pts:0 pts_time:0\nkey=\xff\xfe\n")
        [(number, _time, values)] = frames_of(tmp_path / "values.txt")
        assert (number, list(values)) == (0, ["key"])

    def test_a_file_that_was_never_written_has_no_frames(self, tmp_path):
        assert list(frames_of(tmp_path / "none.txt")) == []


@pytest.mark.parametrize(
    ("bad", "spans"),
    [
        ("", ()),
        ("....", ()),
        (".##.", (Span(1, 3, 2.0),)),
        ("##", (Span(0, 2, 2.0),)),
        ("#.#.", (Span(0, 1, 2.0), Span(2, 3, 2.0))),
    ],
)
def test_runs_are_closed_by_what_is_good_or_by_the_end(bad, spans):
    runs = Runs()
    for frame, sign in enumerate(bad):
        runs.step(frame, sign == "#", 2.0)
    assert runs.all(len(bad)) == spans


def test_a_run_has_the_worst_of_its_values():
    runs = Runs()
    for frame, value in enumerate((1.0, 9.0, 3.0)):
        runs.step(frame, bad=True, value=value)
    assert runs.all(3) == (Span(0, 3, 9.0),)


class TestPicture:
    def test_black_that_lasts_to_the_end_ends_there(self, tmp_path):
        found = seen(tmp_path, {}, {"lavfi.black_start": "0.04"}, {}, {})
        assert found.black == (Span(1, 4, 0.0),)

    def test_what_froze_began_at_an_earlier_frame_than_the_one_that_says_so(self, tmp_path):
        frames: list[dict[str, str]] = [{} for _ in range(60)]
        frames[52] = {"lavfi.freezedetect.freeze_start": "0.08"}
        frames[55] = {"lavfi.freezedetect.freeze_end": "2.2"}
        assert seen(tmp_path, *frames).freeze == (Span(2, 55, 0.0),)

    def test_flashes_past_the_limit_are_runs_with_their_worst(self, tmp_path):
        values = ("1.5", "8.0", "9.5", "17.5", "2")
        found = seen(tmp_path, *({"lavfi.photosensitivity.badness": value} for value in values))
        assert (found.flash, found.worst_flash) == ((Span(2, 4, 17.5),), 17.5)

    @pytest.mark.parametrize(
        ("log", "fields"),
        [
            ("", None),
            ("[Parsed_idet_0 @ 0x1] Multi frame detection: TFF:1 BFF:2 Progressive:x", None),
            (FIELD_COUNTS, (58, 2, 0, 1)),
        ],
    )
    def test_of_the_field_counts_the_last_ones_stand(self, tmp_path, log, fields):
        assert seen(tmp_path, {}, log=log).fields == fields
        assert seen(tmp_path, {}, log=log, checks=replace(PICTURE, fields=False)).fields is None

    def test_levels_are_the_worst_of_three_planes_and_of_every_nth_frame(self, tmp_path):
        for name, values in (("y", ("0", "51")), ("u", ("0", "0")), ("v", ("1", "102"))):
            text = lines(*({"lavfi.signalstats.AVG": value} for value in values))
            (tmp_path / f"{name}.txt").write_text(text)
        checks = replace(PICTURE, levels=("y.txt", "u.txt", "v.txt"), levels_every=4)
        found = seen(tmp_path, *({} for _ in range(8)), checks=checks)
        assert found.worst_level == pytest.approx(0.4)
        assert [(span.start, span.end) for span in found.levels] == [(4, 8)]

    def test_a_stream_without_frames_has_nothing_to_say(self, tmp_path):
        found = seen(tmp_path)
        assert (found.frames, found.black, found.flash, found.worst_flash) == (0, (), (), 0.0)


class TestSound:
    @pytest.mark.parametrize(
        ("integrated", "peak", "wanted"),
        [
            ("-23.0", "-1.5", Measured(-23.0, -1.5)),
            ("-70.0", "-inf", Measured(None, None)),
            ("-inf", "-inf", Measured(None, None)),
            ("nan", "nan", Measured(None, None)),
        ],
    )
    def test_what_cannot_be_measured_is_not_known(self, tmp_path, integrated, peak, wanted):
        (tmp_path / "ffmpeg.log").write_text(SUMMARY.format(integrated=integrated, peak=peak))
        plan = Plan((Pass("measure", (), (), 1.0),), (), sound=(SOUND,))
        assert delivered_loudness(tmp_path, plan) == wanted

    def test_only_the_meter_of_that_name_is_read_and_only_its_last_word(self, tmp_path):
        log = SUMMARY.format(integrated="-9.0", peak="0.0") + SUMMARY.format(integrated="-23.0", peak="-3.0")
        other = SUMMARY.format(integrated="-1.0", peak="5.0").replace("@p0", "@p1")
        loudness = heard(tmp_path, {}, log=log + other).loudness
        assert (loudness.integrated, loudness.true_peak, loudness.loudness_range) == (-23.0, -3.0, 4.2)

    @pytest.mark.parametrize(("precise", "told"), [("-23.04", -23.04), ("-22.5", -23.0), ("-23.15", -23.15)])
    def test_more_digits_are_taken_only_where_they_agree(self, tmp_path, precise, told):
        found = heard(tmp_path, {"lavfi.r128.I": precise}, log=SUMMARY.format(integrated="-23.0", peak="-3"))
        assert found.loudness.integrated == told

    def test_the_loudest_moment_is_where_it_was_first_reached(self, tmp_path):
        steps = [{"lavfi.r128.M": value} for value in ("-120", "-30", "-20", "-25", "-20")]
        loudness = heard(tmp_path, *steps).loudness
        assert (loudness.momentary, loudness.momentary_at) == (-20.0, pytest.approx(0.3))
        assert (loudness.short_term, loudness.short_term_at) == (None, None)

    def test_phase_is_judged_in_the_mean_over_three_seconds(self, tmp_path):
        step = {"lavfi.r128.M": "-20"}
        good, bad = ({**step, "lavfi.aphasemeter.phase": value} for value in ("1", "-1"))
        assert heard(tmp_path, *[good] * 30, *[bad] * 15).phase == ()
        found = heard(tmp_path, *[good] * 30, *[bad] * 30)
        assert found.lowest_phase == -1.0
        [span] = found.phase
        assert span.end == 60 * 4800
        assert span.value == -1.0

    @pytest.mark.parametrize(
        ("momentary", "phases", "dual"),
        [("-20", "1 1", True), ("-20", "1 0.5", False), ("-120", "1 1", None), ("-20", "", None)],
    )
    def test_two_equal_channels_are_known_by_what_is_heard(self, tmp_path, momentary, phases, dual):
        steps = [{"lavfi.r128.M": momentary, "lavfi.aphasemeter.phase": each} for each in phases.split()]
        assert heard(tmp_path, *steps).dual_mono is dual

    @pytest.mark.parametrize(
        ("low", "high", "flat", "spans"),
        [
            ("-1.0", "0.5", "3", 1),
            ("-0.2", "0.9995", "3", 1),
            ("-1.0", "1.0", "0", 0),
            ("-0.9", "0.9", "9", 0),
            ("nan", "x", "3", 0),
        ],
    )
    def test_clipping_is_a_run_of_samples_at_full_scale(self, tmp_path, low, high, flat, spans):
        values = {"Min_level": low, "Max_level": high, "Flat_factor": flat}
        text = lines({}, {f"lavfi.astats.1.{key}": value for key, value in values.items()}, {})
        (tmp_path / "waveform.txt").write_text(text)
        found = heard(tmp_path)
        assert [(span.start, span.end) for span in found.clipping] == [(2400, 4800)] * spans
        assert found.samples == 7200

    def test_silence_that_lasts_to_the_end_ends_there(self, tmp_path):
        (tmp_path / "waveform.txt").write_text(lines({}, {}, {}, {}))
        text = lines(
            {"lavfi.silence_start": "-0.01"}, {"lavfi.silence_end": "0.05"}, {"lavfi.silence_start": "0.1"}
        )
        (tmp_path / "silence.txt").write_text(text)
        assert heard(tmp_path).silence == (Span(0, 2400, 0.0), Span(4800, 9600, 0.0))


class TestPlaces:
    @pytest.mark.parametrize(
        ("start", "end", "ticks"),
        [
            (0, 48_000, (0, 25)),
            (1, 2, (0, 1)),
            (1919, 1921, (0, 2)),
            (1920, 3840, (1, 2)),
            (0, 10**9, (0, 250)),
        ],
    )
    def test_samples_become_the_frames_that_hold_them(self, start, end, ticks):
        clock = Clock(Rate(48_000, 1).fps, Rate(25, 1).fps, last_tick=250)
        assert clock(start, end) == ticks

    @pytest.mark.parametrize(
        ("start", "end", "ticks"), [(0, 5, (0, 1)), (4, 11, (0, 2)), (10, 20, (1, 2)), (25, 30, (3, 4))]
    )
    def test_with_a_variable_rate_they_are_looked_up(self, start, end, ticks):
        times = (0.0, 1.0, 2.0, 2.5)
        assert Clock(Rate(10, 1).fps, Rate(8, 5).fps, last_tick=4, times=times)(start, end) == ticks

    def test_a_place_is_never_empty_nor_past_the_end(self):
        clock = Clock(Rate(25, 1).fps, Rate(25, 1).fps, last_tick=50, counts_ticks=True)
        assert [clock(0, 0), clock(50, 50), clock(80, 90)] == [(0, 1), (49, 50), (49, 50)]

    def test_a_length_with_a_variable_rate_is_that_of_its_times(self):
        clock = Clock(Rate(1, 1).fps, Rate(1, 1).fps, 4, times=(0.0, 1.0, 2.0, 2.5), counts_ticks=True)
        assert clock.length(Span(1, 3, 0.0)) == pytest.approx(1.5)
