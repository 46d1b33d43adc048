"""Batches, uploads and ingests: what is coming in, and how far each file is."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dam.identifiers import new_id
from dam.lifecycle import Lifecycle, state_is_known, table
from dam.models import Agency, Asset, AssetVersion, FileRole, Production, StoredFile, UseRole


class Batch(models.Model):
    """Files that came together, and what was said once of all of them.

    ``values`` holds lists of values by key of ``dam.fields`` (those with ``batch=True``), as they are written to
    each asset.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now)
    agency = models.ForeignKey(
        Agency, models.PROTECT, related_name="batches", verbose_name=_("dependencia dueña")
    )
    production = models.ForeignKey(
        Production,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="batches",
        verbose_name=_("producción"),
    )
    role = models.CharField(
        _("qué es para la producción"), max_length=10, choices=UseRole, default=UseRole.SHOT_FOR
    )
    values = models.JSONField(default=dict)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("lote")
        verbose_name_plural = _("lotes")
        constraints = [
            models.CheckConstraint(condition=models.Q(role__in=UseRole.values), name="batch_role_is_known")
        ]

    def __str__(self) -> str:
        return f"{self.created_at:%Y-%m-%d %H:%M} {self.agency_id}"


class UploadState(models.TextChoices):
    """Where the bytes of one file are."""

    RECEIVING = "receiving", _("Llegando")
    COMPLETE = "complete", _("Recibido")
    EXPIRED = "expired", _("Abandonado")
    TERMINATED = "terminated", _("Cancelado")


class Upload(Lifecycle):
    """One file arriving. ``offset_bytes`` are on the disk for sure; the rest of the file may not be.

    ``filename`` and ``folder`` are safe to show; ``raw_name`` is the name byte by byte as it was received and
    ``metadata`` what else the sender said. ``stem`` is what a companion and its media have in common
    (ingest.companions). ``claimed_sha256`` is the sender's own hash, where there is one. ``source_key`` names
    the state of a file in a watched folder, so that it is received once.
    """

    State = UploadState
    transitions = table(receiving="complete expired terminated", complete="", expired="", terminated="")

    state = models.CharField(max_length=20, choices=UploadState, default=UploadState.RECEIVING)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="uploads")
    batch = models.ForeignKey(Batch, models.PROTECT, related_name="uploads")
    version_of = models.ForeignKey(Asset, models.PROTECT, null=True, related_name="+")
    filename = models.CharField(max_length=255)
    folder = models.CharField(max_length=1000, blank=True)
    stem = models.CharField(max_length=255)
    raw_name = models.BinaryField(default=bytes)
    metadata = models.JSONField(default=dict)
    size_bytes = models.PositiveBigIntegerField()
    offset_bytes = models.PositiveBigIntegerField(default=0)
    claimed_sha256 = models.CharField(max_length=64, blank=True)
    source_key = models.CharField(max_length=64, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]
        verbose_name = _("subida")
        verbose_name_plural = _("subidas")
        constraints = [
            state_is_known(UploadState, "upload_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(offset_bytes__lte=models.F("size_bytes")), name="upload_offset_within_size"
            ),
            models.CheckConstraint(
                condition=~models.Q(state="complete") | models.Q(offset_bytes=models.F("size_bytes")),
                name="upload_complete_is_whole",
            ),
            models.UniqueConstraint(
                fields=["source_key"],
                condition=~models.Q(source_key="") & ~models.Q(state__in=["expired", "terminated"]),
                name="watched_file_received_once",
            ),
        ]
        indexes = [
            models.Index(fields=["batch", "folder", "stem"], name="upload_companions"),
            models.Index(
                fields=["expires_at"], name="upload_receiving", condition=models.Q(state="receiving")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.filename} ({self.state})"

    @property
    def path(self) -> str:
        """The folder and the name, as they were in the sender's folder."""
        return f"{self.folder}/{self.filename}" if self.folder else self.filename

    @property
    def percent(self) -> int:
        """How much has arrived, in whole percent."""
        return 100 if not self.size_bytes else self.offset_bytes * 100 // self.size_bytes


class IncomingObject(models.Model):
    """The bytes of one upload that lie in an S3 store, and who may write them now.

    ``safe_bytes`` of them count: the parts of one multipart upload (``parts``), and after them small objects beside
    (``tails``: key and size of each). Whatever else lies there was never acknowledged. ``holder`` may write until
    ``held_until`` by the database's clock. No foreign key: bytes outlive a row of Upload that was rolled back.
    """

    upload_id = models.UUIDField(primary_key=True)
    store = models.CharField(max_length=40)
    size_bytes = models.PositiveBigIntegerField(null=True)
    safe_bytes = models.PositiveBigIntegerField(default=0)
    multipart_id = models.CharField(max_length=1024, blank=True)
    next_number = models.PositiveIntegerField(default=1)
    tails = models.JSONField(default=list)
    assembled = models.BooleanField(default=False)
    holder = models.UUIDField(null=True)
    held_until = models.DateTimeField(null=True)
    written_at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return f"{self.store}:{self.upload_id} ({self.safe_bytes} B)"


class IncomingPart(models.Model):
    """One part of such an upload, as the store acknowledged it."""

    whole = models.ForeignKey(IncomingObject, models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    size_bytes = models.PositiveBigIntegerField()
    etag = models.CharField(max_length=200)
    crc32 = models.CharField(max_length=20)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["whole", "number"], name="incoming_part_once")]

    def __str__(self) -> str:
        return f"{self.whole_id} {self.number}"


class IngestState(models.TextChoices):
    """Where the run of steps stands."""

    QUEUED = "queued", _("En espera")
    RUNNING = "running", _("En proceso")
    ACCEPTED = "accepted", _("En el acervo")
    DUPLICATE = "duplicate", _("Ya estaba")
    REJECTED = "rejected", _("Rechazado")
    FAILED = "failed", _("Falló")


class Source(models.TextChoices):
    """By which way a file came."""

    BROWSER = "browser", _("Página")
    COMMAND = "command", _("Comando")
    FOLDER = "folder", _("Carpeta vigilada")


class Ingest(Lifecycle):
    """The run of steps that turns a complete upload into an asset version.

    ``facts`` holds what each finished step learned, by the step's name: a step is done when it is there. ``step``
    is the one at work. ``attempts`` counts the runs and fences them: a run that is no longer the last one writes
    nothing; ``deaths`` counts workers that died at it since its last finished step. ``version`` and ``role`` say what became of the file; ``reason`` is a code of ingest.reasons.
    """

    State = IngestState
    transitions = table(
        queued="running",
        running="queued accepted duplicate rejected failed",
        failed="queued running",
        rejected="queued",
        accepted="",
        duplicate="",
    )

    state = models.CharField(max_length=20, choices=IngestState, default=IngestState.QUEUED)
    upload = models.OneToOneField(Upload, models.PROTECT, related_name="ingest")
    source = models.CharField(max_length=10, choices=Source)
    step = models.CharField(max_length=20, blank=True)
    facts = models.JSONField(default=dict)
    attempts = models.PositiveIntegerField(default=0)
    deaths = models.PositiveSmallIntegerField(default=0)
    reason = models.CharField(max_length=40, blank=True)
    reason_params = models.JSONField(default=dict)
    error = models.TextField(blank=True)
    next_attempt_at = models.DateTimeField(null=True)
    stored = models.ForeignKey(StoredFile, models.PROTECT, null=True, related_name="ingests")
    version = models.ForeignKey(AssetVersion, models.PROTECT, null=True, related_name="ingests")
    role = models.CharField(max_length=10, choices=FileRole, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-id"]
        verbose_name = _("ingreso")
        verbose_name_plural = _("ingresos")
        constraints = [
            state_is_known(IngestState, "ingest_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(source__in=Source.values), name="ingest_source_is_known"
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["accepted", "duplicate"]) | models.Q(version__isnull=False),
                name="ingest_accepted_has_its_version",
            ),
            models.CheckConstraint(
                condition=~models.Q(state="rejected") | ~models.Q(reason=""),
                name="ingest_rejected_has_its_reason",
            ),
        ]
        indexes = [models.Index(fields=["state", "-id"], name="ingest_by_state")]

    def __str__(self) -> str:
        return f"{self.upload_id} {self.state}"

    @property
    def is_over(self) -> bool:
        """Whether it ended; a failure that will be tried again has not."""
        if self.state == IngestState.FAILED:
            return self.next_attempt_at is None
        return self.state in {IngestState.ACCEPTED, IngestState.DUPLICATE, IngestState.REJECTED}

    @property
    def is_safe(self) -> bool:
        """Whether the sender may delete its copy: the server's own hash agreed and the bytes are stored."""
        return self.state in {IngestState.ACCEPTED, IngestState.DUPLICATE}

    def learned(self, step: str) -> dict[str, Any]:
        """Return what a finished step wrote; empty where it has not run."""
        return dict(self.facts.get(step, {}))
