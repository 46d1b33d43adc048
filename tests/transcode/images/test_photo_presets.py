"""The shipped formats of photographs, from the original to the file that is sent: size, turn, colours, and what is told."""

import struct
from pathlib import Path
from typing import Any

import pyexiv2
import pytest
import pyvips
from PIL import Image

from tests.transcode.described import parameters
from tests.transcode.images.pictures import STORED, UPRIGHT, flat, jpeg, psd, quarters, resource, seen
from transcode import embed
from transcode.forms import PhotoSize
from transcode.images import Order, colour, derive, inspect
from transcode.images.colour import adobe_rgb, read_profile
from transcode.recipes import named, of_kind
from transcode.sniff import sniff

PRESETS = [recipe.slug for when in ("at_once", "on_demand") for recipe in of_kind("photo", when)]
every_preset = pytest.mark.parametrize("slug", PRESETS)
GPS = {"latitude": 21.0190123, "longitude": -101.2574}
VALUES = {
    "headline": "Inauguración en Dolores Hidalgo",
    "creator": ["Ana Ñáñez"],
    "date_created": "2026-09-16T11:00:00-06:00",
    "gps": GPS,
    "location_shown": {"city": "Dolores Hidalgo", "state": "Guanajuato"},
}
SECRET = b"numero de serie 4471"


def published(
    source: Path, slug: str, folder: Path, values: dict[str, Any] | None = None
) -> tuple[Path, dict[str, Any]]:
    """What `transcode.making.photo` does for one preset, in this process."""
    asked = parameters(slug, PhotoSize)
    order = Order(slug, asked.long_edge, asked.format, asked.quality, asked.colour)
    (made,) = derive(str(source), sniff(source).mime, [order.to_json()], str(folder))
    path = folder / made["file"]
    if asked.embed:
        writing = embed.Writing(
            values=VALUES if values is None else values, public=asked.public, dpi=asked.dpi
        )
        embed.write(str(path), writing.to_json())
    return path, made


def told(path: Path) -> dict[str, Any]:
    with pyexiv2.Image(str(path)) as image:
        every: dict[str, Any] = image.read_exif() | image.read_xmp() | image.read_iptc()
    return every


@pytest.fixture
def out(tmp_path):
    folder = tmp_path / "out"
    folder.mkdir()
    return folder


@pytest.fixture
def from_a_phone(tmp_path):
    """Standing, told by EXIF to be turned, with the place, the camera's number and a small picture in it."""
    path = jpeg(tmp_path / "IMG_0001.JPG", quarters(2400, 1800, STORED[6]), orientation=6)
    with pyexiv2.Image(str(path)) as image:
        image.modify_exif(
            {
                "Exif.GPSInfo.GPSLatitudeRef": "N",
                "Exif.GPSInfo.GPSLatitude": "21/1 1/1 844/100",
                "Exif.GPSInfo.GPSLongitudeRef": "W",
                "Exif.GPSInfo.GPSLongitude": "101/1 15/1 2664/100",
                "Exif.Photo.BodySerialNumber": SECRET.decode(),
            }
        )
        image.modify_xmp({"Xmp.exif.GPSLatitude": "21,1.14N", "Xmp.photoshop.City": "Casa de alguien"})
    assert SECRET in path.read_bytes()
    return path


@every_preset
def test_a_standing_photograph_stands_once(from_a_phone, out, slug):
    """The pixels are turned and nothing asks for a second turn."""
    path, made = published(from_a_phone, slug, out)
    edge = min(parameters(slug, PhotoSize).long_edge, 2400)
    assert (made["width"], made["height"]) == (round(edge * 3 / 4), edge)
    assert seen(path) == UPRIGHT
    facts = inspect(str(path), sniff(path).mime)
    assert (facts["orientation"], facts["display_width"], facts["display_height"]) == (
        1,
        made["width"],
        made["height"],
    )
    with Image.open(path) as image:
        assert image.getexif().get(0x0112, 1) == 1


@every_preset
def test_a_public_copy_says_neither_where_nor_with_which_camera(from_a_phone, out, slug):
    assert parameters(slug, PhotoSize).public
    path, _ = published(from_a_phone, slug, out)
    assert not [key for key in told(path) if "GPS" in key]
    data = path.read_bytes()
    assert SECRET not in data
    assert b"Casa de alguien" not in data
    assert b"21,1" not in data


@every_preset
def test_what_the_catalogue_knows_travels_where_the_preset_says(from_a_phone, out, slug):
    path, _ = published(from_a_phone, slug, out)
    said = told(path)
    if parameters(slug, PhotoSize).embed:
        assert said["Xmp.photoshop.Headline"] == said["Iptc.Application2.Headline"] == VALUES["headline"]
        assert said["Xmp.photoshop.City"] == "Dolores Hidalgo"
        assert said["Exif.Photo.DateTimeOriginal"] == "2026:09:16 11:00:00"
    else:
        assert said == {}


@every_preset
def test_the_file_is_what_its_preset_calls_it(from_a_phone, out, slug):
    path, _ = published(from_a_phone, slug, out)
    assert sniff(path).mime == named(slug).mime
    assert path.suffix == f".{named(slug).extension}"


@every_preset
def test_the_resolution_is_that_of_the_preset(from_a_phone, out, slug):
    path, _ = published(from_a_phone, slug, out)
    dpi = parameters(slug, PhotoSize).dpi
    assert told(path).get("Exif.Image.XResolution") == (f"{dpi}/1" if dpi else None)


@every_preset
@pytest.mark.parametrize("size", [(1, 1), (7, 3), (479, 300), (300, 479), (481, 2)])
def test_a_small_picture_stays_small(tmp_path, out, slug, size):
    flat(size[0], size[1], (200, 30, 30)).copy(interpretation="srgb").pngsave(str(tmp_path / "a.png"))
    _, made = published(tmp_path / "a.png", slug, out)
    edge = parameters(slug, PhotoSize).long_edge
    assert (made["width"], made["height"]) == (size if max(size) <= edge else (480, 2))


@every_preset
def test_only_print_keeps_adobe_rgb(tmp_path, out, slug):
    (tmp_path / "adobe.icc").write_bytes(adobe_rgb())
    source = jpeg(tmp_path / "a.jpg", quarters(640, 480), profile=str(tmp_path / "adobe.icc"))
    path, made = published(source, slug, out)
    kept = "adobe_rgb" if slug == "photo-print" else "srgb"
    assert made["colour"] == kept
    profile = read_profile(colour.embedded(pyvips.Image.new_from_file(str(path))))
    assert profile is not None
    assert (profile.is_srgb, profile.is_wide) == (kept == "srgb", kept == "adobe_rgb")


@every_preset
def test_green_of_adobe_rgb_is_a_stronger_green_in_srgb(tmp_path, out, slug):
    """The same numbers are another colour: a copy for the web has other numbers, one for print the same."""
    (tmp_path / "adobe.icc").write_bytes(adobe_rgb())
    source = jpeg(tmp_path / "a.jpg", flat(64, 64, (100, 180, 100)), profile=str(tmp_path / "adobe.icc"))
    path, _ = published(source, slug, out)
    red, green, blue = pyvips.Image.new_from_file(str(path)).getpoint(30, 30)[:3]
    if slug == "photo-print":
        assert (red, green, blue) == pytest.approx((100, 180, 100), abs=3)
    else:
        assert red < 90
        assert (green, blue) == pytest.approx((181, 96), abs=8)


@every_preset
def test_a_picture_without_profile_is_tagged_as_what_it_is_taken_for(tmp_path, out, slug):
    source = jpeg(tmp_path / "a.jpg", quarters(64, 48))
    path, made = published(source, slug, out)
    profile = read_profile(colour.embedded(pyvips.Image.new_from_file(str(path))))
    assert (made["colour"], profile is not None and profile.is_srgb) == ("srgb", True)


@every_preset
def test_ink_is_never_sent_on(tmp_path, out, slug):
    """Press and print desks want no CMYK; a Photoshop file of ink with its profile of Adobe RGB left in is one."""
    planes = [bytes([255 - ink]) * (60 * 40) for ink in (0, 255, 255, 0)]
    source = psd(tmp_path / "a.psd", planes, size=(60, 40), mode=4, resources=resource(1039, adobe_rgb()))
    path, _ = published(source, slug, out)
    image = pyvips.Image.new_from_file(str(path))
    assert (image.bands, image.interpretation) == (3, "srgb")
    red, green, blue = image.getpoint(20, 20)
    assert red > 180
    assert max(green, blue) < 90


@every_preset
def test_of_an_animation_the_first_picture_is_sent(tmp_path, out, slug):
    frames = [Image.new("RGB", (60, 40), shade) for shade in ("#c81e1e", "#1ec81e")]
    frames[0].save(tmp_path / "a.gif", save_all=True, append_images=frames[1:], duration=100)
    path, made = published(tmp_path / "a.gif", slug, out)
    assert inspect(str(path), sniff(path).mime)["animated"] is False
    assert (made["width"], made["height"]) == (60, 40)
    assert pyvips.Image.new_from_file(str(path)).getpoint(30, 20)[:3] == pytest.approx([200, 30, 30], abs=6)


@every_preset
def test_a_logo_on_nothing_lies_on_white_in_jpeg(tmp_path, out, slug):
    flat(60, 40, (200, 30, 30, 0)).copy(interpretation="srgb").pngsave(str(tmp_path / "a.png"))
    path, made = published(tmp_path / "a.png", slug, out)
    corner = pyvips.Image.new_from_file(str(path)).getpoint(5, 5)
    assert corner == ([255, 255, 255] if made["format"] == "jpeg" else [*corner[:3], 0])


def test_sixteen_bits_of_a_scanner_are_eight_in_a_copy(tmp_path, out):
    wide = (flat(64, 48, (100, 50, 25)).cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16")
    wide.tiffsave(str(tmp_path / "a.tif"))
    path, _ = published(tmp_path / "a.tif", "photo-press", out)
    image = pyvips.Image.new_from_file(str(path))
    assert image.format == "uchar"
    assert image.getpoint(20, 20) == pytest.approx([100, 50, 25], abs=3)


def test_iim_is_in_one_block_and_within_its_bytes(from_a_phone, out):
    """A press desk that reads IIM alone gets whole characters, and no dataset longer than the standard's."""
    long = {"headline": "ñ" * 300, "credit_line": "Comunicación Social de Guanajuato", "keywords": ["á" * 40]}
    path, _ = published(from_a_phone, "photo-press", out, long)
    data = path.read_bytes()
    assert data.count(b"Photoshop 3.0\0") == 1
    for dataset, most in ((105, 256), (110, 32), (25, 64)):
        at = data.index(bytes([0x1C, 2, dataset])) + 3
        (length,) = struct.unpack_from(">H", data, at)
        assert length <= most
        assert data[at + 2 : at + 2 + length].decode()
