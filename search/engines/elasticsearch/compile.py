"""The query plan in Elasticsearch's queries, one to one."""

from collections.abc import Iterable
from typing import assert_never

from search.document import Analysis
from search.engines.elasticsearch.schema import EXACT, NUMBER, TEXT, Json
from search.normalise import fold
from search.plan import Best, Every, Exact, Fuzzy, Node, Phrase, Prefix, Range, Some, Term

_NOTHING: Json = {"match_none": {}}
_EVERYTHING: Json = {"match_all": {}}
#: A word that every analysis for phrases drops: it holds the place of those that were left out.
_DROPPED = "de"
_EXPANSIONS = 1000


def compiled(node: Node, *, within: str = TEXT) -> Json:  # noqa: PLR0911 - one case a kind
    """Return the query for a node of a plan; the text fields lie ``within`` the assets' or the cues'."""
    match node:
        case Term():
            asked = {"query": node.word, "operator": "and", "boost": node.weight}
            return {"match": {f"{within}.{node.field}.{node.analysis}": asked}}
        case Prefix():
            near = {"value": fold(node.word), "rewrite": "constant_score", "boost": node.score}
            return {"prefix": {f"{within}.{node.field}.{Analysis.V}": near}}
        case Fuzzy():
            near = {"value": fold(node.word), "rewrite": "constant_score", "boost": node.score}
            edits = {"fuzziness": 1, "transpositions": True, "max_expansions": _EXPANSIONS}
            return {"fuzzy": {f"{within}.{node.field}.{Analysis.V}": near | edits}}
        case Phrase():
            return _phrase(node, within)
        case Best():
            queries = [compiled(inner, within=within) for inner in node.nodes]
            return {"dis_max": {"queries": queries, "tie_breaker": node.tie}}
        case Exact():
            return _exact(node)
        case Range():
            return _range(node)
        case Every():
            return _every(node, within)
        case Some():
            queries = [compiled(inner, within=within) for inner in node.nodes]
            return {"bool": {"should": queries, "minimum_should_match": 1}} if queries else _NOTHING
        case _:
            assert_never(node)


def filtering(nodes: Iterable[Node]) -> Json:
    """Return the condition that all of ``nodes`` hold, without a score."""
    return {"bool": {"filter": [compiled(node) for node in nodes] or [_EVERYTHING]}}


def _phrase(node: Phrase, within: str) -> Json:
    if len(node.words) < 2:  # noqa: PLR2004 - a phrase of one word is not a phrase
        return _NOTHING
    placed = dict(node.words)
    text = " ".join(placed.get(place, _DROPPED) for place in range(min(placed), max(placed) + 1))
    return {"match_phrase": {f"{within}.{node.field}.{Analysis.ES}": {"query": text, "boost": node.weight}}}


def _exact(node: Exact) -> Json:
    if not node.values:
        return _NOTHING
    values = {"terms": {f"{EXACT}.{node.field}": list(node.values)}}
    return {"constant_score": {"filter": values, "boost": node.score}} if node.score else values


def _range(node: Range) -> Json:
    low, high = node.bounds
    if low is None and high is None:
        return _EVERYTHING
    limits = {"gte": low, "lt": high}
    return {
        "range": {
            f"{NUMBER}.{node.field}": {name: limit for name, limit in limits.items() if limit is not None}
        }
    }


def _every(node: Every, within: str) -> Json:
    silent = [inner for inner in node.must if _is_silent(inner)]
    scoring = [compiled(inner, within=within) for inner in node.must if not _is_silent(inner)]
    made: Json = {"must": scoring, "filter": [compiled(inner) for inner in silent]}
    if not node.must:
        made["filter"] = [_EVERYTHING]
    if node.must and node.should:
        made |= {
            "should": [compiled(inner, within=within) for inner in node.should],
            "minimum_should_match": 0,
        }
    return {"bool": {name: value for name, value in made.items() if value != []}}


def _is_silent(node: Node) -> bool:
    """Return whether a condition adds nothing to the score, so that it may be kept and reused."""
    return isinstance(node, Range) or (isinstance(node, Exact) and not node.score)
