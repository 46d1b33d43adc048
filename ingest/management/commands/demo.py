"""manage.py demo: fill an empty library with people and material, once."""

import argparse
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from dam.models import User
from ingest.demo import arriving, catalogue


class Command(BaseCommand):
    """Run by script/server on its first run, beside the workers; a run that was cut goes on."""

    help = "Fill an empty library with demo people and material; once is enough."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Take whether only the accounts are wanted."""
        parser.add_argument(
            "--accounts", action="store_true", help="make and list the accounts, nothing else"
        )

    def handle(self, *, accounts: bool, **options: Any) -> None:
        """Make what is missing. A library that somebody else began stays as it is."""
        done = settings.DATA / "demo.done"
        if not done.exists() and not arriving.settle():
            return
        if accounts:
            self._list()
            return
        if done.exists():
            return
        for arrival in catalogue.ARRIVALS:
            ingest = arriving.bring(arrival)
            self.stdout.write(f"{arrival.piece.filename}: {ingest.state}")
            self.stdout.flush()
        done.touch()

    def _list(self) -> None:
        self.stdout.write(f"  Cuentas de demostración, contraseña {catalogue.PASSWORD}:")
        for person in catalogue.PEOPLE:
            user = User.objects.filter(username=person.username, is_active=True).first()
            if user is not None and user.check_password(catalogue.PASSWORD):
                roles = [str(each.get_role_display()) for each in user.memberships.current()]
                self.stdout.write(
                    f"    {person.username:<14}{person.name} · {', '.join(roles) or 'Administración'}"
                )
