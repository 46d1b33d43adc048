"""The first steps of an ffmpeg process, before it becomes ffmpeg: its limits, and dying with its parent.

Run as a script by `transcode.ffmpeg`, never imported. It exists because the other way, code between fork and exec of
a worker with threads, may deadlock. Arguments: parent's process id, bytes of memory, seconds of processor, bytes of
one file, then the command.
"""

import ctypes
import os
import resource
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h
ORPHANED = 75  # EX_TEMPFAIL of sysexits.h
PROCESSOR_GRACE_S = 10  # ffmpeg takes the first signal as a wish to end in order


def main(arguments: list[str]) -> None:
    parent, memory, processor, file_size, *command = arguments
    # Without it ffmpeg would go on, unseen, after a kill -9 of the worker.
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != int(parent):
        sys.exit(ORPHANED)
    for limit, value in (
        (resource.RLIMIT_AS, int(memory)),
        (resource.RLIMIT_CPU, int(processor)),
        (resource.RLIMIT_FSIZE, int(file_size)),
        (resource.RLIMIT_CORE, 0),
    ):
        hard = resource.getrlimit(limit)[1]
        soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
        grace = PROCESSOR_GRACE_S if limit == resource.RLIMIT_CPU else 0
        resource.setrlimit(limit, (soft, soft + grace if hard == resource.RLIM_INFINITY else hard))
    for ignored_by_python in (signal.SIGXFSZ, signal.SIGPIPE):
        signal.signal(ignored_by_python, signal.SIG_DFL)
    os.execv(command[0], command)  # noqa: S606 - no shell is the point


if __name__ == "__main__":
    main(sys.argv[1:])
