"""Receiving one body, without a network: what is kept, what is thrown away, and what is said of it."""

import errno
import hashlib
import itertools
from io import BytesIO

import pytest
from django.http import HttpRequest, UnreadablePostError

from ingest import incoming, names, receiving, uploads
from ingest.incoming import Busy, Writing
from ingest.models import Ingest, Upload
from ingest.receiving import CutShort, WrongChecksum, WrongOffset
from ingest.tus_protocol import Checksum
from ingest.uploads import NoRoom, NotReceiving
from tests import factories

pytestmark = pytest.mark.django_db
CONTENT = b"0123456789" * 10


class Body(HttpRequest):
    """A request whose body ends, or breaks, where the test says."""

    def __init__(self, content: bytes, *, piece: int = 7, breaks: bool = False) -> None:
        super().__init__()
        self.left, self.piece, self.breaks = BytesIO(content), piece, breaks

    def read(self, size: int | None = None, /) -> bytes:
        chunk = self.left.read(min(self.piece, self.piece if size is None else size))
        if not chunk and self.breaks:
            raise UnreadablePostError("the client is gone")
        return chunk


@pytest.fixture
def upload(producer) -> Upload:
    announced = uploads.Announced(name=names.of(b"a.bin"), size_bytes=len(CONTENT))
    return uploads.begin(factories.batch(producer), announced, by=producer)


def sha1(content: bytes) -> Checksum:
    return Checksum("sha1", hashlib.sha1(content, usedforsecurity=False).digest())


def receive(
    upload: Upload,
    content: bytes,
    *,
    at: int = 0,
    length: int | None = None,
    checksum: Checksum | None = None,
    breaks: bool = False,
) -> Upload:
    length = len(content) if length is None else length
    body = Body(content, breaks=breaks)
    return receiving.receive(upload, body, offset_bytes=at, length=length, checksum=checksum, by=upload.owner)


def held(upload: Upload) -> bytes:
    return b"".join(incoming.incoming().read(upload.pk))


def noted(upload: Upload) -> tuple[str, int]:
    now = Upload.objects.get(pk=upload.pk)
    return now.state, now.offset_bytes


def test_a_whole_body_completes_the_upload_and_begins_its_ingest(upload):
    assert receive(upload, CONTENT).state == "complete"
    assert held(upload) == CONTENT
    assert noted(upload) == ("complete", 100)
    assert Ingest.objects.get(upload=upload).state == "queued"


@pytest.mark.parametrize("cuts", [(1, 99), (50,), (33, 66), ()])
def test_in_pieces_it_is_the_same_file(upload, cuts):
    edges = [0, *cuts, len(CONTENT)]
    for start, end in itertools.pairwise(edges):
        receive(upload, CONTENT[start:end], at=start)
    assert held(upload) == CONTENT
    assert Ingest.objects.filter(upload=upload).count() == 1


def test_an_empty_body_changes_nothing(upload):
    receive(upload, CONTENT[:10])
    receive(upload, b"", at=10)
    assert noted(upload) == ("receiving", 10)


@pytest.mark.parametrize("at", [0, 9, 11, 100])
def test_at_another_offset_nothing_is_written_and_the_true_one_is_told(upload, at):
    receive(upload, CONTENT[:10])
    with pytest.raises(WrongOffset) as wrong:
        receive(upload, CONTENT[10:], at=at)
    assert wrong.value.offset_bytes == 10
    assert held(upload) == CONTENT[:10]


@pytest.mark.parametrize("breaks", [True, False], ids=["a reset", "an early end"])
def test_what_came_before_a_client_vanished_is_kept(upload, breaks):
    with pytest.raises(CutShort):
        receive(upload, CONTENT[:40], length=100, breaks=breaks)
    assert noted(upload) == ("receiving", 40)
    assert held(upload) == CONTENT[:40]
    assert receive(upload, CONTENT[40:], at=40).state == "complete"


def test_more_than_was_announced_is_not_read(upload):
    receive(upload, CONTENT + b"de otra persona", length=100)
    assert held(upload) == CONTENT


def test_a_body_that_agrees_with_its_checksum_is_kept(upload):
    assert receive(upload, CONTENT, checksum=sha1(CONTENT)).state == "complete"


def test_one_that_does_not_is_thrown_away_whole_and_what_was_before_stays(upload):
    receive(upload, CONTENT[:30])
    with pytest.raises(WrongChecksum):
        receive(upload, b"x" * 20, at=30, checksum=sha1(CONTENT[30:50]))
    assert noted(upload) == ("receiving", 30)
    assert held(upload) == CONTENT[:30]
    receive(upload, CONTENT[30:], at=30, checksum=sha1(CONTENT[30:]))
    assert held(upload) == CONTENT


def test_half_a_body_under_a_checksum_is_thrown_away_since_it_cannot_be_verified(upload):
    with pytest.raises(CutShort):
        receive(upload, CONTENT[:40], length=100, checksum=sha1(CONTENT))
    assert (noted(upload), held(upload)) == (("receiving", 0), b"")


@pytest.mark.parametrize(
    ("number", "raised"),
    [(errno.ENOSPC, NoRoom), (errno.EDQUOT, NoRoom), (errno.EIO, OSError)],
    ids=["disk full", "quota", "broken disk"],
)
@pytest.mark.parametrize("checked", [False, True])
def test_a_disk_that_fails_keeps_what_is_safe(upload, monkeypatch, number, raised, checked):
    append = Writing.append

    def appending(writing: Writing, chunks) -> None:
        if writing.size >= 35:
            raise OSError(number, "no")
        append(writing, chunks)

    monkeypatch.setattr(Writing, "append", appending)
    with pytest.raises(raised) as failed:
        receive(upload, CONTENT, checksum=sha1(CONTENT) if checked else None)
    assert type(failed.value) is raised
    assert noted(upload) == ("receiving", 0 if checked else 35)
    assert len(held(upload)) == (0 if checked else 35)


@pytest.mark.parametrize("state", ["expired", "terminated"])
def test_what_was_given_up_takes_no_more(upload, state):
    Upload.objects.filter(pk=upload.pk).update(state=state)
    with pytest.raises(NotReceiving):
        receive(upload, CONTENT)
    assert held(upload) == b""


def test_bytes_beyond_what_the_database_knows_are_written_anew(upload):
    """A server killed between the flush and the note: the client asks, and is told the smaller number."""
    receive(upload, CONTENT[:10])
    with incoming.incoming().writing(upload.pk) as writing:
        writing.rewind(10)
        writing.append([b"sin anotar"])
        writing.flush()
    assert uploads.offset(Upload.objects.get(pk=upload.pk)) == 10
    receive(upload, CONTENT[10:], at=10)
    assert held(upload) == CONTENT


def test_a_file_shorter_than_the_database_says_goes_on_from_its_end(upload):
    receive(upload, CONTENT[:50])
    with incoming.incoming().writing(upload.pk) as writing:
        writing.rewind(20)
    with pytest.raises(WrongOffset) as wrong:
        receive(upload, CONTENT[50:], at=50)
    assert wrong.value.offset_bytes == 20
    receive(upload, CONTENT[20:], at=20)
    assert held(upload) == CONTENT


def test_while_another_request_writes_one_waits_a_little_and_is_refused(upload, monkeypatch):
    monkeypatch.setattr(receiving, "PATIENCE_SECONDS", 0.1)
    with incoming.incoming().writing(upload.pk), pytest.raises(Busy):
        receive(upload, CONTENT)
    assert receive(upload, CONTENT).state == "complete"


@pytest.mark.parametrize(
    ("where", "setting", "value"),
    [(Writing, "note_bytes", 20), (receiving, "NOTE_SECONDS", 0.0)],
    ids=["by size", "by time"],
)
def test_a_long_body_is_noted_on_the_way_but_not_under_a_checksum(upload, monkeypatch, where, setting, value):
    seen: list[int] = []
    arrived = uploads.arrived

    def noting(upload: Upload, offset_bytes: int, **more) -> Upload:
        seen.append(offset_bytes)
        return arrived(upload, offset_bytes, **more)

    monkeypatch.setattr(where, setting, value)
    monkeypatch.setattr(uploads, "arrived", noting)
    receive(upload, CONTENT[:50])
    assert len(seen) > 1
    assert seen == sorted(seen)
    assert seen[-1] == 50
    seen.clear()
    receive(upload, CONTENT[50:], at=50, checksum=sha1(CONTENT[50:]))
    assert seen == [100]
