"""`manage.py doctor` as operators run it: in Spanish, with what to do, an exit code, and --json for programs."""

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from dam import health
from dam.environment import CHECKOUT
from dam.health import Check, Level, Trouble
from dam.management.commands import doctor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def checks(monkeypatch):
    """Three checks, and no database of its own: the suite's runs."""

    def warned() -> str:
        raise Trouble("Quedan 9 GB.", todo="Libere espacio.", warning=True)

    some = [Check("database", "Base de datos", lambda: "PostgreSQL 18", Level.READY)]
    some.append(Check("disk", "Espacio", warned, Level.PAGE))
    monkeypatch.setattr(health, "checks", lambda: tuple(some))
    monkeypatch.setattr(doctor, "_embedded_database", str)
    health.forget()
    yield some
    health.forget()


def broken() -> str:
    raise Trouble("No se puede escribir.", todo="Dé permiso.")


def run(*arguments: str) -> tuple[int, str]:
    out = StringIO()
    try:
        call_command("doctor", *arguments, stdout=out)
    except SystemExit as end:
        return int(str(end.code)), out.getvalue()
    return 0, out.getvalue()


def test_a_warning_is_told_with_what_to_do_and_is_no_failure():
    code, said = run()
    assert code == 0
    assert "bien   Base de datos: PostgreSQL 18" in said
    assert "aviso  Espacio: Quedan 9 GB.\n        → Libere espacio." in said
    assert "0 con falla, 1 con aviso, de 2 revisiones." in said


def test_a_failure_ends_with_one(checks):
    checks.append(Check("written", "Escritura", broken, Level.DOCTOR))
    code, said = run()
    assert code == 1
    assert "FALLA  Escritura: No se puede escribir." in said


def test_all_well_is_said_shortly(checks):
    del checks[1]
    assert run()[1].endswith("Todo en orden: 1 revisiones.\n")


def test_programs_get_one_object(checks):
    checks.append(Check("written", "Escritura", broken, Level.DOCTOR))
    code, said = run("--json")
    told = json.loads(said)
    assert (code, told["status"], list(told["checks"])) == (1, "failed", ["database", "disk", "written"])
    assert told["checks"]["written"]["todo"] == "Dé permiso."


def doctor_on(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ACERVO_", "DJANGO_"))}
    full = {**kept, "ACERVO_DATA": str(tmp_path / "data"), **environment}
    return subprocess.run(
        [sys.executable, "manage.py", "doctor", "--json"],
        cwd=CHECKOUT,
        env=full,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_database_that_is_gone_is_told_and_the_rest_is_examined(tmp_path: Path):
    done = doctor_on(tmp_path, DATABASE_URL="postgresql://acervo@127.0.0.1:9/acervo")
    told = json.loads(done.stdout)["checks"]
    assert done.returncode == 1
    assert told["database"]["status"] == "failed"
    assert "DATABASE_URL" in told["database"]["todo"]
    assert told["objects_written"]["status"] == "ok"
    assert told["ffmpeg"]["status"] == "ok"
    assert "Traceback" not in done.stderr
