"""Copies of a picture: size, turn, colour, profile and transparency, all from one reading."""

import json
from pathlib import Path

import pytest
import pyvips

from transcode import images, sandbox
from transcode.images import colour
from transcode.images.derivatives import Derivative, Order, derive, encode
from transcode.sandbox import ParserRefused
from transcode.sniff import sniff

from .pictures import STORED, UPRIGHT, centre, flat, jpeg, quarters, seen
from .test_inspection import sizes

NOT_PICTURES = {"image/svg+xml", "application/rdf+xml"}


def made(source: Path, folder: Path, *orders: Order, mime: str = ""):
    asked = [order.to_json() for order in orders]
    found = [
        Derivative.from_json(each)
        for each in derive(str(source), mime or sniff(source).mime, asked, str(folder))
    ]
    assert [each.name for each in found] == [order.name for order in orders]
    for each in found:
        image = pyvips.Image.new_from_file(str(folder / each.file))
        assert (image.width, image.height) == (each.width, each.height)
        assert (folder / each.file).stat().st_size == each.size_bytes
    return {each.name: each for each in found}


def profile(path: Path):
    found = colour.read_profile(colour.embedded(pyvips.Image.new_from_file(str(path))))
    return found.description if found else ""


@pytest.mark.parametrize("orientation", range(1, 9))
def test_every_orientation_is_applied_once_and_no_longer_said(tmp_path, orientation):
    names = STORED[orientation]
    width, height = (60, 120) if orientation >= 5 else (120, 60)
    source = jpeg(tmp_path / "a.jpg", quarters(width, height, names), orientation)
    found = made(source, tmp_path, Order("web", 80), Order("small", 40, "webp"))
    for each, size in ((found["web"], (80, 40)), (found["small"], (40, 20))):
        assert (each.width, each.height) == size
        assert seen(tmp_path / each.file) == UPRIGHT
    facts = images.inspect(str(tmp_path / "web.jpg"), "image/jpeg")
    assert facts["orientation"] == 1


def test_the_same_scene_in_nine_orientations_looks_alike(media, tmp_path):
    """Each has its number in the middle; the rest may differ by compression only."""
    thumbnails = []
    for number in range(9):
        made(media / f"photo/orientation/Landscape_{number}.jpg", tmp_path, Order(f"t{number}", 120))
        thumbnails.append(pyvips.Image.new_from_file(str(tmp_path / f"t{number}.jpg")))
    for other in thumbnails[1:]:
        assert (thumbnails[0] - other).abs().avg() < 3


def test_nothing_is_ever_enlarged(tmp_path):
    source = jpeg(tmp_path / "a.jpg", quarters(100, 60))
    found = made(source, tmp_path, Order("print", 3000), Order("web", 50), Order("own", 0))
    assert [(each.width, each.height) for each in found.values()] == [(100, 60), (50, 30), (100, 60)]


def test_a_thin_picture_keeps_at_least_a_pixel(tmp_path):
    source = jpeg(tmp_path / "a.jpg", flat(4000, 4, (9, 9, 9)).copy(interpretation="srgb"))
    assert made(source, tmp_path, Order("thumb", 160))["thumb"].height == 1


def test_sizes_are_cascaded_whatever_the_order_they_are_asked_in(tmp_path):
    source = jpeg(tmp_path / "a.jpg", quarters(1200, 800))
    found = made(source, tmp_path, Order("a", 100), Order("b", 900), Order("c", 400))
    assert [each.width for each in found.values()] == [100, 900, 400]
    assert all(seen(tmp_path / each.file) == UPRIGHT for each in found.values())


def test_alpha_lies_on_white_in_jpeg_and_stays_elsewhere(tmp_path):
    clear = flat(80, 60, (0, 0, 0, 0)).copy(interpretation="srgb")
    half = flat(40, 60, (200, 0, 0, 255)).copy(interpretation="srgb")
    clear.insert(half, 40, 0).pngsave(str(tmp_path / "a.png"))
    orders = (Order("web", 40), Order("over", 40, background="#0000ff"), Order("clear", 40, "webp"))
    made(tmp_path / "a.png", tmp_path, *orders)
    for name, background in (("web.jpg", [255, 255, 255]), ("over.jpg", [0, 0, 255])):
        image = pyvips.Image.new_from_file(str(tmp_path / name))
        assert image.bands == 3
        assert image.getpoint(8, 15) == pytest.approx(background, abs=4)
        assert image.getpoint(32, 15) == pytest.approx([200, 0, 0], abs=8)
    image = pyvips.Image.new_from_file(str(tmp_path / "clear.webp"))
    assert image.getpoint(8, 15)[3] == 0
    assert image.getpoint(32, 15)[3] == 255


def test_edges_of_transparency_have_no_dark_fringe(tmp_path):
    """Colours under full transparency must not bleed in when sizes are made."""
    clear = flat(400, 400, (0, 0, 0, 0)).copy(interpretation="srgb")
    patch = flat(200, 400, (250, 250, 250, 255)).copy(interpretation="srgb")
    clear.insert(patch, 0, 0).pngsave(str(tmp_path / "a.png"))
    made(tmp_path / "a.png", tmp_path, Order("a", 150), Order("b", 37))
    for name in ("a.jpg", "b.jpg"):
        assert pyvips.Image.new_from_file(str(tmp_path / name)).min() > 240


@pytest.mark.parametrize("name", ["Iceland-P3.jpg", "elephants.jpg", "fogra-0-100-100-0.tif", "prophoto.png"])
def test_wide_colours_become_srgb_for_the_web_and_adobe_rgb_for_print(media, tmp_path, name):
    source = media / "photo/colour" / name
    found = made(source, tmp_path, Order("web", 300), Order("print", 300, colour="adobe_rgb"))
    assert (found["web"].colour, found["print"].colour) == ("srgb", "adobe_rgb")
    assert profile(tmp_path / "web.jpg") == "sRGB"
    assert "Adobe RGB" in profile(tmp_path / "print.jpg")
    web, printed = (pyvips.Image.new_from_file(str(tmp_path / each)) for each in ("web.jpg", "print.jpg"))
    shown = printed.icc_transform("srgb", embedded=True)
    assert (web.colourspace("srgb") - shown).abs().avg() < 6


def test_the_same_numbers_are_stronger_colours_in_display_p3(media, tmp_path):
    """The twins hold the same pixel values and differ only in their profile."""
    source = media / "photo/colour"
    made(source / "Iceland-P3.jpg", tmp_path, Order("p3", 300), Order("own", 300, colour="keep"))
    made(source / "Iceland-sRGB.jpg", tmp_path, Order("srgb", 300))
    wide, own, twin = (
        pyvips.Image.new_from_file(str(tmp_path / f"{name}.jpg")) for name in ("p3", "own", "srgb")
    )
    assert (own - twin).abs().avg() == 0
    assert wide.colourspace("lch")[1].avg() > 1.05 * twin.colourspace("lch")[1].avg()


def test_pure_red_ink_is_red(media, tmp_path):
    """FOGRA39, 0 100 100 0: Lab 47 68 48, which sRGB writes as 227 6 19."""
    made(media / "photo/colour/fogra-0-100-100-0.tif", tmp_path, Order("web", 300))
    assert centre(tmp_path / "web.jpg") == pytest.approx([227, 6, 19], abs=8)


def test_srgb_stays_srgb_where_print_is_asked(tmp_path):
    source = jpeg(tmp_path / "a.jpg", quarters(100, 60))
    found = made(source, tmp_path, Order("print", 100, colour="adobe_rgb"), Order("own", 100, colour="keep"))
    assert {each.colour for each in found.values()} == {"srgb"}
    assert profile(tmp_path / "print.jpg") == "sRGB"


def test_the_sources_own_profile_can_be_kept(media, tmp_path):
    found = made(media / "photo/colour/Iceland-P3.jpg", tmp_path, Order("own", 300, colour="keep"))
    assert found["own"].colour == "keep"
    assert profile(tmp_path / "own.jpg") == "Display P3"


def test_copies_carry_no_metadata_but_the_profile(media, tmp_path):
    orders = (Order("a", 200), Order("b", 200, "webp"), Order("c", 200, "png"))
    for each in made(media / "photo/camera/pixel8_ultraHDR.jpg", tmp_path, *orders).values():
        image = pyvips.Image.new_from_file(str(tmp_path / each.file))
        kept = {field for field in image.get_fields() if field.endswith("-data") or field.startswith("exif-")}
        assert kept == {"icc-profile-data"}, each.file


def test_hdr_light_is_brought_down_to_srgb(media, tmp_path):
    """Shown as if it were sRGB this picture is grey and dull: nothing over 200."""
    made(media / "photo/avif/10bit-HDR-P3-nclx.avif", tmp_path, Order("web", 400))
    image = pyvips.Image.new_from_file(str(tmp_path / "web.jpg"))
    assert image.percent(95) > 215


def test_animations_show_their_first_frame_and_tiffs_their_first_page(media, tmp_path):
    for name in (
        "gif/newtonscradle.gif",
        "webp/Animation Lossy.webp",
        "png/iss634.apng",
        "colour/testTIFF_multipage.tif",
    ):
        source = media / "photo" / name
        facts = images.inspect(str(source), sniff(source).mime)
        found = made(source, tmp_path, Order("web", 0))["web"]
        assert (found.width, found.height) == (facts["display_width"], facts["display_height"])


def test_every_photograph_gives_good_copies(media, tmp_path):
    """Through the sandbox: never larger than asked, never enlarged, right shape, not one colour."""
    plain = {"prophoto.png", "MWG.jpg", "PhotoMechanic.jpg", "date-priority-test.jpg", "gps-datetime.jpg"}
    plain |= {"fogra-0-100-100-0.tif"}
    told = dict(sizes(media))
    orders = [Order("thumb", 320).to_json(), Order("web", 800).to_json()]
    for path in sorted((media / "photo").rglob("*.*")):
        mime = sniff(path).mime
        if mime in NOT_PICTURES:
            continue
        found = sandbox.call(
            "transcode.images:derive", str(path), mime, orders, str(tmp_path), limits=images.LIMITS
        )
        width, height = told.get(path.relative_to(media).as_posix(), (0, 0))
        for each, long_edge in zip(found, (320, 800), strict=True):
            longest = max(each["width"], each["height"])
            assert longest == (min(long_edge, max(width, height)) if width else longest), path.name
            if width:
                assert each["width"] / each["height"] == pytest.approx(width / height, rel=0.05), path.name
            image = pyvips.Image.new_from_file(str(tmp_path / each["file"]))
            assert image.bands == 3, path.name
            assert image.deviate() > 1 or path.name in plain, path.name


def test_damaged_pictures_are_derived_as_far_as_they_go(media, tmp_path):
    found = made(media / "hostile/truncated_image.png", tmp_path, Order("web", 320))
    assert (found["web"].width, found["web"].height) == (320, 240)


@pytest.mark.parametrize("name", ["corrupt-header.jpg", "issue_ghsa_5p8g_9xf3_gfrr_poc.webp"])
def test_broken_pictures_are_refused(media, tmp_path, name):
    mime = "image/jpeg" if name.endswith("jpg") else "image/webp"
    with pytest.raises(ParserRefused) as refusal:
        derive(str(media / "hostile" / name), mime, [Order("web", 320).to_json()], str(tmp_path))
    assert refusal.value.code == "undecodable"


@pytest.mark.parametrize("name", ["", "../escape", "a/b", "a b", "ñ"])
def test_names_of_orders_cannot_leave_the_folder(tmp_path, name):
    source = jpeg(tmp_path / "a.jpg", quarters(20, 20))
    with pytest.raises(ValueError, match="orders need names"):
        derive(str(source), "image/jpeg", [Order(name, 10).to_json()], str(tmp_path))


def test_orders_must_be_orders(tmp_path):
    source = str(jpeg(tmp_path / "a.jpg", quarters(20, 20)))
    for wrong in ([], [{"name": "web"}], [{"name": "web", "long_edge": 10, "format": "tiff"}]):
        with pytest.raises(ValueError, match=r"orders need|missing|none of"):
            derive(source, "image/jpeg", wrong, str(tmp_path))


def test_scratch_is_left_empty(media, tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    made(media / "photo/colour/Iceland-P3.jpg", folder, Order("print", 100, colour="adobe_rgb"))
    assert [path.name for path in folder.iterdir()] == ["print.jpg"]


def test_quality_and_shape_of_the_file(tmp_path):
    noise = pyvips.Image.gaussnoise(300, 200, mean=128, sigma=40).cast("uchar").copy(interpretation="b-w")
    source = jpeg(tmp_path / "a.jpg", noise)
    found = made(source, tmp_path, Order("fine", 300, quality=92), Order("coarse", 300, quality=40))
    assert found["fine"].size_bytes > 2 * found["coarse"].size_bytes


def test_pixels_drawn_elsewhere_are_written_the_same_way(tmp_path):
    pixels = quarters(40, 20).write_to_memory()
    found = encode(pixels, 40, 20, Order("page-0001", 40, "webp"), tmp_path)
    assert (found.file, found.width, found.height, found.colour) == ("page-0001.webp", 40, 20, "srgb")
    assert seen(tmp_path / found.file) == UPRIGHT


def test_json_goes_in_and_comes_out(tmp_path):
    source = jpeg(tmp_path / "a.jpg", quarters(20, 20))
    orders = json.loads(json.dumps([{"name": "web", "long_edge": 10}]))
    assert json.loads(json.dumps(derive(str(source), "image/jpeg", orders, str(tmp_path))))[0]["width"] == 10
