"""The query plan: from a query value to a neutral tree that each engine compiles one to one.

No engine's own query parser ever sees what a person typed. The shape and the weights were tried on judged queries
(tests/search/judged keeps them honest): for every word the best of its fields, and all words required.

Scores of ``Term`` and ``Phrase`` are BM25 (k1 1.2, b 0.75) without its constant factor (k1 + 1), times ``weight``;
those of ``Prefix``, ``Fuzzy`` and ``Exact`` are constant. An engine that keeps the factor multiplies the constants.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from dam.identifiers import ASSET_CODE_LENGTH, VERSION_CODE_LENGTH
from search.document import TEXTS, Analysis, TextField
from search.normalise import STOP_WORDS, clean, words
from search.query import Query

#: More words than this do not make a search better, only slower.
MAX_WORDS = 32
#: More characters than this are not read.
MAX_TEXT = 2000
_QUOTES = '"“”„«»'
_QUOTED = re.compile(rf"[{_QUOTES}]([^{_QUOTES}]*)[{_QUOTES}]")

_TIE = 0.3
_UNFOLDED, _UNFOLDED_TYPED, _FOLDED_TYPED = 0.5, 1.0, 0.15
_AS_WRITTEN = 0.5
_PREFIX, _PREFIX_KNOWN, _FUZZY, _CODE, _PHRASE = 1.2, 0.1, 0.9, 100.0, 1.0
_MIN_PREFIX, _MIN_FUZZY = 3, 4


@dataclass(frozen=True)
class Term:
    """One word as ``analysis`` makes it, anywhere in a text field."""

    field: str
    analysis: Analysis
    word: str
    weight: float


@dataclass(frozen=True)
class Phrase:
    """At least two words (no stop words among them) at these distances, in the ``ES`` analysis of a text field."""

    field: str
    words: tuple[tuple[int, str], ...]
    weight: float


@dataclass(frozen=True)
class Prefix:
    """Any word of the ``V`` analysis that begins with the folded ``word``, without a limit of expansions."""

    field: str
    word: str
    score: float


@dataclass(frozen=True)
class Fuzzy:
    """Any word of the ``V`` analysis one edit (insert, delete, replace, swap neighbours) from the folded ``word``."""

    field: str
    word: str
    score: float


@dataclass(frozen=True)
class Exact:
    """Any of these values, whole, in a filter field, ``seen_by`` or ``asset``. No value: nothing matches."""

    field: str
    values: tuple[str, ...]
    score: float = 0.0


@dataclass(frozen=True)
class Range:
    """A number from ``low`` (included) to ``high`` (not included)."""

    field: str
    low: int | None
    high: int | None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        """Return both ends within the 64 bits of the engines' numbers."""
        return _clamped(self.low), _clamped(self.high)


@dataclass(frozen=True)
class Best:
    """Any of these; the score is the best one's plus ``tie`` times the others'."""

    nodes: tuple["Node", ...]
    tie: float = _TIE


@dataclass(frozen=True)
class Every:
    """All of ``must`` (with none of them: everything); ``should`` only adds to the score."""

    must: tuple["Node", ...] = ()
    should: tuple["Node", ...] = ()


@dataclass(frozen=True)
class Some:
    """At least one of these; the scores add up."""

    nodes: tuple["Node", ...]


Node = Term | Phrase | Prefix | Fuzzy | Exact | Range | Best | Every | Some


@dataclass(frozen=True)
class Clause:
    """One word as typed, or the words of a quoted phrase."""

    words: tuple[str, ...]
    quoted: bool = False
    last: bool = False

    @property
    def meaning(self) -> tuple[tuple[int, str], ...]:
        """Return the words that are no stop words, with their places."""
        return tuple((place, word) for place, word in enumerate(self.words) if word not in STOP_WORDS)


@dataclass(frozen=True)
class Asked:
    """What a person typed, read."""

    text: str

    @cached_property
    def clauses(self) -> tuple[Clause, ...]:
        """Return the words and quoted phrases; stop words outside of quotes only where there is nothing else."""
        found = list(_clauses(clean(self.text[:MAX_TEXT])))[:MAX_WORDS]
        meant = [clause for clause in found if clause.meaning] or found
        unique = list(dict.fromkeys(meant))
        if unique and not unique[-1].quoted:
            unique[-1] = Clause(unique[-1].words, last=True)
        return tuple(unique)

    @property
    def unsure(self) -> tuple[str, ...]:
        """Return the words for which it matters whether the viewer's documents know them."""
        return tuple(
            clause.words[0]
            for clause in self.clauses
            if not clause.quoted and may_be_beginning(clause.words[0])
        )

    @property
    def code(self) -> str:
        """Return the whole text as a code of an asset or a version, or nothing."""
        joined = "".join(words(self.text[:MAX_TEXT])).upper()
        return joined if _may_be_code(joined) else ""


@dataclass(frozen=True)
class Plan:
    """What must match, apart by purpose: ``groups`` are the filters by field, so that a facet can omit its own."""

    match: Node
    scope: tuple[Node, ...]
    groups: Mapping[str, Node]

    def where(self, *, without: str = "") -> Every:
        """Return the whole condition, or all but the filter of one field."""
        groups = tuple(node for field, node in self.groups.items() if field != without)
        return Every((self.match, *self.scope, *groups))


def scope(query: Query) -> tuple[Node, ...]:
    """Return the conditions that no facet omits: what the viewer may see, and the ranges."""
    seen = () if query.viewer is None else (Exact("seen_by", tuple(sorted(query.viewer))),)
    return (*seen, *(Range(field, low, high) for field, (low, high) in sorted(query.ranges.items())))


def evidence(word: str) -> Node:
    """Return the condition that a document knows ``word``, by its stem or as it is: it decides ``Asked.unsure``."""
    return Some(
        tuple(
            Term(name, analysis, word, 1.0)
            for name, field in TEXTS.items()
            for analysis in field.analyses
            if analysis is not Analysis.X
        )
    )


def build(query: Query, asked: Asked, known: frozenset[str]) -> Plan:
    """Return the plan of ``query``; ``known`` are the words of ``asked.unsure`` of which there is evidence."""
    groups = {field: Exact(field, tuple(sorted(values))) for field, values in query.filters.items() if values}
    return Plan(_match(asked, known), scope(query), groups)


def cues(asked: Asked, known: frozenset[str]) -> Node | None:
    """Return the condition for caption cues, of which any word will do, or None where no text is asked for."""
    fields = {"text": TextField(1.0, lambda _: ())}
    nodes = tuple(_clause(clause, fields, known) for clause in asked.clauses)
    return Some(nodes) if nodes else None


def may_be_beginning(word: str) -> bool:
    """Return whether a last word is long enough to be taken for the beginning of one."""
    return len(word) >= _MIN_PREFIX


def may_be_misspelt(word: str) -> bool:
    """Return whether an unknown word may be one with a typing error: a number or a code never is."""
    return len(word) >= _MIN_FUZZY and word.isalpha()


def _match(asked: Asked, known: frozenset[str]) -> Node:
    if not asked.clauses:
        # Signs alone ask for nothing that can be found; no text at all asks for everything.
        return Some(()) if asked.text.strip() else Every()
    must = tuple(_or_code(clause, _clause(clause, TEXTS, known)) for clause in asked.clauses)
    whole = Clause(tuple(words(asked.text[:MAX_TEXT])[:MAX_WORDS]), quoted=True)
    should = (_phrase(whole, TEXTS),) if len(whole.meaning) > 1 and len(must) > 1 else ()
    match = Every(must, should)
    return Best((Exact("code", (asked.code,), _CODE), match)) if asked.code else match


def _clauses(text: str) -> Iterator[Clause]:
    place = 0
    for quoted in _QUOTED.finditer(text):
        yield from (Clause((word,)) for word in words(text[place : quoted.start()]))
        phrase = tuple(words(quoted.group(1))[:MAX_WORDS])
        if phrase:
            yield Clause(phrase, quoted=True)
        place = quoted.end()
    yield from (Clause((word,)) for word in words(text[place:]))


def _clause(clause: Clause, fields: Mapping[str, TextField], known: frozenset[str]) -> Node:
    if clause.quoted and len(clause.meaning) > 1:
        return _phrase(clause, fields)
    if not clause.meaning:
        return Every(tuple(_as_written(word, fields) for word in clause.words))
    word = clause.meaning[0][1]
    nodes = [node for name, field in fields.items() for node in _word(name, field, word)]
    if not clause.quoted:
        nodes += _guesses(word, fields, known=word in known, last=clause.last)
    return Best(tuple(nodes))


def _or_code(clause: Clause, node: Node) -> Node:
    code = clause.words[0].upper()
    return Best((Exact("code", (code,), _CODE), node)) if _may_be_code(code) else node


def _word(name: str, field: TextField, word: str) -> Iterator[Node]:
    typed = "ñ" in word
    shares = {
        Analysis.ES: _FOLDED_TYPED if typed else 1.0,
        Analysis.X: _UNFOLDED_TYPED if typed else _UNFOLDED,
        Analysis.V: (_FOLDED_TYPED if typed else 1.0) * (_AS_WRITTEN if len(field.analyses) > 1 else 1.0),
    }
    for analysis in field.analyses:
        yield Term(name, analysis, word, field.weight * shares[analysis])


def _guesses(word: str, fields: Mapping[str, TextField], *, known: bool, last: bool) -> Iterator[Node]:
    for name, field in fields.items():
        if last and may_be_beginning(word):
            yield Prefix(name, word, field.weight * _PREFIX * (_PREFIX_KNOWN if known else 1.0))
        if not known and may_be_misspelt(word):
            yield Fuzzy(name, word, field.weight * _FUZZY)


def _phrase(clause: Clause, fields: Mapping[str, TextField]) -> Node:
    return Best(
        tuple(
            Phrase(name, clause.meaning, field.weight * _PHRASE)
            for name, field in fields.items()
            if Analysis.ES in field.analyses
        )
    )


def _as_written(word: str, fields: Mapping[str, TextField]) -> Node:
    return Best(tuple(Term(name, Analysis.V, word, field.weight) for name, field in fields.items()))


def _clamped(end: int | None) -> int | None:
    return None if end is None else max(-(1 << 63), min(end, (1 << 63) - 1))


def _may_be_code(text: str) -> bool:
    return len(text) in (ASSET_CODE_LENGTH, VERSION_CODE_LENGTH) and text.isascii() and text.isalnum()
