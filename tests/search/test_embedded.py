"""The embedded engine's own promises: kills, locks, swaps, damage, panics."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import tantivy

from search.document import AssetDocument
from search.engines.base import EngineFailed, IndexBusy, IndexOutdated
from search.engines.embedded import EmbeddedEngine
from search.engines.embedded.folder import Folder
from search.engines.embedded.schema import digest
from search.engines.embedded.version import Version, contained
from tests.search.making import ask, asset_id, document, found

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 4


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "index"


@contextmanager
def writer(path: Path, what: str) -> Iterator[subprocess.Popen[str]]:
    """Run tests.search.writer, and kill it at the end if nobody has."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.search.writer", str(path), what],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        assert process.stdout
        process.stdout.close()


def promised(process: subprocess.Popen[str]) -> int:
    """Wait for the next promise."""
    assert process.stdout
    return int(process.stdout.readline())


class TestKilled:
    @pytest.mark.parametrize("after_s", [0.001 * 7 * turn for turn in range(1, ROUNDS + 1)])
    def test_no_promised_document_is_lost(self, path: Path, after_s: float) -> None:
        kept = 0
        for _ in range(2):  # the second one goes on where the first was killed
            with writer(path, "upsert") as process:
                promises = [promised(process) for _ in range(3)]
                time.sleep(after_s)
                process.kill()
                assert process.stdout
                promises += [int(line) for line in process.stdout if line.endswith("\n")]
            kept = max(promises)
            with EmbeddedEngine(path, wait_s=0) as engine:
                revisions = {key.int & 0xFFFF_FFFF: revision for key, revision in engine.snapshot()}
                assert revisions.keys() >= set(range(1, kept + 1))
                assert revisions[1] >= kept + 1
                hit = ask(engine, f'"toma {kept}"').hits[0]
                assert hit.asset_id == asset_id(kept)
                assert hit.cues, "its captions were promised, too"
                engine.upsert([document(999_999)])
                engine.delete({asset_id(999_999): 1})

    def test_what_was_written_and_never_committed_is_not_in_the_way(self, path: Path) -> None:
        engine = EmbeddedEngine(path)
        batch = [document(number, headline="Toma") for number in range(1, 5)]
        engine.upsert(batch)
        (assets,) = path.glob("versions/*/assets")
        committed = (assets / "meta.json").read_bytes()
        engine.upsert([document(1, revision=2, headline="Otra")])
        (deleted,) = assets.glob("*.del")  # of the first revision, in its segment
        (assets / "meta.json").write_bytes(committed)  # as if killed just before its commit
        assert deleted.exists()
        with EmbeddedEngine(path) as again:
            again.upsert([document(1, revision=2, headline="Otra")])
            assert found(again, "otra") == [1]
            assert sorted(found(again, "toma")) == [2, 3, 4]

    def test_a_rebuild_leaves_the_old_index_and_what_was_written_meanwhile(self, path: Path) -> None:
        engine = EmbeddedEngine(path)
        engine.upsert([document(500, headline="Vieja")])
        with writer(path, "rebuild") as process:
            assert promised(process) == -1
            process.kill()
        if found(engine, "vieja") != [500]:
            pytest.fail("the old index went before the new one was whole")
        engine.upsert([document(501, headline="Editada")])
        assert engine.rebuild([document(502)]) == 1
        assert len(list((path / "versions").iterdir())) <= 3

    def test_rebuilds_killed_anywhere_leave_one_whole_index(self, path: Path) -> None:
        engine = EmbeddedEngine(path)
        engine.rebuild(document(number, revision=0) for number in range(1, 101))
        for after_s in (0.0, 0.01, 0.03):
            with writer(path, "rebuild") as process:
                assert promised(process) == -1
                time.sleep(after_s)
                process.kill()
            result = ask(engine, facets=("kind",))
            assert result.facets["kind"] == (("video", 100),)
            engine.upsert([document(7, revision=1 << 20)])
            assert dict(engine.snapshot())[asset_id(7)] == 1 << 20
            engine.delete({asset_id(7): 1 << 20})
            engine.upsert([document(7)])


class TestWriters:
    def test_a_second_writer_is_told_so(self, path: Path) -> None:
        engine = EmbeddedEngine(path, wait_s=0.05)
        engine.upsert([document(1)])
        with Folder(path, digest()).writing(wait_s=0):
            with pytest.raises(IndexBusy):
                engine.upsert([document(2)])
            with pytest.raises(IndexBusy):
                engine.delete({asset_id(1): 1})
            assert found(engine) == [1]
        engine.upsert([document(2)])
        assert found(engine) == [2, 1]

    def test_two_processes_take_turns(self, path: Path) -> None:
        engine = EmbeddedEngine(path, wait_s=10)
        with writer(path, "upsert") as process:
            for number in range(5000, 5003):
                promised(process)
                engine.upsert([document(number)])
            last = promised(process)
            process.kill()
        assert {asset_id(number) for number in (last, 5000, 5001, 5002)} <= dict(engine.snapshot()).keys()

    def test_the_lock_of_the_index_itself_has_the_same_name(self, path: Path) -> None:
        version = Version.open(path)
        holder = tantivy.Index.open(str(path / "assets"))
        for name in ("es", "x", "v"):
            holder.register_tokenizer(
                name, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            )
        held = holder.writer(15_000_000, 1)
        with pytest.raises(IndexBusy):
            version.apply([document(1)])
        held.wait_merging_threads()

    def test_small_commits_do_not_pile_up(self, path: Path) -> None:
        engine = EmbeddedEngine(path)
        for number in range(1, 41):
            engine.upsert([document(number)])
        assert ask(engine).total == 40
        assert len(list(path.glob("versions/*/assets/*.idx"))) < 20


class TestVersions:
    def test_a_reader_in_use_outlives_the_swap(self, path: Path) -> None:
        engine, reader = EmbeddedEngine(path), EmbeddedEngine(path)
        engine.upsert(document(number) for number in range(1, 11))
        reading = reader.snapshot()
        next(reading)
        engine.rebuild([document(50)])
        Folder(path, digest()).sweep(grace_s=0)
        assert len(list(reading)) == 9
        assert found(reader) == [50]

    def test_the_old_version_goes_after_its_grace(self, path: Path) -> None:
        engine = EmbeddedEngine(path)
        for number in range(1, 4):
            engine.rebuild([document(number)])
        folder = Folder(path, digest())
        folder.sweep()
        assert len(list((path / "versions").iterdir())) == 3
        folder.sweep(grace_s=0)
        assert list((path / "versions").iterdir()) == [folder.current()]
        assert found(engine) == [3]

    def test_an_index_of_another_release_asks_to_be_rebuilt(self, path: Path) -> None:
        engine = EmbeddedEngine(path)
        engine.upsert([document(1)])
        (path / "current").write_text("0123456789ab-1")
        for use in (
            lambda: ask(engine),
            lambda: engine.upsert([document(2)]),
            lambda: list(engine.snapshot()),
        ):
            with pytest.raises(IndexOutdated):
                use()
        assert engine.rebuild([document(3)]) == 1
        assert found(engine) == [3]

    def test_edits_while_an_outdated_index_is_rebuilt_are_kept(self, path: Path) -> None:
        engine = EmbeddedEngine(path)
        engine.upsert([document(1)])
        (path / "current").write_text("0123456789ab-1")

        def reading() -> Iterator[AssetDocument]:
            yield document(1)
            EmbeddedEngine(path).upsert([document(2, headline="Editada")])

        assert engine.rebuild(reading()) == 2
        assert found(engine, "editada") == [2]

    @pytest.mark.parametrize("damage", [b"", b"{", b"\x00" * 64])
    def test_a_damaged_index_asks_to_be_rebuilt(self, path: Path, damage: bytes) -> None:
        EmbeddedEngine(path).upsert([document(1)])
        (meta,) = path.glob("versions/*/assets/meta.json")
        meta.write_bytes(damage)
        engine = EmbeddedEngine(path)
        with pytest.raises(IndexOutdated):
            ask(engine)
        assert engine.rebuild([document(3)]) == 1
        assert found(engine) == [3]

    def test_the_digest_names_what_is_indexed(self) -> None:
        assert digest() == digest()
        assert len(digest()) == 12


class TestContained:
    def test_a_panic_is_an_error_with_a_name(self, path: Path, capfd: pytest.CaptureFixture[str]) -> None:
        version = Version.open(path)
        version.apply([document(1)])
        index = tantivy.Index.open(str(path / "assets"))
        for name in ("es", "x", "v"):
            index.register_tokenizer(
                name, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
            )
        with pytest.raises(EngineFailed, match="gave up"), contained("trying"):
            index.searcher().search(tantivy.Query.all_query(), limit=0)
        assert "panicked" in capfd.readouterr().err

    def test_other_errors_are_named_with_their_cause(self) -> None:
        with pytest.raises(EngineFailed) as caught, contained("trying"):
            raise OSError(28, "No space left on device")
        assert isinstance(caught.value.__cause__, OSError)
        assert "No space left" in str(caught.value)

    @pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, IndexBusy])
    def test_what_has_its_own_name_keeps_it(self, error: type[BaseException]) -> None:
        with pytest.raises(error), contained("trying"):
            raise error
