"""The launcher: a program never outlives who started it."""

import subprocess
import sys
import time

from dam.environment import CHECKOUT
from dam.serve import launch
from tests.dam.test_serve_postgres import gone, said


def test_the_launcher_ends_its_program_when_the_parent_dies(tmp_path):
    script = (
        "import subprocess, sys, time; from dam.serve import launch;"
        "child = subprocess.Popen(launch.command(['sleep', '60'], signal=15));"
        "print(child.pid, flush=True); time.sleep(60)"
    )
    parent = subprocess.Popen([sys.executable, "-c", script], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    child = int(said(parent))
    time.sleep(0.3)
    parent.kill()
    parent.communicate()
    assert gone(child, 5)


def test_the_launcher_does_not_start_what_is_orphaned_already():
    argv = launch.command(["true"], signal=15, parent=1)
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "parent is gone" in done.stderr


def test_the_launcher_names_a_program_that_is_missing():
    done = subprocess.run(
        launch.command(["/no/such/program"], signal=15), capture_output=True, text=True, check=False
    )
    assert done.returncode == launch.REFUSED
    assert "No such file" in done.stderr
