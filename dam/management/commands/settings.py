"""Owns docs/settings.md: every environment variable that is read, with its default and what it does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.core.management.base import BaseCommand, CommandError

from dam.environment import CHECKOUT, registered

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from dam.environment import Setting

PAGE = CHECKOUT / "docs" / "settings.md"
HEAD = """# Settings

Everything is set by environment variables, read by `dam/settings.py` when a program starts; a value that cannot
be read stops it with a message. With none set, everything works on the embedded default. What is a secret may
lie in a file: `NAME_FILE` holds its path, and is read where `NAME` is not set. This page is written by
`manage.py settings`.

| variable | kind | default | what it does |
|---|---|---|---|
"""
TAIL = """
Tests and scripts also read `ACERVO_MEDIA` (the shared media set, default `../shared/media`), `ACERVO_CHROMIUM` (a
browser for the browser tests, default: the one on the path), `PYTHON` (the Python to make the virtual environment
with), `CI` (`true`: the servers are started and a skipped test fails), and `ACERVO_SERVICES` (the scratch folder of
`script/services`, which prints the `ACERVO_TEST_…` addresses of the servers it started).
"""


class Command(BaseCommand):
    help = "Write docs/settings.md; with --check fail when it is not up to date."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing")

    def handle(self, *, check: bool, **_: Any) -> None:
        """Write the page, or raise CommandError when it differs."""
        page = document(registered())
        if not check:
            PAGE.write_text(page)
        elif not PAGE.exists() or PAGE.read_text() != page:
            raise CommandError(f"{PAGE} is not up to date: run manage.py settings with no variable set")


def document(settings: Iterable[Setting]) -> str:
    """The page, in Markdown."""
    rows = [
        f"| `{one.name}` | {one.kind} | {f'`{one.default}`' if one.default else ''} | {one.help} |\n"
        for one in settings
    ]
    return HEAD + "".join(rows) + TAIL
