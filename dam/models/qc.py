"""QCFinding: one technical check's result."""

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dam.identifiers import new_id
from dam.models.asset import AssetVersion


class Verdict(models.TextChoices):
    """How a measured value stands to its limit."""

    PASS = "pass", _("Correcto")
    WARN = "warn", _("Revisar")
    FAIL = "fail", _("No cumple")
    INFO = "info", _("Dato")


class QCFinding(models.Model):
    """One check: item, value, limit, verdict and its frame-accurate place in ticks of the version's rate."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(AssetVersion, models.CASCADE, related_name="findings")
    item = models.CharField(max_length=60)
    value = models.CharField(max_length=200)
    unit = models.CharField(max_length=20, blank=True)
    limit = models.CharField(max_length=200, blank=True)
    verdict = models.CharField(max_length=5, choices=Verdict)
    start_ticks = models.PositiveBigIntegerField(null=True)
    end_ticks = models.PositiveBigIntegerField(null=True)
    detail = models.JSONField(default=dict)
    tool = models.CharField(max_length=60)
    measured_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["version", "item", "start_ticks", "id"]
        constraints = [
            models.CheckConstraint(condition=models.Q(verdict__in=Verdict.values), name="verdict_is_known")
        ]

    def __str__(self) -> str:
        return f"{self.item}: {self.value} {self.unit} ({self.verdict})"
