"""Uploads straight into a bucket, against both real servers: through the tus server, from any process, after any kill."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from dam import files
from dam.models import AssetVersion
from dam.s3 import WriteOnceStorage
from ingest import incoming_s3, pipeline
from ingest.incoming import incoming, local
from ingest.incoming_s3 import S3Incoming
from ingest.models import IncomingObject, Ingest, Upload
from ingest.tus_protocol import encoded
from tests import buckets, servers
from tests.ingest.conftest import Server
from tests.ingest.incoming_conformance import MIB, added, begun, everything
from tests.ingest.making import png
from tests.ingest.speaking_tus import TUS, bytes_of, create, patch
from tests.ingest.speaking_tus import begun as begun_by
from tests.ingest.test_receiving import Sender, eventually


@pytest.fixture(scope="module", params=servers.S3)
def bucket(request: pytest.FixtureRequest) -> Iterator[WriteOnceStorage]:
    yield from buckets.of(request.param)


@pytest.fixture
def place(bucket: WriteOnceStorage, settings) -> Iterator[S3Incoming]:
    buckets.use(settings, bucket)
    yield S3Incoming("s3")
    buckets.emptied(bucket)


def objects(place: S3Incoming) -> list[str]:
    return sorted(key for key, _modified in place.bucket.dated())


@pytest.mark.django_db
class TestTus:
    @pytest.fixture(autouse=True)
    def _in_s3(self, place) -> None:
        pass

    def test_a_file_in_two_pieces_lies_in_the_store_and_nowhere_else(self, signed_in):
        url = begun_by(signed_in, 10)
        assert patch(signed_in, url, 0, b"01234")["Upload-Offset"] == "5"
        assert signed_in.head(url, headers=TUS)["Upload-Offset"] == "5"
        assert patch(signed_in, url, 5, b"56789").status_code == 204
        upload = Upload.objects.get()
        assert (upload.state, bytes_of(upload)) == ("complete", b"0123456789")
        assert list(local().held()) == []

    def test_creation_with_its_first_bytes_and_an_empty_file(self, signed_in):
        assert create(signed_in, 5, body=b"abc")["Upload-Offset"] == "3"
        assert create(signed_in, 0).status_code == 201
        assert Ingest.objects.count() == 1

    def test_a_wrong_checksum_leaves_nothing(self, signed_in, place):
        url = begun_by(signed_in, 8)
        wrong = encoded(hashlib.sha256(b"other").digest())
        answer = patch(signed_in, url, 0, b"abcd", **{"Upload-Checksum": f"sha256 {wrong}"})
        assert answer.status_code == 460
        assert signed_in.head(url, headers=TUS)["Upload-Offset"] == "0"
        assert objects(place) == []
        right = encoded(hashlib.sha256(b"abcd").digest())
        answer = patch(signed_in, url, 0, b"abcd", **{"Upload-Checksum": f"sha256 {right}"})
        assert answer["Upload-Offset"] == "4"

    def test_another_offset_is_a_conflict(self, signed_in):
        url = begun_by(signed_in)
        patch(signed_in, url, 0, b"012")
        assert patch(signed_in, url, 2, b"x")["Upload-Offset"] == "3"

    def test_what_is_given_up_is_removed_from_the_store(self, signed_in, place):
        url = begun_by(signed_in, 20 * MIB)
        patch(signed_in, url, 0, os.urandom(9 * MIB))
        assert list(place.bucket.unfinished()) != []
        assert signed_in.delete(url, headers=TUS).status_code == 204
        assert (objects(place), list(place.bucket.unfinished())) == ([], [])
        assert signed_in.head(url, headers=TUS).status_code == 410
        assert not IncomingObject.objects.exists()

    def test_a_store_that_does_not_answer_is_said_so_and_nothing_is_acknowledged(
        self, signed_in, bucket, settings
    ):
        url = begun_by(signed_in, 3)
        buckets.use(settings, bucket, bucket_name="no-such-bucket")
        answer = patch(signed_in, url, 0, b"abc")
        assert (answer.status_code, answer["Retry-After"]) == (503, "3")
        buckets.use(settings, bucket)
        assert signed_in.head(url, headers=TUS)["Upload-Offset"] == "0"
        assert patch(signed_in, url, 0, b"abc").status_code == 204

    def test_uploads_begun_in_the_folder_go_on_there_when_new_ones_go_to_s3(self, signed_in, settings):
        settings.STORE = "objects"
        url = begun_by(signed_in, 6)
        patch(signed_in, url, 0, b"abc")
        settings.STORE = "s3"
        other = begun_by(signed_in, 3)
        patch(signed_in, url, 3, b"def")
        patch(signed_in, other, 0, b"xyz")
        first, second = Upload.objects.order_by("created_at")
        assert (bytes_of(first), bytes_of(second)) == (b"abcdef", b"xyz")
        assert list(local().held()) == [first.pk]
        assert set(incoming().held()) == {first.pk, second.pk}
        settings.STORE = "objects"
        assert bytes_of(second) == b"xyz"


@pytest.mark.django_db
class TestIngest:
    def test_a_photograph_goes_all_the_way_and_leaves_nothing_behind(self, signed_in, place):
        content = png()
        url = begun_by(signed_in, len(content), meta={"filename": "a.png"})
        patch(signed_in, url, 0, content)
        pipeline.run(str(Ingest.objects.get().pk), retry_at=lambda _error: None)
        assert Ingest.objects.get().state == "accepted", Ingest.objects.get().error
        stored = AssetVersion.objects.get().original.stored
        where, key = files.where(stored)
        assert (where.name, stored.sha256) == ("s3", hashlib.sha256(content).hexdigest())
        assert where.digest(key).sha256 == stored.sha256
        assert objects(place) == []
        assert not IncomingObject.objects.exists()

    def test_what_came_in_parts_is_copied_inside_the_store_and_verified(self, place, monkeypatch):
        content = os.urandom(11 * MIB)
        one = begun(place, len(content))
        added(place, one, content)
        list(place.read(one))
        arrived = place.object_of(one)
        assert arrived is not None
        written: list[str] = []
        monkeypatch.setattr(WriteOnceStorage, "_save", lambda _self, name, _content: written.append(name))
        expected = arrived[0].digest(arrived[1])
        stored = files.keep_copy("originals/x", *arrived, expected=expected)
        assert written == []
        where, key = files.where(stored)
        assert b"".join(where.read(key)) == content


@pytest.mark.django_db(transaction=True)
class TestProcesses:
    @pytest.fixture
    def servers(self, bucket, tmp_path: Path, monkeypatch) -> Iterator[list[Server]]:
        """Two transfers processes that share no folder."""
        monkeypatch.setenv("ACERVO_S3_BUCKET", bucket.bucket_name)
        monkeypatch.setenv("ACERVO_S3_ENDPOINT", bucket.endpoint_url)
        monkeypatch.setenv("ACERVO_S3_ADDRESSING", "path")
        folders = [tmp_path / "one", tmp_path / "two"]
        for folder in folders:
            folder.mkdir()
        running = [Server(folder).start() for folder in folders]
        yield running
        for server in running:
            server.kill()

    def test_killed_in_the_middle_of_a_body_another_goes_on_from_what_was_acknowledged(self, servers, place):
        content = os.urandom(24 * MIB)
        one, two = servers
        sender = Sender(one)
        path = sender.create(len(content))
        assert sender.patch(path, 0, content[: 7 * MIB]).status == 204
        link = sender.begin_patch(path, 7 * MIB, 17 * MIB)
        link.sendall(content[7 * MIB : 16 * MIB])
        row = IncomingObject.objects.get()
        eventually(lambda: len(place.bucket.parts(incoming_s3._whole(row.pk), row.multipart_id)) > 1)
        one.kill()
        link.close()
        sender.server = two
        offset = sender.offset(path)
        assert 7 * MIB <= offset <= 16 * MIB
        assert sender.patch(path, offset, b"x").status == 423
        IncomingObject.objects.update(held_until=timezone.now())
        assert sender.patch(path, offset, content[offset:]).status == 204
        upload = Upload.objects.get()
        assert upload.state == "complete"
        assert everything(place, upload.pk) == content
        assert not (two.data / "incoming").exists()

    def test_memory_stays_flat(self, servers):
        size = 96 * MIB
        chunk = os.urandom(MIB)
        sender = Sender(servers[0])
        path = sender.create(size)
        worker = int(
            Path(f"/proc/{servers[0].process.pid}/task/{servers[0].process.pid}/children")
            .read_text()
            .split()[0]
        )
        sender.patch(sender.create(9 * MIB), 0, chunk * 9)  # loads what a first upload loads
        before, peak = _resident(worker), 0
        link = sender.begin_patch(path, 0, size)
        for number in range(size // MIB):
            link.sendall(chunk)
            if number % 8 == 0:
                peak = max(peak, _resident(worker))
        assert b" 204 " in link.recv(1024).partition(b"\r\n")[0]
        link.close()
        assert peak - before < 24 * MIB

    def test_a_stalled_body_holds_no_database_connection(self, servers):
        sender = Sender(servers[0])

        def sessions() -> int:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
                return int(cursor.fetchone()[0])

        paths = [sender.create(MIB) for _ in range(4)]
        before = sessions()
        links = [sender.begin_patch(path, 0, MIB) for path in paths]
        for link in links:
            link.sendall(b"x" * 300_000)
        eventually(lambda: IncomingObject.objects.exclude(holder=None).count() == 4)
        try:
            eventually(lambda: sessions() <= before)
        finally:
            for link in links:
                link.close()


def _resident(pid: int) -> int:
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
