"""Moving what lies in one store to another: copied and re-hashed, then read from there, and deleted later.

Each step is one placement's, and doing any of it twice is doing it once: a run that is killed goes on where it was.

1. A file with a copy elsewhere and none in the target is copied there, and verified: both are present, both are read.
2. A copy outside the target, of a file that the target has, is retired: readers are sent to the other one, and its
   bytes stay for GRACE_SECONDS, for those who hold the old address.
3. A copy that was retired so long ago is deleted, after the other one was read and verified once more.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from dam import files
from dam.models import Placement, PlacementState, StoredFile
from dam.s3.bucket import TROUBLE
from dam.storage import StorageError

#: Links live five minutes; a stream that began before goes on for as long as a long film over a thin line.
GRACE_SECONDS = 24 * 3600
BATCH = 200


@dataclass
class Moved:
    """What a run did: files copied with their bytes, copies retired and deleted, and what could not be done."""

    copied: int = 0
    copied_bytes: int = 0
    retired: int = 0
    deleted: int = 0
    failed: int = 0


#: Told of each placement: ``copied``, ``deleted`` or ``failed``, and where to, from where, or why.
Tell = Callable[[str, Placement, str], None]


def _silent(what: str, placement: Placement, detail: str) -> None:
    """Tell nobody."""


def waiting(to: str, *, source: str = "") -> QuerySet[Placement]:
    """Return the present copies outside ``to`` (of ``source`` alone, where it is named) of files not yet there."""
    there = Placement.objects.filter(
        stored=OuterRef("stored"), store=to, state=PlacementState.PRESENT, retired_at=None
    )
    found = Placement.objects.filter(~Exists(there), state=PlacementState.PRESENT).exclude(store=to)
    return found.filter(store=source) if source else found


def retirable(to: str, *, source: str = "") -> QuerySet[Placement]:
    """Return the copies outside ``to``, still read, of files that are there."""
    there = Placement.objects.filter(
        stored=OuterRef("stored"), store=to, state=PlacementState.PRESENT, retired_at=None
    )
    found = Placement.objects.filter(Exists(there), retired_at=None).exclude(store=to)
    return found.filter(store=source) if source else found


def retired(grace_seconds: float) -> QuerySet[Placement]:
    """Return the copies that were retired so long ago, wherever they lie."""
    return Placement.objects.filter(retired_at__lte=timezone.now() - timedelta(seconds=grace_seconds))


def move(
    to: str,
    *,
    source: str = "",
    grace_seconds: float = GRACE_SECONDS,
    tell: Tell = _silent,
    moved: Moved | None = None,
) -> Moved:
    """Copy what is not in ``to``, retire what lies elsewhere, delete what was retired ``grace_seconds`` ago.

    What comes in elsewhere meanwhile is moved as well, as long as it comes before the end. Trouble with one file
    leaves the others alone. ``moved`` is filled as it goes on.
    """
    moved = moved if moved is not None else Moved()
    failed: set[object] = set()
    copied = -1
    while copied != moved.copied:
        copied = moved.copied
        for placement in _each(waiting(to, source=source)):
            if placement.pk not in failed and not _copy(placement, to, tell, moved):
                failed.add(placement.pk)
    for placement in _each(retirable(to, source=source)):
        moved.retired += _retire(placement, to)
    _delete_retired(grace_seconds, tell, moved)
    return moved


def delete_retired(*, grace_seconds: float = GRACE_SECONDS) -> Moved:
    """Delete what earlier runs retired ``grace_seconds`` ago, wherever it lies."""
    moved = Moved()
    _delete_retired(grace_seconds, _silent, moved)
    return moved


def _delete_retired(grace_seconds: float, tell: Tell, moved: Moved) -> None:
    for placement in _each(retired(grace_seconds)):
        _delete(placement, tell, moved)


def _each(found: QuerySet[Placement]) -> Iterator[Placement]:
    """Yield placements page by page: no cursor is held open while bytes move."""
    last = None
    while True:
        page = list(
            (found.filter(pk__gt=last) if last else found).select_related("stored").order_by("pk")[:BATCH]
        )
        yield from page
        if len(page) < BATCH:
            return
        last = page[-1].pk


def _copy(placement: Placement, to: str, tell: Tell, moved: Moved) -> bool:
    """Copy, or take back what lies in the target retired; False where it could not be done."""
    try:
        back = placement.stored.placements.filter(store=to, retired_at__isnull=False).first()
        files.copy(placement.stored, back.key if back else placement.key, to=to)
    except (StorageError, OSError, *TROUBLE) as error:
        if Placement.objects.filter(pk=placement.pk, state=PlacementState.PRESENT).exists():
            moved.failed += 1
            tell("failed", placement, f"{type(error).__name__}: {error}")
        return False
    moved.copied += 1
    moved.copied_bytes += placement.stored.size_bytes
    tell("copied", placement, to)
    return True


def _retire(placement: Placement, to: str) -> int:
    """Send readers elsewhere, where the target's copy is still there; returns how many rows that were."""
    with transaction.atomic():
        StoredFile.objects.select_for_update().get(pk=placement.stored_id)
        there = placement.stored.placements.filter(store=to, state=PlacementState.PRESENT, retired_at=None)
        if not there.exists():
            return 0
        return Placement.objects.filter(pk=placement.pk, retired_at=None).update(retired_at=timezone.now())


def _delete(placement: Placement, tell: Tell, moved: Moved) -> None:
    if not Placement.objects.filter(pk=placement.pk, retired_at__isnull=False).exists():
        return
    try:
        files.discard(placement, even_the_last=False)
    except (StorageError, OSError, *TROUBLE) as error:
        moved.failed += 1
        tell("failed", placement, f"{type(error).__name__}: {error}")
        return
    moved.deleted += 1
    tell("deleted", placement, placement.store)
