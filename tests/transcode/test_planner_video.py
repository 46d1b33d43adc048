"""The one command for a video, as data: what is told to ffmpeg for every shape of picture."""

from fractions import Fraction

import pytest

from tests.transcode.described import (
    argv,
    audio,
    camera,
    graph,
    media,
    named,
    names,
    option,
    phone,
    stereo,
    the,
    video,
)
from transcode import qc_profile, recipes
from transcode.facts import Rate
from transcode.planner import plan_previews
from transcode.planner.plan import Frames, Note, Plan, PlanError

QC = qc_profile.shipped()
AT_ONCE = recipes.of_kind("video", "at_once")


def planned(facts, *, threads=2) -> Plan:
    return plan_previews(facts, "source", facts.demuxer, AT_ONCE, QC, threads=threads)


def command(*pictures, sounds=(), **changes) -> list[str]:
    return argv(planned(media(pictures, sounds, **changes)))


class TestTheWholeCommand:
    """A camera's 1080i: golden, so that no option changes unseen."""

    COMMAND = argv(planned(camera()))

    def test_it_is_one_process_and_one_graph(self):
        assert len(planned(camera()).passes) == 1
        assert self.COMMAND.count("-i") == 1
        assert self.COMMAND.count("-filter_complex") == 1

    def test_the_input_is_opened_with_little_trust(self):
        before = self.COMMAND[: self.COMMAND.index("-i") + 2]
        assert before == [
            *("-nostdin", "-hide_banner", "-nostats", "-y", "-loglevel", "repeat+level+info"),
            *("-stats_period", "0.5", "-progress", "pipe:1", "-max_alloc", "536870912"),
            *("-filter_complex_threads", "2", "-f", "mxf", "-apply_cropping", "codec"),
            *("-format_whitelist", "mxf", "-max_pixels", "40000000"),
            *("-protocol_whitelist", "file,pipe", "-threads", "2", "-i", "file:source"),
        ]

    def test_the_encodes(self):
        start = self.COMMAND.index("-f", self.COMMAND.index("-filter_complex"))
        end = next(at for at, part in enumerate(self.COMMAND) if part.startswith("[f=hls"))
        assert self.COMMAND[start:end] == [
            *("-f", "tee", "-b:a", "128k", "-bufsize:v:0", "7800k", "-bufsize:v:1", "4500k"),
            *("-bufsize:v:2", "2000k", "-bufsize:v:3", "1100k", "-c:a", "aac", "-c:v", "libx264"),
            *("-crf", "22", "-enc_time_base:v", "filter", "-flags", "+global_header"),
            *("-force_key_frames", "expr:gte(t,n_forced*1)", "-forced-idr", "1"),
            *("-fps_mode", "passthrough", "-g", "9999", "-map_chapters", "-1", "-map_metadata", "-1"),
            *("-maxrate:v:0", "7800k", "-maxrate:v:1", "4500k", "-maxrate:v:2", "2000k"),
            *("-maxrate:v:3", "1100k", "-preset", "veryfast", "-profile:v", "high"),
            *("-sc_threshold", "0", "-threads:v", "2"),
        ]

    def test_the_tee(self):
        tee = next(part for part in self.COMMAND if part.startswith("[f=hls"))
        hls, mp4 = tee.split("|")
        assert mp4 == r"[f=mp4:select=\'v:0,a:0\':movflags=+faststart]progressive.mp4"
        assert hls == (
            "[f=hls:hls_time=1:hls_list_size=0:hls_playlist_type=event:hls_segment_type=fmp4:"
            "hls_flags=independent_segments+temp_file:hls_segment_filename=hls/%v/%05d.m4s:"
            "hls_fmp4_init_filename=init.mp4:master_pl_name=master.m3u8:master_pl_publish_rate=1:"
            r"var_stream_map=\'v:0,agroup:aud,name:v1080 v:1,agroup:aud,name:v720 v:2,agroup:aud,name:v540 "
            r"v:3,agroup:aud,name:v360 a:0,agroup:aud,default:yes,name:aud\':"
            r"hls_segment_options=\'movflags=+negative_cts_offsets+delay_moov\':"
            "avoid_negative_ts=disabled]hls/%v/index.m3u8"
        )

    def test_the_way_of_the_picture(self):
        ours = [name for name in names(self.COMMAND) if name not in {"split", "asplit", "setsar", "metadata"}]
        assert ours[:11] == [
            *("setpts", "idet", "bwdif", "scale", "format", "setparams"),
            *("scale", "scale", "scale", "join", "aresample"),
        ]
        sizes = [(step["w"], step["h"]) for step in named(self.COMMAND, "scale")[:4]]
        assert sizes == [("1920", "1080"), ("1280", "720"), ("960", "540"), ("640", "360")]

    def test_what_must_exist_at_the_end(self):
        assert planned(camera()).passes[0].files == (
            "hls/master.m3u8",
            *(f"hls/{name}/index.m3u8" for name in ("v1080", "v720", "v540", "v360", "aud")),
            "progressive.mp4",
            "sprite/1.jpg",
            "poster.jpg",
        )

    def test_what_it_makes(self):
        made = {
            output.slug: (output.role, output.folder, output.entry) for output in planned(camera()).outputs
        }
        assert made == {
            "video-hls": ("stream", "hls", "master.m3u8"),
            "video-mp4": ("progressive", "", "progressive.mp4"),
            "video-poster": ("poster", "", "poster.jpg"),
            "video-sprite": ("sprite", "sprite", "sprite.vtt"),
            "video-waveform": ("waveform", "", "waveform.json"),
        }

    def test_the_counted_frames_are_those_of_the_best_rung(self):
        maps = [self.COMMAND[at + 1] for at, part in enumerate(self.COMMAND) if part == "-map"]
        first_rung = graph(self.COMMAND).split("setparams=")[1].split(";")[1]
        assert maps[0] in first_rung

    def test_all_measurements_end_in_one_null_output(self):
        assert self.COMMAND[-5:] == ["-f", "null", "-fps_mode", "passthrough", "-"]
        written = {
            step["file"]
            for name in ("metadata", "ametadata")
            for step in named(self.COMMAND, name)
            if "file" in step
        }
        assert written == {
            *("picture.txt", "levels_y.txt", "levels_u.txt", "levels_v.txt"),
            *("waveform.txt", "silence.txt", "sound_0.txt"),
        }

    def test_a_plan_goes_through_json(self):
        assert Plan.from_json(planned(camera()).to_json()) == planned(camera())

    def test_threads_are_those_asked_for(self):
        four = argv(planned(camera(), threads=4))
        assert option(four, "-threads:v") == option(four, "-threads") == "4"


class TestFields:
    @pytest.mark.parametrize("order", ["tff", "bff"])
    def test_interlaced_pictures_are_deinterlaced_once_before_anything_scales(self, order):
        made = command(video(field_order=order))
        assert named(made, "bwdif") == [{"mode": "send_frame", "parity": "auto", "deint": "all"}]
        assert names(made).index("idet") < names(made).index("bwdif") < names(made).index("format")

    def test_progressive_pictures_are_left_alone(self):
        assert "bwdif" not in names(command(video(field_order="progressive")))

    def test_where_nothing_is_said_only_frames_flagged_as_fields_are_treated(self):
        unsaid = video(field_order="unknown")
        assert named(command(unsaid), "bwdif") == [
            {"mode": "send_frame", "parity": "auto", "deint": "interlaced"}
        ]
        assert "bwdif" not in names(command(video(field_order="unknown", codec="hevc")))

    def test_fields_are_not_looked_for_above_full_hd(self):
        plan = planned(media([phone(width=3840, height=2160)]))
        assert "idet" not in names(argv(plan))
        assert the(plan.picture).fields is False


class TestTime:
    def test_every_frame_keeps_its_own_time(self):
        made = command(phone(variable_frame_rate=True))
        assert "fps" not in names(made)
        assert made.count("passthrough") == 4
        assert Note("variable_rate_kept") in planned(media([phone(variable_frame_rate=True)])).notes

    @pytest.mark.parametrize(
        ("rate", "thinned"),
        [
            (Rate(120, 1), "60/1"),
            (Rate(240, 1), "60/1"),
            (Rate(120000, 1001), "60000/1001"),
            (Rate(100, 1), "50/1"),
            (Rate(60, 1), None),
            (Rate(60060, 1000), None),
            (Rate(60000, 1001), None),
        ],
    )
    def test_rates_above_60_are_halved_until_they_are_not(self, rate, thinned):
        plan = planned(media([phone(frame_rate=rate)]))
        assert named(argv(plan), "fps") == ([{"fps": thinned}] if thinned else [])
        shown = Fraction(thinned) if thinned else rate.fps
        assert the(plan.stream).frame_rate.fps == the(plan.picture).rate.fps == shown

    def test_a_picture_that_starts_before_zero_is_moved_to_zero(self):
        assert named(command(video()), "setpts")[0] == {"expr": "if(lt(STARTPTS,0),PTS-STARTPTS,PTS)"}

    def test_long_pieces_have_long_segments(self):
        long = video(frames=18001)
        made = command(long)
        assert option(made, "-force_key_frames") == "expr:gte(t,n_forced*4)"
        assert the(planned(media([long])).stream).segment_s == 4
        assert the(planned(media([video(frames=17900)])).stream).segment_s == 1

    @pytest.mark.parametrize(
        ("frames", "count", "columns", "rows", "interval"),
        [
            (1, 1, 1, 1, 1),
            (25, 1, 1, 1, 1),
            (26, 2, 2, 1, 1),
            (250, 10, 10, 1, 1),
            (251, 11, 10, 2, 1),
            (25 * 100, 100, 10, 10, 1),
            (25 * 101, 101, 10, 10, 1),
            (25 * 400, 400, 10, 10, 1),
            (25 * 3600, 400, 10, 10, 9),
        ],
    )
    def test_small_pictures_of_the_seek_bar(self, frames, count, columns, rows, interval):
        facts = media([phone(frame_rate=Rate(25, 1), frames=frames)])
        sprite = the(planned(facts).sprite)
        assert (sprite.count, sprite.columns, sprite.rows, sprite.interval_s) == (
            *(count, columns, rows),
            interval,
        )


class TestFrames:
    def test_an_indexed_file_has_an_exact_count(self):
        assert planned(camera()).passes[0].frames == Frames(300, 300, 660, damage_allowed=True)

    def test_in_a_raw_stream_fields_may_have_been_counted_for_frames(self):
        facts = media([video()], demuxer="mpegts")
        assert planned(facts).passes[0].frames == Frames(300, 90, 660, damage_allowed=True)

    def test_thinning_rounds_at_each_end(self):
        facts = media([phone(frame_rate=Rate(120, 1), frames=121)])
        assert planned(facts).passes[0].frames == Frames(60, 59, 180, damage_allowed=True)

    def test_where_the_file_does_not_tell_nothing_is_expected(self):
        facts = media([video(frames=0)], duration_ticks=300)
        assert planned(facts).passes[0].frames is None


class TestSound:
    def test_without_sound_there_is_no_audio_group(self):
        plan = planned(media([video()]))
        tee = next(part for part in argv(plan) if part.startswith("[f=hls"))
        assert "agroup" not in tee
        assert "a:0" not in tee
        assert "-c:a" not in argv(plan)
        assert the(plan.stream).audio_kbps == 0
        assert plan.waveform is None
        assert plan.sound == ()
        assert "video-waveform" not in {output.slug for output in plan.outputs}
        assert Note("no_sound") in plan.notes

    def test_tracks_are_named_by_their_place_in_the_file(self):
        made = command(video(index=3), sounds=[stereo(5)])
        assert graph(made).startswith("[0:3]setpts")
        assert "[0:5]aresample" in graph(made)

    def test_long_pieces_have_wider_bins(self):
        short = the(planned(media([video()], [stereo(1)])).waveform)
        long = the(planned(media([video(frames=30 * 3600)], [stereo(1)])).waveform)
        assert short.bin_samples == 2400
        assert long.bin_samples == 14415


class TestRefusals:
    def test_nothing_to_see_or_hear(self):
        with pytest.raises(PlanError, match="no_sound"):
            planned(media([], [audio(1, codec="")]))

    def test_a_form_that_is_missing(self):
        without = [recipe for recipe in AT_ONCE if recipe.form != "poster"]
        with pytest.raises(PlanError) as refused:
            plan_previews(camera(), "source", "mxf", without, QC)
        assert (refused.value.code, refused.value.detail) == ("missing_form", {"form": "Poster"})

    def test_a_name_cannot_be_an_option_or_a_protocol(self):
        made = argv(plan_previews(camera(), "-y http://x", "mxf", AT_ONCE, QC))
        assert option(made, "-i") == "file:-y http://x"


class TestStills:
    """Sheets and posters come after a first still of their own, so that there always is one."""

    def test_their_times_do_not_depend_on_which_thread_is_faster(self):
        made = command(video())
        assert [step for step in named(made, "setpts") if step == {"expr": "N/TB"}] == [{"expr": "N/TB"}] * 2
        assert names(made).count("concat") == 2
        assert made.count("-enc_time_base:v") == 3

    def test_a_fade_from_black_is_looked_past(self):
        made = command(video())
        assert {
            "mode": "select",
            "key": "lavfi.blackframe.pblack",
            "value": "90",
            "function": "less",
        } in named(made, "metadata")
        (chosen,) = named(made, "thumbnail")
        assert chosen["n"] == "16"
