"""Owns PostgreSQL 15 from the system's packages: the oldest that Acervo takes, beside the embedded 18."""

import shutil
import subprocess
from pathlib import Path

from tests.external.obtaining import Missing
from tests.external.running import Place, Variables, free_port, listens, unprivileged

BINARIES = Path("/usr/lib/postgresql/15/bin")
#: Nothing of it has to survive the machine.
QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200")


def start(place: Place) -> Variables:
    """Start a new cluster on a free port, whose superuser needs no password. Raises Missing, DidNotStart."""
    if not (BINARIES / "postgres").exists():
        raise Missing("it comes with the system package postgresql-15, which is not installed")
    owner = unprivileged()
    place.folder.chmod(0o755)
    shutil.rmtree(place.folder / "data", ignore_errors=True)
    data = place.made("data", owner=owner)
    data.chmod(0o700)
    made = subprocess.run(
        [
            BINARIES / "initdb",
            "-D",
            data,
            "--encoding=UTF8",
            "--locale=C.UTF-8",
            "--username=acervo",
            "-A",
            "trust",
        ],
        cwd="/",
        user=owner,
        capture_output=True,
        text=True,
        check=False,
    )
    if made.returncode:
        raise Missing(f"initdb refused: {made.stderr.strip()}")
    port = free_port()
    options = [word for option in QUICK for word in ("-c", option)]
    argv = [str(BINARIES / "postgres"), "-D", str(data), "-k", str(data), "-h", "127.0.0.1", "-p", str(port)]
    place.start([*argv, *options], lambda: listens(port), owner=owner)
    return {"ACERVO_TEST_POSTGRES": f"postgresql://acervo@127.0.0.1:{port}/postgres"}
