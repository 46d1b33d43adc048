"""The query plan in Tantivy's queries, one to one."""

from collections.abc import Mapping
from functools import singledispatchmethod

import tantivy

from search.document import Analysis
from search.normalise import fold
from search.plan import Best, Every, Exact, Fuzzy, Node, Phrase, Prefix, Range, Some, Term

#: Tantivy keeps BM25's constant factor (k1 + 1), which the plan's figures leave out.
_FACTOR = 2.2
_MUST, _SHOULD = tantivy.Occur.Must, tantivy.Occur.Should


class Compiler:
    """Compiles plans for one schema. What would make Tantivy panic never reaches it: one-word phrases, no values."""

    def __init__(self, schema: tantivy.Schema, analysers: Mapping[Analysis, tantivy.TextAnalyzer]) -> None:
        self._schema = schema
        self._analysers = analysers

    @singledispatchmethod
    def query(self, node: Node) -> tantivy.Query:
        """Return the query for a node of a plan."""
        raise NotImplementedError(type(node).__name__)

    @query.register
    def _(self, node: Term) -> tantivy.Query:
        terms = self._analysers[node.analysis].analyze(node.word)
        if not terms:
            return tantivy.Query.empty_query()
        name = f"{node.field}_{node.analysis}"
        term = tantivy.Query.term_query(self._schema, name, terms[0], index_option="freq")
        return tantivy.Query.boost_query(term, node.weight)

    @query.register
    def _(self, node: Phrase) -> tantivy.Query:
        analyser = self._analysers[Analysis.ES]
        placed = [(place, term) for place, word in node.words for term in analyser.analyze(word)[:1]]
        if len(placed) < 2:  # noqa: PLR2004 - a phrase of one word is not a phrase
            return tantivy.Query.empty_query()
        first = placed[0][0]
        words: list[str | tuple[int, str]] = [(place - first, term) for place, term in placed]
        phrase = tantivy.Query.phrase_query(self._schema, f"{node.field}_{Analysis.ES}", words)
        return tantivy.Query.boost_query(phrase, node.weight)

    @query.register
    def _(self, node: Prefix) -> tantivy.Query:
        return self._near(node.field, node.word, distance=0, prefix=True, score=node.score)

    @query.register
    def _(self, node: Fuzzy) -> tantivy.Query:
        return self._near(node.field, node.word, distance=1, prefix=False, score=node.score)

    @query.register
    def _(self, node: Exact) -> tantivy.Query:
        if not node.values:
            return tantivy.Query.empty_query()
        values = tantivy.Query.term_set_query(self._schema, node.field, node.values)
        return tantivy.Query.const_score_query(values, node.score * _FACTOR)

    @query.register
    def _(self, node: Range) -> tantivy.Query:
        if node.low is None and node.high is None:
            return self.query(Every())
        within = tantivy.Query.range_query(
            self._schema,
            node.field,
            tantivy.FieldType.Integer,
            lower_bound=_clamped(node.low),
            upper_bound=_clamped(node.high),
            include_upper=node.high is None,
        )
        return tantivy.Query.const_score_query(within, 0.0)

    @query.register
    def _(self, node: Best) -> tantivy.Query:
        return tantivy.Query.disjunction_max_query([self.query(inner) for inner in node.nodes], node.tie)

    @query.register
    def _(self, node: Every) -> tantivy.Query:
        if not node.must:
            return tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0)
        must = [(_MUST, self.query(inner)) for inner in node.must]
        return tantivy.Query.boolean_query(must + [(_SHOULD, self.query(inner)) for inner in node.should])

    @query.register
    def _(self, node: Some) -> tantivy.Query:
        if not node.nodes:
            return tantivy.Query.empty_query()
        return tantivy.Query.boolean_query([(_SHOULD, self.query(inner)) for inner in node.nodes])

    def _near(self, field: str, word: str, *, distance: int, prefix: bool, score: float) -> tantivy.Query:
        # phrase_prefix_query stops at 50 expansions; this is an automaton over the whole dictionary
        name = f"{field}_{Analysis.V}"
        near = tantivy.Query.fuzzy_term_query(self._schema, name, fold(word), distance, True, prefix)
        return tantivy.Query.const_score_query(near, score * _FACTOR)


def _clamped(bound: int | None) -> int | None:
    return None if bound is None else max(-(1 << 63), min(bound, (1 << 63) - 1))
