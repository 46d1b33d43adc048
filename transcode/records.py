"""Immutable values that go in and out of JSON: what crosses a process boundary or is stored in a JSON column.

`from_json` checks every type, because what it reads may come from a process taken over by a hostile file.
"""

import math
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, Literal, Self


class RecordError(ValueError):
    """The JSON does not describe the record asked for, or its values are impossible. Names the place."""


def _encode(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _encode(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_encode(item) for item in value]
    if isinstance(value, Mapping):
        return {str(key): _encode(item) for key, item in value.items()}
    return value


def _must_be(wanted: type[Any] | tuple[type[Any], ...], value: Any, place: str, name: str) -> None:
    if not isinstance(value, wanted):
        raise RecordError(f"{place}: {name} was expected, not {type(value).__name__}")


def _decode_record(cls: type[Any], value: Any, place: str) -> Any:
    """Keys this version does not know are ignored: a newer worker may have stored them."""
    _must_be(Mapping, value, place, "an object")
    hints = typing.get_type_hints(cls)
    found: dict[str, Any] = {}
    for field in fields(cls):
        if field.name in value:
            found[field.name] = _decode(hints[field.name], value[field.name], f"{place}.{field.name}")
        elif field.default is MISSING and field.default_factory is MISSING:
            raise RecordError(f"{place}.{field.name} is missing")
    return cls(**found)


def _decode_optional(hint: Any, value: Any, place: str) -> Any:
    """`X | None` is the only union that records use."""
    if value is None:
        return None
    return _decode(next(arm for arm in typing.get_args(hint) if arm is not types.NoneType), value, place)


def _decode_literal(hint: Any, value: Any, place: str) -> Any:
    if value not in typing.get_args(hint):
        raise RecordError(f"{place}: {value!r} is none of {typing.get_args(hint)}")
    return value


def _decode_tuple(hint: Any, value: Any, place: str) -> Any:
    """`tuple[X, ...]` is the only tuple that records use."""
    _must_be((list, tuple), value, place, "a list")
    item = typing.get_args(hint)[0]
    return tuple(_decode(item, each, f"{place}[{number}]") for number, each in enumerate(value))


def _decode_dict(hint: Any, value: Any, place: str) -> Any:
    _must_be(Mapping, value, place, "an object")
    item = typing.get_args(hint)[1]
    return {str(key): _decode(item, each, f"{place}.{key}") for key, each in value.items()}


_DECODERS: dict[Any, Callable[[Any, Any, str], Any]] = {
    types.UnionType: _decode_optional,
    Literal: _decode_literal,
    tuple: _decode_tuple,
    dict: _decode_dict,
}


def _decode(hint: Any, value: Any, place: str) -> Any:
    decoder = _DECODERS.get(typing.get_origin(hint))
    if decoder is not None:
        return decoder(hint, value, place)
    if is_dataclass(hint):
        return _decode_record(typing.cast("type[Any]", hint), value, place)
    if hint is float and type(value) in {int, float}:
        return _finite(value, place)
    if type(value) is not hint:  # not isinstance: a boolean is no number here
        raise RecordError(f"{place}: {hint.__name__} was expected, not {type(value).__name__}")
    return value


def _finite(value: float, place: str) -> float:
    """JSON as Python reads it has Infinity and NaN, which no column stores."""
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise RecordError(f"{place}: {'no number' if math.isnan(number) else 'the number is too large'}")
    return number


class Record:
    """Base of frozen dataclasses made of text, numbers, booleans, records, and tuples and dicts of those."""

    __slots__ = ()

    def to_json(self) -> dict[str, Any]:
        """Only what `json` writes and PostgreSQL stores: objects, lists, text, numbers, booleans, null."""
        encoded: dict[str, Any] = _encode(self)
        return encoded

    @classmethod
    def from_json(cls, value: Any) -> Self:
        """Raise RecordError, naming the place, when a field is missing or has another type."""
        decoded: Self = _decode_record(cls, value, cls.__name__)
        return decoded
