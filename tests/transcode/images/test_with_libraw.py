"""Cameras' raw pictures are developed as the camera meant them."""

import pytest

from transcode.images import with_libraw
from transcode.images.colour import embedded, read_profile
from transcode.sandbox import ParserRefused


def read(path, *, long_edge=0, strict=False):
    decoder = with_libraw.decoder()
    header = decoder.header(path)
    return header, decoder.pixels(path, header, long_edge, strict)


def test_a_file_without_a_good_preview_is_developed(media):
    header, image = read(media / "photo/raw/RAW_NIKON_D1.NEF", long_edge=2012, strict=True)
    assert (header.format, header.display_width, header.display_height) == ("raw", 2012, 1324)
    assert (image.width, image.height, image.format) == (2012, 1324, "ushort")
    profile = read_profile(embedded(image))
    assert profile is not None
    assert profile.is_wide


def test_half_a_file_is_developed_where_half_is_enough(media):
    _, image = read(media / "photo/raw/RAW_NIKON_D1.NEF", long_edge=640)
    assert (image.width, image.height) == (1006, 662)


def test_the_cameras_preview_is_taken_where_it_is_large_enough(media):
    """Its JPEG is 1024 pixels wide, the picture 1224."""
    _, image = read(media / "photo/raw/canon_eos_6d.dng", long_edge=1000)
    assert (image.width, image.format) == (1024, "uchar")
    _, image = read(media / "photo/raw/canon_eos_6d.dng", long_edge=1224)
    assert (image.width, image.format) == (1224, "ushort")


def test_a_file_whose_sensor_data_are_gone_still_has_its_preview(media):
    path = media / "photo/raw/Canon-R6-pruned.CR3"
    header, image = read(path, long_edge=3408)
    assert (header.display_width, header.display_height) == (3408, 2272)
    assert image.width >= 1620
    with pytest.raises(ParserRefused) as refusal:
        read(path, strict=True)
    assert refusal.value.code == "undecodable"


def test_a_file_cut_before_all_of_it_is_refused(media):
    with pytest.raises(ParserRefused) as refusal:
        read(media / "hostile/sample.cr2")
    assert refusal.value.code == "undecodable"


@pytest.mark.parametrize("length", [20_000, 120_000, 300_000])
def test_a_cut_file_is_refused_or_shows_a_whole_preview(tmp_path, media, length):
    path = tmp_path / "cut.cr3"
    path.write_bytes((media / "photo/raw/Canon-R6-pruned.CR3").read_bytes()[:length])
    try:
        _, image = read(path)
    except ParserRefused as refusal:
        ended = refusal.code
    else:
        ended = "whole" if image.avg() > 0 else "empty"
    assert ended in {"undecodable", "whole"}


def test_the_largest_jpeg_is_found_by_its_signature(tmp_path, media):
    photo = (media / "photo/camera/DSCN0010.jpg").read_bytes()
    small = (media / "photo/camera/date-priority-test.jpg").read_bytes()
    path = tmp_path / "a.raw"
    path.write_bytes(bytes(100) + small + bytes(100) + photo + b"\xff\xd8\xff" + bytes(20))
    found = with_libraw._largest_jpeg(path)
    assert found is not None
    assert found.startswith(photo[:1000])
    path.write_bytes(bytes(1000))
    assert with_libraw._largest_jpeg(path) is None
