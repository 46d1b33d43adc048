"""The record of who did what: it cannot be changed, and what was changed is found and named."""

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, connections, transaction
from django.test import RequestFactory

from dam import events
from dam.events import Fault
from dam.identifiers import new_id
from dam.middleware import EventAddress
from dam.models import Event, EventChain
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def subject():
    """A production with five events."""
    production = factories.production()
    for number in range(2, 6):
        events.record(production, "poked", by=production.created_by, data={"number": number})
    return production


@pytest.fixture
def tamper():
    """Change events behind the back of the triggers, as somebody with the database's password could."""

    def run(sql: str, *values: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("ALTER TABLE dam_event DISABLE TRIGGER USER")
            cursor.execute(sql, values)
            assert cursor.rowcount
            cursor.execute("ALTER TABLE dam_event ENABLE TRIGGER USER")

    return run


def faults_of(subject) -> list[tuple[int, str]]:
    name = f"{events.subject_type(subject)} {subject.pk}"
    found = list(events.verify())
    assert all(fault.subject == name for fault in found)
    return [(fault.seq, fault.problem) for fault in found]


def test_an_event_says_who_did_what_to_what_when_and_from_where():
    asset = factories.asset()
    token = events.address.set("10.1.2.3")
    try:
        event = events.record(asset, "poked", by=asset.created_by, data={"frames": 900})
    finally:
        events.address.reset(token)
    event.refresh_from_db()
    assert (event.subject_type, event.subject_id) == ("dam.asset", asset.pk)
    assert (event.verb, event.actor, event.address, event.data) == (
        "poked",
        asset.created_by,
        "10.1.2.3",
        {"frames": 900},
    )
    assert event.digest == events.digest(event)


def test_the_system_itself_may_be_the_one_who_acted():
    assert events.record(factories.production(), "poked", by=None).actor is None


def test_each_event_holds_the_digest_of_the_one_before(subject):
    chain = list(events.of(subject))
    assert [event.seq for event in chain] == [1, 2, 3, 4, 5]
    assert chain[0].previous == events.GENESIS
    assert [event.previous for event in chain[1:]] == [event.digest for event in chain[:-1]]
    head = EventChain.objects.get(subject_id=subject.pk)
    assert (head.length, head.head) == (5, chain[-1].digest)


def test_an_event_rolls_back_with_what_it_tells(subject):
    with transaction.atomic():
        events.record(subject, "poked", by=None)
        transaction.set_rollback(True)
    assert events.of(subject).count() == 5
    assert list(events.verify()) == []


@pytest.mark.parametrize(
    "change",
    [
        lambda event: Event.objects.filter(pk=event.pk).update(verb="forged"),
        lambda event: event.delete(),
        lambda event: Event.objects.filter(pk=event.pk)._raw_delete("default"),
    ],
    ids=["update", "delete", "raw delete"],
)
def test_the_database_refuses_to_change_an_event(subject, change: Callable[[Event], object]):
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        change(events.of(subject)[2])
    assert list(events.verify()) == []


def test_the_database_refuses_a_second_event_in_the_same_place(subject):
    event = events.of(subject)[2]
    event.pk = new_id()
    with pytest.raises(IntegrityError, match="event_once_per_seq"), transaction.atomic():
        event.save(force_insert=True)


def test_truncating_is_refused_outside_test_databases():
    with connection.cursor() as cursor:
        cursor.execute("SELECT prosrc FROM pg_proc WHERE proname = 'dam_event_is_append_only'")
        source = cursor.fetchone()[0]
    assert "TG_OP = 'TRUNCATE' AND current_database() LIKE 'test" in source


def test_whole_chains_have_no_fault(subject):
    factories.asset()
    assert list(events.verify()) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("verb", "forged"),
        ("address", "6.6.6.6"),
        ("actor_id", None),
        ("data", '{"number": 7}'),
        ("id", "0190f3c6-0000-7000-8000-000000000000"),
    ],
)
def test_a_changed_row_is_named(subject, tamper, column: str, value: object):
    tamper(f"UPDATE dam_event SET {column} = %s WHERE subject_id = %s AND seq = 3", value, subject.pk)
    assert faults_of(subject) == [(3, "changed")]


def test_a_changed_time_is_named(subject, tamper):
    tamper(
        "UPDATE dam_event SET at = at + %s WHERE subject_id = %s AND seq = 2",
        timedelta(microseconds=1),
        subject.pk,
    )
    assert faults_of(subject) == [(2, "changed")]


def test_a_changed_last_row_with_a_new_digest_does_not_fit_its_head(subject, tamper):
    last = events.of(subject)[4]
    last.verb = "forged"
    tamper("UPDATE dam_event SET verb = 'forged', digest = %s WHERE id = %s", events.digest(last), last.pk)
    assert faults_of(subject) == [(5, "changed: it is not the row that was written last")]


def test_a_changed_row_with_a_new_digest_no_longer_fits_the_next(subject, tamper):
    third = events.of(subject)[2]
    third.verb = "forged"
    tamper("UPDATE dam_event SET verb = 'forged', digest = %s WHERE id = %s", events.digest(third), third.pk)
    assert faults_of(subject) == [(4, "inserted, or the row before it was replaced")]


@pytest.mark.parametrize(
    ("where", "missing"), [("seq = 3", [3]), ("seq IN (1, 2)", [1, 2]), ("seq >= 4", [4, 5])]
)
def test_a_missing_row_is_named(subject, tamper, where: str, missing: list[int]):
    tamper(f"DELETE FROM dam_event WHERE subject_id = %s AND {where}", subject.pk)
    assert faults_of(subject) == [(seq, "missing") for seq in missing]


def test_a_chain_without_any_of_its_rows_is_named(subject, tamper):
    tamper("DELETE FROM dam_event WHERE subject_id = %s", subject.pk)
    assert faults_of(subject) == [(seq, "missing") for seq in range(1, 6)]


def test_an_inserted_row_is_named(subject):
    last = events.of(subject)[4]
    extra = Event(
        **{
            field.attname: getattr(last, field.attname)
            for field in Event._meta.concrete_fields
            if field.name != "id"
        }
    )
    extra.seq, extra.previous = 6, last.digest
    extra.digest = events.digest(extra)
    extra.save(force_insert=True)
    assert faults_of(subject) == [(6, "inserted after the head")]


def test_a_row_of_a_subject_without_head_is_named(subject):
    EventChain.objects.filter(subject_id=subject.pk).delete()
    assert faults_of(subject) == [(seq, "inserted: its chain has no head") for seq in range(1, 6)]


def test_the_command_says_how_many_events_it_read(subject, capsys):
    call_command("verify_events")
    assert f"{Event.objects.count()} events" in capsys.readouterr().out


def test_the_command_names_each_fault_and_fails(subject, tamper, capsys):
    tamper("DELETE FROM dam_event WHERE subject_id = %s AND seq = 2", subject.pk)
    with pytest.raises(CommandError, match="1 fault"):
        call_command("verify_events")
    assert f"dam.production {subject.pk} #2: missing" in capsys.readouterr().out


def test_the_command_finds_an_asset_whose_history_is_gone(tamper, capsys):
    asset = factories.asset()
    tamper("DELETE FROM dam_event WHERE subject_id = %s", asset.pk)
    EventChain.objects.filter(subject_id=asset.pk).delete()
    with pytest.raises(CommandError):
        call_command("verify_events")
    assert f"dam.asset {asset.pk} #1: missing" in capsys.readouterr().out


def test_a_request_s_address_is_recorded_and_forgotten():
    production = factories.production()

    def view(request):
        events.record(production, "poked", by=None)

    EventAddress(view)(RequestFactory().get("/", REMOTE_ADDR="192.0.2.7"))
    events.record(production, "poked", by=None)
    assert [event.address for event in events.of(production)] == ["", "192.0.2.7", ""]


def test_a_fault_reads_as_one_line():
    assert str(Fault("dam.asset 1", 3, "changed")) == "dam.asset 1 #3: changed"


@pytest.mark.django_db(transaction=True)
def test_writers_of_one_subject_take_turns_and_lose_nothing():
    production = factories.production()
    barrier = threading.Barrier(4)

    def write() -> None:
        barrier.wait()
        for _ in range(5):
            events.record(production, "poked", by=None)
        connections.close_all()

    threads = [threading.Thread(target=write) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [event.seq for event in events.of(production)] == list(range(1, 22))
    assert list(events.verify()) == []


@pytest.mark.django_db(transaction=True)
def test_writers_of_different_subjects_do_not_wait_for_each_other():
    first, second = factories.production(), factories.production()
    done = threading.Event()

    def write() -> None:
        events.record(second, "poked", by=None)
        done.set()
        connections.close_all()

    with transaction.atomic():
        events.record(first, "poked", by=None)
        thread = threading.Thread(target=write)
        thread.start()
        assert done.wait(5)
    thread.join()
