"""The Elasticsearch engine's own promises: leases, swaps, late jobs, refusals, and what its requests are."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from search.document import FILTERS, NUMBERS, TEXTS, Analysis, AssetDocument
from search.engines.base import DocumentsRefused, EngineFailed, IndexOutdated, RebuildRunning
from search.engines.elasticsearch import Cluster, ElasticsearchEngine, schema
from search.engines.elasticsearch.compile import compiled
from search.engines.elasticsearch.indices import Indices
from search.engines.elasticsearch.lease import Lease
from search.engines.elasticsearch.writing import send
from search.engines.embedded import EmbeddedEngine
from search.plan import Every, Exact, Fuzzy, Phrase, Prefix, Range, Some, Term
from tests.search import clusters, judged
from tests.search.making import ask, asset_id, document, found


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path
    clusters.drop(tmp_path)


@pytest.fixture
def engine(folder: Path) -> Iterator[ElasticsearchEngine]:
    with clusters.engine(folder, lease_s=1.0) as opened:
        yield opened


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Exact("kind", ()), {"match_none": {}}),
        (Some(()), {"match_none": {}}),
        (Every(), {"bool": {"filter": [{"match_all": {}}]}}),
        (Exact("kind", ("video",)), {"terms": {"exact.kind": ["video"]}}),
        (Range("width", 1, 1 << 80), {"range": {"numbers.width": {"gte": 1, "lt": (1 << 63) - 1}}}),
        (Range("width", None, None), {"match_all": {}}),
        (
            Phrase("headline", ((0, "entrega"), (2, "becas")), 4.0),
            {"match_phrase": {"texts.headline.es": {"query": "entrega de becas", "boost": 4.0}}},
        ),
        (
            Term("headline", Analysis.X, "caña", 2.0),
            {"match": {"texts.headline.x": {"query": "caña", "operator": "and", "boost": 2.0}}},
        ),
        (
            Prefix("headline", "leó", 1.0),
            {"prefix": {"texts.headline.v": {"value": "leo", "rewrite": "constant_score", "boost": 1.0}}},
        ),
    ],
)
def test_a_plan_is_compiled_one_to_one(node, expected) -> None:
    assert compiled(node) == expected


def test_a_word_with_an_error_is_one_edit_away() -> None:
    asked = compiled(Fuzzy("headline", "beka", 1.0))["fuzzy"]["texts.headline.v"]
    assert (asked["fuzziness"], asked["transpositions"]) == (1, True)


def test_the_mapping_names_every_field_and_refuses_all_others() -> None:
    properties = schema.mapping()["properties"]
    assert schema.mapping()["dynamic"] == "strict"
    assert properties["texts"]["properties"].keys() == TEXTS.keys()
    assert properties["exact"]["properties"].keys() == {*FILTERS, "seen_by"}
    assert properties["numbers"]["properties"].keys() == NUMBERS.keys()


def test_a_prefix_that_cannot_name_an_index_is_refused() -> None:
    with pytest.raises(ValueError, match="cannot begin"):
        Cluster(("http://localhost:9200",), prefix="Acervo*")


def test_a_cluster_that_does_not_answer_is_named_with_its_cause() -> None:
    with ElasticsearchEngine(Cluster(("http://127.0.0.1:9",))) as engine:
        with pytest.raises(EngineFailed) as failed:
            ask(engine)
        assert failed.value.__cause__ is not None
        with pytest.raises(EngineFailed):
            engine.upsert([document(1)])


def test_a_late_job_brings_nothing_back(engine: ElasticsearchEngine) -> None:
    engine.upsert([document(1, revision=3)])
    engine.delete({asset_id(1): 4})
    engine.upsert([document(1, revision=3)])
    assert found(engine) == []


def test_a_killed_rebuild_is_taken_over_when_its_time_is_up_and_swept(
    folder: Path, engine: ElasticsearchEngine
) -> None:
    at = clusters.cluster(folder)
    engine.upsert([document(1)])
    with at.client() as client:
        indices = Indices(client, at.prefix)
        Lease(client, at.prefix)._make_index()
        client.create(
            index=f"{at.prefix}-lease", id="rebuild", document={"holder": "x", "until": time.time() + 1}
        )
        left = indices.start()
        with pytest.raises(RebuildRunning):
            engine.rebuild([])
        engine.upsert([document(2)])
        assert indices.state().building == {left}
        time.sleep(1.1)
        engine.upsert([document(3)])
        assert indices.state().building == frozenset()
        assert engine.rebuild([document(4)]) == 1


def test_who_lost_the_right_to_rebuild_cannot_swap(folder: Path, engine: ElasticsearchEngine) -> None:
    at = clusters.cluster(folder)
    engine.upsert([document(1)])

    def reading() -> Iterator[AssetDocument]:
        yield document(2)
        with at.client() as client:
            indices = Indices(client, at.prefix)
            indices.sweep_left(indices.state())

    with pytest.raises(EngineFailed):
        engine.rebuild(reading())
    assert found(engine) == [1]


def test_another_releases_index_asks_to_be_rebuilt(
    folder: Path, engine: ElasticsearchEngine, monkeypatch
) -> None:
    engine.upsert([document(1)])
    monkeypatch.setattr(schema, "digest", lambda: "0" * 12)
    with clusters.engine(folder) as newer:
        with pytest.raises(IndexOutdated):
            ask(newer)
        with pytest.raises(IndexOutdated):
            newer.upsert([document(2)])
        assert newer.rebuild([document(2)]) == 1
        assert found(newer) == [2]
    assert found(engine) == [1], "processes of the older release still search theirs"


def test_each_refused_document_is_named_and_the_others_are_written(
    folder: Path, engine: ElasticsearchEngine
) -> None:
    engine.upsert([document(1)])
    at = clusters.cluster(folder)
    with at.client() as client:
        (index,) = Indices(client, at.prefix).state().current
        sent = [
            {"_op_type": "index", "_index": index, "_id": "odd", "_source": {"colour": "red"}},
            {"_op_type": "index", "_index": index, "_id": str(asset_id(2)), "_source": {}},
        ]
        with pytest.raises(DocumentsRefused, match=r"odd: .*colour"):
            send(client, sent, refresh=True)
    assert len(found(engine)) == 2


def test_both_engines_rank_alike(folder: Path, engine: ElasticsearchEngine) -> None:
    means = []
    with EmbeddedEngine(folder / "index") as embedded:
        for each in (engine, embedded):
            each.rebuild(judged.documents())
            values = [
                judged.ndcg([hit.asset_id for hit in ask(each, query.text, size=10).hits], query.grades)
                for query in judged.queries()
            ]
            means.append(sum(values) / len(values))
    assert abs(means[0] - means[1]) < 0.01
