"""Law 3: a row that claims bytes is written only after they were verified, and bytes in use are never lost."""

import hashlib
import threading
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.utils import timezone

from dam import files
from dam.models import Placement, PlacementState, StoredFile
from dam.storage import AlreadyStored, Digest, Mismatch, NotStored, store
from tests import factories

pytestmark = pytest.mark.django_db


def digest(content: bytes) -> Digest:
    return Digest(hashlib.sha256(content).hexdigest(), len(content))


@pytest.fixture
def spoil(tmp_path: Path):
    """Damage what lies under a key of the objects store."""

    def run(key: str, to: str = "objects") -> None:
        (tmp_path / to / key).write_bytes(b"damaged")

    return run


def nothing_recorded() -> bool:
    return not StoredFile.objects.exists() and not Placement.objects.exists()


class TestKeep:
    def test_bytes_and_rows_are_kept_together(self):
        before = timezone.now()
        stored = files.keep("k", [b"uno ", b"dos"])
        placement = stored.placements.get()
        assert (stored.sha256, stored.size_bytes) == (digest(b"uno dos").sha256, 7)
        assert (placement.store, placement.key, placement.state) == ("objects", "k", PlacementState.PRESENT)
        assert before <= placement.verified_at <= timezone.now()
        assert store().digest("k") == digest(b"uno dos")

    def test_no_row_is_written_where_the_bytes_were_not_as_expected(self):
        with pytest.raises(Mismatch):
            files.keep("k", [b"other"], expected=digest(b"wanted"))
        assert nothing_recorded()

    def test_no_row_is_written_where_the_source_broke(self):
        def broken():
            yield b"x"
            raise ConnectionError

        with pytest.raises(ConnectionError):
            files.keep("k", broken())
        assert nothing_recorded()

    def test_no_row_is_written_where_the_disk_did_not_keep_the_bytes(self, monkeypatch, spoil):
        objects: Any = type(store().storage)
        save = objects._save

        def damaging(self, name, content):
            saved = save(self, name, content)
            spoil(name)
            return saved

        monkeypatch.setattr(objects, "_save", damaging)
        with pytest.raises(Mismatch):
            files.keep("k", [b"x"])
        assert nothing_recorded()
        assert not store().exists("k")

    def test_the_same_original_twice_is_one_file_in_one_place(self):
        first, second = factories.stored(b"same"), factories.stored(b"same")
        assert first == second
        assert Placement.objects.count() == 1

    def test_the_same_bytes_under_two_keys_are_one_file_in_two_places(self):
        first, second = files.keep("a", [b"x"]), files.keep("b", [b"x"])
        assert first == second
        assert set(first.placements.values_list("key", flat=True)) == {"a", "b"}

    def test_bytes_that_lie_there_after_a_crash_are_recorded_when_verified(self):
        store().write("k", [b"x"])
        assert nothing_recorded()
        assert files.keep("k", [b"x"], expected=digest(b"x")).placements.get().key == "k"


class TestRecord:
    def test_recording_again_says_present_and_when(self):
        placement = files.keep("k", [b"x"]).placements.get()
        Placement.objects.update(state=PlacementState.CORRUPT)
        files.record(digest(b"x"), "k")
        again = Placement.objects.get()
        assert again.state == PlacementState.PRESENT
        assert again.verified_at > placement.verified_at

    def test_a_key_is_not_given_to_other_bytes(self):
        files.keep("k", [b"x"])
        with pytest.raises(AlreadyStored):
            files.record(digest(b"y"), "k")
        assert Placement.objects.get().stored_id == digest(b"x").sha256
        assert StoredFile.objects.count() == 1

    def test_what_is_no_longer_there_is_not_recorded(self):
        with pytest.raises(NotStored):
            files.record(digest(b"x"), "k")
        assert nothing_recorded()


class TestWhere:
    def test_a_present_copy_is_found(self):
        stored = factories.stored(b"x")
        found, key = files.where(stored)
        assert b"".join(found.read(key)) == b"x"

    def test_missing_and_corrupt_copies_are_passed_over(self):
        stored = factories.stored(b"x")
        Placement.objects.update(state=PlacementState.MISSING)
        with pytest.raises(NotStored, match=stored.sha256):
            files.where(stored)

    def test_an_original_lies_under_its_hash(self):
        assert files.original_key("abcdef") == "originals/ab/cd/abcdef"


class TestCopy:
    def test_a_copy_is_verified_and_both_can_be_read(self):
        stored = factories.stored(b"x" * 1000)
        placement = files.copy(stored, "copy/1", to="incoming")
        assert (placement.store, placement.key) == ("incoming", "copy/1")
        assert store("incoming").digest("copy/1") == digest(b"x" * 1000)
        assert stored.placements.count() == 2

    def test_a_damaged_source_makes_no_copy(self, spoil):
        stored = factories.stored(b"x" * 1000)
        spoil(files.original_key(stored.sha256))
        with pytest.raises(Mismatch):
            files.copy(stored, "copy/1", to="incoming")
        assert stored.placements.count() == 1
        assert not store("incoming").exists("copy/1")

    def test_moving_is_copying_and_discarding(self):
        version = factories.version(content=b"x")
        first = version.original.stored.placements.get()
        files.copy(version.original.stored, "k", to="incoming")
        files.discard(first)
        found, key = files.where(StoredFile.objects.get())
        assert (found.name, key) == ("incoming", "k")
        assert not store().exists(first.key)


class TestDiscard:
    def test_the_last_copy_of_an_original_stays(self):
        placement = factories.version(content=b"x").original.stored.placements.get()
        with pytest.raises(files.StillNeeded):
            files.discard(placement)
        assert store().exists(placement.key)
        assert Placement.objects.get().state == PlacementState.PRESENT

    def test_the_last_copy_of_a_rendition_s_file_stays(self):
        made = factories.rendition(factories.version())
        with pytest.raises(files.StillNeeded):
            files.discard(made.files.get().stored.placements.get())

    @pytest.mark.parametrize("harm", ["damaged", "gone", "marked"])
    def test_another_copy_counts_only_if_it_is_good_now(self, spoil, harm: str):
        stored = factories.version(content=b"x").original.stored
        first = stored.placements.get()
        other = files.copy(stored, "k", to="incoming")
        if harm == "damaged":
            spoil("k", "incoming")
        elif harm == "gone":
            store("incoming").delete("k")
        else:
            Placement.objects.filter(pk=other.pk).update(state=PlacementState.CORRUPT)
        with pytest.raises(files.StillNeeded):
            files.discard(first)
        assert store().exists(first.key)

    def test_what_nothing_uses_may_go(self):
        stored = factories.stored(b"x")
        placement = stored.placements.get()
        files.discard(placement)
        assert not Placement.objects.exists()
        assert not store().exists(placement.key)

    def test_a_crash_before_the_bytes_are_gone_leaves_a_row_that_claims_nothing(self, monkeypatch):
        stored = factories.stored(b"x")
        monkeypatch.setattr(
            type(store().storage), "delete", lambda *_: (_ for _ in ()).throw(OSError("killed"))
        )
        with pytest.raises(OSError, match="killed"):
            files.discard(stored.placements.get())
        assert Placement.objects.get().state == PlacementState.MISSING
        with pytest.raises(NotStored):
            files.where(stored)


@pytest.mark.django_db(transaction=True)
def test_a_discard_and_a_recording_of_the_same_bytes_never_leave_a_row_without_bytes():
    for round_ in range(5):
        content = f"round {round_}".encode()
        stored = factories.stored(content)
        placement = stored.placements.get()
        barrier = threading.Barrier(2)

        def discard(placement=placement, barrier=barrier) -> None:
            barrier.wait()
            files.discard(placement)
            connections.close_all()

        def keep(content=content, barrier=barrier) -> None:
            barrier.wait()
            try:
                factories.stored(content)
            except NotStored:
                pass  # it came too late, and says so
            finally:
                connections.close_all()

        threads = [threading.Thread(target=discard), threading.Thread(target=keep)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        for row in Placement.objects.filter(state=PlacementState.PRESENT):
            assert store(row.store).digest(row.key).sha256 == row.stored_id
