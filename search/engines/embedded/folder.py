"""The index folder: versions of the index side by side, which one is current, who may write, what to catch up on.

Layout: ``current`` (a file that names a version), ``versions/<schema>-<stamp>/``, ``write.lock`` (held for each
batch), ``turn.lock`` (held by who writes next), ``rebuild.lock`` (held for a whole rebuild), ``journal`` (what was
written while a rebuild runs).
A directory is never renamed or written over: an open writer would go on writing into its successor.
Knows nothing of the engine inside.
"""

import fcntl
import os
import shutil
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from search.engines.base import IndexBusy, IndexOutdated, RebuildRunning

#: Searches that began in the old version end within this; only then is it removed.
GRACE_S = 60.0
_POLL_S = 0.01


@dataclass(frozen=True)
class Folder:
    """The folder at ``path``; ``schema`` names the fields that this release expects in an index."""

    path: Path
    schema: str

    def current(self) -> Path | None:
        """Return the current version, or None before the first. Raises IndexOutdated for another release's."""
        try:
            name = (self.path / "current").read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        version = self.path / "versions" / name
        if not name.startswith(f"{self.schema}-") or not version.is_dir():
            raise IndexOutdated(f"{version} is not an index of this release; rebuild the index")
        return version

    @contextmanager
    def writing(self, *, wait_s: float) -> Iterator[None]:
        """Hold the right to write. Raises IndexBusy when another one holds it for longer than ``wait_s``."""
        with ExitStack() as stack:
            # whoever waits holds the turn, so that a writer with much to do cannot take the lock again at once
            with _lock(self.path / "turn.lock", wait_s) as next_one:
                if not next_one or not stack.enter_context(_lock(self.path / "write.lock", wait_s)):
                    raise IndexBusy(f"another process has been writing to {self.path} for {wait_s:g} s")
            yield

    @contextmanager
    def rebuilding(self) -> Iterator[None]:
        """Hold the right to rebuild. Raises RebuildRunning at once when another one holds it."""
        with _lock(self.path / "rebuild.lock", 0) as held:
            if not held:
                raise RebuildRunning(f"another process is rebuilding {self.path}")
            yield

    def is_rebuilding(self) -> bool:
        """Return whether a living process rebuilds: only then is there somebody to read the journal."""
        with _lock(self.path / "rebuild.lock", 0) as held:
            return not held

    def new_version(self) -> Path:
        """Return a new empty directory for a version that is not current yet."""
        version = self.path / "versions" / f"{self.schema}-{time.time_ns():x}"
        version.mkdir(parents=True)
        return version

    def publish(self, version: Path) -> None:
        """Make ``version`` the current one, in one durable step. The caller holds the right to write."""
        pointer = self.path / "current.new"
        with pointer.open("w", encoding="ascii") as file:
            file.write(version.name)
            file.flush()
            os.fsync(file.fileno())
        for other in self._versions():
            os.utime(other)  # the grace of the others begins now
        pointer.replace(self.path / "current")
        _sync(self.path)

    def sweep(self, *, grace_s: float = GRACE_S, keep: Path | None = None) -> None:
        """Remove versions that are neither current nor ``keep`` and have been so for ``grace_s``."""
        try:
            current = self.current()
        except IndexOutdated:
            return
        for version in self._versions():
            if version not in (current, keep) and time.time() - version.stat().st_mtime > grace_s:
                shutil.rmtree(version, ignore_errors=True)

    def start_journal(self) -> None:
        """Begin an empty journal. The caller holds both rights."""
        (self.path / "journal").write_bytes(b"")

    def append_journal(self, lines: Iterable[str]) -> None:
        """Add lines durably. A line that a killed writer left unfinished is closed, so that it spoils no other."""
        with (self.path / "journal").open("ab+") as file:
            if file.tell():
                file.seek(-1, os.SEEK_END)
                if file.read(1) != b"\n":
                    file.write(b"\n")
            file.writelines(line.encode() + b"\n" for line in lines)
            file.flush()
            os.fsync(file.fileno())

    def read_journal(self) -> Iterator[str]:
        """Yield the lines, an unfinished one included. The caller holds the right to write."""
        with (self.path / "journal").open(encoding="utf-8", errors="replace") as file:
            yield from (line for line in file if line.strip())

    def _versions(self) -> list[Path]:
        versions = self.path / "versions"
        return list(versions.iterdir()) if versions.is_dir() else []


@contextmanager
def _lock(path: Path, wait_s: float) -> Iterator[bool]:
    """Try to hold the file's lock, which the kernel releases when the process dies, and yield whether it is held."""
    path.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + wait_s
    with path.open("ab") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= until:
                    yield False
                    return
                time.sleep(_POLL_S)
            else:
                yield True
                return


def _sync(directory: Path) -> None:
    descriptor = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
