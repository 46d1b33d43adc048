"""Commands for the TV master and the messaging copy, as data."""

from fractions import Fraction

import pytest

from tests.transcode.described import (
    argv,
    camera,
    media,
    named,
    names,
    option,
    parameters,
    phone,
    stereo,
    video,
)
from transcode.facts import Rate
from transcode.forms import CappedMp4
from transcode.planner import plan_on_demand
from transcode.planner.capped import video_kbps
from transcode.planner.plan import Frames, Measured, Note, PlanError
from transcode.recipes import named as recipe_named

QUIET = Measured(integrated_lufs=-30.0, true_peak_dbtp=-20.0)


def planned(facts, slug):
    return plan_on_demand(facts, "source", facts.demuxer, recipe_named(slug), measured=QUIET)


def tv(*pictures, sounds=()):
    return argv(planned(media(pictures, sounds), "xdcam-hd422"))


class TestTvMaster:
    def test_the_encoder_is_told_exactly_what_was_tried(self):
        made = argv(planned(camera(), "xdcam-hd422"))
        end = made.index("xdcam-hd422.mxf")
        assert made[made.index("-f", made.index("-map")) : end] == [
            *("-f", "mxf", "-ar", "48000", "-b:v", "50000k", "-b_strategy", "0", "-bf", "2"),
            *("-bufsize", "17825792", "-c:a", "pcm_s24le", "-c:v", "mpeg2video", "-field_order", "tt"),
            *("-flags", "+ildct+ilme", "-g", "15", "-intra_dc_precision", "2", "-intra_vlc", "1"),
            *("-level:v", "2", "-lmax", "40*QP2LAMBDA", "-lmin", "1*QP2LAMBDA", "-map_chapters", "-1"),
            *("-map_metadata", "-1", "-maxrate", "50000k", "-minrate", "50000k", "-non_linear_quant", "1"),
            *("-pix_fmt", "yuv422p", "-profile:v", "0", "-qmax", "12", "-qmin", "1"),
            *("-rc_init_occupancy", "17825792", "-rc_max_vbv_use", "1", "-rc_min_vbv_use", "1"),
            *("-sc_threshold", "1000000000", "-seq_disp_ext", "always", "-threads:v", "2"),
            *("-timecode", "01:00:00;00", "-video_format", "component"),
        ]

    def test_pictures_that_are_so_already_are_not_deinterlaced(self):
        made = tv(video())
        assert [name for name in names(made) if name in {"bwdif", "interlace", "fieldorder"}] == []
        assert named(made, "scale")[0]["interl"] == "1"

    def test_the_last_filter_says_upper_field_first(self):
        assert named(tv(phone()), "setparams")[-1]["field_mode"] == "tff"

    def test_lower_field_first_is_shifted_by_a_line(self):
        assert named(tv(video(field_order="bff")), "fieldorder") == [{"order": "tff"}]

    def test_other_sizes_are_woven_anew_from_whole_fields(self):
        made = tv(video(width=720, height=480, field_order="bff", display_width=640))
        assert named(made, "bwdif")[0]["mode"] == "send_field"
        order = [name for name in names(made) if name in {"bwdif", "scale", "interlace"}]
        assert order == ["bwdif", "scale", "interlace"]
        assert named(made, "interlace") == [{"scan": "tff", "lowpass": "complex"}]

    def test_50_fields_become_60_with_their_motion(self):
        made = tv(video(frame_rate=Rate(25, 1)))
        assert named(made, "fps")[0] == {"fps": "60000/1001"}
        assert "interlace" in names(made)

    @pytest.mark.parametrize("rate", [Rate(60000, 1001), Rate(60, 1), Rate(50, 1)])
    def test_frames_at_field_rate_become_fields(self, rate):
        assert "interlace" in names(tv(phone(frame_rate=rate)))

    def test_film_is_pulled_down(self):
        made = tv(phone(frame_rate=Rate(24000, 1001)))
        assert named(made, "telecine") == [{"first_field": "top", "pattern": "23"}]

    @pytest.mark.parametrize("rate", [Rate(24, 1), Rate(25, 1), Rate(30, 1), Rate(15, 1)])
    def test_other_rates_repeat_frames(self, rate):
        assert named(tv(phone(frame_rate=rate)), "fps")[0] == {"fps": "30000/1001"}

    def test_variable_rates_become_constant(self):
        made = tv(phone(variable_frame_rate=True))
        assert named(made, "fps")[0] == {"fps": "30000/1001"}

    def test_standing_pictures_get_black_at_the_sides_and_are_not_cropped(self):
        made = tv(phone(width=1080, height=1920))
        assert named(made, "pad") == [
            {"w": "1920", "h": "1080", "x": "(ow-iw)/2", "y": "(oh-ih)/2", "color": "black"}
        ]
        assert (named(made, "scale")[0]["w"], named(made, "scale")[0]["h"]) == ("608", "1080")

    @pytest.mark.parametrize(
        ("picture", "frames"),
        [
            (video(), 300),
            (video(frames=1), 1),
            (phone(frame_rate=Rate(25, 1), frames=250), 300),
            (phone(frame_rate=Rate(24000, 1001), frames=240), 300),
            (phone(frame_rate=Rate(60000, 1001), frames=600), 300),
            (phone(frame_rate=Rate(30, 1), frames=900), 899),
        ],
    )
    def test_the_length_is_exact_in_frames_and_samples(self, picture, frames):
        plan = planned(media([picture], [stereo(1)]), "xdcam-hd422")
        assert plan.passes[0].frames == Frames(frames, frames, frames, damage_allowed=False)
        made = argv(plan)
        samples = str(round(frames * Fraction(1001, 30000) * 48000))
        assert named(made, "trim") == [{"end_frame": str(frames)}]
        assert named(made, "apad") == [{"whole_len": samples}]
        assert named(made, "atrim") == [{"end_sample": samples}]

    def test_only_one_frame_may_be_made_up(self):
        assert named(tv(video()), "tpad") == [{"stop": "1", "stop_mode": "clone"}]

    def test_left_and_right_are_two_mono_tracks(self):
        made = tv(video(), sounds=[stereo(1)])
        assert [step["args"] for step in named(made, "pan")] == ["mono|c0=c0", "mono|c0=c1"]
        assert made.count("-map") == 3

    def test_where_there_is_no_sound_there_is_silence(self):
        made = tv(video())
        assert "anullsrc=r=48000:cl=stereo" in made
        assert made.count("-map") == 3

    def test_it_says_what_was_converted(self):
        plan = planned(media([phone(frame_rate=Rate(25, 1))]), "xdcam-hd422")
        assert Note("rate_converted", {"from": "25/1", "to": "30000/1001"}) in plan.notes

    def test_hdr_is_tone_mapped(self):
        assert "tonemap" in names(tv(phone(hdr="hlg", pixel_format="yuv420p10le", bit_depth=10)))

    def test_it_needs_a_picture(self):
        with pytest.raises(PlanError, match="no_picture"):
            planned(media([], [stereo(0)]), "xdcam-hd422")


class TestCapped:
    CAPPED = parameters("messaging-mp4", CappedMp4)

    def test_two_passes_share_their_statistics(self):
        plan = planned(camera(), "messaging-mp4")
        first, second = argv(plan), argv(plan, 1)
        assert [step.name for step in plan.passes] == ["first", "second"]
        assert (option(first, "-pass"), option(second, "-pass")) == ("1", "2")
        assert option(first, "-passlogfile") == option(second, "-passlogfile") == "x264"
        assert option(first, "-b:v") == option(second, "-b:v") == "4000k"
        assert first[-1] == "-"
        assert "-c:a" not in first
        assert plan.passes[1].most_bytes == 15_500_000
        assert sum(step.weight for step in plan.passes) == pytest.approx(1)

    @pytest.mark.parametrize(
        ("seconds", "kbps", "height"),
        [
            (10, 4000, 720),
            (30, 3830, 720),
            (90, 1212, 720),
            (120, 885, 540),
            (300, 296, 240),
            (500, 139, 240),
        ],
    )
    def test_the_size_follows_from_what_the_bytes_allow(self, seconds, kbps, height):
        assert video_kbps(self.CAPPED, Fraction(seconds), with_sound=True) == kbps
        facts = media([phone(frame_rate=Rate(25, 1), frames=25 * seconds)], [stereo(1)])
        plan = planned(facts, "messaging-mp4")
        assert Note("size_chosen", {"height": str(height)}) in plan.notes
        assert max(kbps * seconds / 8, 0) * 1000 < 15_500_000

    @pytest.mark.parametrize(
        ("size", "shown", "kbps", "height"),
        [
            ((1920, 1080), ("1280", "720"), 3830, 720),
            ((1080, 1920), ("720", "1280"), 3830, 720),
            ((1280, 720), ("1280", "720"), 3830, 720),
            ((1024, 576), ("1024", "576"), 3830, 576),
            ((960, 540), ("960", "540"), 2166, 540),
            ((848, 480), ("848", "480"), 2166, 480),
            ((640, 360), ("640", "360"), 1000, 360),
            ((480, 270), ("480", "270"), 1000, 270),
            ((270, 480), ("270", "480"), 1000, 270),
            ((320, 180), ("320", "180"), 400, 180),
            ((176, 144), ("176", "144"), 400, 144),
        ],
    )
    def test_a_small_source_is_not_enlarged_and_takes_no_more_bits_than_it_needs(
        self, size, shown, kbps, height
    ):
        facts = media(
            [phone(width=size[0], height=size[1], frame_rate=Rate(25, 1), frames=25 * 30)], [stereo(1)]
        )
        plan = planned(facts, "messaging-mp4")
        second = argv(plan, 1)
        scale = named(second, "scale")[0]
        assert (scale["w"], scale["h"]) == shown
        assert option(second, "-b:v") == f"{kbps}k"
        assert Note("size_chosen", {"height": str(height)}) in plan.notes

    def test_a_small_source_is_made_smaller_still_where_the_bytes_ask_for_it(self):
        facts = media([phone(width=480, height=270, frame_rate=Rate(25, 1), frames=25 * 400)], [stereo(1)])
        plan = planned(facts, "messaging-mp4")
        assert Note("size_chosen", {"height": "240"}) in plan.notes
        assert int(option(argv(plan, 1), "-b:v").rstrip("k")) < 300

    def test_what_is_too_long_is_refused_with_the_longest_that_fits(self):
        facts = media([phone(frame_rate=Rate(25, 1), frames=25 * 600)], [stereo(1)])
        with pytest.raises(PlanError) as refused:
            planned(facts, "messaging-mp4")
        assert refused.value.code == "does_not_fit"
        longest = refused.value.detail["longest_seconds"]
        fits = media([phone(frame_rate=Rate(25, 1), frames=25 * longest)], [stereo(1)])
        assert planned(fits, "messaging-mp4").passes

    def test_60_frames_are_halved(self):
        plan = planned(media([phone(frame_rate=Rate(60000, 1001), frames=601)]), "messaging-mp4")
        assert named(argv(plan), "fps") == [{"fps": "30000/1001"}]
        assert plan.passes[0].frames.expected == 300
