"""Finding closed captions inside coded pictures, without decoding these: ATSC A/53 part 4, 6.2.3 (CEA-708, 608).

MPEG-2 carries them as user data, H.264 and HEVC as a registered SEI message, AV1 as metadata; in all of them the
same identifier stands before the same structure, ahead of the picture's own bytes.
"""

USER_DATA = b"GA94\x03"
AHEAD_BYTES = 8192  # of a packet that may hold captions; slices follow
PROCESS_FLAG, COUNT_MASK = 0x40, 0x1F
VALID_FLAG, TYPE_MASK = 0x04, 0x03
LINE_21_TYPES = {0, 1}  # CEA-608 field 1 and 2; the others are CEA-708
WITHOUT_PARITY = 0x7F

EIA_608, EIA_708 = "eia_608", "eia_708"


def captions_in(packet: bytes | memoryview) -> str:
    """'eia_608' when line 21 data with anything but padding is in the packet, 'eia_708' when only that is, or ''."""
    data = bytes(packet[:AHEAD_BYTES])
    found = ""
    at = data.find(USER_DATA)
    while at >= 0:
        start = at + len(USER_DATA)
        kind = _kind(data[start : start + 2 + 3 * COUNT_MASK])
        if kind == EIA_608:
            return EIA_608
        found = found or kind
        at = data.find(USER_DATA, start)
    return found


def _kind(cc_data: bytes) -> str:
    """Of one cc_data structure: flags and count, a reserved byte, then three bytes for each construct."""
    if not cc_data or not cc_data[0] & PROCESS_FLAG:
        return ""
    end = 2 + 3 * (cc_data[0] & COUNT_MASK)
    found = ""
    for at in range(2, min(end, len(cc_data) - 2), 3):
        header, first, second = cc_data[at : at + 3]
        if not header & VALID_FLAG or not (first | second) & WITHOUT_PARITY:
            continue
        if header & TYPE_MASK in LINE_21_TYPES:
            return EIA_608
        found = EIA_708
    return found
