"""How pictures of every kind are shown and measured: colour, levels, size."""

import pytest

from tests.transcode.described import argv, graph, media, named, names, phone, the, video
from transcode import qc_profile, recipes
from transcode.facts import Rate
from transcode.planner import plan_previews
from transcode.planner.plan import Note, Plan


def planned(facts) -> Plan:
    at_once = recipes.of_kind("video", "at_once")
    return plan_previews(facts, "source", facts.demuxer, at_once, qc_profile.shipped())


def command(*pictures) -> list[str]:
    return argv(planned(media(pictures)))


class TestColour:
    def test_hd_stays_bt709(self):
        assert {"out_color_matrix": "bt709", "in_color_matrix": "bt709"}.items() <= named(
            command(video()), "scale"
        )[0].items()

    @pytest.mark.parametrize(
        ("said", "size", "taken"),
        [
            ("bt470bg", (720, 576), "bt470"),
            ("smpte170m", (720, 480), "smpte170m"),
            ("bt2020nc", (1920, 1080), "bt2020"),
            ("", (1920, 1080), "bt709"),
            ("", (720, 576), "smpte170m"),
            ("unknown", (640, 720), "bt709"),
        ],
    )
    def test_matrices_are_converted_and_missing_ones_taken_as_players_do(self, said, size, taken):
        made = command(phone(matrix=said, width=size[0], height=size[1]))
        assert named(made, "scale")[0]["in_color_matrix"] == taken

    @pytest.mark.parametrize(
        "full", [{"colour_range": "pc"}, {"pixel_format": "yuvj420p", "colour_range": ""}]
    )
    def test_full_range_becomes_limited(self, full):
        scale = named(command(phone(**full)), "scale")[0]
        assert (scale["in_range"], scale["out_range"]) == ("full", "limited")

    def test_rgb_has_no_matrix_to_come_from(self):
        scale = named(command(phone(pixel_format="gbrp", matrix="gbr")), "scale")[0]
        assert "in_color_matrix" not in scale

    @pytest.mark.parametrize(("hdr", "transfer"), [("hlg", "arib-std-b67"), ("hdr10", "smpte2084")])
    def test_hdr_is_scaled_first_and_then_tone_mapped(self, hdr, transfer):
        made = command(phone(hdr=hdr, pixel_format="yuv420p10le", bit_depth=10, width=3840, height=2160))
        ours = [name for name in names(made) if name in {"scale", "zscale", "tonemap", "format"}]
        assert ours[:7] == ["scale", "zscale", "format", "zscale", "tonemap", "zscale", "format"]
        assert named(made, "zscale") == [
            {
                "tin": transfer,
                "pin": "bt2020",
                "min": "bt2020nc",
                "rin": "limited",
                "t": "linear",
                "npl": "100",
            },
            {"p": "bt709"},
            {"t": "bt709", "m": "bt709", "r": "limited"},
        ]
        assert named(made, "tonemap") == [{"tonemap": "hable", "desat": "0"}]

    def test_dolby_vision_without_a_base_layer_is_said(self):
        assert Note("dolby_vision_without_base") in planned(media([phone(dolby_vision=True)])).notes
        assert (
            Note("tone_mapped", {"from": "hlg"})
            in planned(media([phone(dolby_vision=True, hdr="hlg")])).notes
        )

    def test_transparency_is_laid_on_black(self):
        plan = planned(media([phone(has_alpha=True, pixel_format="yuva444p10le", bit_depth=10)]))
        assert names(argv(plan)).index("premultiply") < names(argv(plan)).index("scale", 4)
        assert Note("alpha_on_black") in plan.notes

    def test_every_rung_is_8_bit_420(self):
        made = command(phone(pixel_format="yuv444p12le", bit_depth=12))
        assert named(made, "format")[0] == {"pix_fmts": "yuv420p"}


class TestLevels:
    def test_limits_are_in_the_source_s_own_depth(self):
        made = command(phone(pixel_format="yuv422p10le", bit_depth=10))
        (mask,) = named(made, "lutyuv")
        assert mask["y"] == "1023*not(between(val,64,940))"
        assert mask["u"] == mask["v"] == "1023*not(between(val,64,960))"

    def test_8_bit(self):
        (mask,) = named(command(video()), "lutyuv")
        assert mask == {
            "y": "255*not(between(val,16,235))",
            "u": "255*not(between(val,16,240))",
            "v": "255*not(between(val,16,240))",
        }

    def test_they_are_measured_before_anything_scales(self):
        made = command(video())
        assert {"w": "64", "h": "36", "flags": "area"} in named(made, "scale")
        # From the branch that is split off before deinterlacing
        assert graph(made).index("lutyuv") > graph(made).index("split")

    def test_packed_pictures_are_laid_out_in_planes(self):
        made = command(phone(pixel_format="nv12"))
        assert {"pix_fmts": "yuv420p"} in named(made, "format")
        assert "lutyuv" in names(made)

    @pytest.mark.parametrize(
        "picture",
        [
            phone(colour_range="pc"),
            phone(pixel_format="yuvj420p"),
            phone(pixel_format="gbrp"),
            phone(pixel_format="gray"),
            phone(hdr="hlg", pixel_format="yuv420p10le", bit_depth=10),
        ],
    )
    def test_where_limits_mean_nothing_they_are_not_measured(self, picture):
        plan = planned(media([picture]))
        assert "lutyuv" not in names(argv(plan))
        assert the(plan.picture).levels == ()

    @pytest.mark.parametrize(("size", "every"), [((1920, 1080), 1), ((3840, 2160), 3), ((7680, 4320), 15)])
    def test_large_pictures_are_sampled(self, size, every):
        plan = planned(media([phone(width=size[0], height=size[1])]))
        assert the(plan.picture).levels_every == every
        sampled = {"expr": f"not(mod(n,{every}))"} in named(argv(plan), "select")
        assert sampled is (every > 1)


class TestSize:
    def test_anamorphic_pictures_get_square_pixels(self):
        made = command(video(width=1440, sample_aspect=Rate(4, 3), display_width=1920))
        assert (named(made, "scale")[0]["w"], named(made, "scale")[0]["h"]) == ("1920", "1080")
        assert {"sar": "1"} in named(made, "setsar")

    def test_turned_pictures_are_planned_as_they_are_shown(self):
        turned = phone(rotation=-90, display_width=1080, display_height=1920)
        plan = planned(media([turned]))
        assert (the(plan.stream).steps[0].width, the(plan.stream).steps[0].height) == (1080, 1920)
        assert (the(plan.sprite).width, the(plan.sprite).height) == (90, 160)
        assert "transpose" not in graph(argv(plan))

    def test_odd_sides_lose_a_line_and_are_not_cropped_in_silence(self):
        made = command(phone(width=321, height=181))
        assert (named(made, "scale")[0]["w"], named(made, "scale")[0]["h"]) == ("320", "180")

    def test_the_poster_is_not_larger_than_the_best_rung(self):
        scaled = [(step["w"], step["h"]) for step in named(command(phone(width=640, height=360)), "scale")]
        assert ("1280", "720") not in scaled
