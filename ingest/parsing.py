"""Calls of parsers in the sandbox, and what their endings mean for a file (law 6)."""

from typing import Any

from ingest import reasons
from ingest.outcomes import Rejected
from transcode import sandbox
from transcode.sandbox import (
    Limits,
    ParserCrashed,
    ParserError,
    ParserOutOfMemory,
    ParserRefused,
    ParserTimedOut,
)

GIGABYTE = 1024**3
#: Reading through a file on a busy disk comes to at least this much in a second.
SLOWEST_BYTES_PER_SECOND = 8 * 1024**2
PATIENCE_SECONDS = 60
_ENDINGS: tuple[tuple[type[ParserError], str], ...] = (
    (ParserCrashed, "parser_crashed"),
    (ParserTimedOut, "parser_timed_out"),
    (ParserOutOfMemory, "parser_out_of_memory"),
)


def limits_for(size_bytes: int, *, memory_bytes: int = 2 * GIGABYTE) -> Limits:
    """Return the limits for a parser that reads a whole file of this size once."""
    seconds = PATIENCE_SECONDS + size_bytes // SLOWEST_BYTES_PER_SECOND
    return Limits(wall_s=float(seconds), cpu_s=seconds, memory_bytes=memory_bytes)


def call(target: str, *args: Any, limits: Limits) -> Any:
    """Call a parser; whatever it makes of the file is its value or Rejected.

    One that crashed or took too long is asked once more: the machine may have been at its end, not the file.
    """
    try:
        return _asked_twice(target, *args, limits=limits)
    except ParserRefused as refusal:
        raise Rejected(
            reasons.of_parser(refusal.code), parser=refusal.code, detail=refusal.detail
        ) from refusal
    except ParserError as error:
        raise Rejected(ending(error), detail=error.detail) from error


def attempt(target: str, *args: Any, limits: Limits) -> tuple[Any, str]:
    """Call a parser of something that can be done without: its value and "", or None and what went wrong."""
    try:
        return _asked_twice(target, *args, limits=limits), ""
    except ParserRefused as refusal:
        return None, refusal.code
    except ParserError as error:
        return None, ending(error)


def ending(error: ParserError) -> str:
    """Return the reason code for a parser that gave no answer."""
    return next(code for kind, code in _ENDINGS if isinstance(error, kind))


def _asked_twice(target: str, *args: Any, limits: Limits) -> Any:
    try:
        return sandbox.call(target, *args, limits=limits)
    except ParserRefused:
        raise
    except ParserError:
        return sandbox.call(target, *args, limits=limits)
