"""Captions: a timed-text track of a version, and its cues."""

from django.conf.locale import LANG_INFO
from django.db import models
from django.utils import timezone
from django.utils.translation import get_language_info, gettext
from django.utils.translation import gettext_lazy as _

from dam.identifiers import new_id
from dam.models.asset import AssetVersion, VersionFile


class CaptionSource(models.TextChoices):
    """Where a track came from."""

    EMBEDDED = "embedded", _("Dentro del archivo")
    FILE = "file", _("Archivo acompañante")


class CaptionTrack(models.Model):
    """One language's timed text. ``file`` is the attached file; null where it was embedded in the original."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(AssetVersion, models.PROTECT, related_name="caption_tracks")
    file = models.ForeignKey(VersionFile, models.PROTECT, null=True, related_name="caption_tracks")
    language = models.CharField(max_length=20, blank=True)
    source = models.CharField(max_length=10, choices=CaptionSource)
    label = models.CharField(max_length=100, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["version", "language", "id"]

    def __str__(self) -> str:
        """What people call it: its label, or the name of its language where that is known."""
        base = self.language.partition("-")[0].lower()
        known = get_language_info(base)["name_translated"] if base in LANG_INFO else self.language
        return self.label or str(known) or gettext("Subtítulos")


class CaptionCue(models.Model):
    """One cue, in integer milliseconds from the first frame (the time base of caption formats)."""

    track = models.ForeignKey(CaptionTrack, models.CASCADE, related_name="cues")
    position = models.PositiveIntegerField()
    start_ms = models.PositiveBigIntegerField()
    end_ms = models.PositiveBigIntegerField()
    text = models.TextField()

    class Meta:
        ordering = ["track", "position"]
        constraints = [
            models.UniqueConstraint(fields=["track", "position"], name="cue_position_once"),
            models.CheckConstraint(
                condition=models.Q(end_ms__gte=models.F("start_ms")), name="cue_ends_after_it_starts"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.start_ms} {self.text[:40]}"
