"""What a picture's own header says, before a pixel is read."""

from typing import Any

import pytest
import pyvips

from transcode.images.header import (
    MAX_PIXELS,
    Header,
    display_size,
    orientation_of,
    refuse_bombs,
    undecodable,
)
from transcode.sandbox import ParserRefused


def header(**changes):
    values: dict[str, Any] = {
        "format": "jpeg",
        "display_width": 30,
        "display_height": 40,
        "orientation": 6,
        "to_apply": 6,
        "bands": 3,
        "bit_depth": 8,
        "colour_space": "rgb",
        "profile": None,
        "nclx": None,
        "has_alpha": False,
        "pages": 1,
        "animated": False,
    }
    return Header(**values | changes)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_stored_and_displayed_sizes_change_places_with_a_quarter_turn(orientation):
    facts = header(orientation=orientation).facts()
    assert (facts.display_width, facts.display_height) == (30, 40)
    assert (facts.width, facts.height) == ((40, 30) if orientation >= 5 else (30, 40))
    assert display_size(facts.width, facts.height, orientation) == (30, 40)


def test_a_picture_without_profile_says_so():
    assert header().facts().icc_profile == ""


@pytest.mark.parametrize(("value", "expected"), [(6, 6), (0, 1), (9, 1), ("6", 1), (None, 1), (-1, 1)])
def test_an_orientation_that_does_not_exist_is_upright(value, expected):
    assert orientation_of(value) == expected


@pytest.mark.parametrize(
    ("size", "code"),
    [
        ((65_536, 65_536), "too_many_pixels"),
        ((70_000, 10), "too_many_pixels"),
        ((0, 10), "no_pixels"),
        ((10, -1), "no_pixels"),
    ],
)
def test_bombs_are_refused_by_their_size(size, code):
    with pytest.raises(ParserRefused) as refusal:
        refuse_bombs(*size)
    assert refusal.value.code == code


def test_the_largest_photographs_of_phones_are_allowed():
    refuse_bombs(16_320, 12_240)
    refuse_bombs(20_000, MAX_PIXELS // 20_000)


def test_a_decoder_that_fails_is_a_refusal_with_its_own_words():
    with pytest.raises(pyvips.Error) as error:
        pyvips.Image.jpegload_buffer(b"\xff\xd8\xff nothing more").avg()
    refusal = undecodable(error.value)
    assert isinstance(refusal, ParserRefused)
    assert refusal.code == "undecodable"
    assert "unable to call" not in refusal.detail


@pytest.mark.parametrize(
    "error",
    [MemoryError(), RuntimeError("Memory allocation error: 599270415 bytes"), ValueError("Out of memory")],
)
def test_a_lack_of_memory_is_not_the_files_fault(error):
    assert isinstance(undecodable(error), MemoryError)
