"""script/services: processes that outlive who started them, are found again and ended, and reasons where one cannot run."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dam.environment import CHECKOUT
from tests import servers
from tests.external import elasticsearch, obtaining, running, s3
from tests.external.__main__ import SERVERS

LISTENER = """
import http.server, sys
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.SimpleHTTPRequestHandler).serve_forever()
"""


def command(
    *arguments: str, folder: Path, path: str = "", **environment: str
) -> subprocess.CompletedProcess[str]:
    """script/services with a scratch folder of the test's own, and with only the programs of ``path``."""
    kept = {
        "PATH": path or os.environ["PATH"],
        "HOME": str(folder),
        "ACERVO_SERVICES": str(folder / "scratch"),
    }
    return subprocess.run(
        [sys.executable, "-m", "tests.external", *arguments],
        cwd=CHECKOUT,
        env={**kept, "XDG_CACHE_HOME": str(folder / "cache"), **environment},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


class TestPlace:
    @pytest.fixture
    def place(self, tmp_path: Path):
        place = running.Place(tmp_path)
        yield place
        place.stop()

    def test_a_server_lives_until_it_is_stopped(self, place: running.Place):
        port = running.free_port()
        place.start([sys.executable, "-c", LISTENER, str(port)], lambda: running.listens(port))
        assert place.runs
        assert running.listens(port)
        place.stop()
        assert not running.listens(port)

    def test_what_it_started_ends_with_it(self, place: running.Place):
        port = running.free_port()
        shell = f'"{sys.executable}" -c "$0" {port} & wait'
        place.start(["sh", "-c", shell, LISTENER], lambda: running.listens(port))
        place.stop()
        until = time.monotonic() + 5
        while running.listens(port) and time.monotonic() < until:
            time.sleep(0.05)
        assert not running.listens(port)

    def test_the_last_words_of_one_that_does_not_start_are_told(self, place: running.Place):
        failing = [sys.executable, "-c", "print('el puerto no es mío'); raise SystemExit(3)"]
        with pytest.raises(running.DidNotStart, match="el puerto no es mío"):
            place.start(failing, lambda: False)
        assert not place.runs

    def test_one_that_died_by_itself_does_not_run(self, place: running.Place):
        place.start([sys.executable, "-c", "pass"], lambda: True)
        until = time.monotonic() + 10
        while place.runs and time.monotonic() < until:
            time.sleep(0.05)
        assert not place.runs

    def test_stopping_what_never_ran_is_nothing(self, place: running.Place):
        place.stop()
        assert not place.runs


class TestObtaining:
    @pytest.fixture(autouse=True)
    def _an_empty_cache(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setattr(obtaining, "CACHE", tmp_path)

    def test_without_go_the_reason_is_told(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("PATH", "")
        with pytest.raises(obtaining.Missing, match="no «go» on the path"):
            obtaining.go_program(*s3.MINIO)

    def test_without_maven_the_reason_is_told(self, monkeypatch: pytest.MonkeyPatch):
        monkeypatch.setenv("PATH", "")
        with pytest.raises(obtaining.Missing, match="no «mvn» on the path"):
            obtaining.maven_zip(elasticsearch.GROUP, "elasticsearch", elasticsearch.VERSION)

    def test_a_program_is_taken_from_the_cache(self, tmp_path: Path):
        program = tmp_path / f"minio-{s3.MINIO[1]}" / "minio"
        program.parent.mkdir()
        program.touch()
        assert obtaining.go_program(*s3.MINIO) == program

    @pytest.mark.parametrize(("version", "found"), [("17.0.15", False), ("21.0.2", True), ("25.0.3", True)])
    def test_java_must_be_new_enough(self, tmp_path: Path, monkeypatch, version: str, found):
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin" / "javac").touch()
        (tmp_path / "release").write_text(f'IMPLEMENTOR="x"\nJAVA_VERSION="{version}"\n')
        monkeypatch.setenv("ES_JAVA_HOME", str(tmp_path))
        assert obtaining._java_version(tmp_path) == int(version.partition(".")[0])
        if found:
            assert obtaining.java() == tmp_path

    def test_versions_are_pinned(self):
        for _module, version in (s3.MINIO, s3.VERSITYGW):
            assert re.fullmatch(r"v\d+\.\d+\.\d+(-\d{14}-[0-9a-f]{12})?", version)


class TestCommand:
    def test_what_cannot_be_had_is_named_with_its_reason(self, tmp_path: Path):
        done = command("start", "minio", folder=tmp_path, path="/nowhere")
        assert done.returncode == 1
        assert done.stdout == ""
        assert "minio: could not be started" in done.stderr
        assert "no «go» on the path" in done.stderr

    def test_what_does_not_run_is_said(self, tmp_path: Path):
        done = command("status", folder=tmp_path)
        assert done.returncode == 1
        assert done.stdout == ""
        assert [f"{name}: does not run" in done.stderr for name in SERVERS] == [True] * len(SERVERS)

    def test_a_server_that_is_not_known_is_refused(self, tmp_path: Path):
        done = command("start", "oracle", folder=tmp_path)
        assert done.returncode == 2
        assert "no such server: oracle" in done.stderr

    def test_stopping_nothing_is_nothing(self, tmp_path: Path):
        assert command("stop", folder=tmp_path).returncode == 0


def test_every_server_has_a_variable_that_tests_know():
    assert servers.VARIABLES.keys() == SERVERS.keys()


@pytest.mark.parametrize("name", sorted(servers.VARIABLES))
def test_the_server_listens_where_the_variable_says(name: str):
    host, _, port = (
        servers.address(name).rpartition("//")[2].rpartition("@")[2].partition("/")[0].partition(":")
    )
    with socket.create_connection((host, int(port)), 5):
        pass
