"""The oldest PostgreSQL we take, a real one: migrations, events, text, queue, all as on the embedded one.

ACERVO_TEST_POSTGRES is the address of a superuser; each run makes a database of its own there, and drops it.
"""

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import psycopg
import pytest
from django.db import connection

from dam.environment import CHECKOUT
from tests.servers import address as address_of

#: Both ways to make a database: as docs/operations.md says, and with the collation of a language.
LOCALES = {
    "as documented": "ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C.UTF-8'",
    "of a language": "ENCODING 'UTF8' LOCALE_PROVIDER icu ICU_LOCALE 'es-MX' LC_COLLATE 'C.UTF-8' LC_CTYPE 'C.UTF-8'",
}
PROGRAM = """
import json, django
django.setup()
from django.db import connection, transaction, DatabaseError
from procrastinate.contrib.django import app
from dam.models import Agency, User, Event
from dam import events
said = {}
with transaction.atomic():
    root = Agency.objects.create(code="GTO", name="Raíz", path="GTO/")
    for code in ("B-1", "B", "Á", "a", "Ñ", "N"):
        Agency.objects.create(code=code, name=f"Cañada {code}", parent=root, path=f"GTO/{code}/")
    said["paths"] = list(Agency.objects.order_by("path").values_list("path", flat=True))
    said["found"] = Agency.objects.filter(name__icontains="CAÑADA Á").count()
    said["exact"] = Agency.objects.filter(code__iexact="ñ").count()
    event = events.record(root, "created", by=None)
    try:
        with transaction.atomic():
            Event.objects.filter(pk=event.pk).update(verb="changed")
    except DatabaseError as error:
        said["refused"] = str(error).splitlines()[0]
    said["faults"] = [str(one) for one in events.verify()]
    try:
        with transaction.atomic():
            app.configure_task("ingest.run", queue="ingest").defer(ingest_id="x")
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM procrastinate_jobs")
        said["jobs"] = cursor.fetchone()[0]
    said["version"] = connection.pg_version // 10000
    transaction.set_rollback(True)
print(json.dumps(said))
"""
EXPECTED = {
    "paths": ["GTO/", "GTO/B-1/", "GTO/B/", "GTO/N/", "GTO/a/", "GTO/Á/", "GTO/Ñ/"],
    "found": 1,
    "exact": 1,
    "refused": "events are append-only: UPDATE refused",
    "faults": [],
    "jobs": 0,
}


@pytest.fixture(scope="module", params=LOCALES)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a new, migrated database on the old server."""
    server_address = address_of("postgresql")
    name = f"acervo_{secrets.token_hex(4)}"
    with psycopg.connect(server_address, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name} TEMPLATE template0 {LOCALES[request.param]}".encode())
        address = urlsplit(server_address)._replace(path=f"/{name}").geturl()
        done = run(address, tmp_path_factory.mktemp("data"), "manage.py", "migrate", "--no-input", "-v0")
        assert done.returncode == 0, done.stderr
        yield address
        server.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


def run(address: str, data: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("ACERVO_", "DJANGO_"))}
    full = {
        **kept,
        "DATABASE_URL": address,
        "ACERVO_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "dam.settings",
    }
    argv = [sys.executable, *arguments]
    return subprocess.run(
        argv, cwd=CHECKOUT, env=full, capture_output=True, text=True, timeout=120, check=False
    )


def test_it_behaves_as_the_embedded_one(url: str, tmp_path: Path):
    done = run(url, tmp_path, "-c", PROGRAM)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said.pop("version") >= 15
    assert said == EXPECTED


def test_a_worker_works_there(url: str, tmp_path: Path):
    done = run(url, tmp_path, "manage.py", "worker", "--queues=index,upkeep", "--once")
    assert done.returncode == 0, done.stderr


def test_the_doctor_finds_it_in_order(url: str, tmp_path: Path):
    done = run(url, tmp_path, "manage.py", "doctor", "--json")
    told = json.loads(done.stdout)["checks"]
    for name in ("database", "database_text", "migrations", "clock"):
        assert told[name]["status"] == "ok", told[name]


@pytest.mark.django_db
def test_what_the_embedded_one_says_is_the_same(tmp_path: Path):
    """The program itself, on the suite's own database: the expectations are not those of one server."""
    own = connection.settings_dict
    host = own["OPTIONS"].get("host") or own["HOST"]
    done = run(
        f"postgresql://{own['USER']}@/{own['NAME']}?host={quote(host, safe='')}",
        tmp_path,
        "-c",
        PROGRAM,
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert said.pop("version") == 18
    assert said == EXPECTED
