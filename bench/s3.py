"""Throughput of taking a file in by tus into S3, against boto3's own transfer manager uploading the same file.

Ours is the whole way of one PATCH as the transfers process goes it: body in chunks of 256 KiB -> spool -> parts with
their CRC-32 -> notes in the database on the way -> the last acknowledgement -> the parts made one object, on a database of its own. The HTTP
server in front is left out on both sides. boto3 uploads the file from the disk with its defaults (8 MiB parts,
10 threads). Neither side's bytes are read back here.

    script/bench s3 [--size-mb 2048] [--server minio|versitygw] [--rounds 5]
"""

import argparse
import os
import shutil
import sys
import tempfile
import uuid
from pathlib import Path

RAW = tempfile.mkdtemp(prefix="acervo-bench-")
Path(RAW).chmod(0o755)
os.environ["ACERVO_DATA"] = RAW
os.environ["DJANGO_SETTINGS_MODULE"] = "dam.settings"

import boto3  # noqa: E402
import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.http import HttpRequest  # noqa: E402

from bench import measure  # noqa: E402
from dam.models import Agency, User  # noqa: E402
from dam.s3 import WriteOnceStorage  # noqa: E402
from dam.serve import postgres  # noqa: E402
from ingest import names, receiving, uploads  # noqa: E402
from ingest.incoming_s3 import S3Incoming  # noqa: E402
from ingest.models import Batch  # noqa: E402

LIMIT = 0.8
MIB = 1024 * 1024
SERVERS = {"minio": "ACERVO_TEST_MINIO", "versitygw": "ACERVO_TEST_VERSITYGW"}


class Body(HttpRequest):
    """A request whose body is a file, as the HTTP server hands it over."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.source = file.open("rb")

    def read(self, size: int | None = None, /) -> bytes:
        return self.source.read(-1 if size is None else size)


def received(batch: Batch, file: Path) -> None:
    """Take the file in as one PATCH, and have the object made, as the worker does before it reads it."""
    size = file.stat().st_size
    announced = uploads.Announced(name=names.of(b"film.mov"), size_bytes=size)
    upload = uploads.begin(batch, announced, by=batch.created_by)
    body = Body(file)
    with body.source:
        receiving.receive(upload, body, offset_bytes=0, length=size, checksum=None, by=batch.created_by)
    S3Incoming("s3").assemble(upload.pk)


def uploaded(storage: WriteOnceStorage, file: Path) -> None:
    own = boto3.client("s3", endpoint_url=storage.endpoint_url, region_name="us-east-1")
    own.upload_file(str(file), storage.bucket_name, f"peer/{uuid.uuid4().hex}")


def emptied(storage: WriteOnceStorage) -> None:
    place = storage.beside("").objects
    for key in list(place.keys()):
        place.delete(key)


def run(size_mb: int, server: str, rounds: int) -> int:
    storage = WriteOnceStorage(
        bucket_name=f"bench-{uuid.uuid4().hex[:8]}",
        endpoint_url=os.environ[SERVERS[server]],
        addressing_style="path",
    )
    storage.connection.create_bucket(Bucket=storage.bucket_name)
    options = {
        "bucket_name": storage.bucket_name,
        "endpoint_url": storage.endpoint_url,
        "addressing_style": "path",
    }
    settings.STORAGES["s3"] = {"BACKEND": "dam.s3.WriteOnceStorage", "OPTIONS": options}
    settings.STORE = "s3"
    file = Path(RAW) / "film"
    with file.open("wb") as out:
        block = os.urandom(MIB)
        for _number in range(size_mb):
            out.write(block)
    someone = User.objects.create(username=f"banco-{uuid.uuid4().hex[:6]}")
    batch = Batch.objects.create(created_by=someone, agency=Agency.objects.create(code="BANCO", name="Banco"))
    compared = measure.interleaved(
        lambda: received(batch, file),
        lambda: uploaded(storage, file),
        rounds=rounds,
        after=lambda: emptied(storage),
    )
    storage.connection.meta.client.delete_bucket(Bucket=storage.bucket_name)
    return measure.report(
        f"s3 {server}",
        compared.throughput,
        at_least=LIMIT,
        size_mb=size_mb,
        ours_mb_s=round(size_mb / compared.ours, 1),
        boto3_mb_s=round(size_mb / compared.peer, 1),
        ours_s=[round(one, 2) for one in compared.ours_all],
        boto3_s=[round(one, 2) for one in compared.peer_all],
    )


def main() -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--size-mb", type=int, default=2048)
    parser.add_argument("--server", choices=SERVERS, default="minio")
    parser.add_argument("--rounds", type=int, default=measure.ROUNDS)
    asked = parser.parse_args()
    if not os.environ.get(SERVERS[asked.server]):
        print(f'{SERVERS[asked.server]} is not set: eval "$(script/services start)"', file=sys.stderr)
        return 2
    try:
        with postgres.running(Path(RAW)):
            call_command("migrate", verbosity=0)
            return run(asked.size_mb, asked.server, asked.rounds)
    finally:
        shutil.rmtree(RAW, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
