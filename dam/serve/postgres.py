"""Owns the life of the embedded PostgreSQL: it runs while somebody needs it, and no longer.

Whoever needs it holds a shared lock for as long as it lives (`ensure`). A keeper process, the only parent
the server ever has, starts it and stops it when nobody holds that lock any more; under script/server the
keeper is one of the supervised programs and stays until it is told to stop. The kernel releases the locks of
killed processes and tells the server when its keeper died: nothing is left behind, whatever is killed.

No Django import. The keeper: ``python -m dam.serve.postgres DATA_FOLDER [--while-used] [NAME=VALUE...]``.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from dam.environment import CHECKOUT
from dam.serve import launch
from dam.serve.cluster import NAME, Cluster, PostgresError, binaries

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

START_SECONDS = 300  # recovery after a crash replays the log first
STOP_SECONDS = 30
LINGER_SECONDS = 0.5  # commands that follow each other find it running
POLL_SECONDS = 0.05
OPTIONS = (
    "listen_addresses=",
    "max_connections=200",
    "unix_socket_permissions=0700",
    "shared_buffers=128MB",
    "random_page_cost=1.1",
    "jit=off",
    "log_destination=stderr",
    "timezone=UTC",
    "log_timezone=UTC",
)
WHILE_USED = "--while-used"

_held: dict[Path, int] = {}
_keepers: dict[Path, subprocess.Popen[bytes]] = {}


def url(data_folder: Path) -> str:
    """The address of the embedded database of this data folder, whether it runs or not."""
    return f"postgresql://{NAME}@/{NAME}?host={quote(str(Cluster(data_folder).socket_folder), safe='')}"


def _locked(path: Path, operation: int) -> int | None:
    """A descriptor that holds the lock, or None when others hold it and LOCK_NB was asked."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, operation)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _free(path: Path) -> bool:
    """Whether nobody holds the lock."""
    descriptor = _locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB)
    if descriptor is None:
        return False
    os.close(descriptor)
    return True


def _used(path: Path) -> bool:
    """Whether anybody shares the lock; its exclusive holder is a keeper that is stopping the server."""
    descriptor = _locked(path, fcntl.LOCK_SH | fcntl.LOCK_NB)
    if descriptor is None:
        return False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def hold(data_folder: Path) -> None:
    """Keep the server of this data folder from stopping while this process lives, or until `release`.

    Waits while a server that nobody needed is stopping.
    """
    if data_folder not in _held:
        descriptor = _locked(Cluster(data_folder).users_lock, fcntl.LOCK_SH)
        if descriptor is not None:
            _held[data_folder] = descriptor


def release(data_folder: Path) -> None:
    """Need the server no longer; who leaves last waits here until it has stopped."""
    descriptor = _held.pop(data_folder, None)
    if descriptor is None:
        return
    os.close(descriptor)
    cluster = Cluster(data_folder)
    until = time.monotonic() + STOP_SECONDS
    while not _used(cluster.users_lock) and time.monotonic() < until:
        if _free(cluster.server_lock):
            _reap(data_folder)
            return
        time.sleep(POLL_SECONDS)


def _reap(data_folder: Path) -> None:
    """Take note of the end of a keeper we started; its server has ended already."""
    keeper = _keepers.pop(data_folder, None)
    if keeper is not None:
        keeper.wait(STOP_SECONDS)


def ensure(data_folder: Path, *options: str) -> str:
    """The address of a running embedded database, started if need be and kept while this process lives.

    The options are PostgreSQL settings (NAME=VALUE) for a server that has to be started. PostgresError when
    it cannot be.
    """
    hold(data_folder)
    cluster = Cluster(data_folder)
    if not cluster.ready():
        _reap(data_folder)
        argv = [sys.executable, "-m", "dam.serve.postgres", str(data_folder), WHILE_USED, *options]
        with cluster.log.open("ab") as log:
            _keepers[data_folder] = subprocess.Popen(
                argv, cwd=CHECKOUT, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True
            )
        wait_ready(data_folder, lambda: _check_keeper(cluster))
    return url(data_folder)


def _check_keeper(cluster: Cluster) -> None:
    """PostgresError with its last words when the keeper we started has ended without a server."""
    if _keepers[cluster.data_folder].poll() is not None and not cluster.ready():
        raise PostgresError(f"PostgreSQL did not start:\n{cluster.log.read_text(errors='replace')[-2000:]}")


def wait_ready(data_folder: Path, check: Callable[[], None]) -> None:
    """Return once the server takes connections; `check` raises where it never will."""
    cluster = Cluster(data_folder)
    until = time.monotonic() + START_SECONDS
    while not cluster.ready():
        check()
        if time.monotonic() > until:
            raise PostgresError(f"PostgreSQL was not ready after {START_SECONDS} s; see {cluster.log}")
        time.sleep(POLL_SECONDS)


@contextlib.contextmanager
def running(data_folder: Path, *options: str) -> Iterator[str]:
    """A running embedded database for the length of a block."""
    try:
        yield ensure(data_folder, *options)
    finally:
        release(data_folder)


class _Stop:
    """Becomes true once the process was asked to end."""

    def __init__(self) -> None:
        self.asked = False
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True


def keep(data_folder: Path, *options: str, while_used: bool) -> int:
    """Run the server until asked to stop, or with `while_used` until nobody needs it; an exit code.

    Where another keeper already runs it, leave it to that one, or without `while_used` wait to take over.
    """
    stop = _Stop()
    cluster = Cluster(data_folder)
    while (lock := _locked(cluster.server_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)) is None:
        if stop.asked or (while_used and cluster.ready()):
            return 0
        time.sleep(POLL_SECONDS)
    cluster.prepare()
    settings = [part for option in (*OPTIONS, *options) for part in ("-c", option)]
    server = [
        str(binaries() / "postgres"),
        "-D",
        str(cluster.files),
        "-k",
        str(cluster.socket_folder),
        *settings,
    ]
    argv = launch.command(server, signal=signal.SIGINT, identity=cluster.identity())
    process = subprocess.Popen(
        argv, stdin=subprocess.DEVNULL, pass_fds=(lock,), cwd="/", start_new_session=True
    )
    os.close(lock)
    return _watch(process, cluster, stop, while_used=while_used)


def _watch(process: subprocess.Popen[bytes], cluster: Cluster, stop: _Stop, *, while_used: bool) -> int:
    """Wait for the server's end, and bring it about when it is time; non-zero when it ended by itself."""
    used = time.monotonic()
    while process.poll() is None:
        claim = _locked(cluster.users_lock, fcntl.LOCK_EX | fcntl.LOCK_NB) if while_used else None
        if claim is None:
            used = time.monotonic()
        if stop.asked or time.monotonic() - used > LINGER_SECONDS:
            process.send_signal(signal.SIGINT)  # SIGTERM would wait for clients
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGQUIT)
                process.wait()
            return 0
        if claim is not None:
            os.close(claim)
        time.sleep(POLL_SECONDS)
    return process.returncode or 1


def main(arguments: list[str]) -> int:
    """Run a keeper."""
    folder, *rest = arguments
    options = [option for option in rest if option != WHILE_USED]
    try:
        return keep(Path(folder), *options, while_used=WHILE_USED in rest)
    except PostgresError as error:
        print(error, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
