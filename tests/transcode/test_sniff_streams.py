"""transcode.sniff_streams: frames and packets that follow each other, and what only resembles them."""

import pytest

from tests.transcode.sniffing import make
from transcode.sniff_streams import ac3_frame, adts_frame, eac3_frame, mpeg_audio_frame


@pytest.mark.parametrize("size", [188, 192, 204])
@pytest.mark.parametrize("start", [0, 4, 187])
def test_transport_streams(tmp_path, size, start):
    packets = (b"\x47" + b"\x01\xff" * ((size - 1) // 2) + b"\0" * ((size - 1) % 2)) * 8
    found = make(tmp_path, b"\x02" * start + packets)
    assert (found.mime, found.demuxer) == ("video/mp2t", "mpegts")


def test_what_only_resembles_a_transport_stream(tmp_path):
    assert make(tmp_path, b"G" * 4000).mime == "text/plain"
    assert make(tmp_path, (b"\x47" + b"\0" * 187) * 2).kind == "other"


MP3_FRAME = b"\xff\xfb\x90\x00" + b"\0" * 413  # MPEG-1 layer III, 128 kbit/s, 44.1 kHz


@pytest.mark.parametrize(
    ("header", "size"),
    [
        (b"\xff\xfb\x90\x00", 417),
        (b"\xff\xfb\x92\x00", 418),  # padded
        (b"\xff\xf3\x40\xc4", 104),  # MPEG-2 layer III, 32 kbit/s, 22.05 kHz
        (b"\xff\xfd\xa4\x00", 576),  # MPEG-1 layer II, 192 kbit/s, 48 kHz
        (b"\xff\xff\x50\x00", 172),  # MPEG-1 layer I
        (b"\xff\xe3\x18\x00", 72),  # MPEG-2.5, 8 kbit/s at 8 kHz
        (b"\xff\xfb\xf0\x00", 0),
        (b"\xff\xfb\x00\x00", 0),
        (b"\xff\xfb\x9c\x00", 0),
        (b"\xff\xeb\x90\x00", 0),
        (b"\xff\xf9\x90\x00", 0),
        (b"\xff\xfb", 0),
        (b"RIFF", 0),
    ],
)
def test_the_size_of_mpeg_audio_frames(header, size):
    assert mpeg_audio_frame(header) == size


def test_the_size_of_other_frames():
    assert adts_frame(b"\xff\xf1\x4c\x80\x2e\x9f\xfc") == 372
    assert adts_frame(b"\xff\xfb\x4c\x80\x2e\x9f") == 0
    assert adts_frame(b"\xff\xf1") == 0
    assert ac3_frame(b"\x0b\x77\x00\x00\x1c\x40") == 1536  # 384 kbit/s at 48 kHz
    assert ac3_frame(b"\x0b\x77\x00\x00\x5c\x40") == 1670  # at 44.1 kHz
    assert ac3_frame(b"\x0b\x77\x00\x00\xdc\x40") == 0
    assert ac3_frame(b"\x0b\x77\x00\x00\x1c\x80") == 0  # bsid 16 is E-AC-3
    assert eac3_frame(b"\x0b\x77\x03\xff\x00\x80") == 2048
    assert eac3_frame(b"\x0b\x77\x03\xff\x00\x40") == 0
    assert eac3_frame(b"") == 0


def test_frames_that_follow_each_other(tmp_path):
    assert make(tmp_path, MP3_FRAME * 3).demuxer == "mp3"
    assert make(tmp_path, MP3_FRAME * 2).demuxer == "mp3"
    assert make(tmp_path, b"\x03" * 300 + MP3_FRAME * 4).demuxer == "mp3"
    assert make(tmp_path, MP3_FRAME + b"\0" * 900).kind == "other"
    assert make(tmp_path, (b"\x0b\x77\x03\xff\x00\x80" + b"\0" * 2042) * 3).demuxer == "eac3"


def id3(size: int) -> bytes:
    return b"ID3\x04\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + b"\x01" * size


def test_what_follows_an_id3_tag(tmp_path):
    assert make(tmp_path, id3(20) + b"fLaC").demuxer == "flac"
    assert make(tmp_path, id3(200_000) + b"fLaC").demuxer == "flac"
    assert make(tmp_path, id3(20) + b"\0" * 100 + MP3_FRAME * 3).demuxer == "mp3"
    assert make(tmp_path, id3(20)).demuxer == "mp3"
    assert make(tmp_path, b"ID3 is how this sentence begins").mime == "text/plain"


def test_dv(tmp_path):
    blocks = bytearray(480)
    blocks[0:3], blocks[80:82], blocks[160:162] = b"\x1f\x07\x00", b"\x3f\x07", b"\x3f\x07"
    assert make(tmp_path, bytes(blocks)).demuxer == "dv"
