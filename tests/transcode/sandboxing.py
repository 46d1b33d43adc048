"""Calls of the functions that misbehave, for the tests of the sandbox."""

import time
from pathlib import Path

from transcode.sandbox import Limits, call

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
