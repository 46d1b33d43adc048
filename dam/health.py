"""Checks of what Acervo stands on: what one is, which there are, and running them so that none can hold up anybody.

One list serves /health/ready, `manage.py doctor` and the page of operation, so all three say the same.
"""

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from contextvars import copy_context
from dataclasses import dataclass
from enum import IntEnum
from functools import cache
from typing import Literal

from django.conf import settings
from django.db import OperationalError, connections
from django.utils import translation
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

#: For so long an answer is given again: whoever asks in a loop costs no more than one who asks now and then.
FRESH_SECONDS = 2.0
State = Literal["ok", "warning", "failed"]
logger = logging.getLogger(__name__)


class Level(IntEnum):
    """Who asks for a check; each asks for those above it too.

    READY: without it no page can be answered. PAGE: cheap, and worth seeing at any time. DOCTOR: writes, or takes
    its time.
    """

    READY = 1
    PAGE = 2
    DOCTOR = 3


class Trouble(Exception):
    """A check found something: ``what`` is wrong, and ``todo`` about it. A ``warning`` is not in the way yet."""

    def __init__(self, what: str, *, todo: str, warning: bool = False) -> None:
        super().__init__(what)
        self.what, self.todo, self.warning = what, todo, warning


@dataclass(frozen=True)
class Check:
    """One check. ``run`` returns in a few words how things are, or raises Trouble; it may use the database.

    After ``seconds`` it counts as failed, whatever it does.
    """

    name: str
    title: str | Promise
    run: Callable[[], str]
    level: Level
    seconds: float = 3.0


@dataclass(frozen=True)
class Outcome:
    """How a check ended, and the seconds it took. ``todo`` is empty where all is well."""

    name: str
    title: str
    level: Level
    state: State
    detail: str
    todo: str
    seconds: float

    @property
    def milliseconds(self) -> float:
        """Return the time it took, as people read it."""
        return round(self.seconds * 1000, 1)


@cache
def checks() -> Sequence[Check]:
    """Return the checks of every list in settings.ACERVO_CHECKS. A path that cannot be imported raises at once."""
    return tuple(check for path in settings.ACERVO_CHECKS for check in import_string(path))


def examine(level: Level) -> tuple[Outcome, ...]:
    """Run the checks of a level side by side; the answer comes when the last one ended or its time is over."""
    begun = [_begun(check) for check in checks() if check.level <= level]
    return tuple(run.outcome() for run in begun)


def worst(outcomes: Iterable[Outcome]) -> State:
    """Return the worst state among them; ``ok`` where there are none."""
    order: tuple[State, ...] = ("ok", "warning", "failed")
    return max((one.state for one in outcomes), key=order.index, default="ok")


def forget() -> None:
    """Answer the next time from new runs, also where one of before never came back."""
    with _lock:
        _runs.clear()


class _Run:
    """One run of a check in a thread of its own, which nobody waits for longer than the check may take."""

    def __init__(self, check: Check) -> None:
        self.check, self.language = check, get_language()
        self._began = time.monotonic()
        self._outcome: Outcome | None = None
        self._ended = threading.Event()
        context = copy_context()
        threading.Thread(
            target=context.run, args=(self._work,), name=f"check-{check.name}", daemon=True
        ).start()

    @property
    def may_be_told_again(self) -> bool:
        """Whether it still runs (a second run would hang beside it), or ended just now, in our language."""
        if not self._ended.is_set():
            return True
        return time.monotonic() - self._began < FRESH_SECONDS and self.language == get_language()

    def outcome(self) -> Outcome:
        """Wait for the end, at most for the rest of the check's time."""
        limit = self.check.seconds
        self._ended.wait(max(0.0, self._began + limit - time.monotonic()))
        if self._outcome is not None:
            return self._outcome
        what = _("No respondió en %(seconds)s segundos.") % {"seconds": f"{limit:g}"}
        return self._said(
            "failed", what, _("Revise que el servicio esté en marcha y que la red llegue a él.")
        )

    def _work(self) -> None:
        translation.activate(self.language or settings.LANGUAGE_CODE)
        try:
            self._outcome = self._said("ok", self.check.run(), "")
        except Trouble as trouble:
            state: State = "warning" if trouble.warning else "failed"
            self._outcome = self._said(state, trouble.what, trouble.todo)
        except OperationalError as error:
            todo = _("Inicie PostgreSQL, o revise DATABASE_URL y que la red llegue a él.")
            self._outcome = self._said("failed", str(error).strip().splitlines()[0], todo)
        except Exception as error:  # a check that breaks is a finding, not the end of the others
            logger.warning("the check %s broke", self.check.name, exc_info=error)
            what = f"{type(error).__name__}: {error}".strip()
            self._outcome = self._said("failed", what, _("El registro del programa dice más de este error."))
        finally:
            self._ended.set()
            connections.close_all()

    def _said(self, state: State, detail: str, todo: str) -> Outcome:
        spent = time.monotonic() - self._began
        check = self.check
        return Outcome(check.name, str(check.title), check.level, state, detail, todo, spent)


_lock = threading.Lock()
_runs: dict[str, _Run] = {}


def _begun(check: Check) -> _Run:
    with _lock:
        run = _runs.get(check.name)
        if run is None or run.check is not check or not run.may_be_told_again:
            run = _runs[check.name] = _Run(check)
    return run
