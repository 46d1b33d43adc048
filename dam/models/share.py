"""Share: an asset or a production lent to another agency for a time, with a reason."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dam.identifiers import new_id
from dam.models.agency import Agency
from dam.models.asset import Asset
from dam.models.production import Production


class ShareQuerySet(models.QuerySet["Share"]):
    """Shares by time."""

    def current(self) -> "ShareQuerySet":
        """Return those in force now."""
        return self.filter(models.Q(until__isnull=True) | models.Q(until__gt=timezone.now()))


class Share(models.Model):
    """Lets the people of ``agency`` (and of the agencies above it) see the asset or the whole production.

    ``end_noticed`` says that the assets were announced after its end passed (dam.shares.notice_ends).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asset = models.ForeignKey(Asset, models.PROTECT, null=True, blank=True, related_name="shares")
    production = models.ForeignKey(Production, models.PROTECT, null=True, blank=True, related_name="shares")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="shares", verbose_name=_("compartir con"))
    until = models.DateTimeField(_("hasta"), null=True, blank=True)
    reason = models.CharField(_("motivo"), max_length=300)
    shared_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    shared_at = models.DateTimeField(default=timezone.now)
    end_noticed = models.BooleanField(default=False, editable=False)

    objects = ShareQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(asset__isnull=False, production__isnull=True)
                | models.Q(asset__isnull=True, production__isnull=False),
                name="share_is_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.asset or self.production} → {self.agency}"

    @property
    def is_current(self) -> bool:
        """Whether it has not ended; the same rule as ``ShareQuerySet.current``."""
        return self.until is None or self.until > timezone.now()
