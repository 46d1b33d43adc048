"""The boxes of HEIF and AVIF files: turns, mirrors, colour and sequences."""

import struct

import pytest

from transcode.images import isobmff
from transcode.images.header import Nclx

from .pictures import box, full_box, heif_boxes

IROT = {turns: box(b"irot", bytes([turns])) for turns in range(4)}
# As amended in 2022: 0 exchanges top and bottom, 1 left and right.
IMIR = {axis: box(b"imir", bytes([axis])) for axis in range(2)}
NCLX = box(b"colr", b"nclx", struct.pack(">HHHB", 12, 16, 6, 0x80))
SIZE = full_box(b"ispe", struct.pack(">II", 40, 30))


def read(tmp_path, data: bytes):
    path = tmp_path / "picture.heic"
    path.write_bytes(data)
    return isobmff.read(path)


@pytest.mark.parametrize(("turns", "orientation"), [(0, 1), (1, 8), (2, 3), (3, 6)])
def test_anticlockwise_turns_are_exif_orientations(tmp_path, turns, orientation):
    assert read(tmp_path, heif_boxes(SIZE, IROT[turns])).orientation == orientation


@pytest.mark.parametrize(("axis", "orientation"), [(0, 4), (1, 2)])
def test_mirrors_are_exif_orientations(tmp_path, axis, orientation):
    assert read(tmp_path, heif_boxes(SIZE, IMIR[axis])).orientation == orientation


@pytest.mark.parametrize(
    ("boxes", "orientation"),
    [
        ((IMIR[1], IROT[1]), 5),
        ((IMIR[1], IROT[3]), 7),
        ((IMIR[1], IROT[2]), 4),
        ((IROT[1], IMIR[1]), 7),
        ((IROT[3], IMIR[1]), 5),
        ((IROT[2], IMIR[0]), 2),
        ((IMIR[0], IMIR[1]), 3),
        ((IROT[1], IROT[1]), 3),
    ],
)
def test_turns_and_mirrors_add_up_in_their_order(tmp_path, boxes, orientation):
    assert read(tmp_path, heif_boxes(SIZE, *boxes)).orientation == orientation


def test_a_turn_by_nothing_is_still_told(tmp_path):
    """Then EXIF's orientation is a copy that must not be applied."""
    assert read(tmp_path, heif_boxes(SIZE, IROT[0])).orientation == 1
    assert read(tmp_path, heif_boxes(SIZE)).orientation is None


def test_the_other_items_turn_is_not_the_primary_ones(tmp_path):
    assert read(tmp_path, heif_boxes(SIZE, other=IROT[3])).orientation is None


def test_wide_numbers_are_followed(tmp_path):
    assert read(tmp_path, heif_boxes(SIZE, IROT[3], wide=True)).orientation == 6


def test_colour_code_points_are_read(tmp_path):
    assert read(tmp_path, heif_boxes(SIZE, NCLX)).nclx == Nclx(primaries=12, transfer=16)
    assert read(tmp_path, heif_boxes(SIZE, box(b"colr", b"prof", bytes(40)))).nclx is None


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0\x08ftyp",
        box(b"ftyp", b"heic"),
        box(b"meta", b"\0\0\0\0"),
        struct.pack(">I4s", 4, b"meta") + bytes(100),
        struct.pack(">I4sQ", 1, b"meta", 3) + bytes(100),
        box(b"meta", bytes(4), full_box(b"pitm", b"\0\x07"), box(b"iprp", box(b"ipco"), full_box(b"ipma"))),
    ],
    ids=["empty", "short", "no meta", "empty meta", "size 4", "size 3 of 64 bits", "cut associations"],
)
def test_boxes_that_cannot_be_followed_say_nothing(tmp_path, data):
    assert read(tmp_path, data) == isobmff.Properties(orientation=None, nclx=None)


def test_any_cut_of_a_real_front_is_survived(tmp_path):
    whole = heif_boxes(SIZE, IROT[3], NCLX)
    for length in range(0, len(whole), 3):
        read(tmp_path, whole[:length])


def test_real_files_of_phones(media):
    told = {
        "200MP.heic": 6,
        "IMG_1034.heic": 1,
        "iphone15pro_24mp.heic": 1,
        "iphone_7.heic": None,
        "samsung-one-ui-6.heic": 6,
    }
    for name, orientation in told.items():
        assert isobmff.read(media / "photo/heic" / name).orientation == orientation, name
    hdr = isobmff.read(media / "photo/avif/10bit-HDR-P3-nclx.avif")
    assert hdr.nclx == Nclx(primaries=12, transfer=16)
