"""Incoming bytes in a folder of this machine: the contract of every place, and what is the folder's own."""

import uuid
from collections.abc import Callable

import pytest

from ingest.incoming import Gone, LocalIncoming
from tests.ingest.incoming_conformance import *  # noqa: F403 - these are the tests

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(tmp_path) -> LocalIncoming:
    return LocalIncoming(tmp_path / "incoming")


@pytest.fixture
def again(place) -> Callable[[], LocalIncoming]:
    return lambda: LocalIncoming(place.folder)


@pytest.fixture
def one(place) -> uuid.UUID:
    upload_id = uuid.uuid4()
    place.create(upload_id)
    return upload_id


def test_a_writer_that_waited_while_it_was_discarded_finds_nothing(place, one):
    path = place.here(one)
    with path.open("rb"):
        place.discard(one)
        with pytest.raises(Gone), place.writing(one):
            pass


def test_other_files_in_the_folder_are_no_uploads(place, one):
    (place.folder / "otra cosa").touch()
    assert list(place.held()) == [one]
    assert place.age_seconds(one) < 60
    assert place.age_seconds(uuid.uuid4()) == 0
    assert list(LocalIncoming(place.folder / "no hay").held()) == []


def test_a_file_of_this_machine_is_no_object_and_is_not_copied(place, one, tmp_path):
    assert place.object_of(one) is None
    place.bring(one, tmp_path / "file")
    assert (tmp_path / "file").resolve() == place.here(one).resolve()
