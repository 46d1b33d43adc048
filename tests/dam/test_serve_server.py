"""The real server: whatever dies comes back, whatever is told to stop stops, and nothing is left behind."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from dam.environment import CHECKOUT
from tests import live

SECONDS = 60


def processes(data: Path) -> dict[int, str]:
    """Every process that runs on this data folder, by what its environment says; not the zombies."""
    mark = f"ACERVO_DATA={data}".encode()
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            marked = mark in (entry / "environ").read_bytes().split(b"\0")
            words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
        if marked and words:
            found[int(entry.name)] = words
    return found


def matching(data: Path, *words: str) -> list[int]:
    return sorted(number for number, line in processes(data).items() if all(word in line for word in words))


def wait_for(what: Callable[[], object]) -> None:
    until = time.monotonic() + SECONDS
    while not what():
        assert time.monotonic() < until
        time.sleep(0.1)


def answers(address: str) -> bool:
    connection = http.client.HTTPConnection(address.removeprefix("http://"), timeout=10)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < http.client.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def states(server: live.Live) -> dict[str, str]:
    argv = [
        sys.executable,
        "-W",
        "ignore",
        "-m",
        "supervisor.supervisorctl",
        "-c",
        "run/supervisord.conf",
        "status",
    ]
    done = subprocess.run(argv, cwd=server.data, capture_output=True, text=True, check=False)
    rows = [line.split() for line in done.stdout.splitlines()]
    return {row[0]: row[1] for row in rows if len(row) > 1}


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = live.start(tmp_path_factory.mktemp("server") / "data")
    yield running
    if running.process.poll() is None:
        running.stop()


def test_it_says_what_it_does_and_where_it_answers(server):
    assert "Base de datos" in server.said
    assert f"Acervo responde en {server.url}" in server.said
    assert "Ctrl-C" in server.said
    assert answers(server.url)
    assert answers(server.transfers_url)


def test_every_program_runs(server):
    wait_for(lambda: set(states(server).values()) == {"RUNNING"})
    assert {"postgres", "web", "transfers", "worker-ingest", "worker-transcode"} <= states(server).keys()


def test_each_program_has_its_log(server):
    assert "ready to accept connections" in server.log("postgres")
    assert {"web.log", "supervisord.log", "worker-index.log"} <= {
        file.name for file in (server.data / "logs").iterdir()
    }


def test_a_command_shares_the_database_of_the_running_site(server):
    before = matching(server.data, "bin/postgres", "-D")
    server.manage("shell", "-c", "from dam.models import User; User.objects.count()")
    time.sleep(1.5)
    assert matching(server.data, "bin/postgres", "-D") == before
    assert answers(server.url)


def test_the_same_data_is_not_served_twice(server):
    done = subprocess.run(
        [sys.executable, "-m", "dam.serve"],
        cwd=CHECKOUT,
        env=server.environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Ya hay un Acervo en marcha con estos datos" in done.stderr
    assert str(server.port) in done.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("gunicorn", "--workers"),
        ("worker", "--queues=transcode"),
        ("dam.serve.postgres",),
        ("bin/postgres", "-D"),
    ],
    ids=["web", "worker", "keeper", "postgres"],
)
def test_what_is_killed_comes_back(server, words):
    wait_for(lambda: matching(server.data, *words))
    for number in matching(server.data, *words):
        os.kill(number, signal.SIGKILL)
    wait_for(lambda: matching(server.data, *words) and answers(server.url) and answers(server.transfers_url))
    wait_for(lambda: set(states(server).values()) == {"RUNNING"})


def test_a_killed_supervisor_is_replaced_and_nothing_of_the_old_one_stays(server):
    old = processes(server.data).keys() - {server.process.pid}
    (supervisor,) = matching(server.data, "supervisor.supervisord")
    os.kill(supervisor, signal.SIGKILL)
    wait_for(lambda: not old & processes(server.data).keys())
    wait_for(lambda: set(states(server).values()) == {"RUNNING"} and answers(server.url))
    assert "se inicia de nuevo" in server.said


def test_ctrl_c_stops_all_in_order_and_leaves_nothing(server):
    assert server.stop(signal.SIGINT) == 0
    assert processes(server.data) == {}
    assert "Acervo está detenido." in server.said
    log = (server.data / "logs" / "supervisord.log").read_text()
    last = log[log.rindex("indicating exit request") :]
    assert last.index("stopped: worker-ingest") < last.index("stopped: web") < last.index("stopped: postgres")


def test_a_second_start_takes_seconds(server):
    began = time.monotonic()
    again = live.start(server.data)
    assert time.monotonic() - began < 60
    assert answers(again.url)
    assert again.stop() == 0


def test_killed_itself_it_leaves_nothing_and_starts_again(tmp_path):
    data = tmp_path / "data"
    server = live.start(data)
    server.process.kill()
    server.process.wait()
    wait_for(lambda: processes(data) == {})
    again = live.start(data)
    assert answers(again.url)
    again.stop()
    assert processes(data) == {}


def test_a_port_in_use_is_named(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AssertionError, match="No se puede usar el puerto") as caught:
            live.start(tmp_path / "data", PORT=str(port))
    assert f"puerto {port}" in str(caught.value)
    assert processes(tmp_path / "data") == {}


def test_a_program_that_does_not_start_is_shown_with_its_last_words(tmp_path):
    data = tmp_path / "data"
    (data / "postgres" / "cluster").mkdir(parents=True)
    with pytest.raises(AssertionError, match="«postgres» no arranca") as caught:
        live.start(data)
    assert "cluster/postgresql.conf" in str(caught.value)
    assert processes(data) == {}
