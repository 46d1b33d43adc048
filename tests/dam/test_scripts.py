"""The commands of script/ and .ci/: each one runs without arguments, from anywhere, on a plain shell."""

import os
import re
import subprocess

import pytest

from dam.environment import CHECKOUT

SCRIPTS = sorted(path for path in (CHECKOUT / "script").iterdir() if path.is_file())
CI = CHECKOUT / ".ci" / "run"
LINT = (CHECKOUT / "script" / "lint").read_text()


@pytest.mark.parametrize("script", [*SCRIPTS, CI], ids=lambda path: path.name)
def test_a_script_can_be_run_and_says_what_it_does(script):
    assert os.access(script, os.X_OK)
    first, second, *_ = script.read_text().splitlines()
    assert first in {"#!/bin/sh", "#!/usr/bin/env bash"}
    assert second.startswith("# ")


@pytest.mark.parametrize("script", [*SCRIPTS, CI], ids=lambda path: path.name)
def test_a_script_is_a_sound_program_of_its_shell(script):
    shell = "bash" if "bash" in script.read_text().splitlines()[0] else "sh"
    done = subprocess.run([shell, "-n", script], capture_output=True, text=True, check=False)
    assert done.stderr == ""


@pytest.mark.parametrize("script", [*SCRIPTS, CI], ids=lambda path: path.name)
def test_a_script_works_from_any_folder(script):
    assert re.search(r'cd "\$\(dirname "\$0"\)/\.\."', script.read_text())


def test_the_commands_that_others_rely_on_are_there():
    assert {"server", "test", "lint", "lock"} <= {script.name for script in SCRIPTS}


def test_what_ci_runs_is_what_the_readme_says():
    commands = [line.strip() for line in CI.read_text().splitlines()]
    assert commands[-2:] == ["script/lint", "script/test"]
    assert "export CI=true" in commands
    readme = (CHECKOUT / "README.md").read_text()
    assert "script/server" in readme
    assert "script/test" in readme


def test_the_suite_runs_on_two_processes_and_takes_pytest_s_arguments():
    script = (CHECKOUT / "script" / "test").read_text()
    assert "--numprocesses=2" in script
    assert script.rstrip().endswith('"$@"')


@pytest.mark.parametrize(
    "check",
    [
        "ruff check",
        "ruff format --check",
        "mypy",
        "lint-imports",
        "djlint",
        "makemigrations --check",
        "messages --check",
        "settings --check",
        "tests/test_house.py",
    ],
)
def test_lint_holds_every_rule(check):
    assert re.search(rf"^check .*{re.escape(check)}", LINT, re.MULTILINE)


def test_lint_runs_every_check_and_fails_when_any_does(tmp_path):
    """Its own lines, with other checks in place of the real ones."""
    start = LINT.index('failed=""')
    first = LINT.index("check ruff")
    rest = LINT.index('if [ -n "$failed" ]')
    for checks, code, said in (
        ("check true\ncheck true\n", 0, "All in order."),
        ("check false\ncheck echo still\n", 1, "still"),
    ):
        program = LINT[start:first] + checks + LINT[rest:]
        done = subprocess.run(
            ["sh", "-c", program], capture_output=True, text=True, check=False, cwd=tmp_path
        )
        assert done.returncode == code
        assert said in done.stdout
        assert ("false" in done.stderr) is bool(code)


def test_locking_asks_for_every_platform_hashes_and_no_address():
    script = (CHECKOUT / "script" / "lock").read_text()
    for option in (
        "--universal",
        "--generate-hashes",
        "--no-emit-index-url",
        "--no-emit-find-links",
        "--no-header",
    ):
        assert option in script
    order = [script.index(f"lock {name}") for name in ("build", "runtime", "develop")]
    assert order == sorted(order)
