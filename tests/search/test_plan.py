"""The plan as data."""

from collections.abc import Iterator
from dataclasses import fields, is_dataclass

import pytest

from search import plan
from search.document import TEXTS, Analysis
from search.plan import Asked, Best, Every, Exact, Fuzzy, Node, Phrase, Prefix, Range, Some, Term
from search.query import Query

NOTHING: frozenset[str] = frozenset()


def planned(text: str, *known: str, **asked: object) -> plan.Plan:
    query = Query(**{"viewer": None, "text": text, **asked})  # type: ignore[arg-type]
    return plan.build(query, Asked(text), frozenset(known))


def leaves(node: Node) -> Iterator[Node]:
    """Return every node below, the node itself included."""
    yield node
    for each in fields(node):
        value = getattr(node, each.name)
        for inner in value if isinstance(value, tuple) else ():
            if is_dataclass(inner):
                yield from leaves(inner)  # type: ignore[arg-type]


def of(text: str, kind: type, *known: str) -> list[Node]:
    return [node for node in leaves(planned(text, *known).match) if isinstance(node, kind)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("¿?", []),
        ("becas", ["becas"]),
        ("entrega de becas", ["entrega", "becas"]),
        ("de la", ["de", "la"]),
        ('"agua potable" león', ["agua potable", "león"]),
        ("“agua potable” «de la» x", ["agua potable", "x"]),
        ('"', []),
        ('becas "sin cerrar', ["becas", "sin", "cerrar"]),
        ('""', []),
        ('"becas"', ["becas"]),
        ("becas becas BECAS", ["becas"]),
        ("d.i.f. O'Higgins", ["dif", "higgins"]),
    ],
)
def test_what_was_typed_is_read(text: str, expected: list[str]) -> None:
    assert [" ".join(clause.words) for clause in Asked(text).clauses] == expected


def test_only_the_last_word_outside_of_quotes_may_be_a_beginning() -> None:
    assert [clause.last for clause in Asked("entrega de becas").clauses] == [False, True]
    assert [clause.last for clause in Asked('becas "agua potable"').clauses] == [False, False]
    assert [clause.quoted for clause in Asked('becas "agua potable"').clauses] == [False, True]


def test_a_text_is_read_as_far_as_it_makes_sense() -> None:
    assert len(Asked(" ".join(f"palabra{number}" for number in range(500))).clauses) == plan.MAX_WORDS
    assert len(Asked("x" * 100_000).clauses) == 1
    assert len(Asked('"' + "becas " * 1000).clauses) == 1


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("AB2CD34X", "AB2CD34X"),
        (" ab2c-d34x ", "AB2CD34X"),
        ("AB2CD34X23", "AB2CD34X23"),
        ("AB2CD34", ""),
        ("AB2CD34X2", ""),
        ("añoañoañ", ""),
        ("", ""),
    ],
)
def test_a_whole_text_may_be_a_code(text: str, code: str) -> None:
    assert Asked(text).code == code
    assert (Exact("code", (code,), 100.0) in of(text, Exact)) == bool(code)


def test_every_word_is_the_best_of_its_fields() -> None:
    match = planned("entrega becas", "entrega", "becas").match
    assert isinstance(match, Every)
    assert len(match.must) == 2
    assert all(isinstance(node, Best) and node.tie == 0.3 for node in match.must)
    terms = [node for node in leaves(match.must[0]) if isinstance(node, Term)]
    assert Term("headline", Analysis.ES, "entrega", 4.0) in terms
    assert Term("headline", Analysis.X, "entrega", 2.0) in terms
    assert {term.field for term in terms} == set(TEXTS)


def test_a_typed_tilde_turns_the_weights_around() -> None:
    terms = of("caña", Term, "caña")
    assert Term("headline", Analysis.X, "caña", 4.0) in terms
    assert Term("headline", Analysis.ES, "caña", 4.0 * 0.15) in terms
    folded = [term.weight for term in terms if isinstance(term, Term) and term.analysis is not Analysis.X]
    assert max(folded) < 1


@pytest.mark.parametrize(
    ("text", "known", "score"),
    [
        ("vacunac", (), 4.8),
        ("vacunas", ("vacunas",), 0.48),
        ("va", (), None),
        ("vac", (), 4.8),
        ("202", (), 4.8),
    ],
)
def test_a_last_word_may_be_a_beginning(text: str, known: tuple[str, ...], score: float | None) -> None:
    scores = [
        node.score
        for node in of(text, Prefix, *known)
        if isinstance(node, Prefix) and node.field == "headline"
    ]
    assert scores == ([] if score is None else [pytest.approx(score)])


@pytest.mark.parametrize(
    ("text", "known", "fuzzy"),
    [
        ("vacunasion", (), True),
        ("vacunas", ("vacunas",), False),
        ("c5i", (), False),
        ("2026", (), False),
        ("c0012", (), False),
        ('"vacunasion"', (), False),
    ],
)
def test_only_an_unknown_word_may_be_misspelt(text: str, known: tuple[str, ...], *, fuzzy: bool) -> None:
    assert bool(of(text, Fuzzy, *known)) is fuzzy


def test_a_quoted_phrase_is_required_with_its_holes() -> None:
    phrases = of('"entrega de las becas"', Phrase)
    assert Phrase("headline", ((0, "entrega"), (3, "becas")), 4.0) in phrases
    assert all(isinstance(node, Phrase) and Analysis.ES in TEXTS[node.field].analyses for node in phrases)
    assert of('"entrega de las becas"', Prefix) == []


def test_words_together_only_add_to_the_score() -> None:
    match = planned("agua potable").match
    assert isinstance(match, Every)
    assert len(match.should) == 1
    assert planned("agua").match.should == ()  # type: ignore[union-attr]
    assert all(isinstance(node, Phrase) and len(node.words) > 1 for node in of("agua de la potable", Phrase))


def test_stop_words_alone_are_looked_for_as_they_are() -> None:
    terms = of("de la", Term)
    assert {term.analysis for term in terms if isinstance(term, Term)} == {Analysis.V}
    assert {term.word for term in terms if isinstance(term, Term)} == {"de", "la"}


def test_no_text_asks_for_everything_and_signs_for_nothing() -> None:
    assert planned("").match == Every()
    assert planned("  ").match == Every()
    assert planned("¿?").match == Some(())


def test_what_one_may_see_is_apart_from_what_one_chose() -> None:
    made = planned(
        "becas",
        viewer=frozenset({"b", "a"}),
        filters={"kind": frozenset({"video"}), "place": frozenset({"b", "a"}), "ym": frozenset()},
        ranges={"taken": (5, None)},
    )
    assert made.scope == (Exact("seen_by", ("a", "b")), Range("taken", 5, None))
    assert made.groups == {"kind": Exact("kind", ("video",)), "place": Exact("place", ("a", "b"))}
    assert made.where().must == (made.match, *made.scope, *made.groups.values())
    assert made.where(without="kind").must == (made.match, *made.scope, made.groups["place"])
    assert made.where(without="year") == made.where()


def test_nobody_sees_nothing_and_none_sees_everything() -> None:
    assert planned("", viewer=frozenset()).scope == (Exact("seen_by", ()),)
    assert planned("").scope == ()


def test_unsure_are_the_words_that_could_be_guessed_at() -> None:
    assert Asked('vacunación en león "agua potable" c5 911').unsure == ("vacunación", "león", "911")
    evidence = plan.evidence("leon")
    assert isinstance(evidence, Some)
    assert Term("headline", Analysis.ES, "leon", 1.0) in evidence.nodes
    assert Term("filename", Analysis.V, "leon", 1.0) in evidence.nodes


def test_cues_answer_any_word() -> None:
    node = plan.cues(Asked('presa "agua potable" vacunasion'), frozenset({"presa"}))
    assert isinstance(node, Some)
    assert len(node.nodes) == 3
    assert {leaf.field for leaf in leaves(node) if isinstance(leaf, Term | Phrase | Prefix | Fuzzy)} == {
        "text"
    }
    assert plan.cues(Asked("  "), NOTHING) is None
    assert plan.cues(Asked("¿?"), NOTHING) is None


def test_plans_are_values() -> None:
    assert planned("agua potable") == planned("agua potable")
    assert hash(planned("agua potable").where()) == hash(planned("agua potable").where())
