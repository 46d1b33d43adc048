"""Owns the last step before a program starts: who it runs as, and that it ends when its parent does.

Run as a file, with the standard library only:
``python -IS launch.py [--user=UID:GID | --own-namespace] PARENT SIGNAL PROGRAM [ARGUMENT...]``.
It becomes the program; the kernel sends it the signal when the process PARENT, which must be the one that
started it, dies.
"""

from __future__ import annotations

import ctypes
import os
import sys
from pathlib import Path

FILE = Path(__file__).resolve()
PR_SET_PDEATHSIG = 1  # linux/prctl.h
CLONE_NEWUSER = 0x10000000  # linux/sched.h
ORDINARY = 1000  # any identity but root's will do inside a namespace of one
ANY_PARENT = 0  # where the parent is not known beforehand: only an orphan is refused
REFUSED = 71  # EX_OSERR of sysexits.h


def command(
    program: list[str], *, signal: int, parent: int | None = None, identity: tuple[str, ...] = ()
) -> list[str]:
    """The argv that starts the program through this file; the parent is this process unless told."""
    start = [sys.executable, "-I", "-S", str(FILE), *identity]
    return [*start, str(os.getpid() if parent is None else parent), str(int(signal)), *program]


def _call(name: str, *arguments: int) -> None:
    """One system call of the C library; OSError with its errno when it fails."""
    library = ctypes.CDLL(None, use_errno=True)
    if getattr(library, name)(*arguments) != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{name}: {os.strerror(error)}")


def _become(identity: str) -> None:
    """Run as another user, given as uid:gid, without any of root's groups."""
    user, group = (int(part) for part in identity.split(":"))
    os.setgroups([])
    os.setgid(group)
    os.setuid(user)


def _enter_namespace() -> None:
    """Keep root's files but not root's name: a user namespace with only ourselves in it, under another id."""
    user, group = os.geteuid(), os.getegid()
    _call("unshare", CLONE_NEWUSER)
    Path("/proc/self/setgroups").write_text("deny")
    Path("/proc/self/uid_map").write_text(f"{ORDINARY} {user} 1")
    Path("/proc/self/gid_map").write_text(f"{ORDINARY} {group} 1")


def main(arguments: list[str]) -> None:
    """Take the identity, tie this process to its parent, become the program."""
    if arguments[0].startswith("--"):
        identity, *arguments = arguments
        if identity == "--own-namespace":
            _enter_namespace()
        else:
            _become(identity.removeprefix("--user="))
    parent, signal, *program = arguments
    if sys.platform == "linux":
        _call("prctl", PR_SET_PDEATHSIG, int(signal))
    orphaned = os.getppid() == 1 if int(parent) == ANY_PARENT else os.getppid() != int(parent)
    if orphaned:
        sys.exit("launch: the parent is gone already")
    os.execvp(program[0], program)  # noqa: S606 - becoming the program is the purpose


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except OSError as error:
        print(f"launch: {error}", file=sys.stderr)
        sys.exit(REFUSED)
