"""Write out the lifecycles of every model."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from dam import states

PAGE = settings.BASE_DIR / "docs" / "states.md"


class Command(BaseCommand):
    """Print the page, or write it to docs/states.md."""

    help = "Print every lifecycle as Markdown; --write puts it in docs/states.md."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take --write."""
        parser.add_argument("--write", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Generate."""
        if options["write"]:
            PAGE.write_text(states.document(), encoding="utf-8")
        else:
            self.stdout.write(states.document())
