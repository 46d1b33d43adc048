"""File types without a header: streams of frames or packets, told by several that follow each other rightly."""

from collections.abc import Callable

from transcode.sniff_signatures import Peek

PACKET_SIZES = (
    188,
    192,
    204,
)  # MPEG-2 TS; with the time of arrival (Blu-ray, AVCHD); with Reed-Solomon (DVB)
PACKETS_NEEDED = 5
SYNC_BYTE = 0x47
FRAMES_NEEDED = 3
CUT_BYTES = 4096  # a recording cut anywhere starts with the rest of a frame

# ISO/IEC 11172-3, 2.4.2.3 and ISO/IEC 13818-3: kbit/s by index, for (MPEG-1?, layer)
MPEG1_LAYER1 = (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448)
MPEG1_LAYER2 = (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384)
MPEG1_LAYER3 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
MPEG2_LAYER1 = (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256)
MPEG2_LAYER23 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
MPEG1_RATES = (44100, 48000, 32000)
VERSION_RESERVED, VERSION_1, VERSION_25 = 1, 3, 0
LAYER_1, LAYER_2, LAYER_3 = 3, 2, 1

# ATSC A/52, table 5.18: kbit/s by half of frmsizecod
AC3_RATES = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640)
AC3_LAST_VERSION, EAC3_LAST_VERSION = 10, 16  # bsid

Length = Callable[[bytes], int]


def mpeg_audio_frame(header: bytes) -> int:
    """Bytes of the MPEG audio frame that starts so, or 0."""
    if len(header) < 4 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:  # noqa: PLR2004
        return 0
    version, layer = header[1] >> 3 & 3, header[1] >> 1 & 3
    rate_index, bit_rate_index, padding = header[2] >> 2 & 3, header[2] >> 4, header[2] >> 1 & 1
    if version == VERSION_RESERVED or layer == 0 or rate_index == 3 or bit_rate_index in {0, 15}:  # noqa: PLR2004
        return 0
    is_first = version == VERSION_1
    if is_first:
        table = {LAYER_1: MPEG1_LAYER1, LAYER_2: MPEG1_LAYER2, LAYER_3: MPEG1_LAYER3}[layer]
    else:
        table = MPEG2_LAYER1 if layer == LAYER_1 else MPEG2_LAYER23
    bit_rate = table[bit_rate_index] * 1000
    sample_rate = MPEG1_RATES[rate_index] // {VERSION_1: 1, 2: 2, VERSION_25: 4}[version]
    if layer == LAYER_1:
        return (12 * bit_rate // sample_rate + padding) * 4
    samples_over_8 = 144 if is_first or layer == LAYER_2 else 72
    return samples_over_8 * bit_rate // sample_rate + padding


def adts_frame(header: bytes) -> int:
    """Bytes of the AAC frame in ADTS (ISO/IEC 13818-7, 6.2) that starts so, or 0."""
    if len(header) < 6 or header[0] != 0xFF or header[1] & 0xF6 != 0xF0:  # noqa: PLR2004
        return 0
    return (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5


def ac3_frame(header: bytes) -> int:
    """Bytes of the AC-3 frame (ATSC A/52, 5.3) that starts so, or 0."""
    if len(header) < 6 or header[:2] != b"\x0b\x77" or header[5] >> 3 > AC3_LAST_VERSION:  # noqa: PLR2004
        return 0
    rate_code, size_code = header[4] >> 6, header[4] & 0x3F
    if rate_code == 3 or size_code // 2 >= len(AC3_RATES):  # noqa: PLR2004
        return 0
    kbit_s = AC3_RATES[size_code // 2]
    words = (kbit_s * 2, kbit_s * 320 // 147 + size_code % 2, kbit_s * 3)[rate_code]
    return words * 2


def eac3_frame(header: bytes) -> int:
    """Bytes of the E-AC-3 frame (ATSC A/52, annex E) that starts so, or 0."""
    if len(header) < 6 or header[:2] != b"\x0b\x77":  # noqa: PLR2004
        return 0
    if not AC3_LAST_VERSION < header[5] >> 3 <= EAC3_LAST_VERSION:
        return 0
    return (((header[2] & 7) << 8 | header[3]) + 1) * 2


FRAMED: tuple[tuple[Length, str], ...] = (
    (adts_frame, "audio/aac"),
    (mpeg_audio_frame, "audio/mpeg"),
    (ac3_frame, "audio/ac3"),
    (eac3_frame, "audio/eac3"),
)


def _follow(data: bytes, at: int, length: Length) -> bool:
    """Whether frames follow each other from there on: FRAMES_NEEDED, or two to the very end of short data."""
    for found in range(FRAMES_NEEDED):
        if at >= len(data) and found >= FRAMES_NEEDED - 1:
            return True
        size = length(data[at : at + 8])
        if size < 8:  # noqa: PLR2004 - no frame is that small
            return False
        at += size
    return True


def _framed(data: bytes) -> str:
    for length, mime in FRAMED:
        if _follow(data, 0, length):
            return mime
    for at in range(1, min(CUT_BYTES, len(data))):
        if data[at] == 0xFF and _follow(data, at, mpeg_audio_frame):  # noqa: PLR2004
            return "audio/mpeg"
    return ""


def _id3(peek: Peek) -> str:
    """What follows an ID3v2 tag (its size is four times seven bits); MP3 where nothing better is known."""
    header = peek.head[:10]
    is_tag = header[:3] == b"ID3" and len(header) == 10 and header[3] in {2, 3, 4}  # noqa: PLR2004
    if not is_tag or max(header[6:]) > 0x7F:  # noqa: PLR2004
        return ""
    size = 0
    for byte in header[6:]:
        size = size << 7 | byte
    after = peek.at(size + 10, peek.PIECE_BYTES)
    if after.startswith(b"fLaC"):
        return "audio/flac"
    return _framed(after.lstrip(b"\x00")) or "audio/mpeg"


def _transport(peek: Peek) -> str:
    """Sync bytes at the distance of a packet; a recording may start inside one."""
    head = peek.head[:16384]
    for size in PACKET_SIZES:
        for start in range(min(size, len(head))):
            syncs = head[start::size]
            if len(syncs) >= PACKETS_NEEDED and set(syncs) == {SYNC_BYTE} and not _is_uniform(head):
                return "video/mp2t"
    return ""


def _is_uniform(data: bytes) -> bool:
    """A file of nothing but one byte has it at every distance."""
    return len(set(data)) == 1


def _dv(peek: Peek) -> str:
    """DIF blocks of 80 bytes: a header, then two of subcode (IEC 61834-2)."""
    head = peek.head
    is_header = len(head) > 160 and head[0] == 0x1F and head[1] & 0xF0 == 0 and head[2] == 0  # noqa: PLR2004
    return "video/dv" if is_header and head[80] & 0xE0 == 0x20 and head[160] & 0xE0 == 0x20 else ""  # noqa: PLR2004


def stream(peek: Peek) -> str:
    """The type of a stream without a header, or ''."""
    return _id3(peek) or _framed(peek.head) or _transport(peek) or _dv(peek)
