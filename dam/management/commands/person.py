"""manage.py person: give somebody an account and a role, or end what they have."""

import secrets
from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from dam import agencies
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
        parser.add_argument(
            "--close", action="store_true", help="they sign in no more; their acts stay theirs"
        )

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        """Make what is missing, then say what there is."""
        person = User.objects.filter(username=username).first() or self._made(username)
        person.first_name, _space, person.last_name = (options["name"] or str(person)).partition(" ")
        person.is_superuser = person.is_staff = person.is_superuser or options["administrator"]
        person.is_active = not options["close"]
        person.save()
        if options["role"]:
            _appoint(person, options["role"], options["agency"])
        elif options["agency"]:
            raise CommandError("--agency needs --role")
        roles = [f"{each.get_role_display()} · {each.agency}" for each in person.memberships.current()]
        state = "closed" if not person.is_active else "; ".join(roles) or "no role"
        self.stdout.write(f"{person.username}  {person}  {state}{'  administrator' * person.is_superuser}")

    def _made(self, username: str) -> User:
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        person = User(username=username)
        person.set_password(password)
        try:
            person.full_clean()
        except ValidationError as error:
            raise CommandError("; ".join(error.messages)) from error
        person.save()
        self.stdout.write(f"password of {username}, shown only now: {password}")
        return person


def _appoint(person: User, role: str, code: str | None) -> None:
    agency = Agency.objects.filter(code=code).first() if code else None
    if agency is None:
        known = ", ".join(Agency.objects.values_list("code", flat=True)) or "none yet: manage.py agency"
        raise CommandError(f"--role needs --agency CODE (known: {known})")
    if not person.memberships.current().filter(agency=agency, role=role).exists():
        agencies.appoint(person, agency=agency, role=role, by=None)
