"""``manage.py reindex``: build the index anew beside the one in use, or say how far it has drifted."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from search import index
from search.query import SearchError


class Command(BaseCommand):
    """Rebuild or compare."""

    help = (
        "Build the search index anew and swap it in; with --drift only say how it differs from the database."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Read what to do."""
        parser.add_argument("--drift", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Do it, and say what was found."""
        try:
            if not options["drift"]:
                self.stdout.write(f"{index.rebuild()} documents")
            found = index.drift()
        except SearchError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"missing {len(found.missing)}, stale {len(found.stale)}, ghost {len(found.ghost)}")
