"""transcode.packet_log, fed with packets as PyAV gives them."""

import struct
from dataclasses import dataclass, field
from fractions import Fraction

import pytest

from transcode.packet_log import PacketLog, PictureLog, SoundLog, pcm_bits, sample_bits

MS = Fraction(1, 1000)
AUDIO = Fraction(1, 48000)
TS = Fraction(1, 90000)


class Packet(bytearray):
    """A packet with bytes, which memoryview() takes as it takes PyAV's."""

    def __init__(self, data=b"\x10", *, pts=0, dts=None, duration=0, discard=False, corrupt=False, skip=None):
        super().__init__(data)
        self.size = len(data)
        self.pts, self.dts, self.duration = pts, dts, duration
        self.is_discard, self.is_corrupt = discard, corrupt
        self.skip = skip

    def has_sidedata(self, kind):
        return kind == "skip_samples" and self.skip is not None

    def get_sidedata(self, kind):  # noqa: ARG002
        return struct.pack("<IIBB", *self.skip, 0, 0)


@dataclass
class Sound:
    """What a SoundLog is made with, and the packets it is given."""

    codec: str = "aac"
    time_base: Fraction = AUDIO
    rate: int = 48000
    channels: int = 2
    frame_size: int = 1024
    packets: list[Packet] = field(default_factory=list)

    def samples(self, declared=None):
        log = SoundLog(
            self.time_base,
            codec=self.codec,
            sample_rate=self.rate,
            channels=self.channels,
            frame_size=self.frame_size,
        )
        for packet in self.packets:
            log.add(packet)
        return log.samples(declared)


def row(count, duration, *, start=0, size=1, **options):
    return [
        Packet(b"\x10" * size, pts=start + number * duration, duration=duration, **options)
        for number in range(count)
    ]


def test_a_log_counts_bytes_and_packets():
    log = PacketLog(MS)
    assert log.add(Packet(b"abc"))
    assert not log.add(Packet(b"de", discard=True))
    assert (log.seen, log.bytes, log.ends_corrupt) == (2, 5, False)


def test_only_the_last_packet_tells_that_a_file_was_cut():
    log = PacketLog(MS)
    log.add(Packet(corrupt=True))
    assert log.ends_corrupt
    log.add(Packet())
    assert not log.ends_corrupt


# Pictures


def pace(log, *, average=Fraction(25), interlaced=False):
    return log.pace([average], average=average, is_interlaced=interlaced)


def test_frames_an_edit_list_hides_are_not_shown():
    log = PictureLog(MS, "hevc")
    for packet in row(3, 40, start=-120, discard=True) + row(10, 40):
        log.add(packet)
    assert pace(log).frames == 10
    assert log.seen == 13


def test_frames_out_of_order_are_put_in_order():
    log = PictureLog(MS, "h264")
    for pts in (0, 120, 40, 80, 240, 160, 200):
        log.add(Packet(pts=pts, duration=40))
    found = pace(log)
    assert (found.frames, found.rate, found.is_variable) == (7, 25, False)


def test_frames_without_presentation_time_go_by_decoding_time():
    log = PictureLog(MS, "mpeg4")
    for number in range(5):
        log.add(Packet(pts=None, dts=number * 40, duration=40))
    assert pace(log).rate == 25


def test_frames_without_any_time_are_counted():
    log = PictureLog(MS, "rawvideo")
    for _ in range(5):
        log.add(Packet(pts=None))
    found = log.pace([], average=None, is_interlaced=False)
    assert (found.frames, found.rate) == (5, None)


@pytest.mark.parametrize(
    ("codec", "interlaced", "duration", "frames"),
    [
        ("h264", True, 1800, 13),  # AVCHD: a packet for each field
        ("h264", True, 3600, 26),  # a packet for both
        ("h264", False, 1800, 26),  # 50 progressive frames a second, declared as 25
        ("mpeg2video", True, 1800, 26),
    ],
)
def test_fields_in_packets_of_their_own(codec, interlaced, duration, frames):
    log = PictureLog(TS, codec)
    for packet in row(26, duration):
        log.add(packet)
    assert pace(log, interlaced=interlaced).frames == frames


def test_fields_and_frames_mixed():
    """As some cameras do: 10 frames whole, then 40 as fields."""
    log = PictureLog(TS, "h264")
    for packet in row(10, 3600) + row(80, 1800, start=36000):
        log.add(packet)
    found = pace(log, interlaced=True)
    assert (found.frames, found.rate) == (50, 25)


def test_hidden_frames_of_vp8_are_not_shown():
    log = PictureLog(MS, "vp8")
    for tag in (b"\x10", b"\x11", b"\x01", b"\x11"):
        log.add(Packet(tag, duration=40))
    assert pace(log).frames == 3
    other = PictureLog(MS, "vp9")
    other.add(Packet(b"\x01"))
    assert pace(other).frames == 1


def test_captions_are_remembered():
    log = PictureLog(MS, "h264")
    log.add(Packet(b"\0\0"))
    assert log.captions == ""
    log.add(Packet(b"GA94\x03\xc1\xff\xff\x02\x21"))
    assert log.captions == "eia_708"
    log.add(Packet(b"GA94\x03\xc1\xff\xfc\x94\x20"))
    log.add(Packet(b"\0\0"))
    assert log.captions == "eia_608"


# Sound


def test_samples_of_pcm_are_counted_in_bytes():
    """Matroska's milliseconds lose a part of each packet; the bytes do not."""
    packets = row(10, 21, size=1024 * 4)
    assert Sound("pcm_s16le", MS, packets=packets).samples() == 10_240


def test_samples_of_fixed_frames_are_counted_over_milliseconds():
    assert Sound("ac3", MS, 44100, frame_size=0, packets=row(29, 34)).samples() == 29 * 1536
    assert Sound("aac", MS, 44100, packets=row(45, 23)).samples() == 45 * 1024


def test_samples_of_other_codecs_go_by_the_clock():
    assert Sound("vorbis", MS, frame_size=0, packets=row(50, 20)).samples() == 48_000


def test_encoder_delay_is_taken_off():
    packets = [Packet(pts=0, duration=1152, skip=(1105, 0)), *row(9, 1152, start=1152)]
    packets.append(Packet(pts=11520, duration=1152, skip=(0, 47)))
    assert Sound("mp3", packets=packets).samples() == 11 * 1152 - 1105 - 47


def test_delay_inside_hidden_packets_is_taken_off_once():
    """An iPhone: 1698 samples of delay, 1024 of them in a packet which the edit list hides."""
    packets = [Packet(pts=-1698, duration=1024, discard=True, skip=(1698, 0)), *row(111, 1024, start=-674)]
    assert Sound(packets=packets).samples() == 111 * 1024 - 674
    assert Sound(packets=packets).samples(declared=112_382) == 112_382


def test_packets_hidden_at_the_end_do_not_count_as_delay():
    packets = [*row(10, 1024), Packet(pts=10_240, duration=1024, discard=True)]
    assert Sound(packets=packets).samples() == 10_240


def test_sound_that_begins_late_is_not_longer_for_it():
    assert Sound(packets=row(10, 1024, start=8233)).samples() == 10_240


def test_no_packets_no_samples():
    assert Sound().samples() is None
    assert Sound(packets=[Packet(pts=None, duration=None)]).samples() in {0, None}


@pytest.mark.parametrize(
    ("codec", "bits"),
    [
        ("pcm_s16le", 16),
        ("pcm_s24be", 24),
        ("pcm_f32le", 32),
        ("pcm_u8", 8),
        ("pcm_s24daud", 24),
        ("pcm_s16le_planar", 16),
        ("pcm_mulaw", 8),
        ("pcm_bluray", 0),
        ("aac", 0),
        ("adpcm_ima_wav", 0),
    ],
)
def test_bits_of_uncompressed_sound(codec, bits):
    assert pcm_bits(codec) == bits


def test_bits_of_lossless_sound():
    assert sample_bits("flac", "s16", None) == 16
    assert sample_bits("flac", "s32", None) == 24
    assert sample_bits("alac", "s32", bytes(17) + b"\x14" + bytes(18)) == 20
    assert sample_bits("alac", "s16", b"") == 16
    assert sample_bits("aac", "flt", None) == 0
    assert sample_bits("pcm_s24le", "s32", None) == 24
