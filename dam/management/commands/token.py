"""manage.py token: make, list and revoke the API tokens of a person."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from dam import tokens
from dam.models import ApiToken, Scope, User


class Command(BaseCommand):
    """The secret of a new token is printed once."""

    help = "Make an API token for a person, list theirs, or revoke one."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take whose it is and what is to be done."""
        parser.add_argument("username", metavar="USERNAME")
        does = parser.add_mutually_exclusive_group()
        does.add_argument("--make", metavar="NAME", help="what the new token is for")
        does.add_argument("--revoke", metavar="ID", type=UUID, help="end a token for good")
        parser.add_argument(
            "--scope", action="append", choices=Scope.values, help="may be given several times"
        )
        parser.add_argument(
            "--days", type=int, metavar="N", help="it expires after so many days; without: never"
        )

    def handle(self, *args: Any, username: str, **options: Any) -> None:
        """Do what was asked, or list."""
        person = User.objects.filter(username=username).first()
        if person is None:
            raise CommandError(f"there is no {username}")
        if options["make"]:
            self._make(person, options)
        elif options["revoke"]:
            token = ApiToken.objects.filter(user=person, pk=options["revoke"]).first()
            if token is None:
                raise CommandError(f"{username} has no token {options['revoke']}")
            tokens.revoke(token, by=None)
        for token in ApiToken.objects.filter(user=person):
            state = "current" if token.is_current else "revoked" if token.revoked_at else "expired"
            ends = f"{token.expires_at:%Y-%m-%d}" if token.expires_at else "never"
            self.stdout.write(f"{token.pk}  {token}  {','.join(token.scopes)}  expires {ends}  {state}")

    def _make(self, person: User, options: dict[str, Any]) -> None:
        if not options["scope"]:
            raise CommandError(f"--make needs --scope ({', '.join(Scope.values)})")
        if options["days"] is not None and options["days"] < 1:
            raise CommandError("--days must be at least 1")
        ends = timezone.now() + timedelta(days=options["days"]) if options["days"] else None
        made = tokens.make(person, name=options["make"], scopes=options["scope"], expires_at=ends, by=None)
        self.stdout.write(f"secret, shown only now: {made.secret}")
