"""From a bare checkout to a ready one, step by step, with real programs and no network."""

import importlib.util
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import polib
import pytest

from dam.environment import CHECKOUT
from dam.serve import bootstrap, translations
from dam.serve.bootstrap import BootstrapError

SCRIPT = CHECKOUT / "script" / "bootstrap"


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """An empty virtual environment with pip, to copy."""
    folder = tmp_path_factory.mktemp("environment") / ".venv"
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    return folder


@pytest.fixture
def bare(tmp_path, monkeypatch):
    """A checkout without anything made in it, whose locks ask for no package."""
    requirements = tmp_path / "requirements"
    requirements.mkdir()
    for name in ("build", "runtime", "develop"):
        (requirements / f"{name}.txt").write_text(f"# {name}\n")
    for name, place in {
        "CHECKOUT": "",
        "VENV": ".venv",
        "PYTHON": ".venv/bin/python",
        "FRONTEND": "frontend",
        "DIST": "frontend/dist",
        "STATIC": "staticfiles",
        "BUILD": "build",
    }.items():
        monkeypatch.setattr(bootstrap, name, tmp_path / place)
    return tmp_path


def test_packages_are_installed_once_and_again_when_the_lock_changes(bare, environment, capsys):
    shutil.copytree(environment, bare / ".venv", symlinks=True)
    bootstrap.install("runtime")
    assert "Paquetes" in capsys.readouterr().out
    bootstrap.install("runtime")
    assert capsys.readouterr().out == ""
    (bare / "requirements" / "runtime.txt").write_text("# changed\n")
    bootstrap.install("runtime")
    said = capsys.readouterr().out
    assert "Paquetes" in said
    assert "Entorno virtual" not in said


def test_what_develops_contains_what_runs(bare, environment, capsys):
    shutil.copytree(environment, bare / ".venv", symlinks=True)
    bootstrap.install("develop")
    capsys.readouterr()
    bootstrap.install("runtime")
    assert capsys.readouterr().out == ""


def test_a_package_without_its_hash_is_refused_with_pip_s_own_words(bare, environment):
    shutil.copytree(environment, bare / ".venv", symlinks=True)
    (bare / "requirements" / "runtime.txt").write_text("django==5.2\n")
    with pytest.raises(BootstrapError, match="hash") as caught:
        bootstrap.install("runtime")
    assert "Falló: instalar los paquetes" in str(caught.value)
    assert not (bare / ".venv" / "acervo-runtime").exists()


def test_a_broken_environment_is_made_anew(bare, capsys):
    (bare / ".venv" / "bin").mkdir(parents=True)
    (bare / ".venv" / "bin" / "python").symlink_to("/no/such/python")
    (bare / ".venv" / "leftover").touch()
    pip = bootstrap.make_environment()
    assert "Entorno virtual" in capsys.readouterr().out
    assert not (bare / ".venv" / "leftover").exists()
    assert pip == [bootstrap.PYTHON, "-m", "pip"]
    assert bootstrap.make_environment() == pip
    assert capsys.readouterr().out == ""


def test_without_any_pip_it_says_how_to_get_one(bare, monkeypatch):
    monkeypatch.setattr(bootstrap, "find_spec", lambda _: None)
    with pytest.raises(BootstrapError, match="apt install python3-venv"):
        bootstrap.make_environment()


def test_where_ensurepip_is_missing_the_pip_at_hand_serves(bare, monkeypatch):
    find = importlib.util.find_spec
    monkeypatch.setattr(bootstrap, "find_spec", lambda name: None if name == "ensurepip" else find(name))
    pip = bootstrap.make_environment()
    assert pip == [sys.executable, "-m", "pip", "--python", bootstrap.PYTHON]
    done = subprocess.run([*pip, "list"], capture_output=True, text=True, check=True)
    assert "django" not in done.stdout.lower()


def test_a_failing_program_is_shown_with_its_last_lines(bare):
    program = [sys.executable, "-c", "import sys; [print('line', n) for n in range(100)]; sys.exit(3)"]
    with pytest.raises(BootstrapError) as caught:
        bootstrap.run(program, task="probar", folder=bare)
    text = str(caught.value)
    assert text.startswith("Falló: probar")
    assert "line 99" in text
    assert "line 59" not in text


def test_a_long_step_tells_how_far_it_is(bare, monkeypatch, capsys):
    monkeypatch.setattr(bootstrap, "SAY_SECONDS", 0.0)
    program = [sys.executable, "-c", "[print('Collecting', n) for n in range(5)]"]
    bootstrap.run(program, task="probar", folder=bare, counted="Collecting ", total=3)
    assert "3 de 3" in capsys.readouterr().out


def test_a_digest_changes_with_content_and_with_names(bare):
    one = bare / "one"
    one.write_text("a")
    first = bootstrap.digest([one])
    assert bootstrap.digest([one]) == first
    one.write_text("b")
    assert bootstrap.digest([one]) != first
    one.write_text("a")
    assert bootstrap.digest([one.rename(bare / "two")]) != first


@pytest.fixture
def frontend(bare):
    """A front end whose build writes the time; the real node, and no package to fetch."""
    folder = bare / "frontend"
    (folder / "src").mkdir(parents=True)
    (folder / "src" / "app.js").write_text("1\n")
    (folder / "package.json").write_text('{"name": "bare", "version": "1.0.0", "private": true}')
    (folder / "package-lock.json").write_text(
        '{"name": "bare", "version": "1.0.0", "lockfileVersion": 3, "requires": true, '
        '"packages": {"": {"name": "bare", "version": "1.0.0"}}}'
    )
    (folder / "build.mjs").write_text(
        "import { mkdirSync, writeFileSync } from 'node:fs';\n"
        "mkdirSync('dist', { recursive: true }); mkdirSync('node_modules', { recursive: true });\n"
        "writeFileSync('dist/app.js', String(process.hrtime.bigint()));\n"
    )
    (folder / "node_modules").mkdir()
    bootstrap.VENV.mkdir()
    (bootstrap.VENV / "lib").symlink_to(Path(sys.prefix) / "lib")
    return folder


def test_the_front_end_is_built_when_its_sources_changed_and_only_then(frontend):
    bootstrap.build_frontend()
    built = (frontend / "dist" / "app.js").read_text()
    bootstrap.build_frontend()
    assert (frontend / "dist" / "app.js").read_text() == built
    (frontend / "src" / "app.js").write_text("2\n")
    bootstrap.build_frontend()
    assert (frontend / "dist" / "app.js").read_text() != built


def test_what_is_built_or_installed_does_not_count_as_a_source(frontend):
    (frontend / "node_modules" / "x.js").write_text("")
    (frontend / "dist").mkdir()
    (frontend / "dist" / "app.js").write_text("")
    names = {file.name for file in bootstrap.frontend_inputs()}
    assert names == {"app.js", "package.json", "package-lock.json", "build.mjs"}
    assert frontend / "dist" / "app.js" not in bootstrap.frontend_inputs()


def test_without_a_front_end_there_is_nothing_to_build(bare):
    bootstrap.build_frontend()
    assert not (bare / "frontend").exists()


def test_catalogues_are_compiled_when_they_are_newer(tmp_path):
    folder = tmp_path / "en" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    catalogue = polib.POFile()
    catalogue.append(polib.POEntry(msgid="Biblioteca", msgstr="Library"))
    catalogue.save(str(folder / "django.po"))
    assert translations.compile_all(tmp_path) == [folder / "django.mo"]
    assert translations.compile_all(tmp_path) == []
    assert polib.mofile(str(folder / "django.mo"))[0].msgstr == "Library"
    later = time.time() + 5
    os.utime(folder / "django.po", (later, later))
    assert translations.compile_all(tmp_path) == [folder / "django.mo"]


def test_a_python_that_is_too_old_is_passed_over(tmp_path):
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = subprocess.run(
        ["/bin/sh", str(SCRIPT), "runtime"],
        env={"PATH": f"{tmp_path}:/bin", "PYTHON": str(old)} | no_python(tmp_path),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "Acervo necesita Python 3.11" in done.stderr


def no_python(folder: Path) -> dict[str, str]:
    """A path on which only what the script needs is found."""
    tools = folder / "tools"
    tools.mkdir()
    for name in ("dirname", "sh"):
        (tools / name).symlink_to(f"/usr/bin/{name}")
    return {"PATH": str(tools)}
