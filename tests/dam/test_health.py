"""Checks: run side by side, none longer than it may, each told the same to all who ask within a moment."""

import threading
import time

import pytest
from django.utils import translation

from dam import health
from dam.health import Check, Level, Trouble


@pytest.fixture(autouse=True)
def _anew():
    health.forget()
    yield
    health.forget()


@pytest.fixture
def having(monkeypatch):
    """Have these checks and no others."""

    def only(*checks: Check) -> None:
        monkeypatch.setattr(health, "checks", lambda: checks)

    return only


def check(run, level: Level = Level.READY, name: str = "one", seconds: float = 3.0) -> Check:
    return Check(name, "Una", run, level, seconds)


def test_what_a_check_says_is_told_with_its_time(having):
    having(check(lambda: "PostgreSQL 18"))
    [outcome] = health.examine(Level.READY)
    assert (outcome.name, outcome.title, outcome.state, outcome.detail, outcome.todo) == (
        "one",
        "Una",
        "ok",
        "PostgreSQL 18",
        "",
    )
    assert 0 <= outcome.milliseconds < 1000


@pytest.mark.parametrize(("warning", "state"), [(True, "warning"), (False, "failed")])
def test_trouble_is_told_with_what_to_do(having, warning, state: str):
    def found() -> str:
        raise Trouble("Falta algo.", todo="Póngalo.", warning=warning)

    having(check(found))
    [outcome] = health.examine(Level.READY)
    assert (outcome.state, outcome.detail, outcome.todo) == (state, "Falta algo.", "Póngalo.")


def test_a_check_that_breaks_is_a_finding_and_the_others_are_told(having):
    def broken() -> str:
        raise ValueError("no way")

    having(check(broken), check(lambda: "yes", name="two"))
    first, second = health.examine(Level.READY)
    assert (first.state, first.detail) == ("failed", "ValueError: no way")
    assert second.state == "ok"


@pytest.mark.parametrize(("level", "names"), [(1, "a"), (2, "ab"), (3, "abc")])
def test_each_level_asks_for_those_before_it_too(having, level: int, names: str):
    having(*(check(lambda: "", Level(at), name) for at, name in ((1, "a"), (2, "b"), (3, "c"))))
    assert [one.name for one in health.examine(Level(level))] == list(names)


def test_they_run_side_by_side(having):
    both = threading.Barrier(2, timeout=2)
    having(*(check(lambda: str(both.wait()), name=name) for name in "ab"))
    assert [one.state for one in health.examine(Level.READY)] == ["ok", "ok"]


class TestOneThatHangs:
    @pytest.fixture
    def hanging(self, having):
        end, runs = threading.Event(), []

        def hang() -> str:
            runs.append(1)
            end.wait(10)
            return "at last"

        having(check(hang, seconds=0.2), check(lambda: "yes", name="two"))
        yield runs
        end.set()

    @pytest.mark.usefixtures("hanging")
    def test_counts_as_failed_after_its_time(self):
        began = time.monotonic()
        first, second = health.examine(Level.READY)
        assert time.monotonic() - began < 1
        assert (first.state, first.detail) == ("failed", "No respondió en 0.2 segundos.")
        assert "en marcha" in first.todo
        assert second.state == "ok"

    def test_is_not_started_again_beside_itself(self, hanging):
        for _again in range(4):
            assert health.examine(Level.READY)[0].state == "failed"
        assert hanging == [1]


def test_within_a_moment_the_answer_is_the_same_and_costs_nothing(having, monkeypatch):
    runs: list[int] = []

    def run() -> str:
        runs.append(1)
        return ""

    having(check(run))
    for _again in range(5):
        health.examine(Level.READY)
    assert runs == [1]
    monkeypatch.setattr(health, "FRESH_SECONDS", 0)
    health.examine(Level.READY)
    assert runs == [1, 1]


def test_each_is_told_in_their_own_language(having):
    having(check(translation.get_language))
    with translation.override("en"):
        assert health.examine(Level.READY)[0].detail == "en"
    with translation.override("es-mx"):
        assert health.examine(Level.READY)[0].detail == "es-mx"


@pytest.mark.parametrize(
    ("states", "worst"),
    [((), "ok"), (("ok",), "ok"), (("ok", "warning"), "warning"), (("failed", "warning", "ok"), "failed")],
)
def test_the_worst_of_them_is_the_state_of_all(states, worst: str):
    made = [health.Outcome("a", "A", Level.READY, state, "", "", 0.0) for state in states]
    assert health.worst(made) == worst


def test_the_checks_of_all_houses_have_different_names_and_ready_ones_are_what_pages_need():
    names = [one.name for one in health.checks()]
    assert len(set(names)) == len(names)
    needed = [one.name for one in health.checks() if one.level == Level.READY]
    assert needed == ["database", "migrations", "objects", "index"]
