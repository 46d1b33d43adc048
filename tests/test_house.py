"""The rules of the house that no other tool checks: size, shape, and what must not be written down."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from dam.environment import CHECKOUT

HOUSES = ("dam", "ingest", "transcode", "search")
WRITTEN = (".py", ".js", ".mjs", ".css", ".html", ".svg", ".toml", ".sh", ".sql")
FILE_LINES = 300
FUNCTION_LINES = 40
ENVIRONMENT_READERS = {
    "dam/environment.py",
    "dam/wsgi.py",  # names the settings module
    "transcode/sandbox.py",  # passes some of it on
}
DRAWERS = {"utils", "util", "helpers", "common", "core", "services", "misc", "tools"}
ADDRESS = re.compile(r"https?://|file:|git\+", re.IGNORECASE)


def tracked() -> list[Path]:
    """Every file of the checkout that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=True,
    )
    files = (CHECKOUT / name for name in listed.stdout.split("\0") if name)
    return sorted(file for file in files if file.is_file())


FILES = tracked()
PYTHON = [file for file in FILES if file.suffix == ".py" and "migrations" not in file.parts]


def place(file: Path) -> str:
    return file.relative_to(CHECKOUT).as_posix()


def lines(file: Path) -> int:
    """Lines with something on them."""
    return sum(1 for line in file.read_text(encoding="utf-8").splitlines() if line.strip())


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def parsed(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), filename=place(file))


def own_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Lines from `def` to the last one, without the docstring."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if (
        isinstance(first, ast.Expr)
        and isinstance(first.value, ast.Constant)
        and isinstance(first.value.value, str)
    ):
        total -= (first.end_lineno or first.lineno) - first.lineno + 1
    return total


def test_no_file_is_longer_than_can_be_read():
    long = {
        place(file): count
        for file in FILES
        if (file.suffix in WRITTEN or file.parent.name == "script") and "migrations" not in file.parts
        if (count := len(file.read_text(encoding="utf-8").splitlines())) > FILE_LINES
    }
    assert long == {}


def test_no_function_is_longer_than_a_screen():
    long = {
        f"{place(file)}:{function.name}": count
        for file in PYTHON
        for function in functions(parsed(file))
        if (count := own_lines(function)) > FUNCTION_LINES
    }
    assert long == {}


def test_every_module_says_what_it_owns():
    silent = [place(file) for file in PYTHON if lines(file) and not ast.get_docstring(parsed(file))]
    assert silent == []


def test_imports_stand_at_the_top():
    """Only AppConfig.ready may import: at its time the models are loaded."""
    hidden = [
        f"{place(file)}:{node.lineno}"
        for file in PYTHON
        for function in functions(parsed(file))
        if not (file.name == "apps.py" and function.name == "ready")
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    ]
    assert hidden == []


def test_tests_have_at_least_as_many_lines_as_what_they_test():
    source = sum(lines(file) for file in PYTHON if file.relative_to(CHECKOUT).parts[0] in HOUSES)
    tests = sum(lines(file) for file in PYTHON if file.relative_to(CHECKOUT).parts[0] == "tests")
    assert tests >= source


@pytest.mark.parametrize("name", ["build.txt", "runtime.txt", "develop.txt"])
def test_packages_are_pinned_by_version_and_hash_and_by_no_address(name):
    text = (CHECKOUT / "requirements" / name).read_text()
    entries = text.replace("\\\n", " ").splitlines()
    pins = [entry for entry in entries if entry.strip() and not entry.lstrip().startswith("#")]
    assert pins != []
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
    assert ADDRESS.findall(text) == []


def test_the_development_lock_contains_the_runtime_lock():
    def pins(name: str) -> set[str]:
        return set(
            re.findall(r"^[\w.\[\]-]+==\S+", (CHECKOUT / "requirements" / name).read_text(), re.MULTILINE)
        )

    assert pins("runtime.txt") - pins("develop.txt") == set()


def test_npm_packages_are_pinned_by_hash_and_by_no_address():
    text = (CHECKOUT / "frontend" / "package-lock.json").read_text()
    assert '"integrity"' in text
    assert '"resolved"' not in text


def test_the_environment_is_read_in_one_place():
    reading = re.compile(r"os\.environ\[|os\.environ\.get|os\.getenv|environ\.setdefault")
    elsewhere = [
        place(file)
        for file in PYTHON
        if file.relative_to(CHECKOUT).parts[0] in HOUSES and place(file) not in ENVIRONMENT_READERS
        if reading.search(file.read_text(encoding="utf-8"))
    ]
    assert elsewhere == []


def test_there_is_no_drawer_for_odds_and_ends():
    drawers = [
        place(file) for file in PYTHON if DRAWERS & {file.stem, *file.relative_to(CHECKOUT).parts[:-1]}
    ]
    assert drawers == []


def test_settings_are_documented():
    """docs/settings.md is what `manage.py settings` writes where nothing is set."""
    clean = {"PATH": "/usr/bin:/bin", "HOME": "/", "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "manage.py", "settings", "--check"],
        cwd=CHECKOUT,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
