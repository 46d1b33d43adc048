"""supervisord under our hands, with small real programs: in order, restarted, told of, and all gone at the end."""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from dam.serve.cluster import folder_for_sockets
from dam.serve.programs import Program
from dam.serve.supervisor import Supervisor, SupervisorError

#: Says its number and its name, then stays; the name is how /proc tells which one it is.
STAYS = "import os, sys, time; print(os.getpid(), sys.argv[1], os.environ.get('COLOUR'), flush=True); time.sleep(99)"
ENDS = "import sys; print('no hay disco', file=sys.stderr); sys.exit(3)"
WAIT = 20


def program(name: str, code: str = STAYS, *, again: bool = True) -> Program:
    return Program(name, (sys.executable, "-c", code, name), stop_seconds=3, steady_seconds=1, again=again)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[Callable[..., Supervisor]]:
    """Open a supervisor of some programs; it is closed after the test."""
    made: list[Supervisor] = []

    def start(*listed: Program) -> Supervisor:
        one = Supervisor(listed, data_folder=tmp_path, environment={"COLOUR": "azul"})
        made.append(one)
        one.open()
        return one

    yield start
    for one in made:
        one.close()


def until(answer: Callable[[], object]) -> None:
    end = time.monotonic() + WAIT
    while not answer():
        assert time.monotonic() < end
        time.sleep(0.05)


def said(tmp_path: Path, name: str) -> list[str]:
    log = tmp_path / "logs" / f"{name}.log"
    return log.read_text().split() if log.exists() else []


def running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_nothing_runs_until_it_is_started_and_then_with_its_environment(opened, tmp_path):
    supervisor = opened(program("uno"), program("dos"))
    assert supervisor.alive
    assert supervisor.states() == {"uno": "STOPPED", "dos": "STOPPED"}
    supervisor.start("dos")
    until(lambda: supervisor.states()["dos"] == "RUNNING")
    assert supervisor.states()["uno"] == "STOPPED"
    assert said(tmp_path, "dos")[1:] == ["dos", "azul"]
    supervisor.start("dos")
    supervisor.check("dos")


def test_what_is_killed_is_started_again(opened, tmp_path):
    supervisor = opened(program("uno"))
    supervisor.start("uno")
    until(lambda: supervisor.states()["uno"] == "RUNNING" and said(tmp_path, "uno"))
    first = int(said(tmp_path, "uno")[0])
    os.kill(first, signal.SIGKILL)
    until(lambda: len(said(tmp_path, "uno")) == 6)
    assert int(said(tmp_path, "uno")[3]) != first


def test_what_ends_at_once_is_told_with_its_last_words(opened, tmp_path):
    supervisor = opened(program("roto", ENDS))
    supervisor.start("roto")
    until(lambda: supervisor.states()["roto"] == "BACKOFF" and said(tmp_path, "roto"))
    with pytest.raises(SupervisorError, match=r"«roto» no arranca[\s\S]*no hay disco"):
        supervisor.check("roto")


def test_a_program_that_nobody_listed_is_refused(opened):
    supervisor = opened(program("uno"))
    assert supervisor.has("uno")
    assert not supervisor.has("otro")
    with pytest.raises(SupervisorError, match="otro: BAD_NAME"):
        supervisor.start("otro")
    supervisor.check("otro")


def test_nothing_is_left_after_closing_and_closing_twice_is_once(opened, tmp_path):
    supervisor = opened(program("uno"), program("dos"))
    for name in ("uno", "dos"):
        supervisor.start(name)
    until(lambda: set(supervisor.states().values()) == {"RUNNING"})
    until(lambda: said(tmp_path, "uno") and said(tmp_path, "dos"))
    pids = [int(said(tmp_path, name)[0]) for name in ("uno", "dos")]
    supervisor.close()
    assert not any(running(pid) for pid in pids)
    assert not supervisor.alive
    supervisor.close()
    log = (tmp_path / "logs" / "supervisord.log").read_text()
    assert log.index("stopped: dos") < log.index("stopped: uno")


def test_a_supervisor_that_was_killed_says_so(opened, tmp_path):
    supervisor = opened(program("uno"))
    supervisor.start("uno")
    until(lambda: supervisor.states()["uno"] == "RUNNING" and said(tmp_path, "uno"))
    pid = int(said(tmp_path, "uno")[0])
    os.kill(int((tmp_path / "run" / "supervisord.pid").read_text()), signal.SIGKILL)
    until(lambda: not supervisor.alive)
    for ask in (supervisor.states, lambda: supervisor.start("uno")):
        with pytest.raises(SupervisorError, match="supervisord is gone"):
            ask()
    until(lambda: not running(pid))


def test_one_that_never_opened_is_not_alive_and_closes(tmp_path):
    supervisor = Supervisor((), data_folder=tmp_path, environment={})
    assert not supervisor.alive
    supervisor.close()


def test_a_configuration_that_it_cannot_read_is_told_with_the_log_to_look_at(opened, tmp_path):
    with pytest.raises(SupervisorError, match=r"did not start; see .*supervisord\.log"):
        opened(Program("a:b", ("true",), stop_seconds=1))


def test_the_socket_is_reached_by_its_owner_alone(opened, tmp_path):
    opened()
    folder = folder_for_sockets(tmp_path / "run")
    assert folder.stat().st_mode & 0o077 == 0
    assert (folder / "supervisor.sock").stat().st_mode & 0o077 == 0
