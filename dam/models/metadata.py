"""MetadataValue: one descriptive value of an asset, and where it is known from."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dam.identifiers import new_id
from dam.models.asset import Asset


class Source(models.TextChoices):
    """Who said a value. A person's value stands over an embedded one, and that over a machine's."""

    PERSON = "person", _("Escrito por una persona")
    EMBEDDED = "embedded", _("Venía en el archivo")
    MACHINE = "machine", _("Propuesto por el sistema")


class MetadataValue(models.Model):
    """One value of one field (dam.fields) in one language; lists have one row per position.

    All sources are kept side by side, so that a machine never overwrites a person and a person's value can be
    taken back. ``origin`` says where exactly an embedded value was read: ``XMP:dc:title``.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asset = models.ForeignKey(Asset, models.CASCADE, related_name="metadata")
    field = models.CharField(max_length=40)
    language = models.CharField(max_length=20, blank=True)
    position = models.PositiveIntegerField(default=0)
    value = models.JSONField()
    source = models.CharField(max_length=10, choices=Source)
    origin = models.CharField(max_length=100, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["asset", "field", "language", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["asset", "field", "language", "source", "position"], name="metadata_value_once"
            ),
            models.CheckConstraint(condition=models.Q(source__in=Source.values), name="source_is_known"),
            models.CheckConstraint(
                condition=~models.Q(source="person") | models.Q(by__isnull=False),
                name="a_person_s_value_has_its_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.field}: {self.value}"
