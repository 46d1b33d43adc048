"""Highlights: where a text answers a query, found the same way for every engine.

A word is marked if its stem is the query's, if it begins with the last word being typed, or if it is one edit from
a word that no document knows: the reasons for which the plan lets it match. Nothing here is HTML.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from search.document import AssetDocument, CueDocument
from search.normalise import clean, fold, folded_stem, name_tokens, stem, tokens
from search.plan import Asked, may_be_beginning, may_be_misspelt
from search.query import CueHit, Highlight, Segment

#: Characters of a passage taken out of a longer text.
PASSAGE = 180
#: Caption cues shown of one asset.
CUES_PER_HIT = 3
#: Characters of a long text that are read; what answers only after that is found but not shown.
MAX_READ = 20_000

_ELLIPSIS = "…"
Tokens = Callable[[str], Iterator[tuple[int, int, str]]]

#: The fields shown with their marks: passages of long ones, single values of the others.
_LONG = ("description", "document_text")
_VALUES = ("keywords", "people", "places", "production_titles")
_LINES = ("headline", "agency", "event", "creator", "credit")
SHOWN = (*_LINES, *_VALUES, *_LONG, "filename")


def shown(document: AssetDocument) -> dict[str, tuple[str, ...]]:
    """Return the texts that an engine keeps beside a document so that ``highlights`` can be made of it."""
    texts: dict[str, tuple[str, ...]] = {}
    for name in SHOWN:
        value: str | tuple[str, ...] = getattr(document, name)
        kept = tuple(part[:MAX_READ] for part in ((value,) if isinstance(value, str) else value) if part)
        if kept:
            texts[name] = kept
    return texts


def shown_cue(cue: CueDocument) -> list[str | int]:
    """Return what an engine keeps beside a caption cue so that ``Marker.cue`` can be made of it."""
    return [cue.track, cue.start_ms, cue.end_ms, cue.text]


@dataclass(frozen=True)
class Marker:
    """Marks the words of a text that answer ``asked``; ``known`` is what the plan was built with."""

    asked: Asked
    known: frozenset[str]

    def highlights(self, texts: Mapping[str, Iterable[str]]) -> dict[str, tuple[Highlight, ...]]:
        """Return what answers in the texts of ``shown``, by field; a field that does not answer is left out."""
        found: dict[str, tuple[Highlight, ...]] = {}
        if not self.asked.clauses:
            return found
        for name, values in texts.items():
            cut = name_tokens if name == "filename" else tokens
            marked = tuple(
                highlight
                for highlight in (self.mark(value, passage=name in _LONG, cut=cut) for value in values)
                if any(segment.marked for segment in highlight)
            )
            if marked:
                found[name] = marked
        return found

    def cue(self, kept: Sequence[Any]) -> CueHit:
        """Return a cue of which ``shown_cue`` was kept."""
        track, start_ms, end_ms, text = kept
        return CueHit(track, start_ms, end_ms, self.mark(text))

    def mark(self, text: str, *, passage: bool = False, cut: Tokens = tokens) -> Highlight:
        """Return ``text`` in segments; with ``passage`` only the stretch of it that answers best."""
        text = clean(text)
        spans = _merged((start, end) for start, end, word in cut(text) if self._answers(word))
        if passage and len(text) > PASSAGE:
            first, last = _window(text, spans)
            parts = _segments(
                text, [span for span in spans if span[0] >= first and span[1] <= last], first, last
            )
            before = (Segment(_ELLIPSIS),) if first > 0 else ()
            after = (Segment(_ELLIPSIS),) if last < len(text) else ()
            return (*before, *parts, *after)
        return tuple(_segments(text, spans, 0, len(text)))

    @cached_property
    def _wanted(self) -> tuple["_Wanted", ...]:
        return tuple(
            _Wanted(
                word=word,
                prefix=not clause.quoted and clause.last and may_be_beginning(word),
                fuzzy=not clause.quoted and word not in self.known and may_be_misspelt(word),
            )
            for clause in self.asked.clauses
            for word in [word for _, word in clause.meaning] or clause.words
        )

    @cached_property
    def _answered(self) -> dict[str, bool]:
        return {}

    def _answers(self, word: str) -> bool:
        answer = self._answered.get(word)
        if answer is None:
            answer = self._answered[word] = any(wanted.is_answered_by(word) for wanted in self._wanted)
        return answer


@dataclass(frozen=True)
class _Wanted:
    word: str
    prefix: bool
    fuzzy: bool

    @cached_property
    def _typed_tilde(self) -> bool:
        return "ñ" in self.word

    @cached_property
    def _stem(self) -> str:
        return stem(self.word) if self._typed_tilde else folded_stem(self.word)

    @cached_property
    def _shape(self) -> str:
        return _with_tildes(self.word) if self._typed_tilde else _folded(self.word)

    def is_answered_by(self, word: str) -> bool:
        """Tell whether ``word`` answers; a ñ that was typed is answered only by a ñ."""
        if self._typed_tilde:
            same, shape = stem(word) == self._stem, _with_tildes(word)
        else:
            same, shape = folded_stem(word) == self._stem, _folded(word)
        return (
            same
            or shape == self._shape
            or (self.prefix and shape.startswith(self._shape))
            or (self.fuzzy and _is_one_edit(shape, self._shape))
        )


_folded = lru_cache(maxsize=65_536)(fold)


@lru_cache(maxsize=65_536)
def _with_tildes(word: str) -> str:
    return fold(word.replace("ñ", "~"))


def _is_one_edit(one: str, other: str) -> bool:
    if abs(len(one) - len(other)) > 1:
        return False
    short, long = sorted((one, other), key=len)
    same = next((place for place, char in enumerate(short) if long[place] != char), len(short))
    if len(short) < len(long):
        return short[same:] == long[same + 1 :]
    rest_short, rest_long = short[same:], long[same:]
    swapped = rest_short[:2] == rest_long[1::-1] and rest_short[2:] == rest_long[2:]
    return swapped or rest_short[1:] == rest_long[1:]


def _merged(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and start < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


def _window(text: str, spans: list[tuple[int, int]]) -> tuple[int, int]:
    """Return the stretch of about ``PASSAGE`` characters with the most marks, widened to whole words."""
    starts = [start for start, _ in spans] or [0]
    best = max(
        starts, key=lambda first: (sum(first <= start < first + PASSAGE * 3 // 4 for start in starts), -first)
    )
    first = max(0, min(best - PASSAGE // 4, len(text) - PASSAGE))
    last = min(len(text), first + PASSAGE)
    if first > 0:
        first = max(text.find(" ", first, best) + 1, first)
    if last < len(text):
        last = (
            max(text.rfind(" ", first, last), max((end for _, end in spans if end <= last), default=0))
            or last
        )
    return first, last


def _segments(text: str, spans: Iterable[tuple[int, int]], first: int, last: int) -> Iterator[Segment]:
    place = first
    for start, end in spans:
        if start > place:
            yield Segment(text[place:start])
        yield Segment(text[start:end], marked=True)
        place = end
    if place < last:
        yield Segment(text[place:last])
