"""Tests of drawing: colours, the canvas and its SVG, places made of layers, and the pictures that come of them."""

import re
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageCms, ImageStat

from dam.serve import bootstrap
from ingest.demo import buildings, figures, nature, town
from ingest.demo.paint import LIGHTS, Canvas, mix, seeded
from ingest.demo.pieces import FONT
from ingest.demo.scenes import SCENES, Stage
from transcode.images.drawing import Sheet, draw

NOON, NIGHT = LIGHTS["morning"], LIGHTS["night"]


@pytest.fixture(scope="module", autouse=True)
def _font() -> None:
    if not FONT.exists():
        bootstrap.build_frontend()


def canvas(width: float = 160, height: float = 90, light: str = "morning") -> Canvas:
    return Canvas(width, height, LIGHTS[light])


def drawn(tmp_path: Path, sheets: Sequence[Sheet], name: str = "a.png", **how) -> Image.Image:
    with Image.open(draw(sheets, tmp_path / name, font=FONT, **how)) as picture:
        picture.load()
        return picture


def pixel(picture: Image.Image, place: tuple[int, int]) -> tuple[int, ...]:
    found = picture.getpixel(place)
    assert isinstance(found, tuple)
    return found


def rgb(picture: Image.Image, x: int, y: int) -> str:
    return "#" + "".join(f"{part:02x}" for part in pixel(picture, (x, y))[:3])


def opaque_from(picture: Image.Image) -> int:
    """The opacity of its most transparent pixel."""
    return min(value for value, count in enumerate(picture.getchannel("A").histogram()) if count)


@pytest.mark.parametrize(
    ("share", "colour"), [(0, "#000000"), (1, "#ff8040"), (0.5, "#804020"), (0.25, "#402010")]
)
def test_colours_mix_by_their_share(share, colour):
    assert mix("#000000", "#ff8040", share) == colour


@pytest.mark.parametrize("name", LIGHTS)
def test_what_is_far_is_lost_in_the_haze_and_what_is_near_is_not(name):
    light = LIGHTS[name]
    assert light.on("#c65a3e", 1.0) == light.haze
    assert light.on("#c65a3e") != light.haze


@pytest.mark.parametrize("name", LIGHTS)
def test_every_colour_of_a_light_is_one(name):
    light = LIGHTS[name]
    colours = [*light.sky, light.haze, light.tint, light.sun[2]]
    assert [each for each in colours if not re.fullmatch("#[0-9a-f]{6}", each)] == []
    assert 0 <= light.strength <= 1
    assert 0 <= light.lit <= 1


def test_night_is_darker_than_noon():
    assert NIGHT.on("#ffffff") < NOON.on("#ffffff")


def test_chances_are_the_same_for_the_same_word():
    assert [seeded("a").random() for _ in range(2)] == [seeded("a").random()] * 2
    assert seeded("a").random() != seeded("b").random()


def test_every_fill_of_a_canvas_has_a_name_of_its_own_and_is_defined_before_its_use():
    sheet = canvas()
    names = [
        sheet.linear(("#000000", "#ffffff")),
        sheet.linear(("#00000000", "#000000ff"), across=True),
        sheet.radial("#ff0000"),
        sheet.blur(2),
    ]
    assert len(set(names)) == 4
    root = ET.fromstring(sheet.sheet().svg)  # noqa: S314 - ours
    assert {f"url(#{each.get('id')})" for each in root} == set(names)


def test_a_colour_with_a_fourth_pair_of_digits_is_see_through(tmp_path):
    sheet = canvas(10, 100)
    sheet.rect(0, 0, 10, 100, sheet.linear(("#ff000000", "#ff0000ff")))
    picture = drawn(tmp_path, [sheet.sheet()])
    opacity = [pixel(picture, (5, y))[3] for y in (2, 50, 97)]
    assert opacity[0] < 20
    assert opacity[1] == pytest.approx(128, abs=6)
    assert opacity[2] > 235


def test_a_picture_is_as_large_as_its_scale_says_and_keeps_what_is_transparent(tmp_path):
    sheet = canvas()
    sheet.ellipse(80, 45, 20, 20, "#ff0000")
    picture = drawn(tmp_path, [sheet.sheet()], scale=2)
    assert (picture.size, picture.mode) == ((320, 180), "RGBA")
    assert pixel(picture, (0, 0))[3] == 0
    assert pixel(picture, (160, 90)) == (255, 0, 0, 255)


def test_later_sheets_lie_over_earlier_ones(tmp_path):
    under, over = canvas(), canvas()
    under.rect(0, 0, 160, 90, "#0000ff")
    over.rect(0, 0, 80, 90, "#00ff00")
    picture = drawn(tmp_path, [under.sheet(), over.sheet()])
    assert pixel(picture, (10, 10)) == (0, 255, 0, 255)
    assert pixel(picture, (150, 10)) == (0, 0, 255, 255)


def test_a_jpeg_lies_on_white_and_says_that_it_is_srgb(tmp_path):
    picture = drawn(tmp_path, [canvas().sheet()], "a.jpg")
    assert picture.mode == "RGB"
    assert min(pixel(picture, (80, 45))) > 250
    profile = ImageCms.ImageCmsProfile(BytesIO(picture.info["icc_profile"]))
    assert "sRGB" in ImageCms.getProfileDescription(profile)


def test_grain_is_noise_of_its_strength_and_the_same_for_the_same_seed(tmp_path):
    grey = canvas()
    grey.rect(0, 0, 160, 90, "#808080")
    noisy = [drawn(tmp_path, [grey.sheet()], f"{n}.jpg", grain=6, seed=s) for n, s in enumerate((1, 1, 2))]
    assert ImageStat.Stat(noisy[0].convert("L")).stddev[0] == pytest.approx(6, abs=2)
    assert ImageChops.difference(noisy[0], noisy[1]).getbbox() is None
    assert ImageChops.difference(noisy[0], noisy[2]).getbbox() is not None


@pytest.mark.parametrize(("align", "box"), [("l", (80, 160)), ("m", (40, 120)), ("r", (0, 80))])
def test_lettering_stands_where_its_alignment_says(tmp_path, align, box):
    sheet = canvas()
    sheet.write("Ñandú", 80, 60, 20, colour="#ff0000", align=align)
    found = drawn(tmp_path, [sheet.sheet()]).getbbox()
    assert found is not None
    assert box[0] <= found[0] < found[2] <= box[1]
    assert found[3] <= 62


def test_lettering_has_weights_and_lines(tmp_path):
    def ink(text: str, weight: int) -> float:
        sheet = canvas()
        sheet.write(text, 10, 40, 24, colour="#000000", weight=weight)
        return ImageStat.Stat(drawn(tmp_path, [sheet.sheet()]).getchannel("A")).sum[0]

    assert ink("agua", 700) > 1.2 * ink("agua", 300)
    assert ink("agua\nagua", 400) == pytest.approx(2 * ink("agua", 400), rel=0.05)


def test_a_ridge_runs_from_edge_to_edge_and_its_height_is_known_anywhere():
    outline = nature.ridge(canvas(), seeded("x"), foot=80, high=40, colour="#335544", far=0.5)
    assert (outline[0][0], outline[-1][0]) == (0, 160)
    for (x, y), (x2, y2) in pairwise(outline):
        assert x < x2
        assert nature.at(outline, (x + x2) / 2) == pytest.approx((y + y2) / 2)


def test_a_ridge_is_rougher_where_it_should_be():
    def wandering(rough: float) -> float:
        heights = nature.profile(seeded("x"), high=100, rough=rough)
        return sum(abs(a - b) for a, b in pairwise(heights))

    assert len(nature.profile(seeded("x"), high=100)) == 2**8 + 1
    assert wandering(0.7) > 2 * wandering(0.3)


@pytest.mark.parametrize("facing", [1, -1])
def test_a_child_stands_around_its_place_with_its_bag_behind(tmp_path, facing):
    sheet = Canvas(400, 900, NOON)
    figures.pupil(sheet, seeded("x"), 200, facing=facing)
    picture = drawn(tmp_path, [sheet.sheet()])
    box = picture.getbbox()
    assert box is not None
    left, top, right, bottom = box
    assert 100 < left < 200 < right < 300
    assert 560 < top < bottom <= 862
    bags = {mix(NOON.on(each), "#000000", 0) for each in figures.BAGS}
    seen = [x for x in range(left, right) for y in range(top, bottom, 4) if rgb(picture, x, y) in bags]
    assert seen != []
    assert facing * (200 - sum(seen) / len(seen)) > 5


@pytest.mark.parametrize(
    ("thing", "least"),
    [
        (lambda sheet: figures.bus(sheet, 20, 120, 160), 3000),
        (lambda sheet: figures.boat(sheet, 100, 80, 120), 700),
        (lambda sheet: town.church(sheet, 90, 140, 100, 0.0), 6000),
        (lambda sheet: town.house(sheet, seeded("h"), 40, 100, 60, 50, 0.0), 3000),
        (lambda sheet: nature.tree(sheet, seeded("t"), 100, 140, 100), 1500),
        (lambda sheet: nature.pine(sheet, seeded("p"), 100, 140, 100), 800),
        (lambda sheet: nature.agave(sheet, seeded("a"), 100, 140, 100), 500),
        (lambda sheet: buildings.mark(sheet, 100, 100, 100), 1500),
    ],
    ids=["bus", "boat", "church", "house", "tree", "pine", "agave", "mark"],
)
def test_a_thing_is_where_it_was_put(tmp_path, thing, least):
    sheet = canvas(200, 160)
    thing(sheet)
    opacity = drawn(tmp_path, [sheet.sheet()]).getchannel("A")
    seen = sum(opacity.histogram()[128:])
    assert least < seen < 200 * 160


def test_lit_windows_are_seen_at_night_only(tmp_path):
    def brightest(light: str) -> int:
        sheet = canvas(200, 100, light)
        town.hillside(sheet, seeded("h"), [(0, 20), (200, 20)], rows=2, foot=90, size=40)
        return len({part for part in sheet.parts if town.LAMP in part})

    assert brightest("night") > 3
    assert brightest("morning") == 0


@pytest.mark.parametrize("scene", SCENES)
def test_a_place_fills_the_picture_at_any_width_a_camera_needs(tmp_path, scene):
    for width in (1600, 2600):
        stage = Stage(width, 900, NOON, 1600)
        SCENES[scene](stage, seeded(scene))
        assert len(stage.layers) >= 2
        picture = drawn(tmp_path, [layer.sheet() for layer in stage.layers], scale=0.1)
        assert picture.size == (width // 10, 90)
        assert opaque_from(picture) > 250


@pytest.mark.parametrize("scene", SCENES)
def test_what_is_nearer_leaves_the_sky_to_be_seen(tmp_path, scene):
    stage = Stage(1600, 900, NOON)
    SCENES[scene](stage, seeded(scene))
    for layer in stage.layers[1:]:
        picture = drawn(tmp_path, [layer.sheet()], scale=0.1)
        assert picture.getchannel("A").getbbox() is not None
        assert opaque_from(picture.crop((0, 0, 160, 5))) == 0


def test_two_photographs_of_one_place_are_not_the_same(tmp_path):
    pictures = []
    for name in ("FOTO_1", "FOTO_2"):
        stage = Stage(1600, 900, NOON)
        SCENES["sierra"](stage, seeded(name))
        pictures.append(drawn(tmp_path, [layer.sheet() for layer in stage.layers], scale=0.1).convert("L"))
    assert ImageStat.Stat(ImageChops.difference(*pictures)).mean[0] > 2
