"""Incoming bytes in a bucket, against both real servers: the contract of every place, and what is S3's own."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from dam.s3 import WriteOnceStorage
from dam.s3.parts import LEAST_PART_BYTES, MOST_PARTS, Sending
from ingest import s3_writing, sweeping, uploads
from ingest.incoming_s3 import S3Incoming
from ingest.models import IncomingObject, Ingest, Upload
from ingest.places import Busy, Gone
from tests import buckets, servers
from tests.ingest.incoming_conformance import *  # noqa: F403 - these are the tests
from tests.ingest.incoming_conformance import MIB, added, begun, everything
from tests.ingest.speaking_tus import begun as begun_by
from tests.ingest.speaking_tus import patch

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module", params=servers.S3)
def bucket(request: pytest.FixtureRequest) -> Iterator[WriteOnceStorage]:
    yield from buckets.of(request.param)


@pytest.fixture
def place(bucket: WriteOnceStorage, settings) -> Iterator[S3Incoming]:
    buckets.use(settings, bucket)
    yield S3Incoming("s3")
    buckets.emptied(bucket)


@pytest.fixture
def again(place) -> Callable[[], S3Incoming]:
    return lambda: S3Incoming("s3")


def objects(place: S3Incoming) -> list[str]:
    return sorted(key for key, _modified in place.bucket.dated())


class TestLeases:
    def test_who_was_killed_loses_its_lease_by_itself(self, place):
        one = begun(place, 3)
        IncomingObject.objects.filter(pk=one).update(
            holder=one, held_until=timezone.now() + timedelta(seconds=60)
        )
        with pytest.raises(Busy), place.writing(one):
            pass
        IncomingObject.objects.filter(pk=one).update(held_until=timezone.now() - timedelta(seconds=1))
        added(place, one, b"abc")
        assert everything(place, one) == b"abc"

    def test_who_lost_its_lease_acknowledges_nothing_more(self, place):
        one = begun(place, 6)
        with place.writing(one) as slow:
            slow.append([b"slow"])
            IncomingObject.objects.filter(pk=one).update(held_until=timezone.now() - timedelta(seconds=1))
            added(place, one, b"abc")
            slow.flush()
            with pytest.raises(Busy), transaction.atomic():
                slow.note()
        added(place, one, b"def")
        assert everything(place, one) == b"abcdef"

    def test_parts_of_who_was_left_for_dead_do_not_replace_those_of_its_successor(self, place):
        content = os.urandom(25 * MIB)
        one = begun(place, len(content))
        added(place, one, content[: 8 * MIB])
        with place.writing(one) as slow:
            slow.append([os.urandom(9 * MIB)])
            IncomingObject.objects.filter(pk=one).update(held_until=timezone.now() - timedelta(seconds=1))
            added(place, one, content[8 * MIB : 20 * MIB])
            slow.append([os.urandom(8 * MIB)])
            slow.flush()
            with pytest.raises(Busy), transaction.atomic():
                slow.note()
        added(place, one, content[20 * MIB :])
        assert everything(place, one) == content

    def test_who_moves_slowly_keeps_its_lease(self, place, monkeypatch):
        monkeypatch.setattr(s3_writing, "RENEW_SECONDS", 0.0)
        one = begun(place, 4)
        with place.writing(one) as writing:
            writing.append([b"ab"])
            IncomingObject.objects.filter(pk=one).update(held_until=timezone.now() - timedelta(seconds=1))
            writing.append([b"cd"])
            with pytest.raises(Busy), place.writing(one):
                pass

    def test_what_is_discarded_while_it_is_written_is_gone_for_the_writer(self, place):
        one = begun(place, 20 * MIB)
        with place.writing(one) as writing:
            writing.append([os.urandom(9 * MIB)])
            writing.flush()
            place.discard(one)
            with pytest.raises(Gone):
                writing.note()
        assert place.sweep(-60) == 0


class TestSweeping:
    def test_what_was_never_acknowledged_is_aborted_and_what_was_stays(self, place):
        one = begun(place, 20 * MIB)
        added(place, one, os.urandom(9 * MIB))
        orphan = place.bucket.begin("orphan/whole")
        assert len(list(place.bucket.unfinished())) == 2
        assert place.sweep(-60) == 1
        (left,) = place.bucket.unfinished()
        assert left.upload_id != orphan

    def test_bytes_whose_ingest_is_over_are_discarded(self, signed_in, place):
        patch(signed_in, begun_by(signed_in, 3), 0, b"abc")
        Ingest.objects.update(state="rejected", reason="unreadable")
        sweeping.sweep()
        assert (objects(place), list(place.held())) == ([], [])

    def test_an_upload_nobody_continued_is_removed(self, signed_in, place):
        patch(signed_in, begun_by(signed_in, 10), 0, b"abc")
        uploads.expire(Upload.objects.get())
        assert objects(place) == []


class TestParts:
    @pytest.mark.parametrize("size", [100, 72 * 10**9, 2 * 10**12, 5 * 2**40])
    def test_the_numbers_are_enough_for_any_size_however_it_comes(self, size):
        row = IncomingObject(size_bytes=size)
        writing = s3_writing.S3Writing.__new__(s3_writing.S3Writing)
        writing._row, writing._in_parts = row, 0
        writing._sending = Sending(None, "k")  # type: ignore[arg-type]  # nothing is sent
        while writing._in_parts < size:
            short = LEAST_PART_BYTES
            piece = short if writing._may_be_a_part(short) else writing._part_bytes()
            writing._in_parts += piece
            writing._sending.next_number += 1
        assert writing._sending.next_number <= MOST_PARTS
