"""Check the record of who did what: every changed, missing or inserted event is named."""

from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Exists, OuterRef

from dam import events
from dam.events import Fault
from dam.models import Asset, Event, EventChain


class Command(BaseCommand):
    """Print one line per fault; the exit code is 1 where there is any."""

    help = "Find every changed, missing or inserted event."

    def handle(self, *args: Any, **options: Any) -> None:
        """Walk all chains."""
        faults = 0
        for fault in (*events.verify(), *_assets_without_history()):
            self.stdout.write(str(fault))
            faults += 1
        if faults:
            raise CommandError(f"{faults} fault{'s' if faults > 1 else ''} in the record")
        self.stdout.write(f"{Event.objects.count()} events, every chain whole")


def _assets_without_history() -> Iterator[Fault]:
    """Yield what somebody hid by deleting a whole chain with its head: every asset was created by an event."""
    chain = EventChain.objects.filter(
        subject_type=events.subject_type(Asset()), subject_id=OuterRef("pk"), length__gt=0
    )
    for asset in Asset.objects.exclude(Exists(chain)).order_by("seq").iterator():
        yield Fault(f"{events.subject_type(asset)} {asset.pk}", 1, "missing: the whole history")
