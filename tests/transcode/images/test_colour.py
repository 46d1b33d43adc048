"""Colours: profiles are known by what they do, and pixels become sRGB or Adobe RGB as they were meant."""

import io

import pytest
import pyvips
from PIL import ImageCms

from transcode.images import colour

from .pictures import flat


def srgb_profile():
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def tagged(image: pyvips.Image, icc: bytes):
    image = image.copy()
    colour.embed(image, icc)
    return image


def point(image: pyvips.Image):
    return image.getpoint(0, 0)


def test_our_adobe_rgb_is_adobe_rgb():
    opened = ImageCms.ImageCmsProfile(io.BytesIO(colour.adobe_rgb())).profile
    assert opened.xcolor_space.strip() == "RGB"
    assert opened.connection_space.strip() == "XYZ"
    assert "Adobe RGB (1998)" in str(opened.profile_description)
    for found, told in zip(
        (opened.red_colorant, opened.green_colorant, opened.blue_colorant),
        colour.ADOBE_PRIMARIES,
        strict=True,
    ):
        assert found is not None
        assert found[0] == pytest.approx(told, abs=0.0001)


def test_our_adobe_rgb_agrees_with_adobes_own(media):
    """Colours converted with either differ by a rounding at most."""
    theirs = colour.read_profile(
        colour.embedded(pyvips.Image.new_from_file(str(media / "photo/colour/elephants.jpg")))
    )
    assert theirs is not None
    assert theirs.description == "Adobe RGB (1998)"
    ours = colour.read_profile(colour.adobe_rgb())
    assert ours is not None
    for value in ((255, 0, 0), (0, 255, 0), (30, 60, 200), (128, 128, 128), (10, 10, 10)):
        seen = [
            point(colour.to_srgb(tagged(flat(4, 4, value).copy(interpretation="srgb"), each.icc), each))
            for each in (theirs, ours)
        ]
        assert seen[0] == pytest.approx(seen[1], abs=1)


def test_srgb_is_known_by_what_it_does():
    profile = colour.read_profile(srgb_profile())
    assert profile is not None
    assert (profile.space, profile.is_srgb, profile.is_wide) == ("rgb", True, False)


def test_adobe_rgb_is_wider():
    profile = colour.read_profile(colour.adobe_rgb())
    assert profile is not None
    assert (profile.space, profile.is_srgb, profile.is_wide) == ("rgb", False, True)


@pytest.mark.parametrize("icc", [None, b"", b"not a profile", bytes(200), colour.adobe_rgb()[:150]])
def test_a_broken_profile_is_none(icc):
    assert colour.read_profile(icc) is None


@pytest.mark.parametrize(
    ("name", "description", "space", "is_wide"),
    [
        ("photo/colour/Iceland-P3.jpg", "Display P3", "rgb", True),
        ("photo/colour/prophoto.png", "ProPhoto RGB", "rgb", True),
        ("photo/colour/fogra-0-100-100-0.tif", "Coated FOGRA39 (ISO 12647-2:2004)", "cmyk", True),
        ("photo/png/16-bit-grey-alpha.png", "Greyscale D50", "grey", False),
        ("photo/camera/japanese-shop.jpg", "sRGB IEC61966-2.1", "rgb", False),
    ],
)
def test_profiles_of_real_pictures(media, name, description, space, is_wide):
    profile = colour.read_profile(colour.embedded(pyvips.Image.new_from_file(str(media / name))))
    assert profile is not None
    assert (profile.description, profile.space, profile.is_wide) == (description, space, is_wide)


def test_srgb_pixels_are_left_alone():
    image = tagged(flat(4, 4, (12, 34, 56)).copy(interpretation="srgb"), srgb_profile())
    assert point(colour.to_srgb(image, colour.read_profile(srgb_profile()))) == [12, 34, 56]


def test_untagged_pixels_are_taken_for_srgb():
    assert point(colour.to_srgb(flat(4, 4, (12, 34, 56)).copy(interpretation="srgb"), None)) == [12, 34, 56]


def test_sixteen_bits_become_eight():
    image = (flat(4, 4, (12, 34, 56)).cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16")
    converted = colour.to_srgb(image, None)
    assert converted.format == "uchar"
    assert point(converted) == [12, 34, 56]


def test_grey_becomes_three_bands():
    image = flat(4, 4, (90,)).copy(interpretation="b-w")
    assert point(colour.to_srgb(image, None)) == [90, 90, 90]


def test_grey_under_a_profile_of_colour_is_still_grey(media):
    """As the JPEG XL of the shared set is tagged."""
    profile = colour.read_profile(colour.adobe_rgb())
    image = tagged(flat(4, 4, (90,)).copy(interpretation="b-w"), colour.adobe_rgb())
    red, green, blue = point(colour.to_srgb(image, profile))
    assert red == pytest.approx(green, abs=1) == pytest.approx(blue, abs=1)


def test_cmyk_without_profile_is_converted_all_the_same():
    image = flat(4, 4, (0, 255, 255, 0)).copy(interpretation="cmyk")
    red, green, blue = point(colour.to_srgb(image, None))
    assert red > 150
    assert max(green, blue) < 90


def test_alpha_passes_by_the_conversion():
    image = tagged(flat(4, 4, (200, 30, 30, 77)).copy(interpretation="srgb"), colour.adobe_rgb())
    converted = colour.to_srgb(image, colour.read_profile(colour.adobe_rgb()))
    assert converted.bands == 4
    assert point(converted)[3] == 77


def test_a_profile_of_other_bands_does_not_stop_the_conversion(media):
    """CMYK's profile on RGB pixels: libvips falls back to sRGB."""
    cmyk = colour.embedded(pyvips.Image.new_from_file(str(media / "photo/colour/fogra-0-100-100-0.tif")))
    assert cmyk is not None
    image = tagged(flat(4, 4, (12, 34, 56)).copy(interpretation="srgb"), cmyk)
    assert point(colour.to_srgb(image, colour.read_profile(cmyk))) == pytest.approx([12, 34, 56], abs=2)


def test_adobe_rgb_comes_out_tagged(tmp_path, media):
    image = pyvips.Image.new_from_file(str(media / "photo/colour/Iceland-P3.jpg"))
    converted = colour.to_adobe_rgb(image, colour.read_profile(colour.embedded(image)), tmp_path)
    tag = colour.read_profile(colour.embedded(converted))
    assert tag is not None
    assert tag.description.endswith("Adobe RGB (1998)")
    assert converted.format == "uchar"


def test_lab_pixels_are_converted(tmp_path):
    image = flat(4, 4, (200, 30, 30)).copy(interpretation="srgb").colourspace("lab")
    assert point(colour.to_srgb(image, None)) == pytest.approx([200, 30, 30], abs=2)
    assert colour.to_adobe_rgb(image, None, tmp_path).format == "uchar"


def test_eight_bits_keep_their_own_colours():
    image = (flat(4, 4, (12, 34, 56, 200)).cast("ushort") * 257).cast("ushort").copy(interpretation="rgb16")
    assert point(colour.to_eight_bits(image)) == [12, 34, 56, 200]
