"""Which tracks are heard, and what happens to their channels."""

import pytest

from tests.transcode.described import audio, graph, media, named, names, stereo, the, video
from transcode import qc_profile, recipes
from transcode.planner import plan_previews, sound
from transcode.planner.plan import Note

QC = qc_profile.shipped()


def programmes(*tracks):
    return sound.programmes(media([video()], tracks))


def tracks_of(found):
    return [tuple(track.index for track in programme.tracks) for programme in found]


def planned(*tracks):
    facts = media([video()], tracks)
    return list(plan_previews(facts, "source", "mxf", recipes.of_kind("video", "at_once"), QC).passes[0].argv)


@pytest.mark.parametrize(
    ("tracks", "expected"),
    [
        ([], []),
        ([audio(1)], [(1,)]),
        ([audio(1), audio(2)], [(1, 2)]),
        ([audio(1), audio(2), audio(3)], [(1, 2), (3,)]),
        ([audio(number) for number in range(1, 9)], [(1, 2), (3, 4), (5, 6), (7, 8)]),
        ([stereo(1), stereo(2)], [(1,), (2,)]),
        ([stereo(1), audio(2), audio(3)], [(1,), (2, 3)]),
        ([audio(1), audio(2, sample_rate=44100)], [(1,), (2,)]),
        ([audio(3), audio(1)], [(3, 1)]),
    ],
)
def test_mono_tracks_are_paired_as_cameras_record_them(tracks, expected):
    assert tracks_of(programmes(*tracks)) == expected


@pytest.mark.parametrize("broken", [{"codec": ""}, {"codec": "none"}, {"channels": 0}, {"samples": 0}])
def test_a_track_that_cannot_be_heard_is_no_programme(broken):
    assert tracks_of(programmes(audio(1, **broken), stereo(2))) == [(2,)]


@pytest.mark.parametrize(
    ("languages", "heard"),
    [
        (["", ""], 1),
        (["eng", "eng"], 1),
        (["eng", "spa"], 2),
        (["eng", "es-MX"], 2),
        (["spa", "eng"], 1),
        (["eng", "fra"], 1),
        (["eng", ""], 1),
    ],
)
def test_spanish_is_heard_where_languages_differ(languages, heard):
    found = programmes(*(stereo(number, language=code) for number, code in enumerate(languages, 1)))
    assert the(sound.chosen(found)).tracks[0].index == heard


def test_no_sound_is_said():
    assert sound.chosen(()) is None
    assert sound.notes((), None) == (Note("no_sound"),)


def test_what_was_chosen_among_several_is_said():
    found = programmes(audio(1), audio(2), stereo(3))
    assert sound.notes(found, found[0]) == (Note("sound_chosen", {"tracks": "1, 2", "programmes": "2"}),)


@pytest.mark.parametrize(
    ("track", "note"),
    [
        (stereo(1), ()),
        (audio(1), ()),
        (audio(1, channels=6, layout="5.1(side)"), (Note("downmix", {"layout": "5.1(side)"}),)),
        (audio(1, channels=4, layout="4 channels"), (Note("first_channels", {"channels": "4"}),)),
        (audio(1, channels=8, layout=""), (Note("first_channels", {"channels": "8"}),)),
    ],
)
def test_what_happens_to_channels_is_said(track, note):
    found = programmes(track)
    assert sound.notes(found, found[0]) == note


def test_a_copy_with_all_channels_has_nothing_to_say():
    found = programmes(audio(1, channels=6, layout="5.1"))
    assert sound.notes(found, found[0], 6) == ()


@pytest.mark.parametrize(
    ("rate", "expected"),
    [(48000, 48000), (44100, 44100), (22050, 44100), (96000, 48000), (8000, 48000), (88200, 44100)],
)
def test_sample_rates_of_copies(rate, expected):
    assert sound.preview_rate(programmes(stereo(1, sample_rate=rate))[0]) == expected


class TestGraph:
    def test_two_mono_tracks_are_left_and_right(self):
        command = planned(audio(1), audio(2))
        assert "[0:1][0:2]join=" in graph(command)
        assert named(command, "join") == [{"inputs": "2", "channel_layout": "stereo"}]

    def test_late_and_missing_sound_becomes_silence_and_nothing_is_stretched(self):
        assert {"async": "1", "first_pts": "0"} in named(planned(stereo(1)), "aresample")

    def test_mono_is_heard_on_both_sides_at_its_own_level(self):
        assert named(planned(audio(1)), "pan") == [{"args": "stereo|c0=c0|c1=c0"}]

    def test_channels_without_a_meaning_are_not_mixed(self):
        command = planned(audio(1, channels=8, layout=""))
        assert named(command, "pan") == [{"args": "stereo|c0=c0|c1=c1"}]

    def test_surround_is_mixed_after_the_split_so_that_it_is_measured_whole(self):
        command = planned(audio(1, channels=6, layout="5.1"))
        mixes = [step for step in named(command, "aresample") if "out_chlayout" in step]
        assert mixes == [{"out_chlayout": "stereo", "out_sample_fmt": "fltp"}]
        # An aformat before or behind the split would bring the mix to the meters too.
        assert named(command, "aformat") == [{"sample_fmts": "fltp"}]

    def test_every_programme_is_measured_and_one_is_encoded(self):
        command = planned(audio(1), audio(2), audio(3), audio(4), stereo(5, language="eng"))
        meters = [name for name in names(command) if name.startswith("ebur128")]
        assert sorted(meters) == ["ebur128@p0", "ebur128@p1", "ebur128@p2"]
        assert names(command).count("silencedetect") == 1
        assert names(command).count("aphasemeter") == 1
        assert names(command).count("astats") == 1

    def test_phase_is_of_two_channels_only(self):
        assert "aphasemeter" not in names(planned(audio(1)))
        assert "aphasemeter" not in names(planned(audio(1, channels=6, layout="5.1")))
        assert "aphasemeter" in names(planned(stereo(1)))
