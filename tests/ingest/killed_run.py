"""Runs of one ingest in processes of their own, each killed at one place, as by a power cut.

Argument: the ingest's id. Each line of the input names a step and where in it to die: ``before`` its work, or
``after`` it and before what it learned is noted; the step ``end`` is the middle of the last transaction. A process
is forked for it, and how it ended is written as a line.
"""

import os
import signal
import sys
from types import ModuleType

import django

django.setup()

from ingest import pipeline, tasks  # noqa: E402, F401 - Django first; tasks loads what a worker has loaded
from ingest.steps import register  # noqa: E402


def die(*_args: object, **_more: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def lay_trap(step: ModuleType, where: str) -> None:
    work = step.run

    def run(*args: object) -> object:
        if where == "before":
            die()
        learned = work(*args)
        die()
        return learned

    step.run = run  # type: ignore[attr-defined]


def run_and_die(ingest_id: str, name: str, place: str) -> None:
    if name == "end":
        vars(register)["enqueue_previews"] = die
    else:
        lay_trap(next(step for step in pipeline.STEPS if name == step.NAME), place)
    pipeline.run(ingest_id, retry_at=lambda _error: None)


def main(ingest_id: str) -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                run_and_die(ingest_id, *line.split())
            finally:
                os._exit(1)
        ended = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        print(ended, flush=True)  # noqa: T201 - the answer


if __name__ == "__main__":
    main(sys.argv[1])
