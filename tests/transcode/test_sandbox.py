"""transcode.sandbox: whatever a parser does, the caller gets a value or a named error, and lives."""

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.transcode.sandbox_targets import links
from transcode import sandbox
from transcode.sandbox import (
    Limits,
    ParserCrashed,
    ParserError,
    ParserOutOfMemory,
    ParserRefused,
    ParserTimedOut,
    call,
)

TARGETS = "tests.transcode.sandbox_targets"
MIB = 1024**2


def run(name, *args, **limits):
    return call(f"{TARGETS}:{name}", *args, limits=Limits(**limits))


def is_running(pid: int) -> bool:
    """A zombie nobody waited for yet is not running."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


def ends_within(pid: int, seconds: float) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if not is_running(pid):
            return True
        time.sleep(0.01)
    return False


# What goes in comes out


@pytest.mark.parametrize(
    "value",
    [None, True, 0, -1.5, "", "Guanajuato, «añó» 😀", [1, [2, {}]], {"a": {"b": [None]}}, 2**70],
)
def test_json_values_make_the_round_trip(value):
    assert run("echo", value) == [value]


def test_a_file_name_that_is_no_text_makes_the_round_trip(tmp_path):
    name = os.fsdecode(bytes(tmp_path / "x") + b"\xff\xfe")
    assert run("echo", name) == [name]


def test_arguments_may_be_larger_than_a_pipe():
    value = "x" * (3 * MIB)
    assert run("echo", value) == [value]


def test_a_result_may_be_larger_than_a_pipe():
    assert len(run("talk", 3 * MIB)) == 3 * MIB


def test_what_a_parser_prints_does_not_disturb_the_result():
    assert run("chatter", 5) == "done"


def test_a_module_that_was_not_loaded_before_is_loaded():
    assert call("colorsys:rgb_to_hsv", 0, 0, 0) == [0.0, 0.0, 0]


# Named errors


def test_a_refusal_travels_as_data():
    with pytest.raises(ParserRefused) as caught:
        run("refuse", "zero_channels", "ningún canal")
    assert caught.value.code == "zero_channels"
    assert caught.value.detail == "ningún canal"


def test_a_refusal_without_detail_is_told_by_its_code():
    assert str(ParserRefused("too_large")) == "too_large"


def test_an_unforeseen_exception_is_a_crash_with_its_trace():
    with pytest.raises(ParserCrashed, match="LookupError: nothing there") as caught:
        run("fail", "nothing there")
    assert "in fail" in caught.value.stderr


@pytest.mark.parametrize("name", ["leave", "leave_at_once"])
def test_an_exit_code_is_a_crash(name):
    with pytest.raises(ParserCrashed):
        run(name, 3)


def test_leaving_with_success_but_no_answer_is_a_crash():
    with pytest.raises(ParserCrashed, match="makes no sense"):
        run("leave_at_once", 0)


def test_a_segmentation_fault_is_a_crash_by_its_name():
    with pytest.raises(ParserCrashed, match="SIGSEGV") as caught:
        run("segfault")
    assert "segfault" in caught.value.stderr  # faulthandler names the function


def test_an_abort_is_a_crash():
    with pytest.raises(ParserCrashed, match="SIGABRT") as caught:
        run("abort_saying", "assertion failed: x > 0\n")
    assert "assertion failed" in caught.value.stderr


def test_an_abort_for_lack_of_memory_is_called_so():
    with pytest.raises(ParserOutOfMemory):
        run("abort_saying", "GLib-ERROR: gmem.c: failed to allocate 123456789 bytes\n")


def test_a_kill_from_outside_is_taken_for_lack_of_memory():
    with pytest.raises(ParserOutOfMemory):
        run("kill_itself")


def test_memory_is_limited():
    with pytest.raises(ParserOutOfMemory):
        run("hoard", 600 * MIB, memory_bytes=512 * MIB)
    assert run("hoard", 64 * MIB, memory_bytes=512 * MIB) == 64 * MIB


def test_wall_time_is_limited():
    started = time.monotonic()
    with pytest.raises(ParserTimedOut):
        run("sleep", 30, wall_s=0.2)
    assert time.monotonic() - started < 5


def test_who_ignores_signals_is_stopped_too():
    with pytest.raises(ParserTimedOut):
        run("sleep_deaf", 30, wall_s=0.2)


def test_processor_time_is_limited():
    with pytest.raises(ParserTimedOut, match="processor"):
        run("spin", cpu_s=1, wall_s=30)


def test_the_size_of_a_written_file_is_limited(tmp_path):
    target = tmp_path / "out"
    with pytest.raises(ParserRefused) as caught:
        run("write", str(target), 2 * MIB, output_bytes=MIB)
    assert caught.value.code == "output_too_large"
    assert target.stat().st_size <= MIB
    run("write", str(target), MIB, output_bytes=MIB)
    assert target.stat().st_size == MIB


def test_the_size_of_a_result_is_limited():
    with pytest.raises(ParserRefused) as caught:
        run("talk", sandbox.RESULT_BYTES + 1)
    assert caught.value.code == "result_too_large"


@pytest.mark.parametrize("kind", ["nan", "set", "bytes"])
def test_what_is_not_json_is_a_crash(kind):
    with pytest.raises(ParserCrashed):
        run("not_json", kind)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "null",
        "[]",
        '"kind"',
        "{}",
        '{"kind": "value"}',
        '{"kind": "nonsense", "value": 1}',
        '{"signal": 0, "exit": 0, "expired": false}\n',
        "[" * 200_000,
        "\x00\x80pickle",
    ],
)
def test_a_forged_answer_is_a_crash(answer):
    with pytest.raises(ParserCrashed):
        run("forge", answer)


def test_a_forged_refusal_is_only_text():
    with pytest.raises(ParserRefused) as caught:
        run("forge", '{"kind": "refused", "code": {"x": []}, "value": 7}')
    assert isinstance(caught.value.code, str)
    assert caught.value.detail == "7"


@pytest.mark.parametrize("target", ["no.such.module:f", "os:no_such_function", "os", ":", ""])
def test_a_target_that_does_not_exist_is_a_crash(target):
    with pytest.raises(ParserCrashed):
        call(target)


def test_only_the_last_lines_of_stderr_are_kept():
    run("chatter", 2)
    with pytest.raises(ParserCrashed) as caught:
        run("abort_saying", "beginning\n" + "x" * 100_000 + "\nlast\n")
    assert len(caught.value.stderr) <= sandbox.STDERR_BYTES
    assert "\nlast\n" in caught.value.stderr
    assert "beginning" not in caught.value.stderr


@pytest.mark.parametrize("error", [ParserCrashed, ParserTimedOut, ParserOutOfMemory, ParserRefused])
def test_one_except_clause_catches_all(error):
    assert issubclass(error, ParserError)


def test_after_each_kind_of_death_the_next_call_works():
    for name, args in (("segfault", ()), ("leave_at_once", (1,)), ("kill_itself", ())):
        with pytest.raises(ParserError):
            run(name, *args)
        assert run("echo", name) == [name]


# Isolation


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
