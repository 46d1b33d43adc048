"""A library that moves from the folder to one S3 server, to another and back, while people read and write, and the
command that moves it is killed again and again.
"""

import hashlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from dam import files
from dam.models import Placement, StoredFile
from dam.s3 import WriteOnceStorage
from dam.storage import store
from tests import buckets
from tests.conftest import CHECKOUT
from tests.ingest.conftest import environment
from tests.servers import S3

#: A file's length by its number: empty, a byte, segments, and one in parts.
SIZES = [0, 1, *[1_000 + 9_001 * number for number in range(38)], 9 * 1024 * 1024]
GRACE_SECONDS = 4
KILLS = {"minio": 2, "versitygw": 2, "objects": 1}


def content_of(number: int) -> bytes:
    size = SIZES[number] if number < len(SIZES) else 20_000
    return random.Random(number).randbytes(size)


def keep(number: int) -> str:
    content = content_of(number)
    sha256 = hashlib.sha256(content).hexdigest()
    files.keep(files.original_key(sha256), [content])
    return sha256


class Doing(threading.Thread):
    """Something that goes on until it is ended; what it met is kept."""

    def __init__(self, known: dict[str, int]) -> None:
        super().__init__()
        self.known, self.over = known, threading.Event()
        self.done, self.met = 0, list[str]()

    def run(self) -> None:
        try:
            while not self.over.wait(0.02):
                self.once()
                self.done += 1
        except Exception as error:  # noqa: BLE001 - the outcome is what is tested
            self.met.append(f"{type(error).__name__}: {error}")
        finally:
            connection.close()

    def once(self) -> None:
        raise NotImplementedError

    def end(self) -> None:
        self.over.set()
        self.join(30)
        assert self.met == []
        assert self.done > 20


class Reading(Doing):
    """Ranges of any file, from wherever it lies now."""

    def once(self) -> None:
        sha256, number = random.choice(list(self.known.items()))
        content = content_of(number)
        start = random.randrange(len(content) + 1)
        end = random.randrange(start, len(content) + 1)
        place, key = files.where(StoredFile.objects.get(pk=sha256))
        assert b"".join(place.read(key, start, end)) == content[start:end], f"{place.name}:{key}"


class Writing(Doing):
    """New files, into the folder."""

    def once(self) -> None:
        number = len(SIZES) + self.done
        self.known[keep(number)] = number
        self.over.wait(0.2)


@pytest.fixture
def servers(settings) -> Iterator[dict[str, WriteOnceStorage]]:
    made = {name: buckets.made(name) for name in S3}
    for name, bucket in made.items():
        buckets.use(settings, bucket, name=name)
    settings.STORE = "objects"
    yield made
    for bucket in made.values():
        buckets.removed(bucket)


@pytest.fixture
def told(servers: dict[str, WriteOnceStorage], tmp_path: Path) -> dict[str, str]:
    """What the command is told by the environment."""
    said = {**environment(tmp_path), "ACERVO_S3_STORES": ",".join(servers)}
    for name, bucket in servers.items():
        said |= {
            f"ACERVO_S3_{name.upper()}_BUCKET": bucket.bucket_name,
            f"ACERVO_S3_{name.upper()}_ENDPOINT": bucket.endpoint_url,
            f"ACERVO_S3_{name.upper()}_ADDRESSING": "path",
        }
    return said


def moving(told: dict[str, str], to: str, *, grace: int = GRACE_SECONDS) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "manage.py", "move_storage", "--to", to, "--grace", str(grace)]
    return subprocess.Popen(argv, cwd=CHECKOUT, env=told, stdout=subprocess.DEVNULL, start_new_session=True)


def killed_on_the_way(told: dict[str, str], to: str, after: int) -> None:
    """Kill the command once it has copied so many more files."""
    target = Placement.objects.filter(store=to, retired_at=None)
    before = target.count()
    process = moving(told, to)
    while target.count() < before + after:
        assert process.poll() is None, "it was done before it was killed"
        time.sleep(0.005)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def rows() -> list[dict[str, Any]]:
    return [dict(row) for row in Placement.objects.values("stored", "store", "key", "state", "retired_at")]


@pytest.mark.django_db(transaction=True)
def test_round_trip_while_a_reader_reads_a_writer_writes_and_the_mover_is_killed(servers, told):
    known = {keep(number): number for number in range(len(SIZES))}
    reader, writer = Reading(known), Writing(known)
    reader.start()
    writer.start()
    for to, kills in KILLS.items():
        for _again in range(kills):
            killed_on_the_way(told, to, 6)
        assert moving(told, to).wait(60) == 0
    reader.end()
    writer.end()
    assert moving(told, "objects", grace=0).wait(60) == 0

    assert {row["stored"] for row in rows()} == set(known)
    assert [
        row
        for row in rows()
        if (row["store"], row["state"], row["retired_at"]) != ("objects", "present", None)
    ] == []
    assert len(rows()) == len(known)
    wrong = [
        key
        for sha256, key in ((row["stored"], row["key"]) for row in rows())
        if store("objects").digest(key).sha256 != sha256
    ]
    assert wrong == []
    assert sorted(store("objects").keys("")) == sorted(row["key"] for row in rows())
    for bucket in servers.values():
        assert list(bucket.beside("").objects.keys()) == []
        bucket.sweep(-60)
        assert list(bucket.objects.unfinished()) == []
