"""The local store: the contract, and what is its own: durability on this machine's disk."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.files.storage import storages

from dam import storage, tasks
from dam.storage import PARTS, Digest, DurableFileStorage, ObjectStore
from tests.conftest import CHECKOUT
from tests.dam.storage_conformance import *  # noqa: F403 - the suite is the contract

STORES = [pytest.param("local", id="local")]


@pytest.fixture(params=STORES)
def store(request, tmp_path: Path) -> ObjectStore:
    return ObjectStore("test", DurableFileStorage(location=tmp_path / "store"))


@pytest.fixture
def spoil(tmp_path: Path) -> Spoil:  # noqa: F405
    def run(key: str) -> None:
        path = tmp_path / "store" / key
        content = bytearray(path.read_bytes())
        content[len(content) // 2] ^= 1
        path.write_bytes(content)

    return run


def calls(monkeypatch: pytest.MonkeyPatch, *names: str) -> list[tuple[str, str]]:
    """Note in order which of these functions of ``os`` are called, on which path."""
    noted: list[tuple[str, str]] = []

    def noting(name: str):
        real = getattr(os, name)

        def call(what, *rest):
            path = str(Path(f"/proc/self/fd/{what}").readlink()) if isinstance(what, int) else str(rest[0])
            noted.append((name, path))
            return real(what, *rest)

        return call

    for name in names:
        monkeypatch.setattr(os, name, noting(name))
    return noted


def test_bytes_are_on_the_disk_before_they_have_a_name_and_the_name_before_it_counts(
    store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    noted = calls(monkeypatch, "fdatasync", "link", "fsync")
    store.write("a/b/k", [b"x"])
    where = str(tmp_path / "store")
    names = [name for name, _path in noted]
    data, link = names.index("fdatasync"), names.index("link")
    assert f"{where}/{PARTS}/" in noted[data][1]
    assert data < link
    assert noted[link] == ("link", f"{where}/a/b/k")
    assert noted[-1] == ("fsync", f"{where}/a/b")
    flushed_before = {path for name, path in noted[:link] if name == "fsync"}
    assert {where, f"{where}/a"} <= flushed_before  # the new folders' own entries


def test_a_writer_that_is_killed_leaves_no_key(tmp_path: Path):
    location = tmp_path / "store"
    script = (
        "import sys, time\n"
        "from django.conf import settings\n"
        "settings.configure()\n"
        "from dam.storage import DurableFileStorage, ObjectStore\n"
        "def chunks():\n"
        "    yield b'x' * 100000\n"
        "    print('writing', flush=True)\n"
        "    time.sleep(60)\n"
        "ObjectStore('test', DurableFileStorage(location=sys.argv[1])).write('k', chunks())\n"
    )
    writer = subprocess.Popen(
        [sys.executable, "-c", script, str(location)],
        stdout=subprocess.PIPE,
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
    )
    assert writer.stdout is not None
    assert writer.stdout.readline() == b"writing\n"
    writer.send_signal(signal.SIGKILL)
    writer.wait()
    writer.stdout.close()
    storage_ = DurableFileStorage(location=location)
    again = ObjectStore("test", storage_)
    assert list(again.keys("")) == []
    assert again.write("k", [b"y"]).size_bytes == 1
    assert len(list((location / PARTS).iterdir())) == 1
    assert storage_.sweep(0) == 1
    assert list((location / PARTS).iterdir()) == []
    assert list(again.keys("")) == ["k"]


def test_the_sweep_leaves_writers_at_work_alone(tmp_path: Path, settings):
    objects = storages["objects"]
    assert isinstance(objects, DurableFileStorage)
    parts = Path(objects.location) / PARTS
    parts.mkdir(parents=True)
    (parts / "old").write_bytes(b"x")
    (parts / "new").write_bytes(b"x")
    long_ago = time.time() - tasks.PART_SECONDS - 1
    os.utime(parts / "old", (long_ago, long_ago))
    tasks.sweep_parts(timestamp=0)
    assert [part.name for part in parts.iterdir()] == ["new"]


def test_a_store_is_found_by_its_name(settings, tmp_path: Path):
    assert storage.store().name == "objects"
    storage.store("incoming").write("k", [b"x"])
    assert (tmp_path / "incoming" / "k").read_bytes() == b"x"


def test_a_file_is_read_in_chunks(tmp_path: Path):
    path = tmp_path / "file"
    path.write_bytes(b"x" * (storage.CHUNK_BYTES + 5))
    assert [len(chunk) for chunk in storage.file_chunks(path)] == [storage.CHUNK_BYTES, 5]


def test_a_digest_is_of_the_whole_stream():
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert storage.digest_of([]) == Digest(empty, 0)
    assert storage.digest_of([b"a", b"bc"]).size_bytes == 3
