"""What the endings of parsers mean for a file."""

import pytest

from ingest import parsing
from ingest.outcomes import Rejected
from transcode.sandbox import Limits

QUICK = Limits(wall_s=2.0, cpu_s=2, memory_bytes=512 * 1024**2)


def test_limits_grow_with_the_file():
    small, large = parsing.limits_for(1000), parsing.limits_for(10 * parsing.GIGABYTE)
    assert small.wall_s == parsing.PATIENCE_SECONDS
    assert large.wall_s > 10 * 60
    assert large.cpu_s == large.wall_s


def test_a_value_comes_back(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("hola")
    found = parsing.call("ingest.parsers:identify", str(path), limits=QUICK)
    assert found["kind"] == "other"


def test_a_refusal_is_a_rejection_with_its_code(tmp_path):
    path = tmp_path / "a.mp4"
    path.write_bytes(b"\x00\x00\x00\x18ftypmp42" + b"\0" * 100)
    with pytest.raises(Rejected) as rejected:
        parsing.call("transcode.probe:probe_json", str(path), "mov", limits=QUICK)
    assert rejected.value.code in {"truncated", "unreadable"}
    assert rejected.value.params["parser"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("import os; os.kill(os.getpid(), 11)", "parser_crashed"),
        ("raise ValueError('nobody foresaw this')", "parser_crashed"),
        ("import time; time.sleep(60)", "parser_timed_out"),
        ("bytearray(2 * 1024 ** 3)", "parser_out_of_memory"),
    ],
)
def test_crashes_and_bombs_are_rejections(tmp_path, code, reason):
    with pytest.raises(Rejected) as rejected:
        parsing.call("builtins:exec", code, limits=QUICK)
    assert rejected.value.code == reason


def test_a_parser_that_failed_once_is_asked_again(tmp_path):
    """The machine may have been at its end, not the file."""
    flag = tmp_path / "tried"
    code = f"import os\nif not os.path.exists({str(flag)!r}): open({str(flag)!r}, 'w').close(); os.abort()"
    assert parsing.call("builtins:exec", code, limits=QUICK) is None


def test_what_can_be_done_without_tells_why_it_is_missing(tmp_path):
    assert parsing.attempt("builtins:len", "abc", limits=QUICK) == (3, "")
    assert parsing.attempt("builtins:exec", "import os; os.abort()", limits=QUICK) == (None, "parser_crashed")
    missing = str(tmp_path / "no hay")
    value, trouble = parsing.attempt("ingest.reading.captions:read", missing, "text/plain", limits=QUICK)
    assert (value, trouble) == (None, "unsupported_captions")
