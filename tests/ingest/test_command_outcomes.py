"""manage.py ingest --wait as a program calls it: exit codes, lines and folders, with a worker in this process."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from dam.models import Role, User
from ingest import ingests, local_files, pipeline, workers
from ingest.local_files import Changed
from ingest.management.commands import ingest as command
from ingest.models import Batch, Ingest, Upload
from tests import factories
from tests.ingest import making
from transcode.models import JobState, TranscodeJob

pytestmark = pytest.mark.django_db


class Said:
    """What one call printed, and how it ended."""

    def __init__(self, *paths: Path, by: User, as_json: bool = True, **options: Any) -> None:
        out, self.code = StringIO(), 0
        try:
            call_command("ingest", *paths, json=as_json, user=by.username, stdout=out, **options)
        except SystemExit as ended:
            self.code = int(str(ended.code))
        self.text = out.getvalue()

    @property
    def lines(self) -> dict[str, dict[str, Any]]:
        """The lines by the names of their files."""
        said = map(json.loads, self.text.splitlines())
        return {Path(line["path"]).name: line for line in said}


class Here:
    """A worker without a process: it runs what is queued each time it is asked to be there."""

    def ensure(self) -> None:
        for ingest in Ingest.objects.filter(state="queued"):
            pipeline.run(str(ingest.pk), retry_at=lambda _error: None)
        TranscodeJob.objects.update(state=JobState.DONE)


@pytest.fixture
def worker(monkeypatch) -> Here:
    here = Here()

    @contextmanager
    def own_worker() -> Iterator[Here]:
        yield here

    monkeypatch.setattr(workers, "own_worker", own_worker)
    monkeypatch.setattr(command, "POLL_SECONDS", 0)
    return here


@pytest.fixture
def card(tmp_path: Path) -> Path:
    root = tmp_path / "tarjeta"
    (root / "DCIM" / "100").mkdir(parents=True)
    return root


def test_a_photograph_taken_in_is_told_with_its_asset_and_the_command_succeeds(card, producer, worker):
    (card / "a.jpg").write_bytes(making.jpeg())
    said = Said(card, by=producer, wait=True)
    ingest = Ingest.objects.get()
    assert ingest.version is not None
    line = said.lines["a.jpg"]
    assert (said.code, line["outcome"], line["asset"]) == (0, "accepted", ingest.version.asset.code)
    assert (line["reason"], line["detail"]) == (None, None)


def test_the_same_bytes_again_are_a_duplicate_and_no_failure(card, producer, worker):
    for name in ("a.jpg", "copia de a.jpg"):
        (card / name).write_bytes(making.jpeg())
    first = Said(card, by=producer, wait=True)
    assert sorted(line["outcome"] for line in first.lines.values()) == ["accepted", "duplicate"]
    again = Said(card, by=producer, wait=True)
    assert {line["outcome"] for line in again.lines.values()} == {"duplicate"}
    assert {line["asset"] for line in again.lines.values()} == {first.lines["a.jpg"]["asset"]}
    assert (first.code, again.code) == (0, 0)


@pytest.mark.parametrize(
    ("name", "content", "reason", "todo"),
    [
        ("vacio.jpg", b"", "empty", "Vuelva a copiarlo desde la tarjeta"),
        (".DS_Store", b"\x00\x00\x00\x01Bud1\x00\x00", "junk", "No hace falta hacer nada."),
        ("lista.mp4", b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "hostile", "No lo abra."),
        ("roto.jpg", b"\xff\xd8\xff\xe0" + b"\0" * 64, "unreadable", "Vuelva a copiarlo"),
    ],
)
def test_a_rejection_is_an_answer_and_no_failure(card, producer, worker, name, content, reason, todo):
    (card / name).write_bytes(content)
    said = Said(card, by=producer, wait=True)
    line = said.lines[name]
    assert (said.code, line["outcome"], line["reason"], line["asset"]) == (0, "rejected", reason, None)
    assert todo in line["detail"]


def test_a_failure_is_one_and_the_others_are_told_all_the_same(card, producer, worker, monkeypatch):
    for name, colour in (("a.jpg", "red"), ("b.jpg", "blue")):
        (card / name).write_bytes(making.jpeg(colour))

    def ensure() -> None:
        Ingest.objects.filter(upload__filename="a.jpg").update(state="failed", error="OSError: disco")
        Here.ensure(worker)

    monkeypatch.setattr(worker, "ensure", ensure)
    said = Said(card, by=producer, wait=True)
    assert said.code == 1
    assert (said.lines["a.jpg"]["outcome"], said.lines["a.jpg"]["detail"]) == ("failed", "OSError: disco")
    assert said.lines["b.jpg"]["outcome"] == "accepted"


@pytest.mark.parametrize("wait", [True, False])
def test_a_file_still_being_written_fails_alone(card, producer, worker, monkeypatch, wait):
    for name in ("a.jpg", "b.jpg"):
        (card / name).write_bytes(making.jpeg())
    take = local_files.take

    def taking(batch, file, **more):
        if file.path.name == "a.jpg":
            raise Changed("it had 10 bytes and then 20")
        return take(batch, file, **more)

    monkeypatch.setattr(local_files, "take", taking)
    said = Said(card, by=producer, wait=wait)
    assert said.code == 1
    assert said.lines["a.jpg"]["reason"] == "unreadable_source"
    assert said.lines["a.jpg"]["detail"] == "Changed: it had 10 bytes and then 20"
    assert said.lines["b.jpg"]["outcome"] == ("accepted" if wait else "queued")


def test_a_failure_with_another_attempt_is_waited_for(card, producer, worker, monkeypatch):
    (card / "a.jpg").write_bytes(making.jpeg())
    looks = []

    def ensure() -> None:
        looks.append(1)
        if len(looks) == 3:
            for ingest in Ingest.objects.filter(state="failed"):
                ingests.retry(ingest, by=producer)
            Here.ensure(worker)
        elif len(looks) == 2:
            Ingest.objects.update(state="failed", error="x", next_attempt_at=timezone.now())

    monkeypatch.setattr(worker, "ensure", ensure)
    said = Said(card, by=producer, wait=True)
    assert (said.code, said.lines["a.jpg"]["outcome"]) == (0, "accepted")


def test_folders_are_kept_and_companions_find_their_media(card, producer, worker):
    (card / "DCIM" / "100" / "foto.jpg").write_bytes(making.jpeg())
    (card / "DCIM" / "100" / "foto.xmp").write_bytes(making.XMP.encode())
    said = Said(card, by=producer, wait=True)
    assert set(Upload.objects.values_list("folder", flat=True)) == {"tarjeta/DCIM/100"}
    assert len({line["asset"] for line in said.lines.values()}) == 1
    assert set(said.lines) == {"foto.jpg", "foto.xmp"}


@pytest.mark.parametrize(
    ("exclude", "left"),
    [
        (["*.xmp"], {"foto.jpg", "suelta.jpg"}),
        (["DCIM"], {"suelta.jpg"}),
        (["DCIM/100/*.jpg"], {"foto.xmp", "suelta.jpg"}),
        (["*.jpg", "*.xmp"], set()),
        (["*.JPG"], {"foto.jpg", "foto.xmp", "suelta.jpg"}),
    ],
)
def test_what_is_left_out(card, producer, exclude, left):
    (card / "suelta.jpg").write_bytes(making.jpeg("red"))
    (card / "DCIM" / "100" / "foto.jpg").write_bytes(making.jpeg())
    (card / "DCIM" / "100" / "foto.xmp").write_bytes(making.XMP.encode())
    said = Said(card, by=producer, exclude=exclude)
    assert (said.code, set(said.lines)) == (0, left)


def test_a_new_version_belongs_to_its_asset_and_of_another_kind_is_rejected(card, producer, worker):
    (card / "a.jpg").write_bytes(making.jpeg("red"))
    code = Said(card, by=producer, wait=True).lines["a.jpg"]["asset"]
    (card / "b.jpg").write_bytes(making.jpeg("blue"))
    newer = Said(card / "b.jpg", by=producer, wait=True, version_of=code.lower())
    assert newer.lines["b.jpg"]["asset"] == code
    (card / "c.pdf").write_bytes(making.PDF)
    other = Said(card / "c.pdf", by=producer, wait=True, version_of=code)
    assert (other.code, other.lines["c.pdf"]["reason"]) == (0, "other_kind")


@pytest.mark.parametrize("count", [0, 2])
def test_a_new_version_is_exactly_one_file(card, producer, count):
    for number in range(count):
        (card / f"{number}.jpg").write_bytes(making.jpeg())
    with pytest.raises(CommandError, match="Una versión nueva es un solo archivo"):
        Said(card, by=producer, version_of=factories.asset(by=producer).code)
    assert not Upload.objects.exists()


def test_what_one_may_not_edit_gets_no_version(card):
    (card / "a.jpg").write_bytes(making.jpeg())
    someone = factories.person(Role.VIDEOGRAPHER, factories.agency("SSG", parent=factories.central()))
    with pytest.raises(CommandError, match="No hay tal material, o no puede editarlo"):
        Said(card / "a.jpg", by=someone, version_of=factories.asset().code)


def test_a_path_that_is_not_there_takes_none_of_the_others(card, producer):
    (card / "a.jpg").write_bytes(making.jpeg())
    with pytest.raises(CommandError, match="no está"):
        Said(card / "a.jpg", card / "no está", by=producer)
    assert not Upload.objects.exists()


def test_who_has_no_role_is_told_before_anything_is_taken(card):
    (card / "a.jpg").write_bytes(making.jpeg())
    with pytest.raises(CommandError):
        Said(card, by=factories.user())
    assert not Batch.objects.exists()


def test_for_people_it_sums_up(card, producer, worker):
    (card / "a.jpg").write_bytes(making.jpeg())
    (card / "vacio.jpg").touch()
    text = Said(card, by=producer, as_json=False, wait=True).text.splitlines()
    assert text[-1] == "1 aceptados, 0 ya estaban, 1 rechazados, 0 fallaron"
    assert any(line.startswith("rechazado ") and "El archivo está vacío." in line for line in text)
    assert not any("en espera" in line for line in text)
