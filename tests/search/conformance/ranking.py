"""What comes first."""

import pytest

from search.document import CueDocument
from search.engines.base import Engine
from tests.search import judged
from tests.search.making import ask, document, found

#: Each engine alone; a later comparison of two engines may be stricter.
LEAST = 0.90


class TestRanking:
    def test_fields_weigh_what_they_are_worth(self, engine: Engine) -> None:
        engine.upsert(
            [
                document(1, headline="Otra cosa", document_text="influenza"),
                document(2, headline="Otra cosa", description="influenza"),
                document(3, headline="Otra cosa", keywords=("influenza",)),
                document(4, headline="Otra cosa", people=("influenza",)),
                document(5, headline="influenza cosa"),
                document(6, headline="Otra cosa", cues=(CueDocument("es", 0, 1, "influenza"),)),
            ]
        )
        order = found(engine, "influenza")
        assert order[:4] == [5, 4, 3, 2]
        assert sorted(order[4:]) == [1, 6]

    def test_a_tilde_that_is_typed_counts(self, engine: Engine) -> None:
        engine.upsert(
            [
                document(1, headline="Las bodas de Cana"),
                document(2, headline="La zafra de la caña"),
                document(3, headline="Otra más"),
            ]
        )
        assert found(engine, "caña") == [2, 1]
        assert sorted(found(engine, "cana")) == [1, 2]
        first, second = ask(engine, "caña").hits
        assert first.score > 2 * second.score
        assert second.highlights == {}

    def test_the_stem_of_a_known_word_beats_its_continuations(self, engine: Engine) -> None:
        engine.upsert(
            [
                document(1, headline="Presagio de lluvia"),
                document(2, headline="Presas llenas"),
                document(3, headline="Presagios"),
            ]
        )
        assert found(engine, "presa")[0] == 2

    def test_words_that_stand_together_come_first(self, engine: Engine) -> None:
        engine.upsert(
            [
                document(1, headline="Agua para el campo y potable para la ciudad"),
                document(2, headline="Llega el agua potable al campo de la ciudad"),
            ]
        )
        assert found(engine, "agua potable") == [2, 1]

    def test_a_rare_word_weighs_more(self, engine: Engine) -> None:
        engine.upsert([document(number, headline="Entrega de apoyos") for number in range(10, 20)])
        engine.upsert(
            [document(1, headline="Entrega de tractores"), document(2, headline="Apoyos de otra clase")]
        )
        scores = {hit.asset_id: hit.score for hit in ask(engine, "entrega").hits}
        assert ask(engine, "tractores").hits[0].score > scores[document(10).id]

    def test_an_exact_code_comes_before_everything(self, engine: Engine) -> None:
        engine.upsert(
            [
                document(1, codes=("GTFQ2345",), headline="Sin nada que ver"),
                document(2, codes=("GTFQ2346",), headline="GTFQ2345 GTFQ2345", people=("GTFQ2345",)),
            ]
        )
        assert found(engine, "gtfq2345")[0] == 1


class TestJudgedQueries:
    @pytest.mark.parametrize("query", list(judged.queries()), ids=lambda query: query.text)
    def test_no_query_is_badly_answered(self, judged_engine: Engine, query: judged.Judged) -> None:
        assert self._ndcg(judged_engine, query) > 0.7

    def test_ndcg(self, judged_engine: Engine) -> None:
        values = [self._ndcg(judged_engine, query) for query in judged.queries()]
        assert sum(values) / len(values) >= LEAST

    def _ndcg(self, engine: Engine, query: judged.Judged) -> float:
        return judged.ndcg([hit.asset_id for hit in ask(engine, query.text, size=10).hits], query.grades)
