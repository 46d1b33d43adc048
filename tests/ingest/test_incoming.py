"""Incoming bytes: durable, exclusive, and gone when nobody needs them."""

import threading
import uuid

import pytest

from ingest.incoming import Busy, Gone, LocalIncoming


@pytest.fixture
def place(tmp_path) -> LocalIncoming:
    return LocalIncoming(tmp_path / "incoming")


@pytest.fixture
def one(place) -> uuid.UUID:
    upload_id = uuid.uuid4()
    place.create(upload_id)
    return upload_id


def test_bytes_are_appended_and_counted(place, one):
    with place.writing(one) as writing:
        writing.append([b"abc", b"", b"de"])
        assert writing.flush() == 5
    with place.writing(one) as writing:
        writing.rewind(5)
        writing.append([b"f"])
        assert writing.flush() == writing.size == 6
    assert place.here(one).read_bytes() == b"abcdef"
    assert place.size(one) == 6


def test_what_is_not_trusted_is_forgotten(place, one):
    with place.writing(one) as writing:
        writing.append([b"abcdef"])
        writing.rewind(2)
        writing.append([b"X"])
        writing.flush()
    assert place.here(one).read_bytes() == b"abX"


def test_creating_twice_keeps_what_is_there(place, one):
    with place.writing(one) as writing:
        writing.append([b"abc"])
    place.create(one)
    assert place.size(one) == 3


def test_one_writer_at_a_time(place, one):
    with place.writing(one), pytest.raises(Busy), place.writing(one):
        pass
    with place.writing(one):
        pass


def test_writers_of_different_uploads_do_not_meet(place, one):
    other = uuid.uuid4()
    place.create(other)
    with place.writing(one), place.writing(other):
        pass


def test_many_threads_want_to_write_and_one_does(place, one):
    inside, most, gate = [], [], threading.Barrier(8)

    def write() -> None:
        gate.wait()
        try:
            with place.writing(one) as writing:
                inside.append(1)
                most.append(len(inside))
                writing.rewind(writing.size)
                writing.append([b"x"])
                inside.pop()
        except Busy:
            pass

    threads = [threading.Thread(target=write) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(most) == 1
    assert place.size(one) == len(most)


def test_what_is_discarded_is_gone(place, one):
    place.discard(one)
    place.discard(one)
    for act in (lambda: place.size(one), lambda: place.here(one)):
        with pytest.raises(Gone):
            act()
    with pytest.raises(Gone), place.writing(one):
        pass
    assert list(place.held()) == []


def test_a_writer_that_waited_while_it_was_discarded_finds_nothing(place, one):
    path = place.here(one)
    with path.open("rb"):
        place.discard(one)
        with pytest.raises(Gone), place.writing(one):
            pass


def test_what_is_held(place, one):
    (place.folder / "otra cosa").touch()
    assert list(place.held()) == [one]
    assert place.age_seconds(one) < 60
    assert place.age_seconds(uuid.uuid4()) == 0
    assert list(LocalIncoming(place.folder / "no hay").held()) == []


def test_there_is_room(place):
    assert place.free_bytes() > 0
