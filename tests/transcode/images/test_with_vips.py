"""Formats that libvips reads, shrunk while loading, and never a format that was not asked for."""

import pyexiv2
import pytest
import pyvips
from PIL import Image

from transcode.images import with_vips
from transcode.sandbox import ParserRefused

from .pictures import STORED, flat, jpeg, quarters


def header(path, mime):
    return with_vips.decoder(mime).header(path)


def pixels(path, mime, *, long_edge=0, strict=True):
    decoder = with_vips.decoder(mime)
    return decoder.pixels(path, decoder.header(path), long_edge, strict)


def exif(value: int):
    tags = Image.Exif()
    tags[0x0112] = value
    return tags.tobytes()


@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_left_to_apply(tmp_path, orientation):
    path = jpeg(tmp_path / "a.jpg", quarters(80, 40), orientation)
    found = header(path, "image/jpeg")
    assert (found.orientation, found.to_apply) == (orientation, orientation)
    assert (found.display_width, found.display_height) == ((40, 80) if orientation >= 5 else (80, 40))


@pytest.mark.parametrize(
    ("name", "mime", "save"),
    [
        ("a.png", "image/png", "pngsave"),
        ("a.webp", "image/webp", "webpsave"),
        ("a.gif", "image/gif", "gifsave"),
        ("a.tif", "image/tiff", "tiffsave"),
        ("a.jpg", "image/jpeg", "jpegsave"),
    ],
)
def test_each_format_by_its_own_loader(tmp_path, name, mime, save):
    path = tmp_path / name
    getattr(quarters(64, 32), save)(str(path))
    found = header(path, mime)
    assert (found.display_width, found.display_height, found.pages) == (64, 32, 1)
    assert found.colour_space == "rgb"
    assert found.bit_depth == 8
    assert not found.animated
    assert pixels(path, mime, long_edge=64).width == 64


@pytest.mark.parametrize("mime", ["image/png", "image/gif", "image/tiff", "image/webp"])
def test_a_file_of_another_format_is_not_guessed(tmp_path, mime):
    path = jpeg(tmp_path / "a", quarters(64, 32))
    with pytest.raises(ParserRefused) as refusal:
        header(path, mime)
    assert refusal.value.code == "undecodable"


def test_depth_and_alpha_and_grey_are_told(tmp_path):
    deep = (flat(8, 8, (9, 9)).cast("ushort") * 200).cast("ushort").copy(interpretation="grey16")
    deep.pngsave(str(tmp_path / "a.png"))
    found = header(tmp_path / "a.png", "image/png")
    assert (found.bands, found.bit_depth, found.colour_space, found.has_alpha) == (2, 16, "grey", True)
    ink = flat(8, 8, (1, 2, 3, 4)).copy(interpretation="cmyk")
    ink.jpegsave(str(tmp_path / "a.jpg"))
    found = header(tmp_path / "a.jpg", "image/jpeg")
    assert (found.bands, found.colour_space, found.has_alpha) == (4, "cmyk", False)


def test_pages_of_a_tiff_do_not_move(tmp_path):
    pages = pyvips.Image.arrayjoin([quarters(20, 20, STORED[number]) for number in (1, 2, 3)], across=1)
    pages.set_type(pyvips.GValue.gint_type, "page-height", 20)
    pages.tiffsave(str(tmp_path / "a.tif"))
    found = header(tmp_path / "a.tif", "image/tiff")
    assert (found.pages, found.animated, found.display_height) == (3, False, 20)
    pages.gifsave(str(tmp_path / "a.gif"))
    found = header(tmp_path / "a.gif", "image/gif")
    assert found.animated
    assert pixels(tmp_path / "a.gif", "image/gif").height == 20


def test_frames_of_an_animated_png_are_counted(tmp_path, media):
    found = header(media / "photo/png/iss634.apng", "image/apng")
    assert (found.pages, found.animated) == (41, True)
    quarters(20, 20).pngsave(str(tmp_path / "a.png"))
    data = (tmp_path / "a.png").read_bytes()
    (tmp_path / "a.png").write_bytes(data + b"acTL" + bytes(8))
    assert header(tmp_path / "a.png", "image/png").pages == 1


@pytest.mark.parametrize(
    ("long_edge", "width"), [(0, 500), (100, 500), (500, 1000), (1500, 2000), (3500, 4000)]
)
def test_jpeg_is_shrunk_while_loading_and_leaves_room_for_the_resizer(tmp_path, long_edge, width):
    path = jpeg(tmp_path / "a.jpg", quarters(4000, 1000))
    assert pixels(path, "image/jpeg", long_edge=long_edge).width == width


def test_webp_is_scaled_while_loading(tmp_path):
    quarters(1000, 500).webpsave(str(tmp_path / "a.webp"))
    assert 300 <= pixels(tmp_path / "a.webp", "image/webp", long_edge=300).width <= 302
    assert pixels(tmp_path / "a.webp", "image/webp", long_edge=2000).width == 1000


def test_a_cut_file_fails_only_when_it_is_asked_strictly(tmp_path):
    path = jpeg(tmp_path / "a.jpg", pyvips.Image.gaussnoise(400, 400).cast("uchar"))
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(pyvips.Error):
        pixels(path, "image/jpeg").avg()
    assert pixels(path, "image/jpeg", strict=False).avg() > 0


def test_adobe_rgb_that_only_exif_names_is_adobe_rgb(tmp_path):
    """As cameras write it: uncalibrated, interoperability R03, no profile."""
    path = jpeg(tmp_path / "a.jpg", quarters(64, 32))
    assert header(path, "image/jpeg").profile is None
    with pyexiv2.Image(str(path)) as image:
        image.modify_exif({"Exif.Photo.ColorSpace": "65535", "Exif.Iop.InteroperabilityIndex": "R03"})
    profile = header(path, "image/jpeg").profile
    assert profile is not None
    assert (profile.is_wide, profile.description) == (True, "")


def test_uncalibrated_alone_is_not_adobe_rgb(tmp_path):
    path = jpeg(tmp_path / "a.jpg", quarters(64, 32))
    with pyexiv2.Image(str(path)) as image:
        image.modify_exif({"Exif.Photo.ColorSpace": "65535"})
    assert header(path, "image/jpeg").profile is None


def test_heif_boxes_come_before_exif():
    assert with_vips.heif_orientation(6, exif(6)) == (6, 1)
    assert with_vips.heif_orientation(1, exif(6)) == (1, 1)
    assert with_vips.heif_orientation(None, exif(6)) == (6, 6)
    assert with_vips.heif_orientation(None, b"") == (1, 1)
    assert with_vips.heif_orientation(None, b"Exif\0\0broken") == (1, 1)


def test_a_turned_avif_is_upright_already(media):
    path = media / "photo/avif/kimono.rotate90.avif"
    found = header(path, "image/avif")
    assert (found.orientation, found.to_apply) == (6, 1)
    assert (found.display_width, found.display_height) == (722, 1024)
    facts = found.facts()
    assert (facts.width, facts.height) == (1024, 722)


def test_a_bomb_is_refused_from_the_header(media):
    with pytest.raises(ParserRefused) as refusal:
        header(media / "hostile/65536-uint32-limit.png", "image/png")
    assert refusal.value.code == "too_many_pixels"
