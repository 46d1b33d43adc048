"""Finding files under folders, whatever their names, and copying them in with their hash."""

import hashlib
import os
from pathlib import Path

import pytest

from dam.models import Role
from ingest import batches, local_files, uploads
from ingest.incoming import incoming, local
from ingest.local_files import Changed, LocalFile
from ingest.models import Source, Upload
from tests import factories


@pytest.fixture
def card(tmp_path: Path) -> Path:
    root = tmp_path / "tarjeta"
    for name in ("Clip/C0001M01.XML", "Clip/C0001.MXF", "b.srt", "a.jpg", ".DS_Store", "fuera/x.jpg"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode())
    return root


def relative(files) -> list[str]:
    return [os.fsdecode(file.relative) for file in files]


def test_a_folder_is_walked_whole_and_media_come_before_what_accompanies_them(card):
    assert relative(local_files.find([card])) == [
        "tarjeta/.DS_Store",
        "tarjeta/a.jpg",
        "tarjeta/Clip/C0001.MXF",
        "tarjeta/fuera/x.jpg",
        "tarjeta/b.srt",
        "tarjeta/Clip/C0001M01.XML",
    ]


@pytest.mark.parametrize(
    ("pattern", "left"),
    [
        ("fuera", 5),
        ("fuera/*", 5),
        ("tarjeta/fuera/*", 5),
        ("*.jpg", 4),
        (".*", 5),
        ("*.XML", 5),
        ("nada", 6),
    ],
)
def test_what_is_excluded(card, pattern, left):
    assert len(local_files.find([card], exclude=[pattern])) == left


def test_a_single_file_and_a_missing_one(card):
    assert relative(local_files.find([card / "a.jpg"])) == ["a.jpg"]
    with pytest.raises(FileNotFoundError):
        local_files.find([card / "no hay"])


def test_links_to_folders_are_not_followed_and_other_things_are_no_files(card):
    (card / "aqui").symlink_to(card)
    os.mkfifo(card / "tubo")
    assert len(local_files.find([card])) == 6


def test_names_that_are_not_utf8_are_found_and_shown(tmp_path):
    raw = os.fsencode(tmp_path) + "/año.jpg".encode("latin-1")
    Path(os.fsdecode(raw)).write_bytes(b"x")
    (file,) = local_files.find([tmp_path])
    assert file.relative.endswith("año.jpg".encode("latin-1"))
    assert file.shown.endswith("/año.jpg")
    assert file.name.filename == "año.jpg"
    file.shown.encode()


@pytest.fixture
def batch(db):
    by = factories.person(Role.PRODUCER)
    return batches.open_for(factories.central(), by=by)


def take(batch, path: Path):
    file = LocalFile(path, os.fsencode(path.name))
    return local_files.take(batch, file, by=batch.created_by, source=Source.COMMAND)


def test_taking_a_file_in(batch, tmp_path):
    content = os.urandom(700_000)
    (tmp_path / "a.bin").write_bytes(content)
    upload = take(batch, tmp_path / "a.bin")
    assert (upload.state, upload.offset_bytes, upload.filename) == ("complete", 700_000, "a.bin")
    assert upload.claimed_sha256 == hashlib.sha256(content).hexdigest()
    assert local().here(upload.pk).read_bytes() == content
    assert (upload.ingest.state, upload.ingest.source) == ("queued", "command")


def test_an_empty_file_is_taken_too(batch, tmp_path):
    (tmp_path / "vacio").touch()
    assert take(batch, tmp_path / "vacio").state == "complete"


def test_the_raw_name_is_kept(batch, tmp_path):
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xf1o.jpg"))
    path.write_bytes(b"x")
    upload = take(batch, path)
    assert upload.filename == "año.jpg"
    assert bytes(upload.raw_name) == b"a\xf1o.jpg"


def test_a_file_still_being_written_leaves_nothing(batch, tmp_path, monkeypatch):
    (tmp_path / "a.bin").write_bytes(b"12345")
    read = os.read

    def growing(descriptor: int, size: int) -> bytes:
        chunk = read(descriptor, size)
        return chunk + b"more" if chunk == b"12345" else chunk

    monkeypatch.setattr(os, "read", growing)
    with pytest.raises(Changed):
        take(batch, tmp_path / "a.bin")
    monkeypatch.undo()
    assert Upload.objects.get().state == "terminated"
    assert list(incoming().held()) == []


def test_a_full_disk_takes_nothing(batch, tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "RESERVE_BYTES", 10**18)
    (tmp_path / "a.bin").write_bytes(b"12345")
    with pytest.raises(uploads.NoRoom):
        take(batch, tmp_path / "a.bin")
    assert not Upload.objects.exists()


def test_a_file_that_may_not_be_read(batch, tmp_path):
    with pytest.raises(IsADirectoryError):
        take(batch, tmp_path)
