"""The query plan in Tantivy's queries, one to one."""

from collections.abc import Mapping
from functools import lru_cache
from typing import assert_never

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
        self._terms = lru_cache(maxsize=4096)(self._analysed)

    def query(self, node: Node) -> tantivy.Query:  # noqa: C901, PLR0911 - one case a kind
        """Return the query for a node of a plan."""
        match node:
            case Term():
                return self._term(node)
            case Prefix():
                return self._near(node.field, node.word, distance=0, prefix=True, score=node.score)
            case Fuzzy():
                return self._near(node.field, node.word, distance=1, prefix=False, score=node.score)
            case Best():
                return tantivy.Query.disjunction_max_query(
                    [self.query(inner) for inner in node.nodes], node.tie
                )
            case Phrase():
                return self._phrase(node)
            case Exact():
                return self._exact(node)
            case Range():
                return self._range(node)
            case Every():
                return self._every(node)
            case Some():
                if not node.nodes:
                    return tantivy.Query.empty_query()
                return tantivy.Query.boolean_query([(_SHOULD, self.query(inner)) for inner in node.nodes])
            case _:
                assert_never(node)

    def _term(self, node: Term) -> tantivy.Query:
        terms = self._terms(node.analysis, node.word)
        if not terms:
            return tantivy.Query.empty_query()
        name = f"{node.field}_{node.analysis}"
        term = tantivy.Query.term_query(self._schema, name, terms[0], index_option="freq")
        return tantivy.Query.boost_query(term, node.weight)

    def _phrase(self, node: Phrase) -> tantivy.Query:
        placed = [(place, term) for place, word in node.words for term in self._terms(Analysis.ES, word)[:1]]
        if len(placed) < 2:  # noqa: PLR2004 - a phrase of one word is not a phrase
            return tantivy.Query.empty_query()
        first = placed[0][0]
        words: list[str | tuple[int, str]] = [(place - first, term) for place, term in placed]
        phrase = tantivy.Query.phrase_query(self._schema, f"{node.field}_{Analysis.ES}", words)
        return tantivy.Query.boost_query(phrase, node.weight)

    def _near(self, field: str, word: str, *, distance: int, prefix: bool, score: float) -> tantivy.Query:
        # phrase_prefix_query stops at 50 expansions; this is an automaton over the whole dictionary
        name = f"{field}_{Analysis.V}"
        near = tantivy.Query.fuzzy_term_query(self._schema, name, fold(word), distance, True, prefix)
        return tantivy.Query.const_score_query(near, score * _FACTOR)

    def _exact(self, node: Exact) -> tantivy.Query:
        if not node.values:
            return tantivy.Query.empty_query()
        values = tantivy.Query.term_set_query(self._schema, node.field, node.values)
        return tantivy.Query.const_score_query(values, node.score * _FACTOR)

    def _range(self, node: Range) -> tantivy.Query:
        low, high = node.bounds
        if low is None and high is None:
            return self.query(Every())
        within = tantivy.Query.range_query(
            self._schema,
            node.field,
            tantivy.FieldType.Integer,
            lower_bound=low,
            upper_bound=high,
            include_upper=high is None,
        )
        return tantivy.Query.const_score_query(within, 0.0)

    def _every(self, node: Every) -> tantivy.Query:
        if not node.must:
            return tantivy.Query.const_score_query(tantivy.Query.all_query(), 0.0)
        must = [(_MUST, self.query(inner)) for inner in node.must]
        return tantivy.Query.boolean_query(must + [(_SHOULD, self.query(inner)) for inner in node.should])

    def _analysed(self, analysis: Analysis, word: str) -> list[str]:
        return self._analysers[analysis].analyze(word)
