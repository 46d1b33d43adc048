"""How programs log: lines for a terminal, or one JSON object a line with the request, person and job it is about.

Read by dam.settings, so nothing of Django is imported. Ids only: no names, no addresses, no query strings (links
carry their secret there).
"""

import logging
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from dam.environment import choice

#: What the line is about; each is set for the length of a request or of a job.
request_id: ContextVar[str] = ContextVar("request_id", default="")
user_id: ContextVar[str] = ContextVar("user_id", default="")
job_id: ContextVar[str] = ContextVar("job_id", default="")
task: ContextVar[str] = ContextVar("task", default="")
_ABOUT = {"request_id": request_id, "user_id": user_id, "job_id": job_id, "task": task}
TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"


class About(logging.Filter):
    """Puts what the line is about on its record, where it was not said by hand."""

    def filter(self, record: logging.LogRecord) -> bool:
        job = getattr(record, "job", None)
        if isinstance(job, dict) and not job_id.get():  # the queue's own lines, before and after the job's
            record.job_id, record.task = str(job.get("id", "")), job.get("task_name", "")
        for name, variable in _ABOUT.items():
            if not hasattr(record, name):
                setattr(record, name, variable.get())
        return True


class Lines(JsonFormatter):
    """One JSON object a line: time (UTC, ISO 8601), level, logger, message, what it is about, and extras.

    Extras of Django and of the queue that may hold a person's request or a job's arguments are left out.
    """

    KEPT = frozenset({"method", "path", "status", "bytes", "duration_ms", *_ABOUT})

    def add_fields(
        self,
        log_data: dict[str, Any],
        record: logging.LogRecord,
        message_dict: dict[str, Any],  # noqa: ARG002 - the method's form
    ) -> None:
        """Fill the object of one line, in the order it is read."""
        log_data["time"] = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        log_data["level"], log_data["logger"] = record.levelname, record.name
        log_data["message"] = record.getMessage()
        log_data |= {
            name: value
            for name in sorted(self.KEPT)
            if (value := getattr(record, name, "")) not in {"", None}
        }
        if record.exc_info:
            log_data["exception"] = self.formatException(record.exc_info)


def formatter(form: str) -> logging.Formatter:
    """Return what writes lines in a form: ``text`` or ``json``."""
    return Lines(json_ensure_ascii=False) if form == "json" else logging.Formatter(TEXT)


def configuration(*, form: str, level: str) -> dict[str, Any]:
    """Return LOGGING: everything to the standard error, where the supervisor or the container collects it."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"about": {"()": About}},
        "formatters": {"chosen": {"()": formatter, "form": form}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "chosen", "filters": ["about"]}
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": level, "propagate": True},
            "django.server": {"handlers": [], "level": level, "propagate": True},
            # they tell of each call, at length
            "botocore": {"level": "WARNING"},
            "elastic_transport": {"level": "WARNING"},
            "procrastinate": {"level": "WARNING" if form == "text" else level},
        },
    }


def chosen_form() -> str:
    """Return the form that the environment asks for."""
    return choice(
        "ACERVO_LOG", "text", ("text", "json"), help="How logs are written: for a terminal, or as JSON lines."
    )


def from_environment() -> dict[str, Any]:
    """Return LOGGING as the environment asks for it."""
    level = choice(
        "ACERVO_LOG_LEVEL",
        "INFO",
        ("DEBUG", "INFO", "WARNING", "ERROR"),
        help="From which level logs are kept.",
    )
    return configuration(form=chosen_form(), level=level)
