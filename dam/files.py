"""Verbs on bytes: keep them in a store, and find a copy to read. A row is written only after verification."""

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from dam.models import Placement, PlacementState, StoredFile
from dam.storage import Digest, NotStored, ObjectStore, store


def original_key(sha256: str) -> str:
    """Return where an original lies: by its hash, so that the same bytes are kept once."""
    return f"originals/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def keep(
    key: str, chunks: Iterable[bytes], *, expected: Digest | None = None, to: str = "objects"
) -> StoredFile:
    """Write bytes under ``key`` of store ``to``, verify them, then record the StoredFile and its Placement.

    Raises dam.storage.AlreadyStored or Mismatch; then nothing is recorded.
    """
    digest = store(to).write(key, chunks, expected=expected)
    return record(digest, key, to=to)


def record(digest: Digest, key: str, *, to: str = "objects") -> StoredFile:
    """Record bytes that were just verified under ``key``; idempotent."""
    with transaction.atomic():
        stored, _created = StoredFile.objects.get_or_create(
            sha256=digest.sha256, defaults={"size_bytes": digest.size_bytes}
        )
        Placement.objects.update_or_create(
            store=to,
            key=key,
            defaults={"stored": stored, "state": PlacementState.PRESENT, "verified_at": timezone.now()},
        )
    return stored


def where(stored: StoredFile) -> tuple[ObjectStore, str]:
    """Return a store and key that hold the file now. Raises NotStored where no copy is present."""
    for placement in stored.placements.all():
        if placement.state == PlacementState.PRESENT:
            return store(placement.store), placement.key
    raise NotStored(f"no copy of {stored.sha256} is present")
