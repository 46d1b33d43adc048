"""People: users, and the role each has in an agency for a time."""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dam.identifiers import new_id
from dam.models.agency import Agency


class User(AbstractUser):
    """A person who signs in. Users are never deleted: they are deactivated, and their acts stay theirs."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)

    class Meta:
        verbose_name = _("persona")
        verbose_name_plural = _("personas")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


class Role(models.TextChoices):
    """What a person does in an agency."""

    VIDEOGRAPHER = "videographer", _("Camarógrafo")
    PRODUCER = "producer", _("Productor")
    COORDINATOR = "coordinator", _("Coordinador")
    LIAISON = "liaison", _("Enlace")


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships by time."""

    def current(self) -> "MembershipQuerySet":
        """Return those in force now."""
        now = timezone.now()
        return self.filter(
            models.Q(since__lte=now) & (models.Q(until__isnull=True) | models.Q(until__gt=now))
        )


class Membership(models.Model):
    """One role of one person in one agency, from an instant until another (open when null)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="memberships")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="memberships")
    role = models.CharField(_("función"), max_length=20, choices=Role)
    since = models.DateTimeField(_("desde"), default=timezone.now)
    until = models.DateTimeField(_("hasta"), null=True, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        verbose_name = _("adscripción")
        verbose_name_plural = _("adscripciones")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until__isnull=True) | models.Q(until__gt=models.F("since")),
                name="membership_ends_after_it_starts",
            ),
            models.CheckConstraint(condition=models.Q(role__in=Role.values), name="membership_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} · {self.get_role_display()} · {self.agency}"
