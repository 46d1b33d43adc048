"""Counts of the values of fields, each leaving out its own filter."""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from threading import Lock
from typing import Any

import tantivy

from search.engines.counts import Counts, merged
from search.plan import Node, Plan
from search.query import Query

#: Counts over everything cost tens of milliseconds on a large index, and everybody's first page asks for them.
_KEPT = 128
#: Values counted in each segment before the segments are added up: more distinct ones make a count inexact.
_SEGMENT_SIZE = 20_000
_NONE: Mapping[str, Any] = {"buckets": ()}


class Facets:
    """Counts, and keeps the last counts, for one committed state of the index."""

    def __init__(self, searcher: tantivy.Searcher, compiled: Callable[[Node], tantivy.Query]) -> None:
        self._searcher = searcher
        self._compiled = compiled
        self._kept: OrderedDict[object, Mapping[str, Counts]] = OrderedDict()
        self._lock = Lock()

    def count(self, plan: Plan, query: Query) -> dict[str, Counts]:
        """Return the values and counts of ``query.facets``: the most frequent, and those chosen even if 0."""
        chosen = [name for name in query.facets if query.filters.get(name)]
        others = tuple(name for name in query.facets if name not in chosen)
        counts: dict[str, Counts] = dict.fromkeys(query.facets, ())
        if others:
            counts.update(self._counted(plan.where(), others, query))
        for name in chosen:
            counts.update(self._counted(plan.where(without=name), (name,), query))
        return counts

    def _counted(self, node: Node, names: tuple[str, ...], query: Query) -> Mapping[str, Counts]:
        size = query.facet_size
        wanted = {name: tuple(sorted(query.filters.get(name, ()))) for name in names}
        key = (node, size, tuple(wanted.items()))
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                return self._kept[key]
        answer = self._searcher.aggregate(self._compiled(node), _aggregations(wanted, size))
        counts = {
            name: merged(_buckets(answer, name), _buckets(answer, f"{name} chosen"), values, size)
            for name, values in wanted.items()
        }
        with self._lock:
            self._kept[key] = counts
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return counts


def _aggregations(wanted: Mapping[str, tuple[str, ...]], size: int) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, values in wanted.items():
        # twice as many as asked for, so that values with equal counts at the edge are cut in order
        made[name] = {"terms": {"field": name, "size": 2 * size, "segment_size": _SEGMENT_SIZE}}
        if values:
            terms = {"field": name, "size": len(values), "include": list(values)}
            made[f"{name} chosen"] = {"terms": terms}
    return made


def _buckets(answer: Mapping[str, Any], name: str) -> dict[str, int]:
    return {str(bucket["key"]): int(bucket["doc_count"]) for bucket in answer.get(name, _NONE)["buckets"]}
