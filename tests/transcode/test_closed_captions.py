"""transcode.closed_captions: line 21 data is found in packets, padding and noise are not taken for it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcode.closed_captions import AHEAD_BYTES, captions_in

FIELD_1, FIELD_2, DTVCC_DATA, DTVCC_START = 0xFC, 0xFD, 0xFE, 0xFF
PADDING_608 = (FIELD_1, 0x80, 0x80)
PADDING_708 = (0xFA, 0x00, 0x00)  # not valid
RESUME = (FIELD_1, 0x94, 0x20)


def user_data(*constructs: tuple[int, int, int], flags: int = 0xC0) -> bytes:
    return b"GA94\x03" + bytes((flags | len(constructs), 0xFF)) + b"".join(map(bytes, constructs)) + b"\xff"


def sei(payload: bytes) -> bytes:
    """A registered message of H.264, between an access unit delimiter and a slice."""
    body = b"\xb5\x00\x31" + payload
    return (
        b"\0\0\0\x01\x09\xf0\0\0\0\x01\x06\x04"
        + bytes((len(body),))
        + body
        + b"\x80\0\0\0\x01\x65"
        + b"\x88" * 400
    )


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        (sei(user_data(RESUME)), "eia_608"),
        (sei(user_data(PADDING_608, RESUME)), "eia_608"),
        (sei(user_data((FIELD_2, 0x15, 0x2C))), "eia_608"),
        (b"\0\0\x01\xb2" + user_data(RESUME), "eia_608"),  # MPEG-2
        (sei(user_data((DTVCC_START, 0x02, 0x21), PADDING_708)), "eia_708"),
        (sei(user_data((DTVCC_START, 0x02, 0x21), RESUME)), "eia_608"),
        (sei(user_data((DTVCC_DATA, 0x02, 0x21))) + user_data(RESUME), "eia_608"),
        (sei(user_data(PADDING_608, PADDING_608)), ""),
        (sei(user_data(PADDING_708)), ""),
        (sei(user_data()), ""),
        (sei(user_data(RESUME, flags=0x80)), ""),  # process_cc_data_flag is off
        (sei(b"GA94\x06\x00"), ""),  # bar data
        (sei(b"DTG1\x03" + bytes(RESUME)), ""),
        (b"GA94\x03", ""),
        (b"GA94\x03\xff", ""),
        (b"GA94\x03\xc1\xff\xfc\x94", ""),  # cut
        (b"", ""),
    ],
)
def test_captions(packet, expected):
    assert captions_in(packet) == expected
    assert captions_in(memoryview(packet)) == expected


def test_only_what_stands_ahead_of_the_picture_is_looked_at():
    late = b"\0" * AHEAD_BYTES + user_data(RESUME)
    assert captions_in(late) == ""


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_any_bytes_have_an_answer(before, after):
    for packet in (before, before + b"GA94\x03" + after):
        assert captions_in(packet) in {"", "eia_608", "eia_708"}
