"""Asset and AssetVersion: the thing people ask for, and each delivered state of it."""

from fractions import Fraction

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dam.identifiers import MAX_VERSIONS, new_asset_code, new_id
from dam.models.agency import Agency
from dam.models.storage import StoredFile


class Kind(models.TextChoices):
    """What an asset is, decided by its content."""

    VIDEO = "video", _("Video")
    AUDIO = "audio", _("Audio")
    PHOTO = "photo", _("Fotografía")
    DOCUMENT = "document", _("Documento")
    OTHER = "other", _("Otro archivo")


class NextSeq(models.Func):
    """The next number of the sequence that orders assets by arrival (made in migration 0001)."""

    template = "nextval('dam_asset_seq')"
    output_field = models.BigIntegerField()
    allowed_default = True


class Asset(models.Model):
    """The thing people ask for, over all its versions. Owned by one agency; never deleted by a button."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    seq = models.BigIntegerField(unique=True, editable=False, db_default=NextSeq())
    code = models.CharField(max_length=8, unique=True, default=new_asset_code, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(_("nombre de trabajo"), max_length=255)
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="assets", verbose_name=_("dependencia"))
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="assets_created")
    created_at = models.DateTimeField(default=timezone.now)
    revision = models.PositiveBigIntegerField(default=1)
    trashed_at = models.DateTimeField(null=True, blank=True)
    trashed_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    current = models.ForeignKey("AssetVersion", models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["-seq"]
        verbose_name = _("material")
        verbose_name_plural = _("materiales")
        constraints = [
            models.CheckConstraint(condition=models.Q(kind__in=Kind.values), name="asset_kind_is_known"),
            models.CheckConstraint(
                condition=models.Q(trashed_at__isnull=True, trashed_by__isnull=True)
                | models.Q(trashed_at__isnull=False, trashed_by__isnull=False),
                name="asset_trash_has_who_and_when",
            ),
        ]
        indexes = [models.Index(fields=["agency", "-seq"], name="asset_by_agency")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class AssetVersion(models.Model):
    """One delivered state of an asset. A version corrects its predecessor, in a line from 1.

    ``duration_ticks`` counts at ``edit_rate_num / edit_rate_den`` (frames per second for video, the sample
    rate for audio); ``technical`` is what the probe said (transcode.facts), untouched.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    code = models.CharField(max_length=10, unique=True, editable=False)
    note = models.CharField(_("qué cambió"), max_length=500, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    mime = models.CharField(max_length=100)
    demuxer = models.CharField(max_length=40, blank=True)
    technical = models.JSONField(default=dict)
    edit_rate_num = models.PositiveIntegerField(null=True)
    edit_rate_den = models.PositiveIntegerField(null=True)
    duration_ticks = models.PositiveBigIntegerField(null=True)
    start_timecode = models.CharField(max_length=11, blank=True)
    drop_frame = models.BooleanField(default=False)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["asset", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["asset", "number"], name="version_number_once"),
            models.CheckConstraint(
                condition=models.Q(number__gte=1, number__lte=MAX_VERSIONS), name="version_number_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(
                    edit_rate_num__isnull=True, edit_rate_den__isnull=True, duration_ticks__isnull=True
                )
                | models.Q(
                    edit_rate_num__isnull=False,
                    edit_rate_num__gt=0,
                    edit_rate_den__isnull=False,
                    edit_rate_den__gt=0,
                    duration_ticks__isnull=False,
                ),
                name="version_duration_has_its_rate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} (v{self.number})"

    @property
    def edit_rate(self) -> Fraction | None:
        """Ticks per second, exact; None where the material has no duration."""
        if self.edit_rate_num is None or self.edit_rate_den is None:
            return None
        return Fraction(self.edit_rate_num, self.edit_rate_den)

    @property
    def duration_ms(self) -> int | None:
        """Wall-clock milliseconds, rounded, for lists and search only; the truth is ``duration_ticks``."""
        rate = self.edit_rate
        if rate is None or self.duration_ticks is None:
            return None
        return round(self.duration_ticks * 1000 / rate)

    @property
    def original(self) -> "VersionFile":
        """The primary file; reads the prefetched files where there are any."""
        return next(file for file in self.files.all() if file.role == FileRole.ORIGINAL)


class FileRole(models.TextChoices):
    """What a file is to its version."""

    ORIGINAL = "original", _("Original")
    SIDECAR = "sidecar", _("Archivo acompañante")
    CAPTION = "caption", _("Subtítulos")
    CARD_PART = "card_part", _("Parte de tarjeta")


class VersionFile(models.Model):
    """A file of a version: its role, and the path and name it came under (text as received, NFC)."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    version = models.ForeignKey(AssetVersion, models.PROTECT, related_name="files")
    stored = models.ForeignKey(StoredFile, models.PROTECT, related_name="uses")
    role = models.CharField(max_length=10, choices=FileRole)
    path = models.CharField(max_length=1000, blank=True)
    filename = models.CharField(max_length=255)
    mime = models.CharField(max_length=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["version"], condition=models.Q(role="original"), name="one_original_per_version"
            ),
            models.UniqueConstraint(
                fields=["version", "stored", "role", "filename"], name="version_file_once"
            ),
            models.CheckConstraint(condition=models.Q(role__in=FileRole.values), name="file_role_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.role})"
