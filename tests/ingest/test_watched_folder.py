"""A watched folder over days: names of all kinds, what is moved where, and what the command says."""

import logging
import os
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from dam.models import Role
from ingest import ingests, local_files, uploads
from ingest.management.commands import watch
from ingest.models import Batch, Ingest, Upload
from ingest.watching import HANDLED, REASON_SUFFIX, REJECTED, Watcher
from tests import factories
from tests.ingest import making

pytestmark = pytest.mark.django_db


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "vigilada"
    path.mkdir()
    return path


@pytest.fixture
def watcher(folder, producer) -> Watcher:
    return Watcher(folder, by=producer, agency=factories.central(), steady_seconds=0)


def end(state: str, **fields) -> None:
    """End every ingest this way, as its worker would."""
    Ingest.objects.update(state=state, **fields)


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def rejected(folder: Path, watcher: Watcher, name: str, reason: str = "empty", **params: str) -> None:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"")
    watcher.look()
    end("rejected", reason=reason, reason_params=params)
    watcher.look()


def test_a_file_is_taken_only_after_it_stood_still_for_as_long_as_was_said(folder, producer, monkeypatch):
    now = 1000.0
    monkeypatch.setattr("ingest.watching.time.monotonic", lambda: now)
    watcher = Watcher(folder, by=producer, agency=factories.central(), steady_seconds=10)
    path = folder / "a.mov"
    for at, content, taken in ((1000, b"1", 0), (1009, b"12", 0), (1018, b"12", 0), (1019, b"12", 1)):
        now = float(at)
        if not path.exists() or path.read_bytes() != content:
            path.write_bytes(content)
        watcher.look()
        assert Upload.objects.count() == taken, at


def test_a_file_touched_again_starts_its_wait_anew(folder, producer, monkeypatch):
    now = 0.0
    monkeypatch.setattr("ingest.watching.time.monotonic", lambda: now)
    watcher = Watcher(folder, by=producer, agency=factories.central(), steady_seconds=10)
    path = folder / "a.mov"
    path.write_bytes(b"x")
    watcher.look()
    now = 9.0
    os.utime(path, ns=(1, 1))
    watcher.look()
    now = 12.0
    watcher.look()
    assert not Upload.objects.exists()


@pytest.mark.parametrize(
    ("reason", "params", "said"),
    [
        ("empty", {}, ["El archivo está vacío.", "Vuelva a copiarlo desde la tarjeta"]),
        ("too_many_pixels", {"detail": "9x9"}, ["(9x9)", "divídala o redúzcala"]),
        ("hostile", {}, ["contiene instrucciones", "No lo abra."]),
    ],
)
def test_the_reason_lies_beside_it_in_spanish_whatever_the_server_speaks(
    folder, watcher, reason, params, said
):
    with translation.override("en"):
        rejected(folder, watcher, "día 1/foto.jpg", reason, **params)
    assert names(folder) == {f"{REJECTED}/día 1/foto.jpg", f"{REJECTED}/día 1/foto.jpg{REASON_SUFFIX}"}
    text = (folder / REJECTED / "día 1" / f"foto.jpg{REASON_SUFFIX}").read_text(encoding="utf-8")
    assert all(words in text for words in [*said, "Se guardó en cuarentena tal como llegó."])


@pytest.mark.parametrize("name", ["a" * 251 + ".jpg", "ñ" * 125 + ".jpg", "a" * 244 + ".jpg"])
def test_the_longest_names_find_their_reason_too(folder, watcher, name):
    rejected(folder, watcher, name)
    kept = names(folder / REJECTED)
    assert name in kept
    (reason,) = kept - {name}
    assert reason.endswith(REASON_SUFFIX)
    assert not Upload.objects.exclude(filename=name).exists()


def test_of_two_rejected_files_of_one_name_each_has_its_own_reason(folder, watcher):
    rejected(folder, watcher, "a.jpg", "empty")
    rejected(folder, watcher, "a.jpg", "junk")
    there = folder / REJECTED
    assert names(there) == {"a.jpg", "a (2).jpg", f"a.jpg{REASON_SUFFIX}", f"a (2).jpg{REASON_SUFFIX}"}
    first, second = (there / f"{name}{REASON_SUFFIX}" for name in ("a.jpg", "a (2).jpg"))
    assert "vacío" in first.read_text(encoding="utf-8")
    assert "vacío" not in second.read_text(encoding="utf-8")


@pytest.mark.parametrize(("state", "where"), [("accepted", HANDLED), ("duplicate", HANDLED)])
def test_what_is_in_the_library_is_moved_aside_byte_by_byte(folder, watcher, state, where):
    path = folder / "a.jpg"
    path.write_bytes(making.jpeg())
    watcher.look()
    end(state, version=factories.version())
    watcher.look()
    assert names(folder) == {f"{where}/a.jpg"}
    assert (folder / where / "a.jpg").read_bytes() == making.jpeg()


@pytest.mark.parametrize(
    ("state", "more"),
    [
        ("queued", {}),
        ("running", {}),
        ("failed", {}),
        ("failed", {"next_attempt_at": timezone.now() + timedelta(hours=1)}),
    ],
)
def test_what_is_not_over_stays_where_it_is(folder, watcher, state, more):
    (folder / "a.jpg").write_bytes(making.jpeg())
    watcher.look()
    end(state, **more)
    watcher.look()
    assert names(folder) == {"a.jpg"}
    assert Upload.objects.count() == 1


def test_a_file_that_is_put_there_again_after_it_was_handled_comes_again(folder, watcher):
    path = folder / "a.jpg"
    for second in (1, 2):
        path.write_bytes(making.jpeg())
        os.utime(path, ns=(second, second))
        watcher.look()
        end("duplicate", version=factories.version())
        watcher.look()
    assert Upload.objects.count() == 2
    assert names(folder) == {f"{HANDLED}/a.jpg", f"{HANDLED}/a (2).jpg"}


def test_names_that_are_not_utf8_are_taken_and_moved(folder, watcher):
    path = Path(os.fsdecode(os.fsencode(folder) + b"/a\xf1o.jpg"))
    path.write_bytes(b"x")
    watcher.look()
    assert Upload.objects.get().filename == "año.jpg"
    end("accepted", version=factories.version())
    watcher.look()
    assert [os.fsencode(path.name) for path in (folder / HANDLED).iterdir()] == [b"a\xf1o.jpg"]


def test_files_of_one_day_share_a_batch_and_those_of_the_next_do_not(folder, watcher):
    (folder / "a.jpg").write_bytes(b"1")
    watcher.look()
    (folder / "b.jpg").write_bytes(b"2")
    watcher.look()
    assert Batch.objects.count() == 1
    Batch.objects.update(created_at=timezone.now() - timedelta(days=1, hours=1))
    (folder / "c.jpg").write_bytes(b"3")
    watcher.look()
    assert Batch.objects.count() == 2


def test_a_file_without_room_leaves_the_others_alone_and_is_told(folder, watcher, monkeypatch, caplog):
    take = local_files.take

    def taking(batch, file, **more):
        if file.path.name == "a.jpg":
            raise uploads.NoRoom("10 bytes do not fit")
        return take(batch, file, **more)

    monkeypatch.setattr(local_files, "take", taking)
    for name in ("a.jpg", "b.jpg"):
        (folder / name).write_bytes(b"x")
    with caplog.at_level(logging.WARNING, "ingest.watching"):
        watcher.look()
    assert "a.jpg: NoRoom: 10 bytes do not fit" in caplog.text
    assert list(Upload.objects.values_list("filename", flat=True)) == ["b.jpg"]


class TestCommand:
    def watch(self, *folders: Path, **options) -> None:
        call_command("watch", *folders, every=0.01, steady=0, looks=1, **options)

    def test_the_folders_and_the_person_of_the_settings(self, folder, producer, settings):
        settings.WATCH = [str(folder)]
        (folder / "a.jpg").write_bytes(b"x")
        self.watch(user=producer.username)
        assert Upload.objects.get().owner == producer

    def test_where_it_goes(self, folder, producer):
        office = factories.agency("SSG", parent=factories.central())
        (folder / "a.jpg").write_bytes(b"x")
        self.watch(folder, user=producer.username, agency="SSG")
        assert Batch.objects.get().agency == office

    def test_an_office_that_is_none(self, folder, producer):
        with pytest.raises(CommandError, match="--agency"):
            self.watch(folder, user=producer.username, agency="NO")

    def test_an_office_one_may_not_upload_for_is_said_before_the_first_file_comes(self, folder):
        office = factories.agency("SSG", parent=factories.central(), name="Salud")
        someone = factories.person(Role.PRODUCER, factories.agency("DIF", parent=factories.central()))
        with pytest.raises(CommandError, match="No puede subir material para Salud"):
            self.watch(folder, user=someone.username, agency=office.code)

    def test_a_folder_out_of_reach_is_told_and_the_others_are_looked_at(
        self, folder, tmp_path, producer, caplog, monkeypatch
    ):
        monkeypatch.setattr(watch, "close_old_connections", lambda: None)  # it is the test's own
        (folder / "a.jpg").write_bytes(b"x")
        with caplog.at_level(logging.WARNING):
            self.watch(tmp_path / "desmontada", folder, user=producer.username)
        assert "desmontada: FileNotFoundError" in caplog.text
        assert Upload.objects.count() == 1


@pytest.mark.parametrize("name", ["notas.motivo.txt", "x.crdownload", "x.tmp", ".hidden", "~$x.docx"])
def test_what_is_no_material_or_not_whole_stays(folder, watcher, name):
    (folder / name).write_bytes(b"x")
    watcher.look()
    assert not Upload.objects.exists()
    assert names(folder) == {name}


def test_a_rejected_file_that_was_moved_is_examined_again_from_the_quarantine(folder, watcher, producer):
    rejected(folder, watcher, "a.jpg")
    ingests.retry(Ingest.objects.get(), by=producer)
    watcher.look()
    assert Ingest.objects.get().state == "queued"
    assert names(folder) == {f"{REJECTED}/a.jpg", f"{REJECTED}/a.jpg{REASON_SUFFIX}"}
