#!/usr/bin/env python3
"""The command line of Acervo. It finds its virtual environment, and starts the embedded database if need be."""

# ruff: noqa: E402, S606 - the environment is found before anything in it is imported

import os
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PYTHON = FOLDER / ".venv" / "bin" / "python"
WITHOUT_DATABASE = {
    "check",
    "collectstatic",
    "doctor",  # it tells itself why the database does not start
    "help",
    "makemigrations",
    "messages",
    "settings",
    "--help",
    "--version",
    "version",
}

if __name__ == "__main__" and sys.prefix == sys.base_prefix and PYTHON.exists():
    os.execv(PYTHON, [str(PYTHON), *sys.argv])

from django.core.management import execute_from_command_line

from dam.environment import SettingError, data_folder, database_url
from dam.serve import postgres
from dam.serve.cluster import PostgresError


def main(arguments: list[str]) -> None:
    """Run a management command; the embedded database runs at least as long as it does."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dam.settings")
    try:
        if not WITHOUT_DATABASE.intersection(arguments[1:2]) and not database_url():
            postgres.ensure(data_folder())
        execute_from_command_line(arguments)
    except (SettingError, PostgresError) as error:
        sys.exit(f"{error}")


if __name__ == "__main__":
    main(sys.argv)
