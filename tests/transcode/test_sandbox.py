"""transcode.sandbox: whatever a parser does, the caller gets a value or a named error, and lives."""

import os
import time

import pytest

from tests.transcode.sandboxing import run
from transcode import sandbox
from transcode.sandbox import (
    ParserCrashed,
    ParserError,
    ParserOutOfMemory,
    ParserRefused,
    ParserTimedOut,
    call,
)

MIB = 1024**2


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


@pytest.mark.parametrize(("number", "name"), [(15, "SIGTERM"), (40, "signal 40")])
def test_a_signal_is_told_by_its_name_or_number(number, name):
    with pytest.raises(ParserCrashed, match=name):
        run("kill_itself", number)


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
