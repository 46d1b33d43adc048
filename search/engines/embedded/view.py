"""One committed state of the index, searched: hits, counts and facets agree with each other."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

import tantivy

from search import plan
from search.engines.embedded.compile import Compiler
from search.engines.embedded.facets import Facets
from search.engines.embedded.schema import ADDED, DURATION, TITLE, analysers, asset_id, read_shown
from search.highlight import CUES_PER_HIT, Marker
from search.query import MAX_RELEVANT, CueHit, Cursor, Hit, Query, Result, Sort, type_of_key

_ASC, _DESC = tantivy.Order.Asc, tantivy.Order.Desc
_ORDERS = {
    Sort.NEWEST: (ADDED, _DESC),
    Sort.OLDEST: (ADDED, _ASC),
    Sort.TITLE: (TITLE, _ASC),
    Sort.DURATION: (DURATION, _ASC),
}
#: Hits of equal score beyond the page that are looked at to put them in order.
_TIES = 64
#: Hits before the page that are looked at to see whether the index has moved since the last page.
_BACK = 64
_CUES_AT_ONCE = 20
_SCAN = 5000

Address = tantivy.DocAddress


class View:
    """Searches one committed state of the assets and of the cues."""

    def __init__(self, assets: tantivy.Index, cues: tantivy.Index) -> None:
        made = analysers()
        self._assets = assets.searcher()
        self._cues = cues.searcher()
        self._asset_query = Compiler(assets.schema, made).query
        self._cue_query = Compiler(cues.schema, made).query
        self._facets = Facets(self._assets, self._asset_query)

    @property
    def total(self) -> int:
        """Return the number of documents."""
        return int(self._assets.num_docs)

    def search(self, query: Query) -> Result:
        """Return one page. Raises BadCursor."""
        cursor = Cursor.of(query)
        asked = plan.Asked(query.text)
        scope = plan.scope(query)
        known = frozenset(word for word in asked.unsure if self._has(plan.evidence(word), *scope))
        planned = plan.build(query, asked, known)
        found = self._asset_query(planned.where())
        if query.order is Sort.RELEVANCE:
            total, addresses, scores, after = self._relevant(found, cursor, query.size)
        else:
            total, addresses, after = self._ordered(found, cursor, query.size)
            scores = [0.0] * len(addresses)
        marker = Marker(asked, known)
        cue_node = plan.cues(asked, known)
        hits = tuple(self._hits(addresses, scores, marker, cue_node))
        facets = self._facets.count(planned, query)
        return Result(total, hits, facets, after.encode() if after else None)

    def revisions(self, ids: Sequence[UUID]) -> dict[UUID, int]:
        """Return the revisions of those of ``ids`` that are indexed."""
        node = plan.Exact("id", tuple(str(key) for key in ids))
        found = self._assets.search(self._asset_query(node), max(1, len(ids)), count=False)
        return {asset_id(*halves): revision for *halves, revision in self._numbers(found.hits)}

    def has_cues(self, ids: Iterable[UUID]) -> bool:
        """Return whether any of the assets has cues."""
        node = plan.Exact("asset", tuple(str(key) for key in ids))
        return bool(self._cues.search(self._cue_query(node), 1, count=False).hits)

    def everything(self) -> Iterator[tuple[UUID, int]]:
        """Yield (id, revision) of all documents."""
        found = self._asset_query(plan.Every())
        for offset in range(0, self.total, _SCAN):
            page = self._assets.search(found, _SCAN, count=False, order_by_field=ADDED, offset=offset)
            yield from ((asset_id(high, low), revision) for high, low, revision in self._numbers(page.hits))

    def _has(self, *nodes: plan.Node) -> bool:
        return bool(self._assets.search(self._asset_query(plan.Every(nodes)), 1, count=False).hits)

    def _numbers(self, hits: Iterable[tuple[object, Address]]) -> Iterator[tuple[int, int, int]]:
        addresses = [address for _, address in hits]
        names = ("id_high", "id_low", "revision")
        return zip(*(_fast(self._assets, name, addresses) for name in names), strict=True)

    def _relevant(
        self, found: tantivy.Query, cursor: Cursor, size: int
    ) -> tuple[int, list[Address], list[float], Cursor | None]:
        end = min(cursor.offset + size, MAX_RELEVANT)
        result = self._assets.search(found, end + _TIES)
        seqs = _fast(self._assets, "seq", [address for _, address in result.hits])
        order = sorted(range(len(seqs)), key=lambda place: (-result.hits[place][0], seqs[place]))
        page = [result.hits[place] for place in order[cursor.offset : end]]
        more = end < min(_total(result), MAX_RELEVANT)
        after = Cursor(Sort.RELEVANCE, end) if more else None
        return _total(result), [address for _, address in page], [score for score, _ in page], after

    def _ordered(
        self, found: tantivy.Query, cursor: Cursor, size: int
    ) -> tuple[int, list[Address], Cursor | None]:
        """Return the hits after the cursor's key, wherever they are by now: no gap and no repeat under edits."""
        name, order = _ORDERS[cursor.sort]
        start, limit = cursor.offset, size
        if cursor.key is not None:
            start, limit = max(0, start - _BACK), size + 2 * _BACK
        while True:
            result = self._assets.search(found, limit, order_by_field=name, offset=start, order=order)
            keys: list[type_of_key] = [key for key, _ in result.hits]
            passed = sum(not _is_after(key, cursor.key, order) for key in keys)
            if start and not passed:  # everything here comes after: what comes before may, too
                start, limit = max(0, start - limit), limit * 2
            elif len(keys) == limit and len(keys) - passed < size:
                limit *= 2
            else:
                break
        page = result.hits[passed : passed + size]
        end = start + passed + len(page)
        after = Cursor(cursor.sort, end, page[-1][0]) if page and end < _total(result) else None
        return _total(result), [address for _, address in page], after

    def _hits(
        self, addresses: list[Address], scores: list[float], marker: Marker, cue_node: plan.Node | None
    ) -> Iterator[Hit]:
        keys = [
            asset_id(high, low) for high, low, _ in self._numbers([(None, address) for address in addresses])
        ]
        if cue_node is None:
            yield from (Hit(key, score) for key, score in zip(keys, scores, strict=True))
            return
        cues = self._cue_hits(keys, cue_node, marker)
        for address, key, score in zip(addresses, keys, scores, strict=True):
            shown: Mapping[str, list[str]] = read_shown(self._assets.doc(address))
            yield Hit(key, score, marker.highlights(shown), tuple(cues.get(key, ())))

    def _cue_hits(self, keys: Sequence[UUID], node: plan.Node, marker: Marker) -> dict[UUID, list[CueHit]]:
        """Return the best cues of each asset: of all at once, then of those to whom the others left no room."""
        limit = _CUES_AT_ONCE * max(1, len(keys))
        found = self._best_cues(keys, node, limit)
        if sum(map(len, found.values())) == limit:
            for key in keys:
                if len(found.get(key, ())) < CUES_PER_HIT:
                    found.update(self._best_cues([key], node, CUES_PER_HIT))
        return {
            key: [self._cue_hit(each, marker) for each in best[:CUES_PER_HIT]] for key, best in found.items()
        }

    def _best_cues(self, keys: Sequence[UUID], node: plan.Node, limit: int) -> dict[UUID, list[Address]]:
        condition = plan.Every((node, plan.Exact("asset", tuple(str(key) for key in keys))))
        hits = self._cues.search(self._cue_query(condition), limit, count=False).hits
        addresses = [address for _, address in hits]
        columns = (_fast(self._cues, name, addresses) for name in ("id_high", "id_low", "start_ms"))
        found: dict[UUID, list[Address]] = {}
        rows = zip(hits, *columns, strict=True)
        for (_, address), high, low, _ in sorted(rows, key=lambda row: (-row[0][0], row[3])):
            found.setdefault(asset_id(high, low), []).append(address)
        return found

    def _cue_hit(self, address: Address, marker: Marker) -> CueHit:
        return marker.cue(read_shown(self._cues.doc(address)))


def _fast(searcher: tantivy.Searcher, name: str, addresses: list[Address]) -> list[int]:
    return [int(value or 0) for value in searcher.fast_field_values(name, addresses)]


def _total(result: tantivy.SearchResult) -> int:
    return int(result.count)  # type: ignore[attr-defined]  # missing from its stubs


def _is_after(key: type_of_key, anchor: type_of_key | None, order: tantivy.Order) -> bool:
    if anchor is None:
        return True
    if isinstance(key, str) and isinstance(anchor, str):
        return key > anchor
    if isinstance(key, str) or isinstance(anchor, str):
        return False
    return key < anchor if order == _DESC else key > anchor
