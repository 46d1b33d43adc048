"""Whatever arrives, every shipped format of its kind is planned within its bounds: sizes, rates, trust and names."""

from dataclasses import replace
from itertools import pairwise

import pytest

from tests.transcode.described import (
    argv,
    audio,
    graph,
    media,
    named,
    option,
    phone,
    stereo,
    the,
    video,
)
from transcode import qc_profile
from transcode.facts import MediaFacts, Rate
from transcode.planner import plan_measure, plan_on_demand, plan_previews
from transcode.planner.plan import Measured, Options, Plan
from transcode.recipes import Recipe, of_kind

MEASURED = Measured(-20.0, -3.0)
HDR10 = {
    "pixel_format": "yuv420p10le",
    "bit_depth": 10,
    "primaries": "bt2020",
    "transfer": "smpte2084",
    "hdr": "hdr10",
}
HLG = HDR10 | {"transfer": "arib-std-b67", "hdr": "hlg"}
PAL_DV = {
    "width": 720,
    "height": 576,
    "sample_aspect": Rate(64, 45),
    "display_width": 1024,
    "frame_rate": Rate(25, 1),
}
UPRIGHT = {"rotation": -90, "display_width": 1080, "display_height": 1920}
PICTURES = {
    "xdcam": video(),
    "bottom field first": video(field_order="bff"),
    "nobody knows": video(field_order="unknown"),
    "pal anamorphic": video(**PAL_DV),
    "hdv anamorphic": video(width=1440, sample_aspect=Rate(4, 3), display_width=1920),
    "phone upright": phone(**UPRIGHT),
    "phone turned the other way": phone(**UPRIGHT | {"rotation": 90}),
    "phone upside down": phone(rotation=-180),
    "mirrored": phone(mirrored=True),
    "variable rate": phone(variable_frame_rate=True, frame_rate=Rate(90000, 3003)),
    "120 frames": phone(frame_rate=Rate(120, 1), frames=1200),
    "film": phone(frame_rate=Rate(24000, 1001), frames=240),
    "hdr10": phone(width=3840, height=2160, **HDR10),
    "hlg": phone(**HLG),
    "dolby vision alone": phone(dolby_vision=True),
    "prores 4444 with alpha": phone(
        codec="prores", pixel_format="yuva444p12le", bit_depth=12, has_alpha=True
    ),
    "v210": phone(codec="v210", pixel_format="yuv422p10le", bit_depth=10),
    "screen": phone(width=1367, height=769, pixel_format="bgr0", matrix="gbr", colour_range="pc"),
    "odd and tiny": phone(width=3, height=5),
    "one pixel": phone(width=1, height=1),
    "very wide": phone(width=7680, height=320),
    "very high": phone(width=320, height=7680),
    "8k": phone(width=7680, height=4320),
    "one frame": phone(frames=1),
    "nobody counted": phone(frames=0),
}
SOUNDS = {
    "none": (),
    "mono": (audio(1),),
    "dual mono": (audio(1), audio(2)),
    "three mono": (audio(1), audio(2), audio(3)),
    "stereo": (stereo(1),),
    "5.1": (audio(1, channels=6, layout="5.1"),),
    "6 without a meaning": (audio(1, channels=6, layout="6 channels"),),
    "5.1 and stereo": (audio(1, channels=6, layout="5.1", language="eng"), stereo(2, language="spa")),
    "8 mono": tuple(audio(index) for index in range(1, 9)),
    "two rates": (stereo(1, sample_rate=44100), stereo(2)),
    "undecodable": (audio(1, codec="none"),),
    "telephone": (audio(1, sample_rate=8000, codec="pcm_mulaw", bits=8, samples=80080),),
}
every_picture = pytest.mark.parametrize("name", PICTURES)
every_sound = pytest.mark.parametrize("sounds", SOUNDS)
on_demand = pytest.mark.parametrize("recipe", of_kind("video", "on_demand"), ids=lambda recipe: recipe.slug)


def film(name: str = "xdcam", sounds: str = "dual mono", **changes) -> MediaFacts:
    return media(
        [PICTURES[name]], SOUNDS[sounds], **{"duration_ticks": max(1, PICTURES[name].frames)} | changes
    )


def previews(facts: MediaFacts) -> Plan:
    return plan_previews(facts, "source", facts.demuxer, of_kind(facts.kind, "at_once"), qc_profile.shipped())


def demanded(facts: MediaFacts, recipe: Recipe, options: Options | None = None) -> Plan:
    return plan_on_demand(facts, "source", facts.demuxer, recipe, options or Options(), measured=MEASURED)


def scales(command: list[str]) -> list[tuple[int, int]]:
    return [
        (int(each["w"]), int(each["h"])) for each in named(command, "scale") if each.get("flags") != "area"
    ]


@every_picture
def test_no_picture_is_enlarged_and_every_side_is_even(name):
    picture, plan = PICTURES[name], previews(film(name))
    for width, height in scales(argv(plan)):
        assert width % 2 == height % 2 == 0
        assert width <= max(2, picture.display_width)
        assert height <= max(2, picture.display_height)


@every_picture
def test_rungs_go_down_from_the_source_in_its_own_shape(name):
    picture, steps = PICTURES[name], the(previews(film(name)).stream).steps
    assert len({step.name for step in steps}) == len(steps)
    for above, below in pairwise(steps):
        assert (below.width, below.height, below.most_kbps) < (above.width, above.height, above.most_kbps)
    lying = picture.display_width > picture.display_height
    assert all(step.width >= step.height if lying else step.height >= step.width for step in steps)


@every_picture
def test_the_viewing_copy_is_whole_frames_in_square_pixels_and_named_colours(name):
    command = argv(previews(film(name)))
    assert {each["sar"] for each in named(command, "setsar")} == {"1"}
    (labels,) = named(command, "setparams")
    assert {labels[key] for key in ("color_primaries", "color_trc", "colorspace")} == {"bt709"}
    bwdif = [each["deint"] for each in named(command, "bwdif")]
    assert bwdif == {"tff": ["all"], "bff": ["all"], "unknown": ["interlaced"]}.get(
        PICTURES[name].field_order, []
    )


@every_picture
def test_only_hdr_is_tone_mapped(name):
    picture, plan = PICTURES[name], previews(film(name))
    assert len(named(argv(plan), "tonemap")) == bool(picture.hdr)
    assert ("tone_mapped" in {note.code for note in plan.notes}) == bool(picture.hdr)


@on_demand
@every_picture
def test_every_picture_can_be_had_in_every_format(recipe, name):
    plan = demanded(film(name), recipe)
    assert [output.slug for output in plan.outputs] == [recipe.slug]
    assert sum(step.weight for step in plan.passes) == pytest.approx(1)
    if recipe.form == "tv_master":
        inner = scales(argv(plan))
        assert all(width <= 1920 and height <= 1080 for width, height in inner)
        assert len(named(argv(plan), "pad")) == (inner[0] != (1920, 1080))
    else:
        for step in range(2):
            assert all(max(size) <= 1280 and min(size) <= 720 for size in scales(argv(plan, step)))


@every_sound
def test_one_programme_is_encoded_in_stereo_and_all_are_measured(sounds):
    plan = previews(film(sounds=sounds))
    heard = [each for each in plan.sound if each.chosen]
    audible = bool(SOUNDS[sounds]) and sounds != "undecodable"
    assert len(heard) == audible
    assert the(plan.stream).audio_kbps == (128 if audible else 0)
    assert len({each.file for each in plan.sound}) == len(plan.sound)
    assert sum(len(each.tracks) for each in plan.sound) == (len(SOUNDS[sounds]) if audible else 0)
    assert ("no_sound" in {note.code for note in plan.notes}) != audible
    assert ("waveform" in {output.role for output in plan.outputs}) == audible


@pytest.mark.parametrize(
    ("sounds", "tracks", "programmes"),
    [
        ("mono", (1,), 1),
        ("dual mono", (1, 2), 1),
        ("three mono", (1, 2), 2),
        ("5.1 and stereo", (2,), 2),
        ("8 mono", (1, 2), 4),
        ("two rates", (1,), 2),
    ],
)
def test_which_sound_is_heard_and_said(sounds, tracks, programmes):
    plan = previews(film(sounds=sounds))
    assert [each.tracks for each in plan.sound if each.chosen] == [tracks]
    assert len(plan.sound) == programmes
    said = {note.code: note.detail for note in plan.notes}
    assert ("sound_chosen" in said) == (programmes > 1)


@on_demand
@every_sound
def test_every_sound_goes_into_every_format(recipe, sounds):
    """A TV master always has its two mono tracks; a messaging copy has one track or none."""
    command = argv(demanded(film(sounds=sounds), recipe), -1)
    audible = bool(SOUNDS[sounds]) and sounds != "undecodable"
    if recipe.form == "tv_master":
        assert [each["args"] for each in named(command, "pan")][-2:] == ["mono|c0=c0", "mono|c0=c1"]
        assert ("anullsrc=r=48000:cl=stereo" in command) != audible
        assert option(command, "-ar") == "48000"
    else:
        assert ("-c:a" in command) == audible


@pytest.mark.parametrize("recipe", of_kind("audio", "on_demand"), ids=lambda recipe: recipe.slug)
@pytest.mark.parametrize("sounds", [name for name in SOUNDS if name not in {"none", "undecodable"}])
def test_every_sound_can_be_had_in_every_radio_format(recipe, sounds):
    facts = media([], SOUNDS[sounds], duration_ticks=480480)
    command = argv(demanded(facts, recipe))
    measure = plan_measure(facts, "source", "mxf", recipe)
    assert (measure is not None) == recipe.slug.endswith("-loudness")
    if measure is not None:
        assert len(named(argv(measure), "ebur128@delivered")) == 1
    rates = [each["sample_rate"] for each in named(command, "aresample") if "sample_rate" in each]
    assert rates == [str(recipe.to_json()["parameters"]["sample_rate"])]


@pytest.mark.parametrize("timecode", [None, "00:59:58;02", "23:59:59;29", "10:00:00:00"])
def test_a_start_timecode_moves_no_frame(timecode):
    """Ranges are ticks of the file: what the tape was called does not change which frames they are."""
    told = film(start_timecode=timecode, drop_frame=bool(timecode and ";" in timecode), reel="A001")
    master = of_kind("video", "on_demand")[0]
    assert previews(told) == previews(film())
    assert demanded(told, master, Options(30, 60)) == demanded(film(), master, Options(30, 60))


def test_frames_that_an_edit_list_hides_are_not_expected():
    """`frames` are those shown; a file that hides two seconds of its picture is planned for the rest."""
    shown = media([replace(PICTURES["film"], frames=192)], SOUNDS["stereo"], demuxer="mov")
    (step,) = previews(shown).passes
    frames = the(step.frames)
    assert (frames.expected, frames.fewest) == (192, 192)
    assert step.seconds == pytest.approx(8.008)


@pytest.mark.parametrize("demuxer", ["mov", "mxf", "matroska", "mpegts", "avi", "dv"])
@pytest.mark.parametrize("name", ["-i", "http://x/y.mp4", "concat:a|b", "a b'c.mov", "ñ:[0].mxf", "%d.jpg"])
def test_a_name_is_only_ever_a_file_of_the_demuxer_it_was_found_to_be(demuxer, name):
    plan = plan_previews(
        film(demuxer=demuxer), name, demuxer, of_kind("video", "at_once"), qc_profile.shipped()
    )
    command = argv(plan)
    assert option(command, "-i") == f"file:{name}"
    assert option(command, "-protocol_whitelist") == "file,pipe"
    assert option(command, "-format_whitelist") == demuxer
    assert command[command.index("-f") + 1] == demuxer
    assert command.index("-format_whitelist") < command.index("-i")
    assert name not in graph(command)
