"""Verbs on uploads: what arrived is noted, the last byte starts the ingest, and only once."""

import pytest

from dam import events
from dam.lifecycle import IllegalTransition
from ingest import batches, names, uploads
from ingest.incoming import Gone, incoming, local
from ingest.models import Ingest, Upload
from ingest.uploads import Announced, NotReceiving
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def upload(producer) -> Upload:
    batch = batches.open_for(factories.central(), by=producer)
    announced = Announced(
        name=names.of(b"tarjeta/Spot.es.srt"), size_bytes=10, raw_name=b"tarjeta/Spot.es.srt"
    )
    return uploads.begin(batch, announced, by=producer)


def now(upload: Upload) -> Upload:
    return Upload.objects.get(pk=upload.pk)


def written(upload: Upload, content: bytes) -> None:
    with incoming().writing(upload.pk) as writing:
        writing.append([content])


def test_beginning(upload, producer):
    assert (upload.state, upload.offset_bytes, upload.owner) == ("receiving", 0, producer)
    assert (upload.filename, upload.folder, upload.stem) == ("Spot.es.srt", "tarjeta", "spot")
    assert upload.path == "tarjeta/Spot.es.srt"
    assert incoming().size(upload.pk) == 0
    assert [event.verb for event in events.of(upload)] == ["created"]


def test_progress_is_noted_and_puts_off_the_end(upload, producer):
    before = upload.expires_at
    uploads.arrived(upload, 4, by=producer)
    assert now(upload).offset_bytes == 4
    assert now(upload).percent == 40
    assert now(upload).expires_at > before
    assert not Ingest.objects.exists()


def test_the_last_byte_starts_the_ingest_once(upload, producer):
    uploads.arrived(upload, 10, by=producer, claimed_sha256="ab" * 32)
    assert (now(upload).state, now(upload).claimed_sha256) == ("complete", "ab" * 32)
    assert now(upload).ingest.state == "queued"
    with pytest.raises(NotReceiving):
        uploads.arrived(now(upload), 10, by=producer)
    assert Ingest.objects.count() == 1


def test_the_offset_is_the_lesser_of_row_and_file(upload, producer):
    written(upload, b"0123456")
    assert uploads.offset(now(upload)) == 0
    uploads.arrived(upload, 7, by=producer)
    assert uploads.offset(now(upload)) == 7
    local().here(upload.pk).write_bytes(b"01")
    assert uploads.offset(now(upload)) == 2
    incoming().discard(upload.pk)
    with pytest.raises(Gone):
        uploads.offset(now(upload))


def test_of_a_complete_upload_the_offset_stays_when_the_bytes_moved_on(upload, producer):
    uploads.arrived(upload, 10, by=producer)
    incoming().discard(upload.pk)
    assert uploads.offset(now(upload)) == 10


def test_cancelling(upload, producer):
    uploads.cancel(upload, by=producer)
    assert now(upload).state == "terminated"
    assert list(incoming().held()) == []
    with pytest.raises(NotReceiving):
        uploads.arrived(now(upload), 5, by=producer)
    with pytest.raises(IllegalTransition):
        uploads.cancel(now(upload), by=producer)


def test_expiring(upload):
    uploads.expire(upload)
    assert now(upload).state == "expired"
    assert [event.actor for event in events.of(upload)][-1] is None
    assert list(incoming().held()) == []


def test_a_disk_without_room_is_named_before_anything_comes(producer, monkeypatch):
    monkeypatch.setattr(uploads, "RESERVE_BYTES", 10**18)
    batch = batches.open_for(factories.central(), by=producer)
    with pytest.raises(uploads.NoRoom):
        uploads.begin(batch, Announced(name=names.of(b"a"), size_bytes=1), by=producer)
    assert not Upload.objects.exists()


def test_an_empty_upload_is_whole(upload):
    assert Upload(size_bytes=0, offset_bytes=0).percent == 100
