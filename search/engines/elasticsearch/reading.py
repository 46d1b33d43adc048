"""Searching: the request that a query becomes, and the page that its answer becomes."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from elasticsearch import Elasticsearch

from search import plan
from search.engines.base import EngineFailed
from search.engines.counts import Counts, merged
from search.engines.elasticsearch.compile import compiled, filtering
from search.engines.elasticsearch.schema import ADDED, CUES, DURATION, EXACT, SEQ, TITLE, Json, read_shown
from search.highlight import CUES_PER_HIT, Marker
from search.query import MAX_RELEVANT, Cursor, Hit, Query, Result, Sort

_ORDERS: Mapping[Sort, list[Json]] = {
    Sort.RELEVANCE: [{"_score": "desc"}, {SEQ: "asc"}],
    Sort.NEWEST: [{ADDED: "desc"}],
    Sort.OLDEST: [{ADDED: "asc"}],
    Sort.TITLE: [{TITLE: "asc"}],
    Sort.DURATION: [{DURATION: "asc"}],
}
_FREE = "other facets"
_NO_INDEX = 404


def search(client: Elasticsearch, index: str, query: Query) -> Result:
    """Return one page: one request for the words that may be misspelt, one for everything else."""
    cursor = Cursor.of(query)
    asked = plan.Asked(query.text)
    known = _known(client, index, asked, plan.scope(query))
    planned = plan.build(query, asked, known)
    cues = plan.cues(asked, known)
    body = request(planned, query, cursor, cues)
    answer = client.search(index=index, allow_partial_search_results=False, **body).body
    return _page(answer, query, cursor, Marker(asked, known) if cues else None)


def _known(
    client: Elasticsearch, index: str, asked: plan.Asked, scope: tuple[plan.Node, ...]
) -> frozenset[str]:
    """Return those of the unsure words of which a document knows that the viewer may see."""
    if not asked.unsure:
        return frozenset()
    searches: list[Json] = []
    for word in asked.unsure:
        condition = filtering((plan.evidence(word), *scope))
        searches += [{}, {"query": condition, "size": 0, "terminate_after": 1, "track_total_hits": 1}]
    answers = client.msearch(index=index, searches=searches)["responses"]
    for answer in answers:
        if answer["status"] == _NO_INDEX:  # the search that follows says so, too
            return frozenset()
        if "error" in answer:
            raise EngineFailed(f"looking for known words: {answer['error']}")
    found = zip(asked.unsure, answers, strict=True)
    return frozenset(word for word, answer in found if answer["hits"]["total"]["value"])


def request(planned: plan.Plan, query: Query, cursor: Cursor, cues: plan.Node | None) -> Json:
    """Return the search of a page, its facets and its captions.

    The filters of facets are applied after counting, and to all facets but their own.
    """
    own = {name: planned.groups[name] for name in query.facets if name in planned.groups}
    others = tuple(node for name, node in planned.groups.items() if name not in own)
    must: Json = {"must": [compiled(planned.match)], "filter": [filtering((*planned.scope, *others))]}
    body: Json = {"query": {"bool": must | _cues(cues)}, "track_total_hits": True, "source": False}
    if cues is not None:
        body["stored_fields"] = ["shown"]
    if own:
        body["post_filter"] = filtering(own.values())
    aggregations = _aggregations(query, own)
    if aggregations:
        body["aggregations"] = aggregations
    return body | _place(query, cursor)


def _place(query: Query, cursor: Cursor) -> Json:
    """Return where the page begins; one hit more than it holds tells whether there is another page."""
    order: Json = {"sort": _ORDERS[query.order], "size": query.size + 1}
    if query.order is Sort.RELEVANCE:
        start = min(cursor.offset, MAX_RELEVANT)
        return order | {"from_": start, "size": min(query.size + 1, MAX_RELEVANT - start)}
    return order | ({} if cursor.key is None else {"search_after": [cursor.key]})


def _cues(cues: plan.Node | None) -> Json:
    """Return a condition that changes neither what is found nor its score, and brings the best captions of each."""
    if cues is None:
        return {}
    best = {
        "size": CUES_PER_HIT,
        "sort": [{"_score": "desc"}, {f"{CUES}.start_ms": "asc"}],
        "_source": False,
        "stored_fields": [f"{CUES}.shown"],
    }
    nested = {"path": CUES, "query": compiled(cues, within=CUES), "score_mode": "none", "inner_hits": best}
    return {"should": [{"nested": nested}], "minimum_should_match": 0}


def _aggregations(query: Query, own: Mapping[str, plan.Node]) -> Json:
    free = {name: _terms(name, query) for name in query.facets if name not in own}
    made: Json = {}
    if free:
        made[_FREE] = {"filter": filtering(own.values()), "aggs": free}
    for name in own:
        but_it = filtering(node for other, node in own.items() if other != name)
        chosen = sorted(query.filters[name])
        kept = _terms(name, query)
        exactly = {"terms": {"field": f"{EXACT}.{name}", "size": len(chosen), "include": chosen}}
        made[name] = {"filter": but_it, "aggs": {name: kept, "chosen": exactly}}
    return made


def _terms(name: str, query: Query) -> Json:
    order = [{"_count": "desc"}, {"_key": "asc"}]
    return {"terms": {"field": f"{EXACT}.{name}", "size": query.facet_size, "order": order}}


def _page(answer: Mapping[str, Any], query: Query, cursor: Cursor, marker: Marker | None) -> Result:
    found: list[Json] = answer["hits"]["hits"]
    hits = tuple(_hit(each, query.order, marker) for each in found[: query.size])
    end = cursor.offset + len(hits)
    after = None
    if len(found) > query.size and end < MAX_RELEVANT:
        after = Cursor(query.order, end)
    if len(found) > query.size and query.order is not Sort.RELEVANCE:
        after = Cursor(query.order, end, found[query.size - 1]["sort"][0])
    return Result(
        answer["hits"]["total"]["value"],
        hits,
        _facets(answer.get("aggregations", {}), query),
        after.encode() if after else None,
    )


def _hit(found: Json, order: Sort, marker: Marker | None) -> Hit:
    key = UUID(found["_id"])
    score = float(found["sort"][0]) if order is Sort.RELEVANCE else 0.0
    if marker is None:
        return Hit(key, score)
    best = found["inner_hits"][CUES]["hits"]["hits"]
    cues = tuple(marker.cue(read_shown(cue)) for cue in best)
    return Hit(key, score, marker.highlights(read_shown(found)), cues)


def _facets(answer: Mapping[str, Any], query: Query) -> dict[str, Counts]:
    counts: dict[str, Counts] = {}
    for name in query.facets:
        if name in answer:
            frequent, chosen = _buckets(answer[name][name]), _buckets(answer[name]["chosen"])
            values = sorted(query.filters[name])
        else:
            frequent, chosen, values = _buckets(answer[_FREE][name]), {}, []
        counts[name] = merged(frequent, chosen, values, query.facet_size)
    return counts


def _buckets(answer: Mapping[str, Any]) -> dict[str, int]:
    return {str(bucket["key"]): int(bucket["doc_count"]) for bucket in answer["buckets"]}
