"""How Django reaches PostgreSQL: the three ways, what is refused, and a pool under readers that stand still."""

import threading
from typing import Any

import pytest
from django.db import connection, connections
from django.db.utils import ConnectionHandler

from dam import database
from dam.environment import SettingError

URL = "postgresql://acervo:secreto@db.interna:5433/acervo"


class TestParsed:
    def test_each_thread_keeps_its_own_for_a_minute(self):
        said = database.parsed(URL)
        assert (said["HOST"], said["PORT"], said["NAME"]) == ("db.interna", 5433, "acervo")
        assert (said["CONN_MAX_AGE"], said["CONN_HEALTH_CHECKS"]) == (60, True)
        assert said["OPTIONS"] == {"connect_timeout": 10}
        assert not said["DISABLE_SERVER_SIDE_CURSORS"]

    def test_a_pool_is_shared_and_nothing_is_kept_outside_it(self):
        said = database.parsed(URL, pool=8)
        assert said["CONN_MAX_AGE"] == 0
        assert said["OPTIONS"]["pool"] == {"min_size": 1, "max_size": 8, "timeout": 10}

    def test_through_pgbouncer_nothing_outlives_a_transaction(self):
        said = database.parsed(URL, pooler=True)
        assert (said["CONN_MAX_AGE"], said["DISABLE_SERVER_SIDE_CURSORS"]) == (0, True)

    def test_what_the_address_says_of_its_options_stands(self):
        said = database.parsed(f"{URL}?sslmode=verify-full&connect_timeout=3")
        assert said["OPTIONS"]["sslmode"] == "verify-full"
        assert int(said["OPTIONS"]["connect_timeout"]) == 3


@pytest.mark.parametrize("version", [150000, 150018, 160004, 180004])
def test_fifteen_and_later_are_welcome(version: int):
    database.refuse_too_old(version)


@pytest.mark.parametrize(("version", "words"), [(140022, "PostgreSQL 14.22"), (90624, "PostgreSQL 9")])
def test_what_is_older_is_refused_with_what_to_do(version: int, words: str):
    with pytest.raises(SettingError, match=words) as refused:
        database.refuse_too_old(version)
    assert "PostgreSQL 15 o posterior" in str(refused.value)
    assert "no se tocaron" in str(refused.value)


@pytest.mark.django_db
def test_every_new_connection_is_looked_at(monkeypatch):
    monkeypatch.setattr(database, "OLDEST", 99)
    connection.ensure_connection()
    other = connection.copy("other")
    with pytest.raises(SettingError):
        other.ensure_connection()
    other.close()


class TestPool:
    @pytest.fixture
    def pooled(self, transactional_db):  # noqa: ARG002 - its rows are in no transaction
        """A handler of connections of its own, whose threads share two."""
        own = connection.settings_dict
        options = {**own["OPTIONS"], "pool": {"min_size": 1, "max_size": 2, "timeout": 1}}
        handler: Any = ConnectionHandler({"default": {**own, "CONN_MAX_AGE": 0, "OPTIONS": options}})
        yield handler
        handler["default"].close_pool()

    def ask(self, pooled: Any) -> None:
        with pooled["default"].cursor() as cursor:
            cursor.execute("SELECT 1")

    def test_readers_that_let_go_may_be_many_more_than_connections(self, pooled):
        """Six stalled downloads on two connections: each closed its own before it began to stream."""
        stalled, go_on, answers = threading.Barrier(7, timeout=10), threading.Event(), []

        def download() -> None:
            self.ask(pooled)
            pooled["default"].close()
            stalled.wait()
            go_on.wait(10)

        threads = [threading.Thread(target=download) for _ in range(6)]
        for thread in threads:
            thread.start()
        stalled.wait()
        self.ask(pooled)
        answers.append("a page")
        pooled["default"].close()
        go_on.set()
        for thread in threads:
            thread.join(10)
        assert answers == ["a page"]

    def test_a_worker_leaves_the_pool(self, pooled, monkeypatch):
        monkeypatch.setattr(database, "connections", pooled)
        with pooled["default"].cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
        pooled["default"].close_pool()
        database.leave_pool()
        assert pooled["default"].pool is None
        self.ask(pooled)
        pooled["default"].close()

    def test_the_suite_itself_runs_without_one(self):
        here: Any = connections["default"]
        assert here.pool is None
