"""Any value of a record's type, for property tests: made from its annotations, as `from_json` reads them."""

import types
import typing
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, Literal

from hypothesis import strategies as st

from transcode.facts import Rate
from transcode.forms import Box
from transcode.records import Record

# What PostgreSQL's jsonb takes: any text but U+0000 and lone surrogates.
TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)
WHOLE = st.integers(-(2**53), 2**53)
POSITIVE = st.integers(2, 2**31)
PLAIN: dict[Any, st.SearchStrategy[Any]] = {
    str: TEXT,
    int: WHOLE,
    bool: st.booleans(),
    float: st.floats(allow_nan=False, allow_infinity=False),
    Rate: st.builds(Rate, POSITIVE, POSITIVE),
    Box: st.builds(Box, POSITIVE, POSITIVE),
}

ONE: dict[Any, Any] = {str: "texto", int: 2, bool: True, float: 0.5}


def values(hint: Any) -> st.SearchStrategy[Any]:
    """Values of an annotation that records use."""
    simple = PLAIN.get(hint)
    if simple is not None:
        return simple
    arguments, origin = typing.get_args(hint), typing.get_origin(hint)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin is types.UnionType:
        return st.one_of([st.none() if arm is types.NoneType else values(arm) for arm in arguments])
    if origin is tuple:
        return st.lists(values(arguments[0]), min_size=1, max_size=3).map(tuple)
    if origin is dict:
        return st.dictionaries(TEXT, values(arguments[1]), max_size=3)
    assert is_dataclass(hint), hint
    return records(typing.cast("type[Record]", hint))


def records(kind: type[Record]) -> st.SearchStrategy[Any]:
    """Records of a type, with every field given."""
    hints = typing.get_type_hints(kind)
    return st.builds(
        kind, **{field.name: values(hints[field.name]) for field in fields(typing.cast("Any", kind))}
    )


@cache
def plain(hint: Any) -> Any:
    """One value of an annotation, the same each time; of a record, one with every field given."""
    if hint in ONE:
        return ONE[hint]
    arguments, origin = typing.get_args(hint), typing.get_origin(hint)
    if origin is tuple:
        return (plain(arguments[0]),)
    if origin is dict:
        return {"llave": plain(arguments[1])}
    if origin is Literal:
        return arguments[0]
    if origin is types.UnionType:
        return plain(arguments[0])
    hints = typing.get_type_hints(hint)
    return hint(**{field.name: plain(hints[field.name]) for field in fields(hint)})
