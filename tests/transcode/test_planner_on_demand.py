"""Commands for what is made when it is asked for, as data: TV master, messaging copy, sound files, gain, ranges."""

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
    stereo,
    the,
    video,
)
from transcode.forms import Loudness
from transcode.planner import plan_measure, plan_on_demand
from transcode.planner.gain import gain_for
from transcode.planner.plan import Frames, Labels, Measured, Options, PlanError
from transcode.planner.sound_files import ascii_text
from transcode.recipes import named as recipe_named

QUIET = Measured(integrated_lufs=-30.0, true_peak_dbtp=-20.0)
RADIO = media([], [stereo(0, samples=1_440_000)])


def planned(facts, slug, options=None, measured=QUIET, **more):
    recipe = recipe_named(slug)
    return plan_on_demand(
        facts, "source", facts.demuxer, recipe, options or Options(), measured=measured, **more
    )


class TestGain:
    LOUD = Loudness(true_peak_dbtp=-2.0, target_lufs=-16.0)
    LIMIT = Loudness(true_peak_dbtp=-2.0)

    @pytest.mark.parametrize(
        ("loudness", "measured", "gain", "code"),
        [
            (None, None, 0.0, None),
            (LOUD, Measured(-20.0, -10.0), 4.0, "gain_applied"),
            (LOUD, Measured(-12.0, -1.0), -4.0, "gain_applied"),
            (LOUD, Measured(-16.0, -5.0), 0.0, None),
            (LOUD, Measured(-20.0, -3.0), 0.95, "gain_limited_by_peak"),
            (LOUD, Measured(-17.0, 0.5), -2.55, "gain_limited_by_peak"),
            (LOUD, Measured(-23.04, -20.0), 7.04, "gain_applied"),
            (LOUD, Measured(None, -60.0), 0.0, "gain_not_measurable"),
            (LOUD, Measured(-20.0, None), 0.0, "gain_not_measurable"),
            (LIMIT, Measured(-20.0, -3.0), 0.0, None),
            (LIMIT, Measured(-20.0, -2.0), -0.05, "gain_limited_by_peak"),
            (LIMIT, Measured(None, 1.0), -3.05, "gain_limited_by_peak"),
        ],
    )
    def test_it_goes_to_the_target_but_never_past_the_peak(self, loudness, measured, gain, code):
        found, notes = gain_for(loudness, measured)
        assert found == pytest.approx(gain, abs=0.001)
        assert [note.code for note in notes] == ([code] if code else [])

    def test_the_note_says_what_was_wanted_and_why_it_was_not_reached(self):
        _, (note,) = gain_for(self.LOUD, Measured(-20.0, -3.0))
        assert note.detail == {"gain_db": "0.95", "wanted_db": "4.00", "limit_dbtp": "-2"}

    def test_without_a_measurement_nothing_is_guessed(self):
        with pytest.raises(PlanError, match="unmeasured"):
            gain_for(self.LOUD, None)
        with pytest.raises(PlanError, match="unmeasured"):
            planned(RADIO, "wav-loudness", measured=None)

    def test_it_is_one_multiplication_and_nothing_dynamic(self):
        made = argv(planned(RADIO, "bwf-loudness", measured=Measured(-20.0, -10.0)))
        assert named(made, "volume") == [{"volume": "4.00dB", "precision": "double"}]
        assert {"loudnorm", "dynaudnorm", "alimiter", "acompressor"} & set(names(made)) == set()

    def test_a_mix_that_is_right_already_is_not_touched(self):
        assert "volume" not in names(argv(planned(RADIO, "bwf-loudness", measured=Measured(-16.0, -5.0))))

    def test_the_tv_master_is_lowered_when_its_peak_is_too_high_and_says_so(self):
        plan = planned(camera(), "xdcam-hd422", measured=Measured(-24.0, -0.5))
        assert named(argv(plan), "volume") == [{"volume": "-1.55dB", "precision": "double"}]
        assert [note.code for note in plan.notes] == ["gain_limited_by_peak"]


class TestMeasuring:
    @pytest.mark.parametrize("slug", ["bwf", "wav", "mp3-320", "messaging-mp4"])
    def test_what_asks_nothing_of_the_mix_is_not_measured(self, slug):
        facts = camera() if slug == "messaging-mp4" else RADIO
        assert plan_measure(facts, "source", "mxf", recipe_named(slug)) is None

    def test_nor_what_has_no_sound(self):
        assert plan_measure(media([video()]), "source", "mxf", recipe_named("xdcam-hd422")) is None

    def test_the_very_sound_that_is_delivered_is_measured(self):
        facts = media([], [audio(0, channels=6, layout="5.1", samples=480000)])
        recipe = recipe_named("wav-loudness")
        plan = plan_measure(facts, "source", "wav", recipe, Options(start=48000, end=96000))
        measuring = argv(the(plan))
        delivering = argv(
            plan_on_demand(facts, "source", "wav", recipe, Options(48000, 96000), measured=QUIET)
        )
        shared = [step for step in graph(measuring).split(";") if "ebur128" not in step]
        assert graph(delivering).startswith(";".join(shared))
        assert the(plan).passes[0].log == "measure.log"
        assert the(plan).sound[0].sample_rate == 44100


class TestSoundFiles:
    LABELS = Labels(
        title="Año nuevo en León",
        description="¿Cuántos niños? Óigalo",
        originator="Gobierno del Estado de Guanajuato",
        reference="ABCD1234-01",
        creator="Comunicación Social",
        date="2026-11-24",
        hour="10:00:00",
        time_reference=172_800_000,
    )

    def test_bext_is_ascii(self):
        made = argv(planned(RADIO, "bwf", labels=self.LABELS))
        said = {made[at + 1] for at, part in enumerate(made) if part.startswith("-metadata:g:")}
        assert said == {
            "description=Cuantos ninos? Oigalo",
            "originator=Gobierno del Estado de Guanajuat",
            "originator_reference=ABCD1234-01",
            "origination_date=2026-11-24",
            "origination_time=10:00:00",
            "time_reference=172800000",
            "coding_history=A=PCM,F=48000,W=24,T=Acervo",
        }
        assert option(made, "-write_bext") == "1"
        assert option(made, "-rf64") == "auto"

    def test_id3_keeps_all_letters(self):
        made = argv(planned(RADIO, "mp3-320", labels=self.LABELS))
        said = [made[at + 1] for at, part in enumerate(made) if part.startswith("-metadata:g:")]
        assert said == [
            "title=Año nuevo en León",
            "artist=Comunicación Social",
            "publisher=Gobierno del Estado de Guanajuato",
            "comment=¿Cuántos niños? Óigalo",
            "date=2026-11-24",
        ]
        assert (option(made, "-id3v2_version"), option(made, "-b:a")) == ("3", "320k")

    def test_a_plain_wav_carries_no_labels_and_nothing_of_the_source(self):
        made = argv(planned(RADIO, "wav", labels=self.LABELS))
        assert not [part for part in made if part.startswith("-metadata")]
        assert option(made, "-map_metadata") == "-1"

    @pytest.mark.parametrize(
        ("text", "folded"),
        [
            ("Añoranza", "Anoranza"),
            ("¡Ándale, pingüino!", "Andale, pinguino!"),
            ("«Agua» — “5” €", '"Agua" - "5" ?'),
            ("l’Été ‘25’ – 30 −2", "l'Ete '25' - 30 -2"),
            ("x" * 300, "x" * 256),
        ],
    )
    def test_folding(self, text, folded):
        assert ascii_text(text, 256) == folded

    def test_fewer_bits_are_dithered_only_where_bits_are_lost(self):
        cd = stereo(0, bits=16, sample_rate=44100, samples=441000)
        assert not [
            step
            for step in named(argv(planned(media([], [cd]), "wav")), "aresample")
            if "dither_method" in step
        ]
        for other in ({"bits": 24}, {"sample_rate": 48000}):
            track = stereo(0, **({"bits": 16, "sample_rate": 44100, "samples": 441000} | other))
            resampled = named(argv(planned(media([], [track]), "wav")), "aresample")
            assert {"out_sample_fmt": "s16", "dither_method": "triangular"} in resampled

    @pytest.mark.parametrize(("slug", "mixed"), [("bwf", False), ("wav", True), ("mp3-320", True)])
    def test_a_master_keeps_its_channels(self, slug, mixed):
        facts = media([], [audio(0, channels=6, layout="5.1")])
        plan = planned(facts, slug)
        assert any("out_chlayout" in step for step in named(argv(plan), "aresample")) is mixed
        assert [note.code for note in plan.notes] == (["downmix"] if mixed else [])

    def test_the_sound_of_a_video_can_be_had_too(self):
        made = argv(planned(camera(), "wav"))
        assert "join" in names(made)
        assert made.count("-map") == 1

    def test_a_result_must_be_as_long_as_its_source(self):
        assert planned(RADIO, "bwf").passes[0].fewest_seconds == pytest.approx(29.9)
        guessed = media([], [stereo(0, samples=None)], duration_ticks=480000)
        assert planned(guessed, "bwf").passes[0].fewest_seconds is None

    def test_it_needs_sound(self):
        with pytest.raises(PlanError, match="no_sound"):
            planned(media([video()]), "bwf")


def test_what_others_make_is_refused():
    with pytest.raises(PlanError) as refused:
        planned(camera(), "photo-press")
    assert (refused.value.code, refused.value.detail) == ("not_for_ffmpeg", {"form": "photo_size"})


class TestRanges:
    def test_a_piece_of_a_picture_is_cut_by_frames_and_its_sound_by_samples(self):
        made = argv(planned(camera(), "xdcam-hd422", Options(start=30, end=120)))
        assert named(made, "trim")[0] == {"start_frame": "30", "end_frame": "120"}
        assert named(made, "atrim")[0] == {"start_sample": "48048", "end_sample": "192192"}
        assert {"expr": "PTS-STARTPTS"} in named(made, "setpts")
        assert planned(camera(), "xdcam-hd422", Options(30, 120)).passes[0].frames.expected == 90

    def test_the_whole_is_not_cut(self):
        made = argv(planned(camera(), "xdcam-hd422", Options(start=0, end=300)))
        assert [step for step in named(made, "trim") if "start_frame" in step] == []

    def test_sound_is_cut_by_its_own_samples(self):
        made = argv(planned(RADIO, "bwf", Options(start=48000)))
        assert named(made, "atrim") == [{"start_sample": "48000", "end_sample": "1440000"}]
        assert planned(RADIO, "bwf", Options(start=48000)).passes[0].seconds == 29.0

    def test_a_messaging_copy_of_a_range_knows_its_frames(self):
        plan = planned(camera(), "messaging-mp4", Options(start=30, end=120))
        assert plan.passes[1].frames == Frames(90, 89, 91, damage_allowed=True)

    @pytest.mark.parametrize(("start", "end"), [(-1, 10), (10, 10), (20, 10), (0, 301), (300, None)])
    def test_impossible_ranges(self, start, end):
        with pytest.raises(PlanError, match="bad_range"):
            planned(camera(), "xdcam-hd422", Options(start, end))
