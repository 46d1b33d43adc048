"""What an administrator may publish by mistake is refused when it is read, not when the first film arrives."""

import json
import math

import pytest

from tests.transcode.described import camera
from transcode.forms import FORMS, Box
from transcode.planner import plan_previews
from transcode.planner.plan import PlanError
from transcode.qc_profile import shipped as shipped_profile
from transcode.recipes import Recipe, RecipeError, named, of_kind, shipped
from transcode.records import RecordError


def changed(slug: str, /, **keys: object) -> dict[str, object]:
    return named(slug).to_json() | keys


def reshaped(slug: str, /, **parameters: object) -> dict[str, object]:
    table = named(slug).to_json()
    return table | {"parameters": table["parameters"] | parameters}


def refusal(table: object) -> str:
    with pytest.raises(RecipeError) as wrong:
        Recipe.from_json(table)
    return str(wrong.value)


@pytest.mark.parametrize(
    "extension", ["../../etc/cron.d/x", "a/b", ".mp4", "", "mp4 ", "MP4", "tar.gz", "m\n4"]
)
def test_an_extension_cannot_lead_out_of_the_folder(extension):
    assert "extension" in refusal(changed("video-mp4", extension=extension))


@pytest.mark.parametrize("slug", ["../x", "a/b", "", "con espacio", "ñandú", "x" * 61, "-y\n"])
def test_a_slug_cannot_lead_out_of_the_folder(slug):
    assert "slug" in refusal(changed("video-mp4", slug=slug))


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan, "dos", None, [1]])
def test_a_number_that_is_none(number):
    assert "video-mp4" in refusal(changed("video-mp4", number=number))


@pytest.mark.parametrize("text", ['{"number": Infinity}', '{"number": 1e999}'])
def test_numbers_of_a_pasted_text_that_have_no_end(text):
    assert "video-mp4" in refusal(changed("video-mp4") | json.loads(text))


@pytest.mark.parametrize(("width", "height"), [(0, 0), (0, 720), (1280, 0), (-1280, 720), (1, 1), (1280, 1)])
def test_a_box_that_holds_no_picture(width, height):
    with pytest.raises(RecordError, match="holds no picture"):
        Box(width, height)
    assert "holds no picture" in refusal(reshaped("video-poster", box={"width": width, "height": height}))


@pytest.mark.parametrize(("slug", "key"), [("video-hls", "rungs"), ("messaging-mp4", "sizes")])
def test_a_list_of_sizes_that_is_empty(slug, key):
    assert slug in refusal(reshaped(slug, **{key: []}))


@pytest.mark.parametrize(
    ("slug", "parameters", "place"),
    [
        ("video-hls", {"quality": "22"}, "quality"),
        ("video-hls", {"quality": True}, "quality"),
        ("video-hls", {"quality": 22.5}, "quality"),
        ("video-hls", {"quality": None}, "quality"),
        ("video-hls", {"rungs": [{"box": {"width": 640, "height": 360}}]}, r"rungs[0].most_kbps"),
        ("video-hls", {"rungs": {"box": 1}}, "rungs"),
        ("messaging-mp4", {"sizes": [{"box": {"width": "640", "height": 360}, "fewest_kbps": 1}]}, "width"),
        ("bwf-loudness", {"loudness": -16}, "loudness"),
        ("bwf-loudness", {"loudness": {"target_lufs": -16.0}}, "true_peak_dbtp"),
        ("photo-web", {"colour": "prophoto"}, "colour"),
        ("photo-web", {"format": "heic"}, "format"),
        ("photo-web", {"public": "no"}, "public"),
        ("pdf-pages", {"format": "png"}, "format"),
        ("bwf", {"labels": "xmp"}, "labels"),
    ],
)
def test_a_parameter_of_another_kind_is_named_by_its_place(slug, parameters, place):
    said = refusal(reshaped(slug, **parameters))
    assert slug in said
    assert place in said


@pytest.mark.parametrize("extra", [{"qality": 22}, {"public": True}])
def test_a_parameter_of_another_form_is_not_passed_over(extra):
    assert next(iter(extra)) in refusal(reshaped("video-poster", **extra))


@pytest.mark.parametrize("slug", ["video-poster", "video-mp4"])
@pytest.mark.parametrize("value", [None, [], "video", 3, [1, 2]])
def test_parameters_that_are_no_table(slug, value):
    """Also where the form has no parameters at all."""
    assert slug in refusal(changed(slug, parameters=value))


def test_whole_decibels_are_taken():
    recipe = Recipe.from_json(reshaped("bwf-loudness", loudness={"target_lufs": -23, "true_peak_dbtp": -1}))
    assert recipe.to_json()["parameters"]["loudness"] == {"target_lufs": -23.0, "true_peak_dbtp": -1.0}


def test_what_is_null_is_as_if_it_were_left_out():
    given = Recipe.from_json(reshaped("bwf", loudness=None, channels=None))
    assert given.digest() == named("bwf").digest()


@pytest.mark.parametrize(
    "left_out", ["video-hls", "video-mp4", "video-poster", "video-sprite", "video-waveform"]
)
def test_a_preset_taken_out_of_use_is_named(left_out):
    rest = [recipe for recipe in of_kind("video", "at_once") if recipe.slug != left_out]
    with pytest.raises(PlanError) as error:
        plan_previews(camera(), "source", "mxf", rest, shipped_profile())
    assert error.value.code == "missing_form"
    assert error.value.detail == {"form": FORMS[named(left_out).form].__name__}


@pytest.mark.parametrize("recipe", shipped(), ids=lambda recipe: recipe.slug)
def test_what_is_shipped_says_itself_again_after_being_pasted(recipe):
    """The page shows the JSON of a recipe, and publishing it unchanged must be the same recipe."""
    pasted = json.loads(json.dumps(recipe.to_json(), ensure_ascii=False, indent=2))
    assert Recipe.from_json(pasted) == recipe
    assert Recipe.from_json(pasted).digest() == recipe.digest()
