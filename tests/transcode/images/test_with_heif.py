"""HEIC pictures of phones are read upright, with their colours and depth."""

import pillow_heif
import pytest
from PIL import Image

from transcode.images import with_heif
from transcode.sandbox import ParserRefused


def heic(path, mode="RGB", *, orientation=None, colour=(230, 20, 20), size=(64, 48)):
    """With the box that turns it, as phones write it."""
    picture = Image.new(mode, size, colour)
    file = pillow_heif.from_pillow(picture)
    options = {}
    if orientation:
        tags = Image.Exif()
        tags[0x0112] = orientation
        options["exif"] = tags.tobytes()
    file.save(path, quality=80, **options)
    return path


def read(path):
    decoder = with_heif.decoder()
    header = decoder.header(path)
    return header, decoder.pixels(path, header, 0, True)


def test_pixels_are_decoded(tmp_path):
    header, image = read(heic(tmp_path / "a.heic"))
    assert (header.format, header.display_width, header.display_height) == ("heic", 64, 48)
    assert (header.bands, header.bit_depth, header.colour_space) == (3, 8, "rgb")
    assert (image.width, image.height, image.interpretation) == (64, 48, "srgb")
    assert image.getpoint(30, 20) == pytest.approx([230, 20, 20], abs=6)


def test_odd_sizes_have_no_padding(tmp_path):
    header, image = read(heic(tmp_path / "a.heic", size=(67, 45)))
    assert (header.display_width, header.display_height) == (image.width, image.height) == (67, 45)


def test_alpha_is_kept(tmp_path):
    header, image = read(heic(tmp_path / "a.heic", "RGBA", colour=(230, 20, 20, 90)))
    assert header.has_alpha
    assert image.hasalpha()
    assert image.getpoint(30, 20)[3] == pytest.approx(90, abs=4)


def test_the_box_turns_the_picture_and_exif_is_its_copy(tmp_path):
    header, image = read(heic(tmp_path / "a.heic", orientation=6))
    assert (header.orientation, header.to_apply) == (6, 1)
    assert (header.display_width, header.display_height) == (48, 64)
    assert (image.width, image.height) == (48, 64)


def test_exif_orientation_counts_where_no_box_tells(media):
    header, image = read(media / "photo/heic/iphone_7.heic")
    assert (header.orientation, header.to_apply) == (6, 6)
    assert (header.display_width, header.display_height) == (3024, 4032)
    assert (image.width, image.height) == (4032, 3024)


def test_phones_by_their_boxes_and_a_converted_one_by_exif(media):
    """iphone_7.heic says EXIF 6 and has no irot: upright is 3024x4032."""
    sizes = {
        "iphone_7.heic": (6, 6, 3024, 4032),
        "samsung-one-ui-6.heic": (6, 1, 3000, 4000),
        "IMG_1034.heic": (1, 1, 4032, 3024),
        "200MP.heic": (6, 1, 12240, 16320),
    }
    for name, told in sizes.items():
        header = with_heif.decoder().header(media / "photo/heic" / name)
        assert (header.orientation, header.to_apply, header.display_width, header.display_height) == told, (
            name
        )


def test_bursts_and_gain_maps_give_the_primary_picture(media):
    header = with_heif.decoder().header(media / "photo/heic/bird_burst.heic")
    assert (header.pages, header.animated, header.display_width) == (4, False, 1280)
    header = with_heif.decoder().header(media / "photo/heic/iphone15pro_24mp.heic")
    assert header.profile is not None
    assert (header.pages, header.profile.description) == (1, "Display P3")


@pytest.mark.parametrize(
    "name", ["NegativeArraySizeException.HeifReader.processBoxes.heif", "empty.heic", "wrong.heic"]
)
def test_broken_files_are_refused(media, name):
    with pytest.raises(ParserRefused) as refusal:
        read(media / "hostile" / name)
    assert refusal.value.code == "undecodable"


def test_a_cut_file_is_refused(tmp_path, media):
    data = (media / "photo/heic/alpha.heic").read_bytes()
    path = tmp_path / "cut.heic"
    path.write_bytes(data[: len(data) // 3])
    with pytest.raises(ParserRefused):
        read(path)


def test_modes_that_are_not_known_are_refused():
    with pytest.raises(ParserRefused) as refusal:
        with_heif._mode("YCbCr;12")
    assert refusal.value.code == "unsupported_picture"
