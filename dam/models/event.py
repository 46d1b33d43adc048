"""Event: append-only record, and the head of each subject's chain."""

from django.conf import settings
from django.db import models

from dam.identifiers import new_id


class Event(models.Model):
    """Who did what to what, when, from where. The database refuses update and delete (migration 0002)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    seq = models.PositiveIntegerField()
    verb = models.CharField(max_length=60)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField()
    address = models.CharField(max_length=45, blank=True)
    data = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id", "seq"], name="event_once_per_seq")
        ]
        indexes = [models.Index(fields=["-at"], name="event_recent")]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} #{self.seq} {self.verb}"


class EventChain(models.Model):
    """The head of one subject's chain: how many events there are and the digest of the last one."""

    subject_type = models.CharField(max_length=60)
    subject_id = models.UUIDField()
    length = models.PositiveIntegerField()
    head = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject_type", "subject_id"], name="one_chain_per_subject")
        ]

    def __str__(self) -> str:
        return f"{self.subject_type} {self.subject_id} ({self.length})"
