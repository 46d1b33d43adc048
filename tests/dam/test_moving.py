"""Moving to another store: nothing is lost, everything is read throughout, and any of it may be done again."""

import json
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from dam import files, moving, tasks
from dam.models import Placement, PlacementState, StoredFile
from dam.storage import Digest, store


@pytest.fixture
def other(settings, tmp_path: Path) -> str:
    """A second local store."""
    backend = settings.STORAGES["objects"]["BACKEND"]
    settings.STORAGES = {
        **settings.STORAGES,
        "other": {"BACKEND": backend, "OPTIONS": {"location": tmp_path / "other"}},
    }
    return "other"


def kept(number: int, size: int = 1000) -> StoredFile:
    content = bytes([number % 256]) * size + str(number).encode()
    return files.keep(f"renditions/{number}/a", [content])


def places(stored: StoredFile) -> dict[str, bool]:
    """By store, whether readers are sent there."""
    return {one.store: one.retired_at is None for one in stored.placements.all()}


def digest(stored: StoredFile) -> Digest:
    return Digest(stored.sha256, stored.size_bytes)


def content_of(stored: StoredFile) -> str:
    place, key = files.where(stored)
    return place.digest(key).sha256


@pytest.mark.django_db
class TestMove:
    def test_everything_is_copied_and_read_from_there_and_the_old_copies_stay_a_while(self, other):
        stored = [kept(number) for number in range(3)]
        moved = moving.move(other)
        assert (moved.copied, moved.retired, moved.deleted, moved.failed) == (3, 3, 0, 0)
        assert moved.copied_bytes == sum(one.size_bytes for one in stored)
        for one in stored:
            assert places(one) == {"objects": False, "other": True}
            assert files.where(one)[0].name == "other"
            assert content_of(one) == one.sha256

    def test_again_it_does_nothing(self, other):
        kept(1)
        moving.move(other)
        assert vars(moving.move(other)) == vars(moving.Moved())

    def test_after_the_grace_the_old_copies_go(self, other):
        stored = kept(1)
        moving.move(other)
        assert moving.delete_retired().deleted == 0
        assert moving.delete_retired(grace_seconds=0).deleted == 1
        assert places(stored) == {"other": True}
        assert list(store("objects").keys("")) == []
        assert content_of(stored) == stored.sha256

    def test_who_holds_the_old_address_reads_on(self, other):
        stored = kept(1)
        place, key = files.where(stored)
        moving.move(other)
        assert place.digest(key).sha256 == stored.sha256

    def test_back_within_the_grace_the_copy_there_is_taken_up_again(self, other):
        stored = kept(1)
        moving.move(other)
        assert moving.move("objects").copied == 1
        assert places(stored) == {"objects": True, "other": False}
        moving.move("objects", grace_seconds=0)
        assert places(stored) == {"objects": True}
        assert content_of(stored) == stored.sha256

    def test_only_what_lies_in_the_named_store(self, other):
        stored = kept(1)
        assert moving.move("objects", source=other).copied == 0
        assert places(stored) == {"objects": True}

    def test_several_copies_in_one_store_become_one_in_the_other(self, other):
        stored = kept(1)
        files.keep("quarantine/1", store("objects").read("renditions/1/a"))
        moving.move(other, grace_seconds=0)
        assert places(stored) == {"other": True}
        assert list(store("objects").keys("")) == []

    def test_damage_is_told_and_not_spread(self, other, tmp_path: Path):
        good, bad = kept(1), kept(2)
        (tmp_path / "objects" / "renditions/2/a").write_bytes(b"damaged")
        told: list[tuple[str, str]] = []
        moved = moving.move(other, grace_seconds=0, tell=lambda what, one, _why: told.append((what, one.key)))
        assert (moved.copied, moved.failed) == (1, 1)
        assert ("failed", "renditions/2/a") in told
        assert (places(good), places(bad)) == ({"other": True}, {"objects": True})

    def test_an_old_copy_stays_where_the_new_one_was_damaged_meanwhile(self, other, tmp_path: Path):
        stored = kept(1)
        moving.move(other)
        (tmp_path / "other" / "renditions/1/a").write_bytes(b"damaged")
        moved = moving.delete_retired(grace_seconds=0)
        assert (moved.deleted, moved.failed) == (0, 1)
        assert store("objects").digest("renditions/1/a").sha256 == stored.sha256

    def test_what_was_written_and_not_recorded_is_recorded_now(self, other):
        stored = kept(1)
        store(other).write("renditions/1/a", store("objects").read("renditions/1/a"))
        assert moving.move(other).copied == 1
        assert places(stored) == {"objects": False, "other": True}

    def test_a_deletion_that_was_broken_off_is_finished(self, other):
        stored = kept(1)
        moving.move(other)
        old = stored.placements.get(store="objects")
        Placement.objects.filter(pk=old.pk).update(state=PlacementState.MISSING)
        store("objects").delete(old.key)
        moving.delete_retired(grace_seconds=0)
        assert places(stored) == {"other": True}

    def test_what_is_discarded_meanwhile_is_no_failure(self, other, monkeypatch):
        kept(1)
        copy = files.copy

        def discarding(stored: StoredFile, key: str, *, to: str) -> Placement:
            files.discard(stored.placements.get())
            return copy(stored, key, to=to)

        monkeypatch.setattr(files, "copy", discarding)
        assert vars(moving.move(other)) == vars(moving.Moved())


@pytest.mark.django_db
class TestAfterwards:
    def test_the_workers_delete_what_was_retired_a_day_ago(self, other):
        yesterday, today = kept(1), kept(2)
        moving.move(other)
        old = yesterday.placements.filter(store="objects")
        old.update(retired_at=timezone.now() - timedelta(seconds=moving.GRACE_SECONDS + 1))
        tasks.delete_retired(0)
        assert places(yesterday) == {"other": True}
        assert places(today) == {"objects": False, "other": True}

    def test_what_is_kept_again_where_it_was_retired_is_no_longer_retired(self, other):
        stored = kept(1)
        moving.move(other)
        kept_again = files.keep(
            "renditions/1/a", store("other").read("renditions/1/a"), expected=digest(stored)
        )
        assert kept_again == stored
        assert places(stored) == {"objects": True, "other": True}
        assert moving.delete_retired(grace_seconds=0).deleted == 0

    def test_the_last_copy_is_never_deleted_even_of_what_nothing_uses(self, other):
        stored = kept(1)
        moving.move(other)
        stored.placements.get(store="other").delete()
        moved = moving.delete_retired(grace_seconds=0)
        assert (moved.deleted, moved.failed) == (0, 1)
        assert content_of(stored) == stored.sha256

    def test_readers_are_sent_to_a_retired_copy_where_there_is_no_other(self, other):
        stored = kept(1)
        moving.move(other)
        stored.placements.filter(store="other").update(state=PlacementState.MISSING)
        assert files.where(stored)[0].name == "objects"


@pytest.mark.django_db
class TestCommand:
    def run(self, *arguments: str) -> str:
        out = StringIO()
        call_command("move_storage", *arguments, stdout=out)
        return out.getvalue()

    def test_it_says_what_it_did_and_what_is_left(self, other):
        kept(1)
        assert "Faltan por mover a other: 1" in self.run("--to", other, "--dry-run")
        said = self.run("--to", other)
        assert "Copiados y verificados: 1" in said
        assert "por borrar: 1" in said
        assert "Faltan por mover a other: 0" in said

    def test_in_json_each_file_and_the_sum(self, other):
        stored = kept(1)
        *lines, last = map(json.loads, self.run("--to", other, "--json", "--grace", "0").splitlines())
        assert [(line["what"], line["file"]) for line in lines] == [
            ("copied", stored.sha256),
            ("deleted", stored.sha256),
        ]
        assert (last["copied"], last["deleted"], last["pending"], last["failed"]) == (1, 1, 0, 0)

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (["--to", "nada"], "No hay un almacén nada. Los que hay: objects, other."),
            (["--to", "incoming"], "No hay un almacén incoming"),
            (["--to", "other", "--from", "other"], "son el mismo"),
        ],
    )
    @pytest.mark.usefixtures("other")
    def test_what_cannot_be(self, arguments: list[str], said: str):
        with pytest.raises(CommandError, match=said):
            self.run(*arguments)

    def test_a_failure_is_in_the_exit_code(self, other, tmp_path: Path):
        kept(1)
        (tmp_path / "objects" / "renditions/1/a").write_bytes(b"damaged")
        with pytest.raises(SystemExit):
            self.run("--to", other)
