"""Photoshop files give their flattened picture, and what has none is refused."""

import pytest

from transcode.images import with_psd
from transcode.images.colour import adobe_rgb
from transcode.sandbox import ParserRefused

from .pictures import psd, resource

SIZE = (40, 30)


def plane(value: int, depth: int = 8):
    return (bytes([value]) if depth == 8 else bytes([value, value])) * (SIZE[0] * SIZE[1])


def read(path):
    decoder = with_psd.decoder()
    header = decoder.header(path)
    return header, decoder.pixels(path, header, 0, True)


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("depth", [8, 16])
def test_rgb_of_every_layout(tmp_path, packed, large, depth):
    planes = [plane(value, depth) for value in (200, 100, 50)]
    header, image = read(psd(tmp_path / "a.psd", planes, size=SIZE, depth=depth, packed=packed, large=large))
    assert (header.format, header.display_width, header.display_height) == ("psd", *SIZE)
    assert (header.bands, header.bit_depth, header.colour_space) == (3, depth, "rgb")
    factor = 1 if depth == 8 else 257
    assert image.getpoint(5, 5) == [200 * factor, 100 * factor, 50 * factor]
    assert image.interpretation == ("srgb" if depth == 8 else "rgb16")


def test_channels_past_the_colours_are_masks(tmp_path):
    header, image = read(
        psd(tmp_path / "a.psd", [plane(9), plane(8), plane(7)], size=SIZE, packed=True, extra_channels=2)
    )
    assert not header.has_alpha
    assert image.getpoint(0, 0) == [9, 8, 7]


@pytest.mark.parametrize("mode", [1, 8])
def test_grey_and_duotone(tmp_path, mode):
    header, image = read(psd(tmp_path / "a.psd", [plane(77)], size=SIZE, mode=mode))
    assert header.colour_space == "grey"
    assert (image.getpoint(0, 0), image.interpretation) == ([77], "b-w")


@pytest.mark.parametrize("depth", [8, 16])
def test_cmyk_is_stored_inverted(tmp_path, depth):
    planes = [plane(value, depth) for value in (255, 0, 0, 255)]
    header, image = read(psd(tmp_path / "a.psd", planes, size=SIZE, depth=depth, mode=4))
    top = 255 if depth == 8 else 65535
    assert header.colour_space == "cmyk"
    assert image.getpoint(0, 0) == [0, top, top, 0]


def test_the_profile_among_the_resources(tmp_path):
    resources = resource(1005, b"odd") + resource(1039, adobe_rgb()) + resource(1060, b"x")
    header, _ = read(psd(tmp_path / "a.psd", [plane(1)] * 3, size=SIZE, resources=resources))
    assert header.profile is not None
    assert header.profile.is_wide


@pytest.mark.parametrize("options", [{"mode": 9}, {"mode": 0}, {"depth": 32}])
def test_other_modes_and_depths_are_not_processed(tmp_path, options):
    path = psd(tmp_path / "a.psd", [plane(1)] * 3, size=SIZE, **options)
    with pytest.raises(ParserRefused) as refusal:
        read(path)
    assert refusal.value.code == "unsupported_picture"


def test_another_compression_is_not_processed(tmp_path):
    path = psd(tmp_path / "a.psd", [plane(1)] * 3, size=SIZE)
    data = bytearray(path.read_bytes())
    data[-3 * SIZE[0] * SIZE[1] - 1] = 3
    path.write_bytes(bytes(data))
    with pytest.raises(ParserRefused) as refusal:
        read(path)
    assert refusal.value.code == "unsupported_picture"


@pytest.mark.parametrize("packed", [False, True])
def test_a_cut_file_is_truncated(tmp_path, packed):
    path = psd(tmp_path / "a.psd", [plane(1)] * 3, size=SIZE, packed=packed)
    data = path.read_bytes()
    for length in (10, 30, len(data) // 2, len(data) - 1):
        path.write_bytes(data[:length])
        with pytest.raises(ParserRefused) as refusal:
            read(path)
        assert refusal.value.code == "truncated"


def test_what_is_no_photoshop_file(tmp_path):
    (tmp_path / "a.psd").write_bytes(b"\x89PNG" + bytes(100))
    with pytest.raises(ParserRefused) as refusal:
        read(tmp_path / "a.psd")
    assert refusal.value.code == "undecodable"


def test_a_bomb_is_refused_from_the_header(tmp_path):
    path = psd(tmp_path / "a.psd", [b"\1"] * 3, size=(300_000, 300_000))
    with pytest.raises(ParserRefused) as refusal:
        with_psd.decoder().header(path)
    assert refusal.value.code == "too_many_pixels"


def test_real_files(media):
    header, image = read(media / "photo/colour/testPSD_xmp.psd")
    assert (header.display_width, header.bands, image.bands) == (256, 3, 3)
    header, image = read(media / "photo/colour/10x12x16bit-CMYK.psd")
    assert (header.display_width, header.display_height, header.bit_depth) == (10, 12, 16)
    assert header.profile is not None
    assert header.profile.description == "U.S. Web Coated (SWOP) v2"
