"""Verbs on bytes: keep them in a store, copy them to another, find a copy. Rows follow verified bytes."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from dam.models import Placement, PlacementState, StoredFile
from dam.storage import AlreadyStored, Digest, NotStored, ObjectStore, StorageError, store


class StillNeeded(StorageError):
    """The copy cannot go: it is the last one of a file that something uses."""


def original_key(sha256: str) -> str:
    """Return where an original lies: by its hash, so that the same bytes are kept once."""
    return f"originals/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def keep(key: str, chunks: Iterable[bytes], *, expected: Digest | None = None, to: str = "") -> StoredFile:
    """Write bytes under ``key`` of store ``to`` (that for new bytes, where it is empty), verify them, then record the StoredFile and its Placement.

    Raises dam.storage.AlreadyStored or Mismatch; then nothing is recorded.
    """
    digest = store(to).write(key, chunks, expected=expected)
    return record(digest, key, to=to)


def keep_copy(
    key: str, source: ObjectStore, source_key: str, *, expected: Digest, to: str = ""
) -> StoredFile:
    """Keep, as ``keep`` does, what lies in another store; where one server has both it copies by itself.

    Raises NotStored besides.
    """
    return record(store(to).copy_in(key, source, source_key, expected=expected), key, to=to)


def record(digest: Digest, key: str, *, to: str = "") -> StoredFile:
    """Record bytes that were just verified under ``key``; idempotent.

    Raises AlreadyStored where the key is recorded as another file's place, NotStored where a discard of the
    same bytes came between.
    """
    to = store(to).name
    with transaction.atomic():
        StoredFile.objects.get_or_create(sha256=digest.sha256, defaults={"size_bytes": digest.size_bytes})
        stored = StoredFile.objects.select_for_update().get(pk=digest.sha256)
        if not store(to).exists(key):
            raise NotStored(f"{to}:{key} went away while it was being recorded")
        now = timezone.now()
        placement, created = Placement.objects.get_or_create(
            store=to, key=key, defaults={"stored": stored, "verified_at": now}
        )
        if placement.stored_id != stored.pk:
            raise AlreadyStored(f"{to}:{key} is recorded as {placement.stored_id}, not {stored.pk}")
        if not created:
            Placement.objects.filter(pk=placement.pk).update(
                state=PlacementState.PRESENT, verified_at=now, retired_at=None
            )
    return stored


def where(stored: StoredFile) -> tuple[ObjectStore, str]:
    """Return a store and key that hold the file now, and will a while. Raises NotStored where no copy is present."""
    present = [one for one in stored.placements.all() if one.state == PlacementState.PRESENT]
    for placement in sorted(present, key=lambda one: one.retired_at is not None):
        return store(placement.store), placement.key
    raise NotStored(f"no copy of {stored.sha256} is present")


def copy(stored: StoredFile, key: str, *, to: str) -> Placement:
    """Make and verify another copy under ``key`` of store ``to``, then record it; the first one stays.

    To move, copy and then discard the first placement: readers find one copy or the other at every moment.
    Raises NotStored, AlreadyStored or Mismatch; then nothing is recorded.
    """
    source, source_key = where(stored)
    keep_copy(key, source, source_key, expected=Digest(stored.sha256, stored.size_bytes), to=to)
    return Placement.objects.get(store=to, key=key)


def discard(placement: Placement, *, even_the_last: bool = True) -> StoredFile:
    """Delete one copy and its row; what is in use keeps another copy, read and verified first.

    The last copy of what nothing uses goes too, unless ``even_the_last`` is false.

    Raises StillNeeded where there is no other. The row stops claiming the bytes before they go, so that a crash
    in between leaves a row that says ``missing``.
    """
    with transaction.atomic():
        stored = StoredFile.objects.select_for_update().get(pk=placement.stored_id)
        needed = not even_the_last or stored.uses.exists() or stored.rendition_uses.exists()
        if needed and not _kept_elsewhere(placement):
            raise StillNeeded(f"{placement} is the last good copy of {stored.sha256}, which is in use")
        Placement.objects.filter(pk=placement.pk).update(state=PlacementState.MISSING)
    with transaction.atomic():
        StoredFile.objects.select_for_update().get(pk=placement.stored_id)
        gone, _by_model = Placement.objects.filter(pk=placement.pk, state=PlacementState.MISSING).delete()
        if gone:  # else the same bytes were recorded there again in between
            store(placement.store).delete(placement.key)
    return stored


def _kept_elsewhere(placement: Placement) -> bool:
    wanted = Digest(placement.stored.sha256, placement.stored.size_bytes)
    others = placement.stored.placements.filter(state=PlacementState.PRESENT).exclude(pk=placement.pk)
    return any(
        store(other.store).exists(other.key) and store(other.store).digest(other.key) == wanted
        for other in others
    )
