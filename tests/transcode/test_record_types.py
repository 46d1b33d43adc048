"""Every record that is stored or crosses a process: whatever it holds comes back the same, and only that."""

import itertools
import json
import typing
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transcode.made_up import plain, records
from transcode import facts, forms, images
from transcode.planner import plan
from transcode.recipes import Wording
from transcode.records import Record, RecordError
from transcode.sniff import ContentType

STORED: tuple[type[Record], ...] = (
    facts.MediaFacts,
    facts.ImageFacts,
    facts.DocumentFacts,
    plan.Plan,
    plan.Options,
    plan.Measured,
    plan.Labels,
    images.Order,
    images.Derivative,
    ContentType,
    Wording,
    *forms.FORMS.values(),
)
every_type = pytest.mark.parametrize("kind", STORED, ids=lambda kind: kind.__name__)
few = settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.too_slow])
# What a process taken over by a hostile file may answer in place of anything
STRANGE: tuple[Any, ...] = (
    None,
    True,
    3,
    -1.5,
    "texto",
    [],
    [[]],
    {},
    {"x": 1},
    10**400,
    [None],
    "1",
    "true",
)


def names(kind: type[Record]) -> list[str]:
    return [field.name for field in fields(typing.cast("Any", kind))]


@every_type
@few
@given(data=st.data())
def test_what_is_stored_comes_back_the_same(kind, data):
    record = data.draw(records(kind))
    stored = json.loads(json.dumps(record.to_json(), allow_nan=False))
    assert kind.from_json(stored) == record
    assert list(stored) == names(kind)


@every_type
def test_nothing_can_be_changed_afterwards(kind):
    for name in names(kind):
        with pytest.raises(AttributeError):
            setattr(plain(kind), name, None)


@every_type
def test_a_forged_answer_is_a_record_or_refused_and_never_a_crash(kind):
    """One field replaced by something else: read as what it says, or refused with the place."""
    stored = plain(kind).to_json()
    for name, strange in itertools.product(stored, STRANGE):
        try:
            read = kind.from_json(stored | {name: strange})
        except RecordError:
            continue
        assert read.to_json()[name] == strange, name


@every_type
def test_what_a_newer_release_stored_besides_does_no_harm(kind):
    added = {"newer": {"x": [1]}, "": None}
    assert kind.from_json(plain(kind).to_json() | added) == plain(kind)


@every_type
@pytest.mark.parametrize("value", [None, [], "texto", 3, [{}]])
def test_what_is_no_object_is_no_record(kind, value):
    with pytest.raises(RecordError, match=kind.__name__):
        kind.from_json(value)


@pytest.mark.parametrize("size", [10**309, -(10**400), float("inf"), json.loads("-1e999")])
def test_a_number_no_float_can_hold_is_refused_by_its_place(size):
    page = plain(facts.DocumentFacts).to_json() | {"width_pt": size}
    with pytest.raises(RecordError, match=r"DocumentFacts\.width_pt: the number is too large"):
        facts.DocumentFacts.from_json(page)


def test_what_is_no_number_is_refused_by_its_place():
    page = plain(facts.DocumentFacts).to_json() | json.loads('{"height_pt": NaN}')
    with pytest.raises(RecordError, match=r"DocumentFacts\.height_pt: no number"):
        facts.DocumentFacts.from_json(page)


def test_the_largest_whole_numbers_stay_exact():
    """Bytes, samples and ticks of a day's recording are past 32 bits, and must not become floats on the way."""
    picture = replace(plain(images.Derivative), size_bytes=2**53 - 1)
    assert images.Derivative.from_json(json.loads(json.dumps(picture.to_json()))).size_bytes == 2**53 - 1
