"""Production: the project work belongs to, its people, and the assets in it with their role."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dam.identifiers import new_id
from dam.lifecycle import Lifecycle, state_is_known, table
from dam.models.agency import Agency
from dam.models.asset import Asset


class ProductionState(models.TextChoices):
    """Whether work still goes into it."""

    OPEN = "open", _("En curso")
    CLOSED = "closed", _("Cerrada")


class Genre(models.TextChoices):
    """What kind of piece a production makes."""

    SPOT = "spot", _("Spot")
    CAPSULE = "capsule", _("Cápsula")
    PROGRAMME = "programme", _("Programa")
    COVERAGE = "coverage", _("Cobertura")
    CAMPAIGN = "campaign", _("Campaña")


class Production(Lifecycle):
    """A spot, capsule, programme or campaign piece in the making."""

    State = ProductionState
    transitions = table(open="closed", closed="open")

    state = models.CharField(max_length=20, choices=ProductionState, default=ProductionState.OPEN)
    title = models.CharField(_("título"), max_length=200)
    genre = models.CharField(_("tipo"), max_length=20, choices=Genre, default=Genre.SPOT)
    description = models.TextField(_("descripción"), blank=True)
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="productions", verbose_name=_("dependencia")
    )
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, related_name="productions", blank=True, verbose_name=_("equipo")
    )
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("producción")
        verbose_name_plural = _("producciones")
        constraints = [state_is_known(ProductionState, "production_state_is_known")]

    def __str__(self) -> str:
        return self.title


class UseRole(models.TextChoices):
    """What an asset is to a production."""

    SHOT_FOR = "shot_for", _("Grabado para")
    USED_IN = "used_in", _("Usado en")
    OUTPUT_OF = "output_of", _("Resultado de")


class ProductionAsset(models.Model):
    """An asset in a production with its role."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    production = models.ForeignKey(Production, models.PROTECT, related_name="uses")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="uses")
    role = models.CharField(_("función"), max_length=10, choices=UseRole)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-added_at"]
        constraints = [
            models.UniqueConstraint(fields=["production", "asset", "role"], name="use_once_per_role"),
            models.CheckConstraint(condition=models.Q(role__in=UseRole.values), name="use_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.asset} {self.role} {self.production}"
