"""The plan in Tantivy's queries: nothing that the plan can say makes it panic."""

from pathlib import Path

import pytest
import tantivy

from search.document import Analysis
from search.engines.embedded.compile import Compiler
from search.engines.embedded.schema import analysers, asset_entry, asset_schema, open_index
from search.plan import Best, Every, Exact, Fuzzy, Node, Phrase, Prefix, Range, Some, Term
from tests.search.making import document

ES, X, V = Analysis.ES, Analysis.X, Analysis.V


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> tantivy.Index:
    index = open_index(tmp_path_factory.mktemp("compile") / "assets", asset_schema())
    writer = index.writer(15_000_000, 1)
    writer.add_document(
        asset_entry(document(1, headline="Entrega de las becas", keywords=("Uno",), width=1920))
    )
    writer.add_document(asset_entry(document(2, headline="Agua potable", description="becas", width=640)))
    writer.add_document(asset_entry(document(3, headline="Caña")))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    return index


def scored(index: tantivy.Index, node: Node) -> dict[int, float]:
    """Return the scores of the documents found, by number."""
    searcher = index.searcher()
    hits = searcher.search(Compiler(index.schema, analysers()).query(node), 10).hits
    numbers = searcher.fast_field_values("seq", [address for _, address in hits])
    return {int(number or 0): float(score) for number, (score, _) in zip(numbers, hits, strict=True)}


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Term("headline", ES, "beca", 1.0), {1}),
        (Term("headline", ES, "cana", 1.0), {3}),
        (Term("headline", X, "cana", 1.0), set()),
        (Term("headline", X, "caña", 1.0), {3}),
        (Term("headline", V, "becas", 1.0), {1}),
        (Term("headline", V, "beca", 1.0), set()),
        (Term("headline", ES, "de", 1.0), set()),
        (Term("headline", V, "de", 1.0), {1}),
        (Term("headline", ES, "", 1.0), set()),
        (Phrase("headline", ((0, "entrega"), (3, "becas")), 1.0), {1}),
        (Phrase("headline", ((5, "entrega"), (8, "becas")), 1.0), {1}),
        (Phrase("headline", ((0, "entrega"), (1, "becas")), 1.0), set()),
        (Phrase("headline", ((0, "becas"),), 1.0), set()),
        (Phrase("headline", ((0, "becas"), (1, "de")), 1.0), set()),
        (Phrase("headline", (), 1.0), set()),
        (Prefix("headline", "bec", 1.0), {1}),
        (Prefix("headline", "cañ", 1.0), {3}),
        (Prefix("headline", "", 1.0), {1, 2, 3}),
        (Fuzzy("headline", "bcea", 1.0), set()),
        (Fuzzy("headline", "bceas", 1.0), {1}),
        (Fuzzy("headline", "becaz", 1.0), {1}),
        (Exact("keyword", ("Uno", "Dos")), {1}),
        (Exact("keyword", ("uno",)), set()),
        (Exact("keyword", ()), set()),
        (Range("width", 640, 1920), {2}),
        (Range("width", None, None), {1, 2, 3}),
        (Range("width", 641, None), {1}),
        (Range("width", 2000, 1000), set()),
        (Range("width", -(1 << 99), 1 << 99), {1, 2}),
        (Range("width", 1 << 99, None), set()),
        (Every(), {1, 2, 3}),
        (Every((Exact("seen_by", ("office",)), Term("headline", ES, "agua", 1.0))), {2}),
        (Every((Every(),), (Term("headline", ES, "agua", 1.0),)), {1, 2, 3}),
        (Some(()), set()),
        (Some((Exact("keyword", ("Uno",)), Exact("kind", ("none",)))), {1}),
        (Best(()), set()),
        (Best((Term("headline", ES, "agua", 1.0), Term("headline", ES, "becas", 1.0))), {1, 2}),
    ],
)
def test_every_node_finds_what_it_says(index: tantivy.Index, node: Node, expected: set[int]) -> None:
    assert set(scored(index, node)) == expected


def test_filters_add_nothing_to_the_score(index: tantivy.Index) -> None:
    alone = scored(index, Term("headline", ES, "agua", 1.0))
    filtered = scored(
        index,
        Every(
            (
                Term("headline", ES, "agua", 1.0),
                Exact("seen_by", ("office",)),
                Range("width", 0, None),
                Every(),
            )
        ),
    )
    assert filtered == pytest.approx(alone)


def test_constants_carry_the_factor_that_tantivy_keeps(index: tantivy.Index) -> None:
    for node in (
        Prefix("headline", "bec", 2.0),
        Fuzzy("headline", "becaz", 2.0),
        Exact("keyword", ("Uno",), 2.0),
    ):
        assert scored(index, node) == {1: pytest.approx(2.0 * 2.2)}


def test_weights_multiply(index: tantivy.Index) -> None:
    once = scored(index, Term("headline", ES, "becas", 1.0))[1]
    assert scored(index, Term("headline", ES, "becas", 4.0))[1] == pytest.approx(4 * once)


def test_the_best_counts_and_the_others_break_ties(index: tantivy.Index) -> None:
    one, other = Prefix("headline", "bec", 3.0), Prefix("headline", "entr", 1.0)
    assert scored(index, Best((one, other), 0.3))[1] == pytest.approx((3.0 + 0.3) * 2.2)
    assert scored(index, Some((one, other)))[1] == pytest.approx(4.0 * 2.2)


def test_prefixes_are_not_cut_at_fifty(tmp_path: Path) -> None:
    index = open_index(tmp_path / "assets", asset_schema())
    writer = index.writer(15_000_000, 1)
    for number in range(1, 301):
        writer.add_document(asset_entry(document(number, headline=f"toma{number:03d}")))
    writer.commit()
    writer.wait_merging_threads()
    index.reload()
    query = Compiler(index.schema, analysers()).query(Prefix("headline", "toma", 1.0))
    assert len(index.searcher().search(query, 1000).hits) == 300


def test_an_unknown_node_is_refused(index: tantivy.Index) -> None:
    with pytest.raises(AssertionError, match="becas"):
        Compiler(index.schema, analysers()).query("becas")  # type: ignore[arg-type]
