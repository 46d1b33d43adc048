"""Public codes: short, unmistakable, one per asset and one per version."""

import uuid

import pytest

from dam.identifiers import ALPHABET, MAX_VERSIONS, new_asset_code, new_id, version_code


def test_ids_are_uuid7_and_sort_by_time():
    made = [new_id() for _ in range(1000)]
    assert all(isinstance(one, uuid.UUID) and one.version == 7 for one in made)
    assert len(set(made)) == 1000
    assert made[0] < made[-1]


def test_the_alphabet_leaves_out_what_is_mistaken_for_something_else():
    assert not set(ALPHABET) & set("01OILUV")
    assert len(set(ALPHABET)) == len(ALPHABET) == 29
    assert sorted(ALPHABET) == list(ALPHABET)


def test_asset_codes_have_eight_characters_of_the_alphabet():
    for _ in range(200):
        code = new_asset_code()
        assert len(code) == 8
        assert set(code) <= set(ALPHABET)


def test_asset_codes_are_spread():
    assert len({new_asset_code() for _ in range(5000)}) == 5000


def test_version_codes_are_the_asset_s_and_two_more():
    assert version_code("ABCD2345", 1) == "ABCD234523"
    assert version_code("ABCD2345", MAX_VERSIONS) == "ABCD2345ZZ"


def test_version_codes_never_repeat_and_sort_by_number():
    codes = [version_code("ABCD2345", number) for number in range(1, MAX_VERSIONS + 1)]
    assert len(set(codes)) == MAX_VERSIONS == 840
    assert codes == sorted(codes)
    assert all(len(code) == 10 for code in codes)


@pytest.mark.parametrize("number", [0, -1, MAX_VERSIONS + 1])
def test_there_is_no_code_beyond(number: int):
    with pytest.raises(ValueError, match="outside"):
        version_code("ABCD2345", number)
