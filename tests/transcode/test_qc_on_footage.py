"""The technical checks on small clips with known defects: what is found, where, and what a sound file is let off."""

from functools import cache

import pytest

from tests.transcode.described import the
from tests.transcode.footage import clip, cut, previews
from transcode import qc, qc_profile
from transcode.qc import Finding


@cache
def found(name: str) -> tuple[Finding, ...]:
    done = previews(clip(name))
    return qc.findings(done.plan, done.folder, done.facts, qc_profile.shipped(), done.results[0])


def all_of(name: str, item: str) -> list[Finding]:
    return [finding for finding in found(name) if finding.item == item]


def one(name: str, item: str) -> Finding:
    [finding] = all_of(name, item)
    return finding


class TestAFileWithDefects:
    """defects.mov: 90 frames of 25 a second; black to 0.72 s, frozen from frame 23 on, silent 1.0-3.5 s, clipped to 0.2 s."""

    NAME = "defects.mov"

    def test_black_is_found_where_it_is(self):
        black = one(self.NAME, "video.black")
        assert (black.verdict, black.value, black.unit, black.limit) == ("warn", "0.72", "s", "<0.5")
        assert (black.start_ticks, black.end_ticks) == (0, 18)

    def test_a_black_beginning_is_said_and_a_good_end_is_not_blamed(self):
        first, last = one(self.NAME, "video.first_frame"), one(self.NAME, "video.last_frame")
        assert (first.value, first.verdict, first.start_ticks, first.end_ticks) == ("black", "warn", 0, 1)
        assert (last.value, last.verdict) == ("picture", "pass")

    def test_a_frozen_picture_is_found_up_to_the_very_end(self):
        frozen = one(self.NAME, "video.freeze")
        assert (frozen.verdict, frozen.value, frozen.limit) == ("warn", "2.68", "<2")
        assert (frozen.start_ticks, frozen.end_ticks) == (23, 90)

    def test_silence_is_found_where_it_is(self):
        silent = one(self.NAME, "audio.silence")
        assert (silent.verdict, silent.unit, silent.limit) == ("warn", "s", "<2")
        assert float(silent.value) == pytest.approx(2.5, abs=0.05)
        assert (the(silent.start_ticks), the(silent.end_ticks)) == (25, 88)

    def test_clipping_is_found_where_it_is(self):
        clipped = all_of(self.NAME, "audio.clipping")
        assert {finding.verdict for finding in clipped} == {"warn"}
        assert the(clipped[0].start_ticks) == 0
        assert the(clipped[-1].end_ticks) <= 7

    def test_the_true_peak_is_past_its_limit(self):
        peak = one(self.NAME, "audio.true_peak")
        assert (peak.verdict, peak.limit, peak.unit) == ("warn", "<=-2.0", "dBTP")
        assert float(peak.value) >= 0

    def test_two_equal_channels_are_only_mentioned(self):
        assert one(self.NAME, "audio.dual_mono").verdict == "info"

    def test_the_rest_of_it_passes(self):
        for item in ("file.whole", "video.frames", "video.flash", "audio.decoding", "audio.phase"):
            assert {finding.verdict for finding in all_of(self.NAME, item)} == {"pass"}, item


@pytest.mark.parametrize(
    ("name", "item", "value", "verdict", "place"),
    [
        ("black.mp4", "video.black", "2.00", "warn", (0, 50)),
        ("black.mp4", "video.last_frame", "black", "warn", (49, 50)),
        ("flash.mp4", "video.black", "0", "pass", (None, None)),
        ("flash.mp4", "video.levels", "0.0000", "pass", (None, None)),
        ("flash.mp4", "video.fields", "progressive", "pass", (None, None)),
        ("black.mp4", "video.fields", "", "info", (None, None)),
        ("upper.mov", "video.fields", "tff", "pass", (None, None)),
        ("flash.mp4", "audio.missing", "0", "info", (None, None)),
        ("hot.wav", "audio.integrated", "-9.3", "warn", (None, None)),
        ("hot.wav", "audio.short_term", "", "info", (None, None)),
        ("hot.wav", "audio.clipping", "0", "pass", (None, None)),
        ("hot.wav", "audio.silence", "0", "pass", (None, None)),
        ("opposed.wav", "audio.phase", "-1.00", "warn", (0, 176_400)),
        ("opposed.wav", "audio.integrated", "-20.0", "warn", (None, None)),
        ("surround.mov", "audio.integrated", "-23.0", "pass", (None, None)),
    ],
)
def test_each_clip_is_judged_by_what_was_put_into_it(name, item, value, verdict, place):
    finding = one(name, item)
    assert (finding.value, finding.verdict) == (value, verdict)
    assert (finding.start_ticks, finding.end_ticks) == place


def test_a_flashing_picture_is_marked_from_its_first_bad_frame_to_its_end():
    places = all_of("flash.mp4", "video.flash")
    assert {finding.verdict for finding in places} == {"warn"}
    assert max(float(finding.value) for finding in places) == pytest.approx(17.5, abs=1)
    assert the(places[0].start_ticks) < 15
    assert places[-1].end_ticks == 60


def test_a_channel_that_speaks_alone_in_surround_is_heard_at_its_own_level():
    peak = one("surround.mov", "audio.true_peak")
    assert float(peak.value) == pytest.approx(-20, abs=0.2)
    assert peak.detail["channels"] == "6"
    assert not all_of("surround.mov", "audio.phase")
    assert not all_of("surround.mov", "audio.dual_mono")


def test_opposed_channels_are_no_dual_mono():
    assert not all_of("opposed.wav", "audio.dual_mono")
    assert all_of("hot.wav", "audio.dual_mono")


def test_of_two_programmes_only_the_one_that_is_heard_is_judged():
    judged, other = all_of("tracks.mxf", "audio.integrated")
    assert (judged.verdict, judged.limit, judged.detail["tracks"]) == ("warn", "-26.0..-22.0", "1, 2")
    assert (other.verdict, other.limit, other.detail["tracks"]) == ("info", "", "3, 4")


@pytest.mark.parametrize(("name", "kind"), [("hot.wav", "audio"), ("surround.mov", "video")])
def test_the_loudness_wanted_is_that_of_its_kind(name, kind):
    wanted = qc_profile.shipped().loudness[kind].target_lufs
    assert one(name, "audio.integrated").limit == f"{wanted - 2:.1f}..{wanted + 2:.1f}"


def test_a_loudest_moment_is_a_place_of_its_window():
    momentary = one("opposed.wav", "audio.momentary")
    assert the(momentary.end_ticks) - the(momentary.start_ticks) == round(0.4 * 44_100)


def test_a_file_that_was_cut_fails_and_says_so():
    done = previews(cut("hot.wav", 0.5))
    whole, *_ = qc.findings(done.plan, done.folder, done.facts, qc_profile.shipped(), done.results[0])
    assert (whole.item, whole.value, whole.verdict) == ("file.whole", "cut", "fail")


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("flash.mp4", {"copy.no_sound"}),
        ("surround.mov", {"copy.downmix"}),
        ("tracks.mxf", {"copy.sound_chosen"}),
        ("variable.mp4", {"copy.no_sound", "copy.variable_rate_kept"}),
        ("hot.wav", set()),
    ],
)
def test_what_was_decided_is_said(name, codes):
    told = qc.note_findings(previews(clip(name)).plan.notes)
    assert {finding.item for finding in told} == codes
    assert {finding.verdict for finding in told} <= {"info"}


def test_every_place_lies_within_the_file():
    for name in ("defects.mov", "flash.mp4", "opposed.wav", "variable.mp4"):
        last = previews(clip(name)).facts.duration_ticks
        for finding in found(name):
            if finding.start_ticks is not None:
                assert 0 <= finding.start_ticks < the(finding.end_ticks) <= last, finding
