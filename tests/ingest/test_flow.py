"""Bodies under way: ended when they stand still, never while they move."""

import socket
import threading
import time
import uuid
from collections.abc import Iterator

import pytest

from ingest import flow


@pytest.fixture
def pair() -> Iterator[tuple[socket.socket, socket.socket]]:
    here, there = socket.socketpair()
    yield here, there
    here.close()
    there.close()


def reader(upload_id: uuid.UUID, connection: socket.socket, read: list[bytes]) -> threading.Thread:
    """A thread that reads a body until its end, as a request does."""
    entered = threading.Event()

    def work() -> None:
        with flow.entering(upload_id, {"gunicorn.socket": connection}) as body:
            entered.set()
            while chunk := connection.recv(100):
                read.append(chunk)
                body.moved()

    thread = threading.Thread(target=work)
    thread.start()
    entered.wait(5)
    return thread


def test_a_body_that_stands_still_makes_way_and_loses_nothing(pair, monkeypatch):
    monkeypatch.setattr(flow, "SUPERSEDED_SECONDS", 0.2)
    here, there = pair
    upload_id = uuid.uuid4()
    read: list[bytes] = []
    thread = reader(upload_id, here, read)
    there.sendall(b"abc")
    time.sleep(0.4)
    assert flow.make_way(upload_id)
    thread.join(5)
    assert not thread.is_alive()
    assert read == [b"abc"]


def test_a_body_that_moves_does_not_make_way(pair, monkeypatch):
    monkeypatch.setattr(flow, "SUPERSEDED_SECONDS", 5.0)
    here, there = pair
    upload_id = uuid.uuid4()
    read: list[bytes] = []
    thread = reader(upload_id, here, read)
    there.sendall(b"abc")
    assert not flow.make_way(upload_id)
    assert thread.is_alive()
    there.sendall(b"def")
    there.close()
    thread.join(5)
    assert b"".join(read) == b"abcdef"


def test_nobody_to_make_way():
    assert not flow.make_way(uuid.uuid4())


def test_a_finished_body_is_forgotten():
    upload_id = uuid.uuid4()
    with flow.entering(upload_id, {}) as body:
        assert not body.is_still(60)
    assert body.ended.is_set()
    assert not flow.make_way(upload_id)


def test_without_a_socket_nothing_can_be_ended(monkeypatch):
    monkeypatch.setattr(flow, "SUPERSEDED_SECONDS", 0.0)
    upload_id = uuid.uuid4()
    with flow.entering(upload_id, {}):
        time.sleep(0.01)
        assert not flow.make_way(upload_id)


def test_idle_bodies_are_ended_by_themselves(pair, monkeypatch):
    monkeypatch.setattr(flow, "IDLE_SECONDS", 0.2)
    monkeypatch.setattr(flow, "POLL_SECONDS", 0.05)
    here, there = pair
    read: list[bytes] = []
    thread = reader(uuid.uuid4(), here, read)
    there.sendall(b"abc")
    thread.join(5)
    assert not thread.is_alive()
    assert read == [b"abc"]


def test_ending_a_closed_connection_harms_nobody(pair):
    here, _there = pair
    body = flow.Flow(uuid.uuid4(), here)
    here.close()
    body.stop_reading()
