"""transcode.records: what goes into JSON comes out equal, and what is not right is refused by its place."""

import json
from dataclasses import dataclass, field
from typing import Literal

import pytest

from transcode.records import Record, RecordError


@dataclass(frozen=True, slots=True)
class Inner(Record):
    name: str
    size: int = 1

    def __post_init__(self) -> None:
        if self.size < 0:
            raise RecordError("a size is not negative")


@dataclass(frozen=True, slots=True)
class Outer(Record):
    inner: Inner
    many: tuple[Inner, ...]
    words: dict[str, str]
    ratio: float
    maybe: int | None
    whole: Inner | None
    mode: Literal["on", "off"]
    flag: bool = False
    notes: dict[str, tuple[int, ...]] = field(default_factory=dict)


FULL = Outer(
    inner=Inner("ñ", 3),
    many=(Inner("a"), Inner("b", 0)),
    words={"título": "Año"},
    ratio=1.5,
    maybe=None,
    whole=Inner("c"),
    mode="on",
    flag=True,
    notes={"x": (1, 2)},
)
JSON = FULL.to_json()


def test_the_round_trip():
    assert Outer.from_json(json.loads(json.dumps(JSON))) == FULL


def test_only_what_json_has():
    assert JSON["many"] == [{"name": "a", "size": 1}, {"name": "b", "size": 0}]
    assert JSON["notes"] == {"x": [1, 2]}
    assert json.loads(json.dumps(JSON)) == JSON


def test_what_has_a_default_may_be_missing():
    short = {name: value for name, value in JSON.items() if name not in {"flag", "notes"}}
    assert Outer.from_json(short) == Outer(FULL.inner, FULL.many, FULL.words, 1.5, None, FULL.whole, "on")


def test_what_a_newer_version_added_is_ignored():
    assert Outer.from_json({**JSON, "added": 1, "inner": {"name": "ñ", "size": 3, "added": []}}) == FULL


def test_a_whole_number_is_taken_for_a_float():
    found = Outer.from_json({**JSON, "ratio": 2})
    assert isinstance(found.ratio, float)


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"inner": None}, r"Outer\.inner: an object"),
        ({"inner": {}}, r"Outer\.inner\.name is missing"),
        ({"inner": {"name": 1}}, r"Outer\.inner\.name: str"),
        ({"inner": {"name": "a", "size": "1"}}, r"Outer\.inner\.size: int"),
        ({"inner": {"name": "a", "size": True}}, r"Outer\.inner\.size: int"),
        ({"inner": {"name": "a", "size": 1.0}}, r"Outer\.inner\.size: int"),
        ({"inner": {"name": "a", "size": -1}}, "not negative"),
        ({"many": {}}, r"Outer\.many: a list"),
        ({"many": "ab"}, r"Outer\.many: a list"),
        ({"many": [{"name": "a"}, 1]}, r"Outer\.many\[1\]: an object"),
        ({"words": []}, r"Outer\.words: an object"),
        ({"words": {"a": None}}, r"Outer\.words\.a: str"),
        ({"ratio": "1"}, r"Outer\.ratio: float"),
        ({"ratio": True}, r"Outer\.ratio: float"),
        ({"maybe": "1"}, r"Outer\.maybe: int"),
        ({"whole": []}, r"Outer\.whole: an object"),
        ({"mode": "maybe"}, r"Outer\.mode: 'maybe'"),
        ({"mode": None}, r"Outer\.mode: None"),
        ({"flag": 1}, r"Outer\.flag: bool"),
        ({"notes": {"x": [1, "2"]}}, r"Outer\.notes\.x\[1\]: int"),
    ],
)
def test_what_is_not_right_is_refused_by_its_place(change, place):
    with pytest.raises(RecordError, match=place):
        Outer.from_json({**JSON, **change})


@pytest.mark.parametrize("value", [None, 1, "text", [], [[]], True])
def test_what_is_no_object_is_refused(value):
    with pytest.raises(RecordError, match="Outer: an object"):
        Outer.from_json(value)


@pytest.mark.parametrize("name", ["inner", "many", "words", "ratio", "maybe", "whole", "mode"])
def test_what_is_needed_must_be_there(name):
    short = {key: value for key, value in JSON.items() if key != name}
    with pytest.raises(RecordError, match=rf"Outer\.{name} is missing"):
        Outer.from_json(short)
