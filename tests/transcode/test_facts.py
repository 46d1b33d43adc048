"""transcode.facts: facts survive JSON, refuse the impossible, and answer what planners ask."""

import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcode.facts import (
    AudioTrack,
    Chapter,
    DocumentFacts,
    ImageFacts,
    MediaFacts,
    Rate,
    TextTrack,
    VideoTrack,
)
from transcode.records import RecordError

VIDEO = VideoTrack(
    index=0,
    codec="mpeg2video",
    profile="4:2:2",
    pixel_format="yuv422p",
    bit_depth=8,
    width=1440,
    height=1080,
    sample_aspect=Rate(4, 3),
    rotation=0,
    mirrored=False,
    display_width=1920,
    display_height=1080,
    frame_rate=Rate(30000, 1001),
    variable_frame_rate=False,
    frames=900,
    field_order="tff",
    primaries="bt709",
    transfer="bt709",
    matrix="bt709",
    colour_range="tv",
    hdr="",
    dolby_vision=False,
    has_alpha=False,
    bit_rate=50_000_000,
)
AUDIO = AudioTrack(
    index=1,
    codec="pcm_s24le",
    sample_rate=48000,
    channels=2,
    layout="stereo",
    bits=24,
    samples=1441440,
    language="spa",
)
FACTS = MediaFacts(
    container="mxf",
    demuxer="mxf",
    video=(VIDEO,),
    audio=(AUDIO, replace(AUDIO, index=2, samples=None)),
    text=(TextTrack(0, "eia_608", ""),),
    data=("tmcd",),
    edit_rate=Rate(30000, 1001),
    duration_ticks=900,
    start_timecode="01:00:00;00",
    drop_frame=True,
    reel="CINTA 7",
    tags={"title": "Guanajuato, año 2026"},
    chapters=(Chapter(0, 450, "Uno"),),
    bit_rate=52_000_000,
    attached_pictures=0,
)
SOUND_ONLY = replace(FACTS, video=(), edit_rate=Rate(48000, 1), duration_ticks=1441440)
IMAGE = ImageFacts(
    format="jpeg",
    width=4032,
    height=3024,
    orientation=6,
    display_width=3024,
    display_height=4032,
    bands=3,
    bit_depth=8,
    colour_space="srgb",
    icc_profile="Display P3",
    has_alpha=False,
    pages=1,
    animated=False,
)
DOCUMENT = DocumentFacts(
    pages=12, width_pt=612.0, height_pt=792.0, has_text=True, title="Programa", author=""
)


@pytest.mark.parametrize(
    "facts", [FACTS, SOUND_ONLY, IMAGE, DOCUMENT], ids=lambda facts: type(facts).__name__
)
def test_the_round_trip(facts):
    assert type(facts).from_json(json.loads(json.dumps(facts.to_json()))) == facts


def test_facts_stored_before_a_field_existed_are_read():
    stored = FACTS.to_json()
    del stored["is_cut"]
    assert not MediaFacts.from_json(stored).is_cut


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("video", 0, "frames"), "900"),
        (("video", 0, "frames"), 900.0),
        (("video", 0, "field_order"), "upper"),
        (("video", 0, "hdr"), "dolby"),
        (("video", 0, "frame_rate", "den"), 0),
        (("video", 0, "sample_aspect", "num"), -4),
        (("audio", 1, "samples"), "many"),
        (("edit_rate",), "29.97"),
        (("tags", "title"), ["x"]),
        (("start_timecode",), 3600),
    ],
)
def test_impossible_facts_are_refused(path, value):
    stored = json.loads(json.dumps(FACTS.to_json()))
    place = stored
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    with pytest.raises(RecordError):
        MediaFacts.from_json(stored)


# Rates


@pytest.mark.parametrize(("num", "den"), [(0, 1), (1, 0), (-25, 1), (25, -1), (0, 0)])
def test_a_rate_is_positive(num, den):
    with pytest.raises(RecordError):
        Rate(num, den)


def test_a_rate_is_exact():
    assert Rate(30000, 1001).fps == Fraction(30000, 1001)
    assert str(Rate(30000, 1001)) == "30000/1001"


@given(st.fractions(min_value=Fraction(1, 10**6), max_value=10**6))
def test_any_positive_fraction_is_a_rate(value):
    assert Rate.of(value).fps == value


def test_whole_numbers_are_rates():
    assert Rate.of(25) == Rate(25, 1)
    assert Rate.of(Fraction(50, 2)) == Rate(25, 1)


# What planners ask


def test_the_first_tracks_are_the_ones_that_count():
    assert FACTS.picture is VIDEO
    assert FACTS.sound is AUDIO
    assert FACTS.kind == "video"


def test_a_file_without_picture_is_sound():
    assert SOUND_ONLY.picture is None
    assert SOUND_ONLY.kind == "audio"
    assert not SOUND_ONLY.is_interlaced


def test_a_file_without_sound():
    assert replace(FACTS, audio=()).sound is None


def test_thirty_seconds_of_ntsc_are_900_frames_and_a_little_more():
    assert FACTS.duration == Fraction(3003, 100)
    assert SOUND_ONLY.duration == Fraction(3003, 100)


@pytest.mark.parametrize(
    ("order", "expected"), [("tff", True), ("bff", True), ("progressive", False), ("unknown", False)]
)
def test_interlacing(order, expected):
    video = replace(VIDEO, field_order=order)
    assert video.is_interlaced == expected
    assert replace(FACTS, video=(video,)).is_interlaced == expected


@pytest.mark.parametrize(("rotation", "expected"), [(0, False), (90, True), (-90, True), (-180, False)])
def test_quarter_turns(rotation, expected):
    assert replace(VIDEO, rotation=rotation).is_quarter_turned == expected
