"""Owns the last step before a program starts: who it runs as, and that it ends when its parent does.

Run as a file, with the standard library only:
``python -IS launch.py [--user=UID:GID | --reach=UID:GID] PARENT SIGNAL PROGRAM [ARGUMENT...]``.
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
PR_SET_KEEPCAPS, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 8, 47, 2  # linux/prctl.h
CAP_DAC_OVERRIDE = 1  # linux/capability.h, as the version below
CAPABILITY_VERSION = 0x20080522
ANY_PARENT = 0  # where the parent is not known beforehand: only an orphan is refused
REFUSED = 71  # EX_OSERR of sysexits.h


def command(
    program: list[str], *, signal: int, parent: int | None = None, identity: tuple[str, ...] = ()
) -> list[str]:
    """The argv that starts the program through this file; the parent is this process unless told."""
    start = [sys.executable, "-I", "-S", str(FILE), *identity]
    return [*start, str(os.getpid() if parent is None else parent), str(int(signal)), *program]


def _call(name: str, *arguments: object) -> None:
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


def _become_reaching(identity: str) -> None:
    """Run as another user who, as only root's right, keeps reaching every file."""
    _call("prctl", PR_SET_KEEPCAPS, 1)
    _become(identity)
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION, 0)
    mask = 1 << CAP_DAC_OVERRIDE
    _call("capset", header, (ctypes.c_uint32 * 6)(mask, mask, mask))  # effective, permitted, inheritable
    _call("prctl", PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_DAC_OVERRIDE, 0, 0)


def main(arguments: list[str]) -> None:
    """Take the identity, tie this process to its parent, become the program."""
    if arguments[0].startswith("--"):
        identity, *arguments = arguments
        option, _, user = identity.partition("=")
        (_become_reaching if option == "--reach" else _become)(user)
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
