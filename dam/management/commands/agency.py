"""manage.py agency: open an agency, or give one another name."""

from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from dam import agencies
from dam.models import Agency


class Command(BaseCommand):
    """The first one is the central office; every other stands below it, or below the one of --under."""

    help = "Open an agency, or give the one with that code another name."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take what it is called and where it stands."""
        parser.add_argument("code", metavar="CODE", help="one word, such as SSG")
        parser.add_argument("name", metavar="NAME")
        parser.add_argument("--under", metavar="CODE", help="the agency it belongs to")

    def handle(self, *args: Any, code: str, name: str, under: str | None, **options: Any) -> None:
        """Create or rename."""
        known = Agency.objects.filter(code=code).first()
        try:
            if known is not None:
                agency = agencies.rename(known, name, by=None)
            else:
                agency = agencies.create(code, name, parent=_parent(under), by=None)
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        self.stdout.write(f"{agency.path}  {agency.name}")


def _parent(code: str | None) -> Agency | None:
    if code is None:
        return Agency.objects.filter(parent=None).first()
    try:
        return Agency.objects.get(code=code)
    except Agency.DoesNotExist:
        known = ", ".join(Agency.objects.values_list("code", flat=True)) or "none yet"
        raise CommandError(f"there is no agency {code} (known: {known})") from None
