"""StoredFile and Placement: bytes, unique by SHA-256, and each place where they lie."""

from django.db import models
from django.utils import timezone

from dam.identifiers import new_id


class StoredFile(models.Model):
    """Bytes by their SHA-256 (64 hex digits). The row exists only after the bytes were verified."""

    sha256 = models.CharField(primary_key=True, max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(sha256__regex=r"^[0-9a-f]{64}$"), name="stored_file_sha256_is_hex"
            )
        ]

    def __str__(self) -> str:
        return f"{self.sha256[:12]} ({self.size_bytes} B)"


class PlacementState(models.TextChoices):
    """What is known of one copy."""

    PRESENT = "present", "present"
    MISSING = "missing", "missing"
    CORRUPT = "corrupt", "corrupt"


class Placement(models.Model):
    """One copy of a stored file: the store's name, the key there, its tier and when it was last verified.

    ``retired_at`` says since when readers are sent elsewhere: it is to be deleted (dam.moving).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="placements")
    store = models.CharField(max_length=40)
    key = models.CharField(max_length=500)
    tier = models.CharField(max_length=20, default="online")
    state = models.CharField(max_length=10, choices=PlacementState, default=PlacementState.PRESENT)
    verified_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["store", "key"], name="one_placement_per_key"),
            models.CheckConstraint(
                condition=models.Q(state__in=PlacementState.values), name="placement_state_is_known"
            ),
        ]
        indexes = [
            models.Index(
                fields=["retired_at"], name="placement_retired", condition=models.Q(retired_at__isnull=False)
            )
        ]

    def __str__(self) -> str:
        return f"{self.store}:{self.key}"
