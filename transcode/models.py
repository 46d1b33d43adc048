"""Presets as versioned data, and the jobs that make renditions."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dam.identifiers import new_id
from dam.lifecycle import Lifecycle, state_is_known, table
from dam.models import AssetVersion


class Preset(models.Model):
    """A named standard format. What it says is in its versions; ``current`` is the one in use."""

    slug = models.SlugField(primary_key=True, max_length=60)
    kind = models.CharField(max_length=10)
    current = models.ForeignKey("PresetVersion", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["slug"]
        verbose_name = _("formato estándar")
        verbose_name_plural = _("formatos estándar")

    def __str__(self) -> str:
        return self.slug


class PresetVersion(models.Model):
    """One immutable state of a preset: its whole recipe (transcode.recipes.Recipe as JSON)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    preset = models.ForeignKey(Preset, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    recipe = models.JSONField()
    digest = models.CharField(max_length=64)
    shipped = models.BooleanField(default=False)
    published_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    published_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["preset", "-number"]
        constraints = [models.UniqueConstraint(fields=["preset", "number"], name="preset_number_once")]

    def __str__(self) -> str:
        return f"{self.preset_id} v{self.number}"


class JobState(models.TextChoices):
    """Where a job stands."""

    QUEUED = "queued", _("En espera")
    RUNNING = "running", _("En proceso")
    DONE = "done", _("Listo")
    FAILED = "failed", _("Falló")
    CANCELLED = "cancelled", _("Cancelado")


class TranscodeJob(Lifecycle):
    """One piece of work on one version: all its previews and measurements, or one rendition on demand.

    ``recipes`` are the recipes used, as data; ``digest`` names them together, so that the same request twice is
    one job. ``permille`` is progress from 0 to 1000; ``prefix`` is where its finished files lie in the store;
    ``live`` holds the growing playlists by path while it encodes, ``live_entry`` the one to play.
    """

    State = JobState
    transitions = table(
        queued="running cancelled",
        running="queued done failed cancelled",
        failed="queued",
        cancelled="queued",
        done="",
    )

    state = models.CharField(max_length=20, choices=JobState, default=JobState.QUEUED)
    version = models.ForeignKey(AssetVersion, models.PROTECT, related_name="transcode_jobs")
    purpose = models.CharField(max_length=60)
    recipes = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    options = models.JSONField(default=dict)
    priority = models.IntegerField(default=0)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    requested_at = models.DateTimeField(default=timezone.now)
    started_at = models.DateTimeField(null=True)
    permille = models.PositiveIntegerField(default=0)
    eta_s = models.PositiveIntegerField(null=True)
    attempts = models.PositiveIntegerField(default=0)
    stop_requested = models.BooleanField(default=False)
    error = models.CharField(max_length=60, blank=True)
    error_tail = models.TextField(blank=True)
    prefix = models.CharField(max_length=200, blank=True)
    live = models.JSONField(default=dict)
    live_entry = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-requested_at"]
        verbose_name = _("trabajo de conversión")
        verbose_name_plural = _("trabajos de conversión")
        constraints = [
            state_is_known(JobState, "transcode_job_state_is_known"),
            models.UniqueConstraint(
                fields=["version", "digest"],
                condition=models.Q(state__in=["queued", "running"]),
                name="one_active_job_per_recipe",
            ),
            models.CheckConstraint(condition=models.Q(permille__lte=1000), name="permille_up_to_1000"),
        ]
        indexes = [models.Index(fields=["state", "-requested_at"], name="transcode_job_by_state")]

    def __str__(self) -> str:
        return f"{self.purpose} {self.version_id} ({self.state})"

    @property
    def percent(self) -> int:
        """Progress in whole percent."""
        return self.permille // 10

    @property
    def is_active(self) -> bool:
        """Whether it still waits or runs."""
        return self.state in {JobState.QUEUED, JobState.RUNNING}

    def recipe(self, slug: str) -> dict[str, Any]:
        """Return the recipe of a preset in this job. Raises KeyError."""
        for recipe in self.recipes:
            if recipe["slug"] == slug:
                return dict(recipe)
        raise KeyError(slug)
