"""Whether bytes are there already: told only as far as the person who brings them may know."""

import threading

import pytest
from django.db import connection, transaction

from dam import assets, trash
from dam.models import Agency, AssetVersion, Role, User
from ingest import originals
from ingest.models import Ingest
from tests import factories

CONTENT = b"los bytes de la presa"


@pytest.fixture
def office(db) -> Agency:
    return factories.agency("SSG", parent=factories.central())


@pytest.fixture
def held(office) -> AssetVersion:
    """A version of another office, whose original CONTENT is."""
    return factories.version(content=CONTENT, of=office)


def sha256(version: AssetVersion) -> str:
    return str(version.original.stored_id)


def brought_by(someone: User, **more) -> Ingest:
    return factories.ingest(upload=factories.upload(batch=factories.batch(someone), **more))


def test_who_sees_it_is_told(held):
    assert originals.known_to(brought_by(factories.person()), sha256(held)) == held


@pytest.mark.parametrize("role", [Role.VIDEOGRAPHER, Role.PRODUCER, Role.LIAISON])
def test_who_does_not_see_it_is_told_nothing(held, role):
    elsewhere = factories.agency("DIF", parent=factories.central())
    someone = factories.person(role, elsewhere)
    assert originals.known_to(brought_by(someone), sha256(held)) is None


def test_a_share_makes_it_known(held):
    elsewhere = factories.agency("DIF", parent=factories.central())
    someone = factories.person(Role.PRODUCER, elsewhere)
    factories.share(held.asset, elsewhere)
    assert originals.known_to(brought_by(someone), sha256(held)) == held


def test_other_bytes_are_not_known(held):
    assert originals.known_to(brought_by(factories.person()), "0" * 64) is None


def test_bytes_that_are_only_beside_an_original_are_not_an_original(held):
    factories.attached(held, content=b"<xml/>")
    beside = held.files.get(role="sidecar")
    assert originals.known_to(brought_by(factories.person()), beside.stored_id) is None


def test_what_lies_in_the_trash_does_not_count(held):
    trash.put(held.asset, by=held.asset.created_by)
    assert originals.known_to(brought_by(factories.person()), sha256(held)) is None


def test_of_several_it_is_the_oldest(held):
    again = factories.version(content=CONTENT)
    assert again.original.stored_id == held.original.stored_id
    assert originals.known_to(brought_by(factories.person()), sha256(held)) == held


def test_a_new_version_is_compared_with_its_own_asset_only(held):
    other = factories.asset()
    someone = factories.person()
    assert originals.known_to(brought_by(someone, version_of=other), sha256(held)) is None
    assert originals.known_to(brought_by(someone, version_of=held.asset), sha256(held)) == held


def test_an_older_version_of_the_same_asset_counts_too(held):
    original = factories.original(content=b"otros bytes")
    assets.add_version(held.asset, original, by=held.asset.created_by)
    ingest = brought_by(factories.person(), version_of=held.asset)
    assert originals.known_to(ingest, sha256(held)) == held


@pytest.mark.django_db(transaction=True)
def test_of_two_at_the_same_moment_one_waits_for_the_other():
    order: list[str] = []

    def second() -> None:
        with transaction.atomic():
            originals.hold("original:x")
            order.append("second")
        connection.close()

    with transaction.atomic():
        originals.hold("original:x")
        waiting = threading.Thread(target=second)
        waiting.start()
        waiting.join(0.3)
        order.append("first")
    waiting.join(10)
    assert order == ["first", "second"]


@pytest.mark.django_db(transaction=True)
def test_of_different_words_nobody_waits():
    passed = threading.Event()

    def other() -> None:
        with transaction.atomic():
            originals.hold("original:y")
        passed.set()
        connection.close()

    with transaction.atomic():
        originals.hold("original:x")
        beside = threading.Thread(target=other)
        beside.start()
        beside.join(10)
    assert passed.is_set()
