"""transcode.sandbox_server: children that hold nothing of others, many callers, and an end with the parent."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.transcode.sandbox_targets import links
from tests.transcode.sandboxing import TARGETS, ends_within, run
from transcode import sandbox
from transcode.sandbox import ParserCrashed, ParserTimedOut


@pytest.fixture(scope="module")
def surroundings():
    os.environ["http_proxy"] = "http://proxy.example:3128"
    os.environ["DATABASE_URL"] = "postgres://secret"
    sandbox.stop()
    try:
        yield run("surroundings")
    finally:
        del os.environ["http_proxy"], os.environ["DATABASE_URL"]
        sandbox.stop()


def test_the_environment_is_clean(surroundings):
    environment = surroundings["environment"]
    assert environment["MALLOC_ARENA_MAX"] == "2"
    assert set(environment) - {*sandbox.PASSED_ENVIRONMENT, "LC_CTYPE"} == {
        "LANG",
        "MALLOC_ARENA_MAX",
        "PATH",
        "PYTHONPATH",
    }


def test_nothing_of_django_or_pytest_is_loaded(surroundings):
    packages = {name.partition(".")[0] for name in surroundings["modules"]}
    assert not packages & {"django", "psycopg", "pytest", "_pytest", "dam", "procrastinate"}


def test_the_main_module_of_the_caller_is_not_imported(surroundings):
    assert surroundings["main"].endswith("sandbox_server.py")
    assert "__mp_main__" not in surroundings["modules"]


def test_nothing_of_the_server_stays_open(surroundings):
    """Standard input, output and errors, the result, and the folder being listed."""
    descriptors = surroundings["descriptors"]
    assert descriptors.pop("0") == "/dev/null"
    assert descriptors.pop("1") == descriptors.pop("2")
    rest = [link for link in descriptors.values() if not link.startswith("/proc/")]
    assert len(rest) == 1
    assert rest[0].startswith("pipe:")


def test_no_core_is_dumped_and_the_server_forks_from_one_thread(surroundings):
    assert surroundings["core"] == [0, 0]
    assert surroundings["server_threads"] == 1
    assert surroundings["directory"] == "/"


def test_the_server_inherits_no_socket(tmp_path):
    """Not even one that was made inheritable, as a careless library may."""
    sandbox.stop()
    with (tmp_path / "open").open("w") as file:
        os.set_inheritable(file.fileno(), True)
        server = run("surroundings")["server"]
        held = list(links(server).values())
    assert not any(link.startswith(str(tmp_path)) for link in held)
    sockets = [link for link in held if link.startswith("socket:")]
    assert len(sockets) <= 2  # the control socket; standard error may be another


def test_a_straggler_dies_with_the_call(tmp_path):
    straggler = run("leave_a_straggler", str(tmp_path / "late"))
    assert ends_within(straggler, 5)


# Many callers


def test_threads_call_at_once():
    started = time.monotonic()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda number: run("echo", number), range(40)))
        assert answers == [[number] for number in range(40)]
        rested = list(pool.map(lambda _: run("sleep", 0.3), range(8)))
    assert rested == ["rested"] * 8
    assert time.monotonic() - started < 8


def test_the_answers_of_threads_do_not_mix_with_deaths_of_others():
    def one(number):
        if number % 3:
            return run("echo", number)
        with pytest.raises(ParserTimedOut):
            run("sleep", 30, wall_s=0.05)
        return [number]

    with ThreadPoolExecutor(6) as pool:
        assert list(pool.map(one, range(18))) == [[number] for number in range(18)]


def test_a_server_that_dies_is_replaced():
    server = run("surroundings")["server"]
    failures = []

    def caught_in_the_middle():
        try:
            run("sleep", 30)
        except ParserCrashed as error:
            failures.append(error)

    thread = threading.Thread(target=caught_in_the_middle)
    thread.start()
    time.sleep(0.3)
    os.kill(server, 9)
    thread.join(10)
    assert [failure.detail for failure in failures] == ["the sandbox server ended"]
    assert run("echo", 1) == [1]
    assert run("surroundings")["server"] != server


def program(code, *flags):
    """Run a program of its own, as a worker is one; its output, or its errors in the assertion."""
    return subprocess.run(
        [sys.executable, *flags, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
        cwd=sandbox.ROOT,
    )


def test_a_forked_process_has_a_server_of_its_own():
    code = f"""
import os
from transcode.sandbox import call, stop
def server():
    return call("{TARGETS}:surroundings")["server"]
ours = server()
pid = os.fork()
if pid == 0:
    print(server() != ours, flush=True)
    stop()
    os._exit(0)
os.waitpid(pid, 0)
print(server() == ours, flush=True)
"""
    ended = program(code)
    assert ended.stdout.split() == ["True", "True"], ended.stderr


def test_server_and_children_die_with_the_parent():
    """The parent is killed outright while a child of the server sleeps."""
    code = f"""
import os, threading, time
from transcode.sandbox import Limits, call
found = call("{TARGETS}:surroundings")
threading.Thread(target=call, args=("{TARGETS}:sleep", 60), daemon=True).start()
time.sleep(0.5)
children = open(f"/proc/{{found['server']}}/task/{{found['server']}}/children").read()
print(found["server"], children, flush=True)
os.kill(os.getpid(), 9)
"""
    ended = program(code)
    pids = [int(word) for word in ended.stdout.split()]
    assert len(pids) == 2, ended.stderr
    assert all(ends_within(pid, 5) for pid in pids)


def test_a_program_that_called_ends_in_silence():
    """No thread, zombie or warning holds it back, whatever its warning filters."""
    code = f'from transcode.sandbox import call; print(call("{TARGETS}:echo", 1))'
    ended = program(code, "-W", "error", "-X", "dev")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, "[1]\n", "")


def test_pipes_are_not_leaked():
    run("echo", 1)
    before = len(links(os.getpid()))
    for _ in range(5):
        run("echo", 1)
        with pytest.raises(ParserCrashed):
            run("segfault")
    assert len(links(os.getpid())) == before
