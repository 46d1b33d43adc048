"""What every object store must do. A module that names a ``store`` fixture and imports these tests runs them:

    from tests.dam.storage_conformance import *

``store`` is an empty dam.storage.ObjectStore; ``spoil`` is a function that damages the bytes under a key behind
the store's back.
"""

import functools
import hashlib
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dam.storage import AlreadyStored, Digest, Mismatch, NotStored, ObjectStore, StorageError, digest_of

__all__ = ["Spoil", "TestDelete", "TestKeys", "TestRead", "TestWrite", "TestWriters"]

MIB = 1024 * 1024
Spoil = Callable[[str], None]


def digest(content: bytes) -> Digest:
    return Digest(hashlib.sha256(content).hexdigest(), len(content))


def everything(store: ObjectStore, key: str) -> bytes:
    return b"".join(store.read(key))


class TestWrite:
    def test_a_stream_is_written_and_its_digest_returned(self, store):
        assert store.write("a/b/c", [b"uno ", b"dos"]) == digest(b"uno dos")
        assert everything(store, "a/b/c") == b"uno dos"

    def test_nothing_is_bytes_too(self, store):
        assert store.write("empty", []) == digest(b"")
        assert everything(store, "empty") == b""
        assert store.size("empty") == 0

    def test_many_chunks_of_any_size_are_one_object(self, store):
        chunks = [bytes([number % 256]) * (number * 977 % 70_000) for number in range(200)]
        assert store.write("big", iter(chunks)) == digest(b"".join(chunks))
        assert store.digest("big") == digest(b"".join(chunks))

    def test_a_key_is_never_overwritten(self, store):
        store.write("k", [b"first"])
        with pytest.raises(AlreadyStored):
            store.write("k", [b"second"])
        with pytest.raises(AlreadyStored):
            store.write("k", [b"second"], expected=digest(b"second"))
        assert everything(store, "k") == b"first"

    def test_the_same_bytes_again_are_accepted_where_the_writer_knows_them(self, store):
        store.write("k", [b"same"])
        assert store.write("k", iter([b"never read"]), expected=digest(b"same")) == digest(b"same")

    def test_without_knowing_them_even_the_same_bytes_are_refused(self, store):
        store.write("k", [b"same"])
        with pytest.raises(AlreadyStored):
            store.write("k", [b"same"])

    def test_what_is_not_what_was_expected_is_never_seen_under_the_key(self, store):
        def watched() -> Iterator[bytes]:
            yield b"other"
            assert not store.exists("k")

        with pytest.raises(Mismatch):
            store.write("k", watched(), expected=digest(b"wanted"))
        assert not store.exists("k")
        assert list(store.keys("")) == []

    def test_the_right_hash_with_the_wrong_size_is_a_mismatch(self, store):
        with pytest.raises(Mismatch):
            store.write("k", [b"abc"], expected=Digest(digest(b"abc").sha256, 4))

    def test_a_source_that_breaks_leaves_nothing(self, store):
        def broken() -> Iterator[bytes]:
            yield b"x" * MIB
            raise ConnectionError

        with pytest.raises(ConnectionError):
            store.write("k", broken())
        assert not store.exists("k")
        assert list(store.keys("")) == []
        assert store.write("k", [b"later"]) == digest(b"later")

    @pytest.mark.parametrize(
        "key", ["../outside", "/etc/outside", "a/../../outside", "", "a//b", "a/", "./a", "a\\b", ".parts/a"]
    )
    def test_a_key_is_a_plain_relative_path(self, store, key: str):
        with pytest.raises(StorageError, match="is not a key"):
            store.write(key, [b"x"])
        assert list(store.keys("")) == []


class TestRead:
    CONTENT = bytes(range(256)) * 8192  # 2 MiB: more than one chunk

    @pytest.fixture(autouse=True)
    def _written(self, store):
        store.write("k", [self.CONTENT])

    @pytest.mark.parametrize(
        ("start", "end"),
        [
            (0, None),
            (0, 1),
            (5, 10),
            (MIB - 1, MIB + 1),
            (100, None),
            (2 * MIB - 1, 2 * MIB),
            (7, 7),
            (10, 10 * MIB),
            (2 * MIB, None),
            (3 * MIB, None),
        ],
    )
    def test_a_range_is_exactly_those_bytes(self, store, start: int, end: int | None):
        assert b"".join(store.read("k", start, end)) == self.CONTENT[start:end]

    def test_an_open_object_can_be_sought(self, store):
        with store.open("k") as source:
            source.seek(1000)
            assert source.read(3) == self.CONTENT[1000:1003]

    def test_size_and_digest_are_those_of_the_bytes(self, store):
        assert store.size("k") == len(self.CONTENT)
        assert store.digest("k") == digest(self.CONTENT)

    def test_a_copy_outside_is_hashed_on_the_way(self, store, tmp_path: Path):
        assert store.copy_out("k", tmp_path / "out") == digest(self.CONTENT)
        assert (tmp_path / "out").read_bytes() == self.CONTENT

    def test_damage_shows_in_the_digest(self, store, spoil: Spoil):
        spoil("k")
        assert store.digest("k") != digest(self.CONTENT)

    def test_the_known_bytes_are_not_taken_for_damaged_ones(self, store, spoil: Spoil):
        spoil("k")
        with pytest.raises(AlreadyStored):
            store.write("k", [self.CONTENT], expected=digest(self.CONTENT))

    def test_what_is_not_there_is_named(self, store, tmp_path: Path):
        assert not store.exists("absent")
        for ask in (
            store.open,
            store.size,
            store.digest,
            lambda key: list(store.read(key)),
            lambda key: store.copy_out(key, tmp_path / "out"),
        ):
            with pytest.raises(NotStored, match="absent"):
                ask("absent")


class TestKeys:
    def test_every_key_below_a_prefix_is_listed(self, store):
        keys = {"a/1", "a/2", "a/b/3", "c/4", "5"}
        for key in keys:
            store.write(key, [key.encode()])
        assert set(store.keys("a/")) == {"a/1", "a/2", "a/b/3"}
        assert set(store.keys("")) == keys
        assert list(store.keys("nothing/")) == []

    def test_keys_are_listed_as_they_were_given(self, store):
        key = "originals/ñandú 1/Presa La Purísima (2).mov"
        store.write(key, [b"x"])
        assert list(store.keys("originals/")) == [key]
        assert everything(store, key) == b"x"


class TestDelete:
    def test_what_is_deleted_is_gone(self, store):
        store.write("k", [b"x"])
        store.delete("k")
        assert not store.exists("k")
        assert list(store.keys("")) == []

    def test_deleting_what_is_not_there_is_nothing(self, store):
        store.delete("absent")

    def test_a_deleted_key_can_be_written_again(self, store):
        store.write("k", [b"x"])
        store.delete("k")
        assert store.write("k", [b"y"]) == digest(b"y")


class TestWriters:
    def race(self, writers: list[Callable[[], Digest]]) -> list[Digest | Exception]:
        """Run the writers at once; each waits after its first byte until all have begun."""
        outcomes: list[Digest | Exception] = []

        def run(write: Callable[[], Digest]) -> None:
            try:
                outcomes.append(write())
            except Exception as error:  # noqa: BLE001 - the outcome is what is tested
                outcomes.append(error)

        threads = [threading.Thread(target=run, args=(write,)) for write in writers]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert len(outcomes) == len(writers)
        return outcomes

    def chunks(self, content: bytes, barrier: threading.Barrier) -> Iterator[bytes]:
        yield content[:1]
        barrier.wait(10)
        yield content[1:]

    def test_of_writers_of_different_bytes_one_wins_whole(self, store):
        barrier = threading.Barrier(4)
        contents = [bytes([65 + number]) * 100_000 for number in range(4)]
        outcomes = self.race(
            [functools.partial(store.write, "k", self.chunks(content, barrier)) for content in contents]
        )
        won = [outcome for outcome in outcomes if isinstance(outcome, Digest)]
        assert len(won) == 1
        assert all(isinstance(one, AlreadyStored) for one in outcomes if one is not won[0])
        assert everything(store, "k") in contents
        assert store.digest("k") == won[0]
        assert list(store.keys("")) == ["k"]

    def test_writers_of_the_same_known_bytes_all_succeed(self, store):
        barrier = threading.Barrier(4)
        content = b"x" * 100_000
        wanted = digest_of([content])
        outcomes = self.race(
            [lambda: store.write("k", self.chunks(content, barrier), expected=wanted) for _ in range(4)]
        )
        assert outcomes == [wanted] * 4
        assert list(store.keys("")) == ["k"]
