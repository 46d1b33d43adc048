"""ApiToken and ApiAllowance: keys by which programs act for a person, and how much of their rate they have used."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dam.identifiers import new_id


class Scope(models.TextChoices):
    """What a token is for. It never does more than its person may do now."""

    READ = "read", _("Consultar: buscar y leer fichas, producciones y registros")
    DOWNLOAD = "download", _("Descargar: originales, formatos y subtítulos")
    UPLOAD = "upload", _("Subir: material nuevo y versiones")
    EDIT = "edit", _("Editar: fichas, producciones, colecciones y papelera")
    OPERATE = "operate", _("Operar: trabajos de conversión y formatos estándar")


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    """Tokens by time."""

    def current(self) -> "ApiTokenQuerySet":
        """Return those that work now."""
        unexpired = models.Q(expires_at__isnull=True) | models.Q(expires_at__gt=timezone.now())
        return self.filter(unexpired, revoked_at__isnull=True)


class ApiToken(models.Model):
    """A person's key for a program. Only the SHA-256 of the secret is kept; ``hint`` is how the secret ends."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="tokens")
    name = models.CharField(_("para qué es"), max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=4, editable=False)
    scopes = ArrayField(models.CharField(max_length=10, choices=Scope))
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(_("hasta"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    objects = ApiTokenQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(scopes__contained_by=Scope.values) & ~models.Q(scopes__len=0),
                name="token_scopes_are_known",
            ),
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="token_digest_is_sha256"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} (…{self.hint})"

    @property
    def is_current(self) -> bool:
        """Whether it works now; the same rule as ``ApiTokenQuerySet.current``."""
        unexpired = self.expires_at is None or self.expires_at > timezone.now()
        return unexpired and self.revoked_at is None


class ApiAllowance(models.Model):
    """How far ahead of time one caller has spent its rate (dam.api.limits). An unlogged table: a crash forgives."""

    key = models.CharField(primary_key=True, max_length=80)
    spent_until = models.DateTimeField()

    def __str__(self) -> str:
        return self.key
