"""Presets as data: complete, checked, and named by what they make."""

import copy
import json
import re
import tomllib
from dataclasses import fields
from itertools import pairwise

import pytest

from tests.transcode.described import parameters
from transcode import recipes
from transcode.forms import (
    FORMS,
    AudioFile,
    CappedMp4,
    HlsLadder,
    Loudness,
    PhotoSize,
    Poster,
    ScrubSprite,
    TvMaster,
    Waveform,
)
from transcode.planner.plan import Options
from transcode.recipes import PRESETS, SHIPPED_FILES, Recipe, RecipeError, canonical_digest, named, of_kind

AT_ONCE = {
    "video": {"video-hls", "video-mp4", "video-poster", "video-sprite", "video-waveform"},
    "audio": {"audio-m4a", "audio-mp3", "audio-waveform"},
    "photo": {"photo-thumbnail", "photo-web"},
    "document": {"pdf-pages", "pdf-text"},
}
ON_DEMAND = {
    "video": {"xdcam-hd422", "xdcam-hd422-loudness", "messaging-mp4"},
    "audio": {"bwf", "bwf-loudness", "wav", "wav-loudness", "mp3-320", "mp3-320-loudness"},
    "photo": {"photo-press", "photo-print"},
    "document": set(),
}


def table(slug="video-poster"):
    return copy.deepcopy(named(slug).to_json())


@pytest.mark.parametrize(("when", "expected"), [("at_once", AT_ONCE), ("on_demand", ON_DEMAND)])
@pytest.mark.parametrize("kind", ["video", "audio", "photo", "document"])
def test_every_format_that_was_promised_is_shipped_and_no_other(kind, when, expected):
    assert {recipe.slug for recipe in of_kind(kind, when)} == expected[kind]


@pytest.mark.parametrize("recipe", recipes.shipped(), ids=lambda recipe: recipe.slug)
class TestEachShippedPreset:
    def test_says_in_two_languages_what_it_is_for(self, recipe):
        for wording in (recipe.title, recipe.description):
            assert wording.text("es-mx")
            assert wording.text("en")
            assert wording.es != wording.en or recipe.title.es == "Web"

    def test_says_where_its_figures_come_from(self, recipe):
        assert recipe.sources
        known = {field.name for field in fields(recipe.parameters)} | {"format", "form"}
        assert set(recipe.sources) <= known

    def test_goes_through_json_unchanged(self, recipe):
        stored = json.loads(json.dumps(recipe.to_json()))
        assert Recipe.from_json(stored) == recipe
        assert Recipe.from_json(stored).digest() == recipe.digest()

    def test_has_a_slug_a_column_can_hold_and_a_mime_for_its_extension(self, recipe):
        assert re.fullmatch(r"[a-z0-9-]{1,60}", recipe.slug)
        assert recipe.extension.isalnum()
        assert re.fullmatch(r"(video|audio|image|text|application)/[a-z0-9.+-]+", recipe.mime)
        assert isinstance(recipe.parameters, FORMS[recipe.form])
        assert recipe.number >= 1


def test_no_two_presets_share_a_digest():
    digests = [recipe.digest() for recipe in recipes.shipped()]
    assert len(set(digests)) == len(digests)


def test_every_file_of_presets_is_read():
    on_disk = {path.name for path in PRESETS.glob("*.toml")}
    assert on_disk == {*SHIPPED_FILES, "qc.toml"}
    counted = sum(len(tomllib.loads((PRESETS / name).read_text())["preset"]) for name in SHIPPED_FILES)
    assert counted == len(recipes.shipped())


class TestFigures:
    """Those that a specification gives: whoever changes one must mean it."""

    def test_the_tv_master_is_what_latin_american_stations_take(self):
        master = named("xdcam-hd422").parameters
        assert master == TvMaster(
            width=1920,
            height=1080,
            frame_rate="30000/1001",
            video_kbps=50000,
            gop=15,
            b_frames=2,
            audio_tracks=2,
            audio_bits=24,
            sample_rate=48000,
            start_timecode="01:00:00;00",
            loudness=Loudness(true_peak_dbtp=-2.0),
        )

    def test_the_corrected_tv_master_differs_only_in_its_target(self):
        plain, corrected = named("xdcam-hd422").parameters, named("xdcam-hd422-loudness").parameters
        assert isinstance(corrected, TvMaster)
        assert corrected.loudness == Loudness(true_peak_dbtp=-2.0, target_lufs=-24.0)
        assert {**corrected.to_json(), "loudness": None} == {**plain.to_json(), "loudness": None}

    @pytest.mark.parametrize("slug", ["bwf", "wav", "mp3-320"])
    def test_each_radio_format_exists_as_approved_and_corrected(self, slug):
        plain, corrected = parameters(slug, AudioFile), parameters(f"{slug}-loudness", AudioFile)
        assert plain.loudness is None
        assert corrected.loudness == Loudness(true_peak_dbtp=-2.0, target_lufs=-16.0)
        assert {**corrected.to_json(), "loudness": None} == plain.to_json()

    @pytest.mark.parametrize(
        ("slug", "codec", "rate", "bits", "kbps", "labels"),
        [
            ("bwf", "pcm_s24le", 48000, 24, None, "bext"),
            ("wav", "pcm_s16le", 44100, 16, None, "none"),
            ("mp3-320", "libmp3lame", 44100, None, 320, "id3"),
        ],
    )
    def test_radio_formats(self, slug, codec, rate, bits, kbps, labels):
        file = parameters(slug, AudioFile)
        assert (file.codec, file.sample_rate, file.bits, file.kbps, file.labels) == (
            codec,
            rate,
            bits,
            kbps,
            labels,
        )

    def test_the_messaging_copy_fits_where_16_megabytes_are_the_limit(self):
        capped = named("messaging-mp4").parameters
        assert isinstance(capped, CappedMp4)
        assert capped.most_bytes == 15_500_000
        kbps = [step.fewest_kbps for step in capped.sizes]
        assert kbps == sorted(kbps, reverse=True)

    def test_the_ladder_goes_down_in_size_and_rate_and_not_above_60_frames(self):
        ladder = named("video-hls").parameters
        assert isinstance(ladder, HlsLadder)
        assert [rung.box.height for rung in ladder.rungs] == [1080, 720, 540, 360]
        assert all(above.most_kbps > below.most_kbps for above, below in pairwise(ladder.rungs))
        assert ladder.most_fps == 60
        assert ladder.segment_s == 1

    @pytest.mark.parametrize(
        ("slug", "edge", "colour"),
        [
            ("photo-thumbnail", 480, "srgb"),
            ("photo-web", 1600, "srgb"),
            ("photo-press", 2000, "srgb"),
            ("photo-print", 3000, "adobe_rgb"),
        ],
    )
    def test_photographs(self, slug, edge, colour):
        size = named(slug).parameters
        assert isinstance(size, PhotoSize)
        assert (size.long_edge, size.colour) == (edge, colour)
        assert size.public

    def test_what_an_asset_page_needs_at_once_is_small(self):
        sprite, waveform, poster = (
            named(slug).parameters for slug in ("video-sprite", "video-waveform", "video-poster")
        )
        assert isinstance(sprite, ScrubSprite)
        assert isinstance(waveform, Waveform)
        assert isinstance(poster, Poster)
        assert sprite.columns * sprite.rows * 4 == sprite.most
        assert waveform == named("audio-waveform").parameters


class TestDigest:
    def test_it_is_the_sha256_of_canonical_json(self):
        assert canonical_digest({"b": 1, "a": "ñ"}) == canonical_digest({"a": "ñ", "b": 1})
        # printf '%s' '{"a":1}' | sha256sum
        assert (
            canonical_digest({"a": 1}) == "015abd7f5cc57a2dd94b7590f04ad8084273905ee33ec5cebeae62276a97f862"
        )

    def test_words_for_people_do_not_change_it(self):
        changed = table() | {"title": {"es": "Otra", "en": "Other"}, "sources": {"box": "ours"}, "number": 2}
        assert Recipe.from_json(changed).digest() == named("video-poster").digest()

    @pytest.mark.parametrize(("key", "value"), [("quality", 4), ("candidates", 8)])
    def test_every_parameter_changes_it(self, key, value):
        changed = table()
        changed["parameters"][key] = value
        assert Recipe.from_json(changed).digest() != named("video-poster").digest()

    def test_options_change_it_only_when_they_ask_for_something(self):
        recipe = named("xdcam-hd422")
        assert recipe.digest(Options()) == recipe.digest()
        assert recipe.digest(Options(start=0, end=30)) != recipe.digest()
        assert recipe.digest(Options(start=0, end=30)) != recipe.digest(Options(start=0, end=31))

    def test_not_a_number_has_no_digest(self):
        with pytest.raises(ValueError, match="JSON"):
            canonical_digest(float("nan"))


class TestWhatAnAdministratorMayGetWrong:
    def test_a_misspelt_parameter_is_named(self):
        wrong = table()
        wrong["parameters"]["qualty"] = wrong["parameters"].pop("quality")
        with pytest.raises(RecipeError, match=r"video-poster\.parameters: unknown qualty; missing quality"):
            Recipe.from_json(wrong)

    @pytest.mark.parametrize(
        ("key", "value"), [("kind", "vídeo"), ("when", "mañana"), ("form", "magic"), ("form", "")]
    )
    def test_a_word_that_is_none_of_those_allowed(self, key, value):
        with pytest.raises(RecipeError, match=f"preset video-poster: {key} is '{value}'"):
            Recipe.from_json(table() | {key: value})

    @pytest.mark.parametrize(
        ("key", "value"),
        [("quality", "3"), ("quality", 3.5), ("quality", True), ("box", [1280, 720]), ("box", {"width": 1})],
    )
    def test_a_value_of_another_type(self, key, value):
        wrong = table()
        wrong["parameters"][key] = value
        with pytest.raises(RecipeError, match="preset video-poster"):
            Recipe.from_json(wrong)

    @pytest.mark.parametrize("key", ["slug", "title", "parameters", "mime"])
    def test_a_missing_key(self, key):
        wrong = table()
        del wrong[key]
        with pytest.raises(RecipeError, match="missing"):
            Recipe.from_json(wrong)

    @pytest.mark.parametrize(
        "value", [None, [], "video-poster", {}, {"slug": "x"}, table() | {"title": "Portada"}]
    )
    def test_what_is_no_preset_at_all(self, value):
        with pytest.raises(RecipeError):
            Recipe.from_json(value)

    def test_texts_in_place_of_tables(self):
        for key in ("parameters", "sources", "description"):
            with pytest.raises(RecipeError):
                Recipe.from_json(table() | {key: "x"})

    def test_what_may_be_left_out_may_be_left_out(self):
        short = table("wav")
        for key in ("kbps", "loudness"):
            del short["parameters"][key]
        assert Recipe.from_json(short) == named("wav")

    def test_a_slug_nobody_knows(self):
        with pytest.raises(RecipeError, match="no preset vhs"):
            named("vhs")


def test_recipes_of_an_administrator_are_looked_for_among_theirs():
    mine = Recipe.from_json(table() | {"slug": "mine"})
    assert named("mine", [mine]) is mine
    assert of_kind("video", "at_once", [mine]) == (mine,)
    assert of_kind("audio", "at_once", [mine]) == ()
    with pytest.raises(RecipeError):
        named("video-poster", [mine])
