"""The run of an ingest: its steps in order, each once, from the first that is not done."""

from collections.abc import Callable
from datetime import datetime
from types import ModuleType

from ingest import runs
from ingest.models import Ingest
from ingest.outcomes import Duplicate, Postponed, Rejected, Superseded
from ingest.scratch import Scratch, scratch_for
from ingest.steps import fingerprint, identify, metadata, probe, register, store

#: A new step is its module, its test and its place here.
STEPS: tuple[ModuleType, ...] = (fingerprint, identify, probe, metadata, store, register)


def run(ingest_id: str, *, retry_at: Callable[[Exception], datetime | None]) -> None:
    """Run an ingest to one of its endings. A failure is noted and raised again, for the queue to try later.

    ``retry_at`` says when the queue will try again after an exception, None where it will not.
    """
    ingest = runs.claim(ingest_id)
    if ingest is None:
        return
    try:
        with scratch_for(ingest) as scratch:
            _take_steps(ingest, scratch)
    except Superseded:
        return
    except Exception as error:
        runs.fail(ingest, error, next_attempt_at=retry_at(error))
        raise


def _take_steps(ingest: Ingest, scratch: Scratch) -> None:
    try:
        for step in STEPS:
            if step.NAME in ingest.facts:
                continue
            runs.begin_step(ingest, step.NAME)
            learned = step.run(ingest, scratch)
            if ingest.is_over:
                return
            runs.learn(ingest, step.NAME, learned)
    except Rejected as rejected:
        runs.reject(ingest, rejected, scratch.file)
    except Duplicate as known:
        runs.duplicate(ingest, known.version)
    except Postponed:
        runs.postpone(ingest)
