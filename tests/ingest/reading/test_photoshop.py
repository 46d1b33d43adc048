"""Image resources of Photoshop, where IPTC-IIM lies."""

import hashlib
import struct

import pytest

from ingest.reading.photoshop import iim_changed

IIM = b"\x1c\x02\x78\x00\x04Agua"


def block(number: int, data: bytes, name: bytes = b""):
    padded = bytes([len(name)]) + name
    padded += bytes(len(padded) % 2)
    return (
        b"8BIM"
        + struct.pack(">H", number)
        + padded
        + struct.pack(">I", len(data))
        + data
        + bytes(len(data) % 2)
    )


def segment(marker: int, body: bytes):
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def photograph(tmp_path, *segments: bytes):
    path = tmp_path / "a.jpg"
    path.write_bytes(b"\xff\xd8" + b"".join(segments) + segment(0xDA, bytes(6)) + bytes(100))
    return str(path)


def photoshop(*blocks: bytes):
    return segment(0xED, b"Photoshop 3.0\0" + b"".join(blocks))


def test_a_block_that_agrees_with_its_checksum_is_unchanged(tmp_path):
    digest = block(0x0425, hashlib.md5(IIM, usedforsecurity=False).digest())
    assert iim_changed(photograph(tmp_path, photoshop(block(0x0404, IIM), digest))) is False


def test_a_block_that_disagrees_was_changed(tmp_path):
    digest = block(0x0425, hashlib.md5(b"before", usedforsecurity=False).digest())
    assert iim_changed(photograph(tmp_path, photoshop(digest, block(0x0404, IIM)))) is True


@pytest.mark.parametrize(
    "blocks",
    [
        (block(0x0404, IIM),),
        (block(0x0425, bytes(range(16))),),
        (block(0x0404, IIM), block(0x0425, bytes(16))),
        (),
    ],
    ids=["no checksum", "no block", "a checksum of zeros", "nothing"],
)
def test_without_both_nothing_is_known(tmp_path, blocks):
    assert iim_changed(photograph(tmp_path, photoshop(*blocks))) is False


def test_other_blocks_with_names_are_stepped_over(tmp_path):
    blocks = (block(0x03ED, b"odd", b"Resolution"), block(0x0404, IIM), block(0x0425, bytes(range(16))))
    assert iim_changed(photograph(tmp_path, segment(0xE0, b"JFIF\0"), photoshop(*blocks))) is True


def test_blocks_that_continue_in_the_next_segment(tmp_path):
    whole = block(0x0404, IIM) + block(0x0425, bytes(range(16)))
    halves = (photoshop(whole[:20]), photoshop(whole[20:]))
    assert iim_changed(photograph(tmp_path, *halves)) is True


@pytest.mark.parametrize(
    "data", [b"", b"\xff\xd8", b"\xff\xd8\xff", b"\xff\xd8\xff\xed\0\0", b"RIFF0000WEBP", b"\xff\xd8\0\0\0\0"]
)
def test_what_is_no_jpeg_or_ends_early(tmp_path, data):
    path = tmp_path / "a"
    path.write_bytes(data)
    assert iim_changed(str(path)) is False


def test_real_photographs(media):
    """The one out of step was edited by a program that knows no XMP."""
    folder = media / "photo/press-metadata"
    assert iim_changed(str(folder / "metadata_demo_inc_exif_out_of_sync_Inc_adobe.jpg")) is True
    assert iim_changed(str(folder / "MWG.jpg")) is False
    assert iim_changed(str(folder / "sunrise.tif")) is False
