"""Formats that only Pillow reads, in the colours and depth they have."""

import pytest
import pyvips
from PIL import Image

from transcode.images import with_pillow
from transcode.sandbox import ParserRefused


def colours():
    image = Image.new("RGB", (64, 48), (230, 20, 20))
    image.paste((20, 20, 220), (32, 0, 64, 48))
    return image


def read(path, mime, *, strict=True):
    decoder = with_pillow.decoder(mime)
    header = decoder.header(path)
    return header, decoder.pixels(path, header, 0, strict)


@pytest.mark.parametrize(
    ("name", "mime", "form", "options"),
    [
        ("a.jp2", "image/jp2", "jp2", {"irreversible": True}),
        ("a.jxl", "image/jxl", "jxl", {"quality": 90}),
        ("a.bmp", "image/bmp", "bmp", {}),
        ("a.j2k", "image/x-jp2-codestream", "jp2", {}),
    ],
)
def test_each_format_is_decoded(tmp_path, name, mime, form, options):
    colours().save(tmp_path / name, **options)
    header, image = read(tmp_path / name, mime)
    assert (header.format, header.display_width, header.display_height, header.bands) == (form, 64, 48, 3)
    assert image.interpretation == "srgb"
    assert image.getpoint(8, 8) == pytest.approx([230, 20, 20], abs=12)
    assert image.getpoint(56, 8) == pytest.approx([20, 20, 220], abs=12)


def test_a_file_of_another_format_is_not_guessed(tmp_path):
    colours().save(tmp_path / "a.png")
    with pytest.raises(ParserRefused) as refusal:
        read(tmp_path / "a.png", "image/bmp")
    assert refusal.value.code == "undecodable"


def test_a_profile_is_kept(media):
    header, image = read(media / "photo/jxl/testJXL_ISOBMFF.jxl", "image/jxl")
    assert (header.display_width, header.display_height, image.bands) == (2550, 3300, 1)
    assert header.profile is not None
    assert header.profile.description == "Adobe RGB (1998)"


@pytest.mark.parametrize(
    ("mode", "bands", "sample", "interpretation"),
    [
        ("1", 1, "uchar", "b-w"),
        ("L", 1, "uchar", "b-w"),
        ("LA", 2, "uchar", "b-w"),
        ("P", 3, "uchar", "srgb"),
        ("RGB", 3, "uchar", "srgb"),
        ("RGBA", 4, "uchar", "srgb"),
        ("CMYK", 4, "uchar", "cmyk"),
        ("I;16", 1, "ushort", "grey16"),
        ("YCbCr", 3, "uchar", "srgb"),
        ("F", 3, "uchar", "srgb"),
    ],
)
def test_every_mode_becomes_pixels(mode, bands, sample, interpretation):
    image = with_pillow.to_vips(Image.new(mode, (5, 4)))
    assert (image.bands, image.format, image.interpretation) == (bands, sample, interpretation)
    assert (image.width, image.height) == (5, 4)


def test_a_palette_with_transparency_keeps_it():
    image = Image.new("P", (5, 4))
    image.info["transparency"] = 0
    made = with_pillow.to_vips(image)
    assert made.bands == 4
    assert made.getpoint(0, 0)[3] == 0


def test_sixteen_bits_keep_their_values():
    image = Image.new("I;16", (3, 3), 40_000)
    assert with_pillow.to_vips(image).getpoint(1, 1) == [40_000]


def test_a_cut_file_is_refused_strictly_and_read_otherwise(tmp_path):
    noise = pyvips.Image.gaussnoise(300, 300).cast("uchar")
    Image.frombytes("L", (300, 300), noise.write_to_memory()).save(tmp_path / "a.jp2")
    data = (tmp_path / "a.jp2").read_bytes()
    (tmp_path / "a.jp2").write_bytes(data[: len(data) // 2])
    with pytest.raises(ParserRefused) as refusal:
        read(tmp_path / "a.jp2", "image/jp2")
    assert refusal.value.code == "undecodable"
    _, image = read(tmp_path / "a.jp2", "image/jp2", strict=False)
    assert (image.width, image.height) == (300, 300)


def test_the_header_of_a_bomb_is_refused(tmp_path):
    colours().save(tmp_path / "a.bmp")
    data = bytearray((tmp_path / "a.bmp").read_bytes())
    data[18:22] = (60_000).to_bytes(4, "little")
    data[22:26] = (60_000).to_bytes(4, "little")
    (tmp_path / "a.bmp").write_bytes(bytes(data))
    with pytest.raises(ParserRefused) as refusal:
        read(tmp_path / "a.bmp", "image/bmp")
    assert refusal.value.code == "too_many_pixels"
