"""What is kept, what is forgotten, and how an index is built anew beside the old one."""

import threading
from collections.abc import Callable, Iterator

import pytest

from search.document import AssetDocument, CueDocument
from search.engines.base import Engine, RebuildRunning
from search.query import Sort
from tests.search.making import ask, asset_id, document, found


class Interrupted(Exception):
    """What the reader of the database may raise."""


class TestWriting:
    def test_an_empty_index_is_an_index(self, engine: Engine) -> None:
        result = ask(engine, "becas", facets=("kind",), filters={"kind": frozenset({"video"})})
        assert (result.total, result.hits, result.next_cursor) == (0, (), None)
        assert result.facets == {"kind": (("video", 0),)}
        assert list(engine.snapshot()) == []

    def test_what_was_written_is_found_by_others_at_once(
        self, open_engine: Callable[[], Engine], engine: Engine
    ) -> None:
        with open_engine() as other:
            for number in (1, 2, 3):
                engine.upsert([document(number)])
                assert len(found(other)) == number
            other.delete({asset_id(2): 1})
            assert found(engine, sort=Sort.OLDEST) == [1, 3]

    def test_a_document_is_replaced_whole(self, engine: Engine) -> None:
        engine.upsert(
            [document(1, headline="Becas", keywords=("uno",), cues=(CueDocument("es", 0, 9, "presa"),))]
        )
        engine.upsert([document(1, revision=2, headline="Salud")])
        assert found(engine, "becas") == found(engine, "presa") == found(engine, "uno") == []
        assert found(engine, "salud") == [1]
        assert list(engine.snapshot()) == [(asset_id(1), 2)]

    def test_a_late_older_revision_is_ignored(self, engine: Engine) -> None:
        engine.upsert([document(1, revision=5, headline="Nueva")])
        engine.upsert([document(1, revision=4, headline="Vieja"), document(2)])
        assert found(engine, "vieja") == []
        assert found(engine, sort=Sort.OLDEST) == [1, 2]
        engine.upsert([document(1, revision=5, headline="Misma")])
        assert found(engine, "misma") == [1]

    def test_the_highest_revision_of_one_call_counts(self, engine: Engine) -> None:
        engine.upsert([document(1, revision=r, headline=f"Toma {r}") for r in (2, 9, 3)])
        assert list(engine.snapshot()) == [(asset_id(1), 9)]
        assert found(engine, "toma 9") == [1]

    def test_a_removal_takes_what_is_not_newer(self, engine: Engine) -> None:
        engine.upsert([document(number, revision=3, headline="Becas") for number in (1, 2, 3)])
        engine.delete({asset_id(1): 3, asset_id(2): 4, asset_id(3): 2, asset_id(99): 1})
        assert found(engine, "becas") == [3]

    def test_what_was_removed_may_return(self, engine: Engine) -> None:
        engine.upsert([document(1, revision=1)])
        engine.delete({asset_id(1): 2})
        engine.upsert([document(1, revision=3, headline="Restaurada")])
        assert found(engine, "restaurada") == [1]

    def test_nothing_to_write_is_no_error(self, engine: Engine) -> None:
        engine.upsert([])
        engine.delete({})
        engine.delete({asset_id(1): 1})
        assert found(engine) == []

    def test_a_long_call_is_written_whole(self, engine: Engine) -> None:
        engine.upsert(document(number) for number in range(1, 1302))
        assert ask(engine).total == 1301

    def test_it_can_be_used_after_it_was_closed(self, engine: Engine) -> None:
        engine.upsert([document(1)])
        engine.close()
        assert found(engine) == [1]

    def test_threads_may_share_it(self, engine: Engine) -> None:
        engine.upsert([document(number, headline="Becas") for number in range(1, 51)])
        errors: list[BaseException] = []

        def read() -> None:
            try:
                for _ in range(20):
                    result = ask(engine, "becas", facets=("kind",))
                    assert result.facets["kind"] == (("video", result.total),)
                    assert 50 <= result.total <= 60
            except BaseException as error:  # noqa: BLE001 - it is raised below
                errors.append(error)

        threads = [threading.Thread(target=read) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(51, 61):
            engine.upsert([document(number, headline="Becas")])
        for thread in threads:
            thread.join()
        assert errors == []


class TestRebuild:
    def test_it_replaces_everything(self, engine: Engine) -> None:
        engine.upsert([document(number, revision=7, headline="Vieja") for number in (1, 2)])
        made = [
            document(number, headline="Nueva", cues=(CueDocument("es", 0, 9, "presa"),)) for number in (2, 3)
        ]
        assert engine.rebuild(made) == 2
        assert found(engine, "vieja") == []
        assert found(engine, "nueva presa", sort=Sort.OLDEST) == [2, 3]
        assert ask(engine, "presa").hits[0].cues
        assert sorted(engine.snapshot()) == [(asset_id(2), 1), (asset_id(3), 1)]

    def test_it_can_be_of_nothing_and_again(self, engine: Engine) -> None:
        for documents in ([], [document(1)], [], [document(2), document(3)]):
            assert engine.rebuild(documents) == len(documents)
            assert ask(engine).total == len(documents)

    def test_a_document_read_twice_is_one(self, engine: Engine) -> None:
        assert engine.rebuild([document(1, headline="Antes"), document(1, headline="Ahora", revision=2)]) == 1
        assert found(engine, "ahora") == [1]
        assert ask(engine).total == 1

    def test_searches_go_on_and_edits_are_in_both(
        self, engine: Engine, open_engine: Callable[[], Engine]
    ) -> None:
        engine.upsert([document(number, headline="Antes") for number in (1, 2, 3, 4)])

        def reading() -> Iterator[AssetDocument]:
            yield from (document(number, headline="Leída") for number in (1, 2, 3, 4))
            with open_engine() as other:  # another process, while this one builds
                other.upsert([document(1, revision=2, headline="Editada"), document(5, headline="Editada")])
                other.delete({asset_id(2): 2})
                other.delete({asset_id(3): 2})
                other.upsert([document(3, revision=3, headline="Editada")])
                assert found(other, "editada", sort=Sort.OLDEST) == [1, 3, 5]
                assert found(other, "leida") == []
                assert found(other, sort=Sort.OLDEST) == [1, 3, 4, 5]
            yield document(6, headline="Leída")
            yield document(1, revision=3, headline="Leída después")

        assert engine.rebuild(reading()) == 5
        assert found(engine, "editada", sort=Sort.OLDEST) == [3, 5]
        assert found(engine, "leida", sort=Sort.OLDEST) == [1, 4, 6]
        assert dict(engine.snapshot())[asset_id(1)] == 3

    def test_an_error_leaves_the_old_one(self, engine: Engine) -> None:
        engine.upsert([document(1, headline="Vieja")])

        def reading() -> Iterator[AssetDocument]:
            yield document(2, headline="Nueva")
            engine.upsert([document(3, headline="Editada")])
            raise Interrupted

        with pytest.raises(Interrupted):
            engine.rebuild(reading())
        assert found(engine, sort=Sort.OLDEST) == [1, 3]
        assert engine.rebuild([document(4)]) == 1
        assert found(engine) == [4]

    def test_a_second_one_is_refused(self, engine: Engine, open_engine: Callable[[], Engine]) -> None:
        refused: list[bool] = []

        def reading() -> Iterator[AssetDocument]:
            with open_engine() as other, pytest.raises(RebuildRunning):
                other.rebuild([])
            refused.append(True)
            yield document(1)

        assert engine.rebuild(reading()) == 1
        assert refused == [True]


class TestDrift:
    def test_the_snapshot_is_what_a_comparison_needs(self, engine: Engine) -> None:
        engine.upsert(document(number, revision=number) for number in range(1, 601))
        engine.delete({asset_id(number): 1000 for number in range(1, 11)})
        assert dict(engine.snapshot()) == {asset_id(number): number for number in range(11, 601)}

    def test_it_is_of_one_moment(self, engine: Engine) -> None:
        engine.upsert(document(number) for number in range(1, 4))
        reading = engine.snapshot()
        first = next(reading)
        engine.delete({asset_id(number): 1 for number in range(1, 4)})
        assert len([first, *reading]) == 3
        assert list(engine.snapshot()) == []
