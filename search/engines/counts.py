"""Counts of a facet's values: the most frequent, and those that are chosen even with nothing in them."""

from collections.abc import Iterable, Mapping

Counts = tuple[tuple[str, int], ...]


def merged(
    frequent: Mapping[str, int], chosen: Mapping[str, int], values: Iterable[str], size: int
) -> Counts:
    """Return the ``size`` most frequent and all chosen ``values``, the most frequent first, then by value."""
    kept = dict(sorted(frequent.items(), key=_by_count)[:size])
    return tuple(sorted({**kept, **{value: chosen.get(value, 0) for value in values}}.items(), key=_by_count))


def _by_count(item: tuple[str, int]) -> tuple[int, str]:
    return -item[1], item[0]
