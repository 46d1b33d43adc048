"""Rendition: what a recipe made of a version, one or many files under a manifest."""

from django.conf import settings
from django.db import models
from django.utils import timezone

from dam.identifiers import new_id
from dam.models.asset import AssetVersion
from dam.models.storage import StoredFile


class Rendition(models.Model):
    """The result of one recipe on one version. The row exists only once its bytes are verified.

    ``recipe`` is the whole recipe as it was used (preset, its version, crop, range, slate) and
    ``recipe_digest`` the SHA-256 of its canonical JSON; ``entry`` is the path of the file to open first.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(AssetVersion, models.PROTECT, related_name="renditions")
    preset = models.CharField(max_length=60)
    preset_number = models.PositiveIntegerField(default=1)
    recipe = models.JSONField(default=dict)
    recipe_digest = models.CharField(max_length=64)
    entry = models.CharField(max_length=200)
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["version", "recipe_digest"], name="rendition_once_per_recipe")
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.preset}"


class RenditionFile(models.Model):
    """One file of a rendition, under its path inside it: ``master.m3u8``, ``v720/00012.m4s``."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    rendition = models.ForeignKey(Rendition, models.CASCADE, related_name="files")
    path = models.CharField(max_length=200)
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="rendition_uses")
    mime = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rendition", "path"], name="rendition_path_once")]

    def __str__(self) -> str:
        return self.path
