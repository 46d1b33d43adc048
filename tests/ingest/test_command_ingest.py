"""manage.py ingest, as people and programs use it; with its own worker where the server is stopped."""

import json
import os
import signal
import subprocess
import sys
import time
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from dam.models import Rendition, Role
from ingest import reports, workers
from ingest.models import Batch, Ingest, Upload
from ingest.reports import Report
from tests import factories
from tests.ingest import making
from tests.ingest.conftest import CHECKOUT, environment

MANAGE = [sys.executable, "manage.py", "ingest"]


def told(*paths: Path, **options) -> list[dict[str, Any]]:
    out = StringIO()
    call_command("ingest", *paths, json=True, stdout=out, **options)
    return [json.loads(line) for line in out.getvalue().splitlines()]


@pytest.fixture
def card(tmp_path: Path) -> Path:
    root = tmp_path / "tarjeta"
    root.mkdir()
    (root / "a.jpg").write_bytes(making.jpeg())
    (root / "b.jpg").write_bytes(making.jpeg())
    (root / "vacio.jpg").touch()
    return root


@pytest.mark.django_db
class TestTakingIn:
    def test_files_are_queued_and_told(self, card, producer):
        said = told(card, user=producer.username)
        assert [line["outcome"] for line in said] == ["queued"] * 3
        assert [Path(line["path"]).name for line in said] == ["a.jpg", "b.jpg", "vacio.jpg"]
        assert set(Ingest.objects.values_list("state", "source")) == {("queued", "command")}
        assert Batch.objects.get().created_by == producer

    def test_without_a_user_it_is_the_first_administrator(self, card):
        with pytest.raises(CommandError, match=r"manage\.py person"):
            told(card)
        administrator = factories.administrator()
        factories.central()
        told(card)
        assert set(Upload.objects.values_list("owner", flat=True)) == {administrator.pk}

    def test_where_it_goes(self, card, producer):
        agency = factories.agency("DIF", parent=factories.central())
        production = factories.production("Feria de León", by=producer)
        told(card, user=producer.username, agency="DIF", production="feria de león")
        batch = Batch.objects.get()
        assert (batch.agency, batch.production) == (agency, production)
        told(card, user=producer.username, production=str(production.pk))
        assert [batch.production for batch in Batch.objects.all()] == [production, production]

    @pytest.mark.parametrize(
        "options", [{"agency": "NO"}, {"production": "no hay"}, {"version_of": "ZZZZZZZZ"}]
    )
    def test_what_is_not_there_is_said(self, card, producer, options):
        factories.central()
        with pytest.raises(CommandError):
            told(card / "a.jpg", user=producer.username, **options)

    def test_who_may_not_upload_there(self, card):
        liaison = factories.person(Role.LIAISON)
        with pytest.raises(CommandError):
            told(card, user=liaison.username, agency=factories.central().code)

    def test_a_path_that_is_not_there(self, card, producer):
        with pytest.raises(CommandError, match="no hay"):
            told(card / "no hay", user=producer.username)
        assert not Upload.objects.exists()

    def test_what_is_excluded(self, card, producer):
        said = told(card, user=producer.username, exclude=["vacio.*", "b.jpg"])
        assert [Path(line["path"]).name for line in said] == ["a.jpg"]

    def test_a_new_version(self, card, producer):
        asset = factories.asset()
        told(card / "a.jpg", user=producer.username, version_of=f"{asset.code}22")
        assert Upload.objects.get().version_of == asset
        with pytest.raises(CommandError):
            told(card, user=producer.username, version_of=asset.code)

    def test_a_file_that_cannot_be_read_fails_and_the_others_go_on(self, card, producer, monkeypatch):
        (card / "c.bin").write_bytes(b"x")
        original = Path.open

        def opening(path, *args, **more):
            if path.name == "c.bin":
                raise PermissionError(13, "Permission denied")
            return original(path, *args, **more)

        monkeypatch.setattr(Path, "open", opening)
        out = StringIO()
        with pytest.raises(SystemExit) as ended:
            call_command("ingest", card, json=True, user=producer.username, stdout=out)
        assert ended.value.code == 1
        said = {Path(line["path"]).name: line for line in map(json.loads, out.getvalue().splitlines())}
        assert said["c.bin"]["outcome"] == "failed"
        assert said["c.bin"]["reason"] == "unreadable_source"
        assert said["a.jpg"]["outcome"] == "queued"

    def test_for_people(self, card, producer):
        out = StringIO()
        call_command("ingest", card, user=producer.username, stdout=out)
        assert "en espera  " in out.getvalue()
        assert "3 en espera: siguen en segundo plano" in out.getvalue()

    def test_names_that_are_not_utf8(self, tmp_path, producer):
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/a\xf1o.jpg"))
        path.write_bytes(making.jpeg())
        (said,) = told(path, user=producer.username)
        assert said["path"].endswith("/año.jpg")
        assert bytes(Upload.objects.get().raw_name) == b"a\xf1o.jpg"


@pytest.mark.django_db
class TestReports:
    def test_each_ending(self, tmp_path, producer):
        done = making.ingested(tmp_path, "a.jpg", making.jpeg(), by=producer)
        code = done.version.asset.code
        assert reports.of(done, "a.jpg") == Report("a.jpg", "accepted", asset=code)
        again = making.ingested(tmp_path, "a.jpg", making.jpeg(), by=producer)
        assert reports.of(again, "b.jpg") == Report("b.jpg", "duplicate", asset=code)
        bad = making.ingested(tmp_path, "vacio.jpg", b"", by=producer)
        said = reports.of(bad, "vacio.jpg")
        assert (said.outcome, said.reason) == ("rejected", "empty")
        assert said.detail.startswith("El archivo está vacío.")
        bad.state, bad.error = "failed", "OSError: disco"
        assert reports.of(bad, "x").detail == "OSError: disco"
        bad.state = "queued"
        assert reports.of(bad, "x").outcome == "queued"

    def test_json_says_null_for_nothing(self):
        assert json.loads(Report("a", "accepted", asset="X").to_json()) == {
            "path": "a",
            "outcome": "accepted",
            "asset": "X",
            "reason": None,
            "detail": None,
        }


def run(card: Path, data: Path, *options: str) -> subprocess.CompletedProcess[str]:
    argv = [*MANAGE, str(card), "--wait", *options]
    return subprocess.run(
        argv, cwd=CHECKOUT, env=environment(data), capture_output=True, text=True, check=False, timeout=240
    )


@pytest.mark.django_db(transaction=True)
class TestWaiting:
    def test_with_the_server_stopped_it_works_by_itself(self, card, tmp_path):
        factories.administrator()
        factories.central()
        done = run(card, tmp_path, "--json")
        assert done.returncode == 0, done.stderr
        said = {Path(line["path"]).name: line for line in map(json.loads, done.stdout.splitlines())}
        assert {said["a.jpg"]["outcome"], said["b.jpg"]["outcome"]} == {"accepted", "duplicate"}
        assert said["a.jpg"]["asset"] == said["b.jpg"]["asset"]
        assert (said["vacio.jpg"]["outcome"], said["vacio.jpg"]["reason"]) == ("rejected", "empty")
        assert Rendition.objects.filter(version__asset__code=said["a.jpg"]["asset"]).exists()
        assert not workers.are_running()

    def test_for_people_it_sums_up(self, card, tmp_path):
        factories.administrator()
        factories.central()
        done = run(card, tmp_path)
        assert "1 aceptados, 1 ya estaban, 1 rechazados, 0 fallaron" in done.stdout


@pytest.mark.django_db(transaction=True)
def test_the_own_worker_ends_with_the_command_whatever_kills_it(tmp_path):
    factories.administrator()
    factories.central()
    (tmp_path / "grande.bin").write_bytes(making.noise() * 500)
    process = subprocess.Popen(
        [*MANAGE, str(tmp_path / "grande.bin"), "--wait"],
        cwd=CHECKOUT,
        env=environment(tmp_path),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    until = time.monotonic() + 60
    while not workers.are_running():
        assert time.monotonic() < until
        time.sleep(0.1)
    process.send_signal(signal.SIGKILL)
    process.wait()
    until = time.monotonic() + 60
    while workers.are_running():
        assert time.monotonic() < until
        time.sleep(0.2)
