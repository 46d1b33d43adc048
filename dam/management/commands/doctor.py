"""Examines everything that can be reached and says, in Spanish, what is wrong and what to do about it."""

from __future__ import annotations

import json
import logging
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils import translation

from dam import health
from dam.health import Level
from dam.serve import postgres
from dam.serve.cluster import Cluster, PostgresError

if TYPE_CHECKING:
    import argparse

    from dam.health import Outcome

MARKS = {"ok": "bien  ", "warning": "aviso ", "failed": "FALLA "}


class Command(BaseCommand):
    help = "Examine database, queues, stores, search, ffmpeg, disk, clock and settings; 0 all well, 1 something failed."
    requires_system_checks = []  # a broken setting is to be told, not to stop us

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", help="for programs: one object, checks by name")

    def handle(self, **options: Any) -> None:
        """Examine, tell, and end with 1 where a check failed."""
        logging.getLogger("dam.health").setLevel(logging.CRITICAL)  # it is told here
        with translation.override(settings.LANGUAGE_CODE):
            note = _embedded_database()
            outcomes = health.examine(Level.DOCTOR)
        worst = health.worst(outcomes)
        if options["json"]:
            checks = {one.name: _as_json(one) for one in outcomes}
            self.stdout.write(
                json.dumps({"status": worst, "note": note, "checks": checks}, ensure_ascii=False)
            )
        else:
            self.stdout.write("\n".join(filter(None, [note, *map(_in_words, outcomes), _summary(outcomes)])))
        if worst == "failed":
            raise SystemExit(1)


def _embedded_database() -> str:
    """Have the embedded database run for as long as we look; what is to be said of it, empty where nothing."""
    if settings.DATABASE_URL:
        return ""
    ran = Cluster(settings.DATA).ready()
    try:
        postgres.ensure(settings.DATA)
    except (PostgresError, OSError) as error:
        return f"La base de datos incluida no arranca: {error}"
    return (
        ""
        if ran
        else "Acervo no está en marcha: se inició la base de datos incluida solo para esta revisión."
    )


def _in_words(outcome: Outcome) -> str:
    line = f"{MARKS[outcome.state]} {outcome.title}: {outcome.detail}"
    return f"{line}\n        → {outcome.todo}" if outcome.todo else line


def _summary(outcomes: tuple[Outcome, ...]) -> str:
    failed = sum(one.state == "failed" for one in outcomes)
    warned = sum(one.state == "warning" for one in outcomes)
    if failed or warned:
        return f"\n{failed} con falla, {warned} con aviso, de {len(outcomes)} revisiones."
    return f"\nTodo en orden: {len(outcomes)} revisiones."


def _as_json(outcome: Outcome) -> dict[str, Any]:
    return {
        "status": outcome.state,
        "title": outcome.title,
        "ms": outcome.milliseconds,
        "detail": outcome.detail,
        "todo": outcome.todo,
    }
