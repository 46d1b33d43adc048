"""A watched folder: stable files once, handled ones aside, rejected ones beside their reason."""

import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from ingest import local_files, watching
from ingest.incoming import incoming
from ingest.models import Ingest, Upload
from ingest.watching import HANDLED, REJECTED, Watcher
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


def run_all() -> None:
    for ingest in Ingest.objects.filter(state="queued"):
        making.run(ingest)


def names(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_file_is_taken_once_and_moved_when_it_is_in_the_library(folder, watcher):
    (folder / "dia 1").mkdir()
    (folder / "dia 1" / "foto.jpg").write_bytes(making.jpeg())
    watcher.look()
    watcher.look()
    upload = Upload.objects.get()
    assert (upload.filename, upload.folder) == ("foto.jpg", "vigilada/dia 1")
    assert upload.ingest.source == "folder"
    assert names(folder) == {"dia 1/foto.jpg"}
    run_all()
    watcher.look()
    assert names(folder) == {f"{HANDLED}/dia 1/foto.jpg"}
    watcher.look()
    assert Upload.objects.count() == 1


def test_a_file_that_grows_is_waited_for(folder, producer):
    watcher = Watcher(folder, by=producer, agency=factories.central(), steady_seconds=0.3)
    path = folder / "grande.mov"
    path.write_bytes(b"1")
    watcher.look()
    time.sleep(0.2)
    path.write_bytes(b"12")
    watcher.look()
    time.sleep(0.2)
    watcher.look()
    assert not Upload.objects.exists()
    time.sleep(0.2)
    watcher.look()
    assert Upload.objects.get().size_bytes == 2


def test_a_restart_and_a_second_watcher_take_nothing_twice(folder, watcher, producer):
    (folder / "foto.jpg").write_bytes(making.jpeg())
    watcher.look()
    for _ in range(2):
        Watcher(folder, by=producer, agency=factories.central(), steady_seconds=0).look()
    assert Upload.objects.count() == 1


def test_a_rejected_file_lies_beside_its_reason(folder, watcher):
    (folder / "vacio.jpg").touch()
    watcher.look()
    run_all()
    watcher.look()
    assert names(folder) == {f"{REJECTED}/vacio.jpg", f"{REJECTED}/vacio.jpg.motivo.txt"}
    said = (folder / REJECTED / "vacio.jpg.motivo.txt").read_text()
    assert said.startswith("El archivo está vacío.")
    assert "súbalo de nuevo" in said


def test_a_duplicate_is_handled(folder, watcher):
    for name in ("a.jpg", "b.jpg"):
        (folder / name).write_bytes(making.jpeg())
    watcher.look()
    run_all()
    watcher.look()
    assert names(folder) == {f"{HANDLED}/a.jpg", f"{HANDLED}/b.jpg"}
    assert sorted(Ingest.objects.values_list("state", flat=True)) == ["accepted", "duplicate"]


def test_a_failed_file_stays_until_it_is_tried_again(folder, watcher):
    (folder / "a.jpg").write_bytes(making.jpeg())
    watcher.look()
    Ingest.objects.update(state="failed")
    watcher.look()
    assert names(folder) == {"a.jpg"}


def test_what_was_handled_before_is_never_overwritten(folder, watcher):
    for colour in ("red", "blue"):
        (folder / "foto.jpg").write_bytes(making.jpeg(colour))
        watcher.look()
        run_all()
        watcher.look()
    assert names(folder) == {f"{HANDLED}/foto.jpg", f"{HANDLED}/foto (2).jpg"}


def test_captions_and_media_of_one_folder_find_each_other_over_several_looks(folder, watcher):
    (folder / "spot.mp4").write_bytes(making.clip("plain.mp4").read_bytes())
    watcher.look()
    run_all()
    (folder / "spot.srt").write_text(making.SRT)
    watcher.look()
    run_all()
    assert list(Ingest.objects.order_by("pk").values_list("role", flat=True)) == ["original", "caption"]


def test_hidden_and_unfinished_files_are_left_alone(folder, watcher):
    for name in (".foto.jpg", "foto.jpg.part", "video.mov.filepart", "~temporal"):
        (folder / name).write_bytes(b"x")
    watcher.look()
    assert not Upload.objects.exists()


def test_a_copy_that_was_interrupted_by_a_crash_is_made_again(folder, watcher):
    path = folder / "a.jpg"
    path.write_bytes(making.jpeg())
    (file,) = local_files.find([folder])
    key = watching.source_key(file, path.stat())
    watcher.look()
    Ingest.objects.all().delete()
    upload = Upload.objects.get(source_key=key)
    Upload.objects.update(state="receiving", offset_bytes=0)
    watcher.look()
    upload.refresh_from_db()
    assert upload.state == "terminated"
    assert Upload.objects.filter(source_key=key, state="complete").count() == 1


def test_a_copy_that_is_being_made_is_left_to_its_watcher(folder, watcher):
    (folder / "a.jpg").write_bytes(making.jpeg())
    watcher.look()
    Ingest.objects.all().delete()
    Upload.objects.update(state="receiving", offset_bytes=0)
    with incoming().writing(Upload.objects.get().pk):
        watcher.look()
    assert Upload.objects.get().state == "receiving"


def test_the_command_looks_at_folders(folder, producer):
    (folder / "a.jpg").write_bytes(making.jpeg())
    call_command("watch", folder, user=producer.username, every=0.01, steady=0, looks=2)
    assert Upload.objects.get().owner == producer
    call_command("watch", folder / "no está", user=producer.username, every=0.01, steady=0, looks=1)


def test_the_command_says_what_it_needs(folder, producer):
    with pytest.raises(CommandError, match="ACERVO_WATCH"):
        call_command("watch", looks=1)
    with pytest.raises(CommandError, match="--user"):
        call_command("watch", folder, looks=1)
