"""The embedded PostgreSQL: one server for all who need it, none afterwards, whatever is killed."""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import pytest

from dam.environment import CHECKOUT
from dam.serve import postgres
from dam.serve.cluster import SOCKET_PATH_LIMIT, Cluster, PostgresError

QUICK = "fsync=off"
ROOT = os.geteuid() == 0
USER = """
import sys, time
from pathlib import Path
from dam.serve import postgres
import psycopg
data = Path(sys.argv[1])
with psycopg.connect(postgres.ensure(data, "fsync=off")) as connection:
    print(connection.execute("SELECT pg_postmaster_start_time()::text").fetchone()[0], flush=True)
sys.stdin.readline()
"""


def query(data: Path, sql: str) -> object:
    with psycopg.connect(postgres.url(data), autocommit=True) as connection:
        row = connection.execute(sql).fetchone()
        return row[0] if row else None


def postmaster(data: Path) -> int:
    return int((Cluster(data).files / "postmaster.pid").read_text().split()[0])


def gone(process: int, seconds: float = 20) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not Path(f"/proc/{process}").exists():
            return True
        time.sleep(0.05)
    return False


def user(data: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", USER, str(data)],
        cwd=CHECKOUT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def leave(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=20)
    assert process.returncode == 0


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("made")
    Cluster(folder).prepare()
    return Cluster(folder).files


@pytest.fixture
def data(tmp_path, made):
    folder = tmp_path / "data"
    shutil.copytree(made, Cluster(folder).files)
    yield folder
    postgres.release(folder)


def test_it_starts_from_nothing_and_stops_when_released(tmp_path):
    data = tmp_path / "data"
    with postgres.running(data, QUICK) as address:
        assert address == postgres.url(data)
        server = postmaster(data)
        assert query(data, "SELECT current_setting('server_version_num')::int / 10000") == 18
    assert gone(server)
    assert not Cluster(data).ready()


def test_text_has_the_case_of_spanish_and_the_order_of_code_points(data):
    with postgres.running(data, QUICK):
        assert query(data, "SELECT lower('ÁRBOL Ñandú Ü')") == "árbol ñandú ü"
        assert query(data, "SELECT 'ñ' > 'z'") is True
        assert query(data, "SHOW timezone") == "UTC"
        assert query(data, "SHOW listen_addresses") == ""


def test_what_was_written_is_there_the_next_time(data):
    with postgres.running(data, QUICK):
        query(data, "SELECT 1 FROM (SELECT 1) AS one")
        with psycopg.connect(postgres.url(data)) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 'guardado' AS word")
    with postgres.running(data, QUICK):
        assert query(data, "SELECT word FROM kept") == "guardado"


def test_all_who_need_it_share_one_server_and_the_last_one_ends_it(data):
    first, second = user(data), user(data)
    assert said(first) == said(second) != ""
    server = postmaster(data)
    leave(first)
    time.sleep(postgres.LINGER_SECONDS + 1)
    assert Cluster(data).ready()
    assert postmaster(data) == server
    leave(second)
    assert gone(server)


def test_a_killed_user_leaves_no_server_behind(data):
    only = user(data)
    assert said(only)
    server = postmaster(data)
    only.kill()
    only.communicate()
    assert gone(server)


def test_a_killed_keeper_takes_its_server_along_and_the_next_user_starts_another(data):
    postgres.ensure(data, QUICK)
    server = postmaster(data)
    postgres._keepers[data].kill()
    postgres._keepers[data].wait()
    assert gone(server)
    postgres.ensure(data, QUICK)
    assert postmaster(data) != server
    assert query(data, "SELECT 1") == 1


def test_a_killed_server_is_recovered(data):
    postgres.ensure(data)
    with psycopg.connect(postgres.url(data)) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 7 AS number")
    os.kill(postmaster(data), signal.SIGKILL)
    postgres._keepers[data].wait(20)
    postgres.ensure(data)
    assert query(data, "SELECT number FROM kept") == 7


def test_notes_of_a_stranger_with_the_same_process_id_are_forgotten(data):
    with postgres.running(data, QUICK):
        notes = (Cluster(data).files / "postmaster.pid").read_text()
    stranger = subprocess.Popen(["sleep", "60"])
    lines = [str(stranger.pid), *notes.splitlines()[1:]]
    (Cluster(data).files / "postmaster.pid").write_text("\n".join(lines) + "\n")
    assert not Cluster(data).ready()
    with postgres.running(data, QUICK):
        assert query(data, "SELECT 1") == 1
    stranger.kill()
    stranger.wait()


def test_a_zombie_is_not_taken_for_a_server(data):
    with postgres.running(data, QUICK):
        notes = (Cluster(data).files / "postmaster.pid").read_text()
    zombie = subprocess.Popen(["true"])
    os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
    lines = [str(zombie.pid), *notes.splitlines()[1:]]
    (Cluster(data).files / "postmaster.pid").write_text("\n".join(lines) + "\n")
    with postgres.running(data, QUICK):
        assert query(data, "SELECT 1") == 1
    zombie.wait()


def test_a_half_made_cluster_is_made_again(tmp_path):
    data = tmp_path / "data"
    draft = Cluster(data).folder / "cluster.new"
    draft.mkdir(parents=True)
    (draft / "PG_VERSION").write_text("18\n")
    with postgres.running(data, QUICK):
        assert query(data, "SELECT 1") == 1
    assert not draft.exists()


def test_a_path_too_long_for_a_socket_falls_back_to_a_short_folder(tmp_path):
    data = tmp_path / ("muy-" * 30) / "data"
    assert len(str(Cluster(data).folder / "socket")) > SOCKET_PATH_LIMIT
    with postgres.running(data, QUICK):
        folder = Cluster(data).socket_folder
        assert query(data, "SELECT 1") == 1
        assert folder.stat().st_mode & 0o077 == 0
    folder.rmdir()


def test_a_short_folder_of_somebody_else_is_refused(tmp_path, monkeypatch):
    data = tmp_path / ("muy-" * 30) / "data"
    folder = Cluster(data).socket_folder
    folder.symlink_to(tmp_path)
    with pytest.raises(PostgresError, match="belongs to somebody else"):
        postgres.ensure(data, QUICK)
    folder.unlink()
    postgres.release(data)


def test_a_cluster_that_cannot_start_says_why(data):
    with postgres.running(data, QUICK):
        pass
    (Cluster(data).files / "PG_VERSION").write_text("9\n")
    with pytest.raises(PostgresError, match=r"PG_VERSION|incompatible|initialized"):
        postgres.ensure(data, QUICK)


def test_an_asked_keeper_stops_though_somebody_is_connected(data):
    keeper = subprocess.Popen(
        [sys.executable, "-m", "dam.serve.postgres", str(data), QUICK],
        cwd=CHECKOUT,
        stderr=subprocess.DEVNULL,
    )
    postgres.wait_ready(data, lambda: None)
    with psycopg.connect(postgres.url(data)) as connection:
        keeper.terminate()
        assert keeper.wait(20) == 0
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")


def test_a_supervised_keeper_takes_over_from_a_user_s(data):
    first = user(data)
    began = said(first)
    keeper = subprocess.Popen(
        [sys.executable, "-m", "dam.serve.postgres", str(data), QUICK],
        cwd=CHECKOUT,
        stderr=subprocess.DEVNULL,
    )
    leave(first)
    time.sleep(postgres.LINGER_SECONDS + 1)
    postgres.wait_ready(data, lambda: None)
    assert query(data, "SELECT pg_postmaster_start_time()::text") != began
    keeper.terminate()
    assert keeper.wait(20) == 0


def test_an_ordinary_user_runs_it_as_itself_and_root_as_nobody(data, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: pwd.getpwall()[-1].pw_uid or 1)
    assert Cluster(data).identity() == ()
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    (option,) = Cluster(data).identity()
    assert option.partition("=")[2].split(":")[0] != "0"


def test_root_s_server_passes_closed_folders_without_their_being_opened(tmp_path):
    if not ROOT:
        return  # an ordinary user's server needs no more than its user's rights
    nobody = pwd.getpwnam("nobody")
    tmp_path.chmod(0o700)
    closed = Cluster(tmp_path / "data")
    assert closed.identity() == (f"--reach={nobody.pw_uid}:{nobody.pw_gid}",)
    with postgres.running(tmp_path / "data", QUICK):
        assert query(tmp_path / "data", "SELECT 1") == 1
        status = Path(f"/proc/{postmaster(tmp_path / 'data')}/status").read_text()
        assert f"Uid:\t{nobody.pw_uid}" in status
    assert tmp_path.stat().st_mode & 0o777 == 0o700
    assert closed.files.stat().st_uid == nobody.pw_uid


def test_a_user_without_a_name_is_told_what_to_do(data, monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 54321)
    with pytest.raises(PostgresError, match="no entry in /etc/passwd"):
        Cluster(data).identity()


def test_nobody_keeps_no_right_of_root_s_where_folders_are_open():
    if not ROOT:
        return
    nobody = pwd.getpwnam("nobody")
    folder = Path(tempfile.mkdtemp(prefix="acervo-open-"))
    folder.chmod(0o755)
    with postgres.running(folder, QUICK):
        status = Path(f"/proc/{postmaster(folder)}/status").read_text()
    open_checkout = all(path.stat().st_mode & 0o001 for path in CHECKOUT.parents)
    assert f"Uid:\t{nobody.pw_uid}" in status
    assert ("CapEff:\t0000000000000000" in status) is open_checkout
    shutil.rmtree(folder)


def test_a_cluster_that_root_brought_back_from_a_copy_is_given_to_nobody(data):
    if not ROOT:
        return
    for path in (Cluster(data).files, *Cluster(data).files.rglob("*")):
        os.chown(path, 0, 0)
    with postgres.running(data, QUICK):
        assert query(data, "SELECT 1") == 1
