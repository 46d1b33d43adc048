"""What is remembered of the packets of one track while a file is read through, and what follows from it.

Memory is one machine integer per picture, nothing per sound packet: six hours fit easily. Packets are PyAV's, but
this module does not import it.
"""

import re
import struct
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, Literal, Protocol

from transcode import pacing
from transcode.closed_captions import EIA_608, captions_in
from transcode.pacing import Heard

VP8_SHOWN_BIT = 0x10  # of the frame tag: RFC 6386, 9.1
SKIP_SAMPLES = struct.Struct("<II")  # at the start, at the end: FFmpeg's AV_PKT_DATA_SKIP_SAMPLES
PCM = re.compile(r"pcm_[suf](\d+)")
PCM_OF_EIGHT_BITS = {"pcm_mulaw", "pcm_alaw"}
LOSSLESS = {"flac", "alac", "wavpack", "ape", "tta", "mlp", "truehd", "shorten"}
SAMPLE_FORMAT_BITS = {"u8": 8, "s16": 16, "s32": 24}  # they keep 24 bits in 32
ALAC_BITS_AT = 17  # of the 36 bytes of its atom
# H.264 may have each field in a packet of its own (AVCHD): packets then last half a frame, or less than this
MIXED_FIELDS = Fraction(3, 4)
SAMPLES_PER_PACKET = {"ac3": 1536}  # ATSC A/52: six blocks of 256


class Packet(Protocol):
    """What is used of av.Packet."""

    size: int
    pts: int | None
    dts: int | None
    duration: int | None

    @property
    def is_discard(self) -> bool: ...
    @property
    def is_corrupt(self) -> bool: ...
    def has_sidedata(self, kind: Literal["skip_samples"], /) -> bool: ...
    def get_sidedata(self, kind: Literal["skip_samples"], /) -> Any: ...
    def __buffer__(self, flags: int, /) -> memoryview: ...


def pcm_bits(codec: str) -> int:
    """Bits of a sample of uncompressed sound, by the name of its codec; 0 for others."""
    if codec in PCM_OF_EIGHT_BITS:
        return 8
    found = PCM.match(codec)
    return int(found[1]) if found else 0


def sample_bits(codec: str, sample_format: str, extradata: bytes | None) -> int:
    """Bits of a sample where the codec keeps them; 0 for lossy ones."""
    if codec not in LOSSLESS:
        return pcm_bits(codec)
    if codec == "alac" and extradata and len(extradata) > ALAC_BITS_AT:
        return extradata[ALAC_BITS_AT]
    return SAMPLE_FORMAT_BITS.get(sample_format, 0)


class PacketLog:
    """Counts of any track. The last packet of a file that was cut short is corrupt."""

    def __init__(self, time_base: Fraction) -> None:
        self.time_base = time_base
        self.seen = 0
        self.bytes = 0
        self.ends_corrupt = False

    def add(self, packet: Packet) -> bool:
        """Count a packet; False when an edit list hides it."""
        self.seen += 1
        self.ends_corrupt = packet.is_corrupt
        self.bytes += packet.size
        return not packet.is_discard


@dataclass(frozen=True, slots=True)
class Pace:
    """Frames shown, frames per second (None when nothing tells), and whether their gaps vary."""

    frames: int
    rate: Fraction | None
    is_variable: bool


class PictureLog(PacketLog):
    """The packets of a picture track."""

    def __init__(self, time_base: Fraction, codec: str) -> None:
        super().__init__(time_base)
        self.codec = codec
        self.times = array("q")
        self.untimed = 0
        self.durations = 0
        self.captions = ""

    def add(self, packet: Packet) -> bool:
        if self.captions != EIA_608:
            self.captions = captions_in(memoryview(packet)) or self.captions
        if not super().add(packet) or self._is_hidden(packet):
            return False
        time = packet.dts if packet.pts is None else packet.pts
        self.durations += packet.duration or 0
        if time is None:
            self.untimed += 1
        else:
            self.times.append(time)
        return True

    def _is_hidden(self, packet: Packet) -> bool:
        """VP8 keeps pictures that are only for reference in packets of their own."""
        return self.codec == "vp8" and not memoryview(packet)[0] & VP8_SHOWN_BIT

    def pace(self, declared: Sequence[Fraction], *, average: Fraction | None, is_interlaced: bool) -> Pace:
        """How many frames are shown and how fast. `declared` and `average` are what the container says."""
        times = sorted(self.times)
        packets = len(times) + self.untimed
        is_variable = pacing.is_variable(times, self.time_base)
        if average and packets and is_interlaced and self.codec == "h264":
            mean = self.durations * self.time_base / packets
            if mean < MIXED_FIELDS / average:
                return Pace(
                    round(self.durations * self.time_base * average), average, is_variable=is_variable
                )
        return Pace(packets, pacing.frame_rate(times, self.time_base, declared), is_variable=is_variable)


class SoundLog(PacketLog):
    """The packets of a sound track."""

    def __init__(
        self, time_base: Fraction, *, codec: str, sample_rate: int, channels: int, frame_size: int
    ) -> None:
        super().__init__(time_base)
        self.sample_rate = sample_rate
        self.bytes_per_sample = channels * pcm_bits(codec) // 8
        self.frame_size = SAMPLES_PER_PACKET.get(codec, frame_size)
        self.start: int | None = None
        self.end: int | None = None
        self.longest = 0
        self.heard = 0
        self.heard_bytes = 0
        self.hidden_ticks = 0
        self.heard_ticks = 0
        self.skip_start = 0
        self.skip_end = 0

    def add(self, packet: Packet) -> bool:
        duration = packet.duration or 0
        if packet.has_sidedata("skip_samples"):
            at_start, at_end = SKIP_SAMPLES.unpack(
                bytes(packet.get_sidedata("skip_samples"))[: SKIP_SAMPLES.size]
            )
            self.skip_start += at_start
            self.skip_end += at_end
        if not super().add(packet):
            self.hidden_ticks += duration if self.start is None else 0
            return False
        self.heard += 1
        self.heard_bytes += packet.size
        self.heard_ticks += duration
        self.longest = max(self.longest, duration)
        if packet.pts is not None:
            self.start = packet.pts if self.start is None else min(self.start, packet.pts)
            self.end = max(self.end or packet.pts, packet.pts + duration)
        return True

    def _content(self) -> int | None:
        if self.bytes_per_sample:
            return self.heard_bytes // self.bytes_per_sample
        if self.time_base * self.sample_rate <= 1:
            return round(self.heard_ticks * self.time_base * self.sample_rate)
        return self.heard * self.frame_size or None

    def samples(self, declared: int | None) -> int | None:
        """Samples per channel; None when nothing tells. `declared` is the duration the container states."""
        hidden = round(self.hidden_ticks * self.time_base * self.sample_rate)
        heard = Heard(
            time_base=self.time_base,
            sample_rate=self.sample_rate,
            start=self.start,
            end=self.end,
            longest=self.longest,
            content=self._content() if self.heard else None,
            skipped=max(0, self.skip_start - hidden) + self.skip_end,
            declared=declared,
        )
        return heard.samples()
