"""manage.py person: give somebody an account and a role, or end what they have."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from dam import accounts, agencies
from dam.models import Agency, Role, User

PASSWORD_BYTES = 12


class Command(BaseCommand):
    """A new account gets a password that is printed once; `manage.py changepassword` sets another."""

    help = "Make an account, give its person a role in an agency, or close it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take who it is and what they do."""
        parser.add_argument("username", metavar="USERNAME")
        parser.add_argument("--name", default="", metavar="NAME", help="given name and family name")
        parser.add_argument("--role", choices=Role.values)
        parser.add_argument("--agency", metavar="CODE", help="where that role is")
        parser.add_argument("--administrator", action="store_true", help="they administer the system")
        ends = parser.add_mutually_exclusive_group()
        ends.add_argument("--close", action="store_true", help="they sign in no more; their acts stay theirs")
        ends.add_argument("--reopen", action="store_true", help="give a closed account back")

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        """Make what is missing, then say what there is."""
        try:
            person = self._known(username, options["name"], administrator=options["administrator"])
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        if options["close"]:
            accounts.close(person, by=None)
        elif options["reopen"]:
            accounts.reopen(person, by=None)
        if options["role"]:
            _appoint(person, options["role"], options["agency"])
        elif options["agency"]:
            raise CommandError("--agency needs --role")
        roles = [f"{each.get_role_display()} · {each.agency}" for each in person.memberships.current()]
        state = "; ".join(roles) or "no role"
        marks = "  administrator" * person.is_superuser + "  closed" * (not person.is_active)
        self.stdout.write(f"{person.username}  {person}  {state}{marks}")

    def _known(self, username: str, name: str, *, administrator: bool) -> User:
        person = User.objects.filter(username=username).first()
        if person is None:
            password = secrets.token_urlsafe(PASSWORD_BYTES)
            person = accounts.create(
                username, name=name, password=password, administrator=administrator, by=None
            )
            self.stdout.write(f"password of {username}, shown only now: {password}")
        elif name or administrator:
            accounts.edit(
                person,
                name=name or person.get_full_name(),
                administrator=administrator or person.is_superuser,
                by=None,
            )
        return person


def _appoint(person: User, role: str, code: str | None) -> None:
    agency = Agency.objects.filter(code=code).first() if code else None
    if agency is None:
        known = ", ".join(Agency.objects.values_list("code", flat=True)) or "none yet: manage.py agency"
        raise CommandError(f"--role needs --agency CODE (known: {known})")
    if not person.memberships.current().filter(agency=agency, role=role).exists():
        agencies.appoint(person, agency=agency, role=role, by=None)
