"""What every place for incoming bytes must do. A module that names a ``place`` fixture and imports these runs them.

``place`` is an empty ingest.places.Place; ``again`` makes another object for the same place, as another process has.
"""

import itertools
import os
import threading
import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from django.db import connection, transaction

from ingest.places import Busy, Gone, Place

__all__ = ["TestBytes", "TestClaims", "TestEnds"]

MIB = 1024 * 1024
Again = Callable[[], Place]


def added(place: Place, upload_id: uuid.UUID, *chunks: bytes) -> int:
    """Append, make safe and note, as one request does."""
    with place.writing(upload_id) as writing:
        writing.append(chunks)
        safe = writing.flush()
        with transaction.atomic():
            writing.note()
    return safe


def begun(place: Place, size_bytes: int | None = None) -> uuid.UUID:
    upload_id = uuid.uuid4()
    place.create(upload_id, size_bytes=size_bytes)
    return upload_id


def everything(place: Place, upload_id: uuid.UUID) -> bytes:
    return b"".join(place.read(upload_id))


class TestBytes:
    def test_bytes_are_appended_and_counted(self, place, again):
        one = begun(place, 6)
        assert added(place, one, b"abc", b"", b"de") == 5
        with again().writing(one) as writing:
            writing.rewind(5)
            writing.append([b"f"])
            assert writing.flush() == writing.size == 6
            writing.note()
        assert everything(again(), one) == b"abcdef"
        assert place.size(one) == 6

    def test_what_is_not_trusted_is_forgotten(self, place):
        one = begun(place, 3)
        with place.writing(one) as writing:
            writing.append([b"abcdef"])
            writing.rewind(2)
            assert writing.size == 2
            writing.append([b"X"])
            writing.flush()
            writing.note()
        assert everything(place, one) == b"abX"

    def test_a_body_that_was_wrong_leaves_nothing_of_it(self, place, again):
        one = begun(place, 7)
        added(place, one, b"abc")
        with place.writing(one) as writing:
            writing.append([b"wrong"])
            writing.rewind(3)
        with again().writing(one) as writing:
            assert writing.size == 3
        added(again(), one, b"defg")
        assert everything(place, one) == b"abcdefg"

    def test_what_was_safe_can_be_cut_shorter_and_go_on(self, place):
        one = begun(place, 6)
        added(place, one, b"abc")
        added(place, one, b"xyz")
        with place.writing(one) as writing:
            writing.rewind(2)
            writing.append([b"CD"])
            assert writing.flush() == 4
            writing.note()
        added(place, one, b"ef")
        assert everything(place, one) == b"abCDef"

    def test_creating_twice_keeps_what_is_there(self, place):
        one = begun(place, 3)
        added(place, one, b"abc")
        place.create(one, size_bytes=3)
        assert place.size(one) == 3

    def test_nothing_is_a_file_too(self, place, tmp_path: Path):
        one = begun(place, 0)
        assert (place.size(one), everything(place, one)) == (0, b"")
        place.bring(one, tmp_path / "file")
        assert (tmp_path / "file").read_bytes() == b""

    @pytest.mark.parametrize(
        "cuts",
        [(), (1,), (3 * MIB, 9 * MIB), (5 * MIB,), (8 * MIB,), (8 * MIB - 1, 8 * MIB + 1), (17 * MIB,)],
        ids=["whole", "a byte", "two tails", "a part", "a full part", "around it", "two parts"],
    )
    def test_any_length_of_a_piece_is_kept_and_makes_the_same_file(self, place, again, tmp_path: Path, cuts):
        content = os.urandom(18 * MIB + 5)
        one = begun(place, len(content))
        for start, end in itertools.pairwise((0, *cuts, len(content))):
            assert again().size(one) == start
            assert added(again(), one, content[start:end]) == end
        again().bring(one, tmp_path / "file")
        assert (tmp_path / "file").read_bytes() == content
        assert everything(place, one) == content

    def test_many_small_pieces(self, place, again):
        content = os.urandom(40)
        one = begun(place, len(content))
        for number in range(len(content)):
            added(again(), one, content[number : number + 1])
        assert everything(place, one) == content

    def test_many_notes_in_one_long_piece(self, place):
        content = os.urandom(12 * MIB)
        one = begun(place, len(content))
        with place.writing(one) as writing:
            for start in range(0, len(content), MIB // 2):
                writing.append([content[start : start + MIB // 2]])
                assert writing.flush() == start + MIB // 2
                writing.note()
        assert everything(place, one) == content

    def test_a_large_body_that_was_wrong_leaves_nothing_of_it(self, place, again):
        content = os.urandom(20 * MIB)
        one = begun(place, len(content))
        added(place, one, content[: 6 * MIB])
        with place.writing(one) as writing:
            writing.append([os.urandom(14 * MIB)])
            writing.rewind(6 * MIB)
        assert again().size(one) == 6 * MIB
        added(again(), one, content[6 * MIB :])
        assert everything(place, one) == content


class TestClaims:
    def test_one_writer_at_a_time(self, place, again):
        one = begun(place)
        with place.writing(one), pytest.raises(Busy), again().writing(one):
            pass
        with again().writing(one):
            pass

    def test_writers_of_different_uploads_do_not_meet(self, place):
        one, other = begun(place), begun(place)
        with place.writing(one), place.writing(other):
            pass

    def test_who_breaks_off_lets_go(self, place, again):
        one = begun(place)
        with pytest.raises(ZeroDivisionError), place.writing(one):
            raise ZeroDivisionError
        with again().writing(one):
            pass

    @pytest.mark.django_db(transaction=True)
    def test_many_threads_want_to_write_and_one_does(self, place):
        one = begun(place)
        inside, most, gate = [], [], threading.Barrier(6)

        def write() -> None:
            gate.wait()
            try:
                with place.writing(one) as writing:
                    inside.append(1)
                    most.append(len(inside))
                    writing.rewind(writing.size)
                    writing.append([b"x"])
                    writing.flush()
                    writing.note()
                    inside.pop()
            except Busy:
                pass
            finally:
                connection.close()

        threads = [threading.Thread(target=write) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert max(most) == 1
        assert place.size(one) == len(most)


class TestEnds:
    def test_what_is_discarded_is_gone(self, place, tmp_path: Path):
        one = begun(place, 6)
        added(place, one, b"abc")
        place.discard(one)
        place.discard(one)
        for act in (
            place.size,
            lambda one: list(place.read(one)),
            lambda one: place.bring(one, tmp_path / "f"),
        ):
            with pytest.raises(Gone):
                act(one)
        assert not (tmp_path / "f").exists()
        with pytest.raises(Gone), place.writing(one):
            pass
        assert list(place.held()) == []

    def test_what_never_was_is_gone_too(self, place):
        with pytest.raises(Gone):
            place.size(uuid.uuid4())
        place.discard(uuid.uuid4())

    def test_what_is_held(self, place):
        one = begun(place, 3)
        added(place, one, b"abc")
        assert list(place.held()) == [one]
        assert 0 < place.age_seconds(one) < 60
        assert place.age_seconds(uuid.uuid4()) == 0

    def test_there_is_room(self, place):
        assert place.free_bytes() > 0

    def test_a_sweep_leaves_what_is_held(self, place):
        one = begun(place, 12 * MIB)
        added(place, one, os.urandom(9 * MIB))
        place.sweep(0)
        assert place.size(one) == 9 * MIB
        added(place, one, os.urandom(3 * MIB))
        assert len(everything(place, one)) == 12 * MIB
