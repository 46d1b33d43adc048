"""How each file that comes in stands, in the words of pages and of the upload element."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dam import permissions, tiles
from dam.models import AssetVersion, FileRole, User
from ingest import batches, failures, reasons
from ingest.models import Ingest, IngestState, Upload, UploadState
from ingest.reasons import Explanation
from ingest.uploads import PATIENCE

STEP_WORDS: Mapping[str, str | Promise] = {
    "fingerprint": gettext_lazy("Comprobando que llegó completo"),
    "identify": gettext_lazy("Reconociendo qué es"),
    "probe": gettext_lazy("Midiendo imagen y sonido"),
    "metadata": gettext_lazy("Leyendo sus datos"),
    "store": gettext_lazy("Guardando el original"),
    "register": gettext_lazy("Registrando en el acervo"),
}
TONES: Mapping[str, str] = {
    IngestState.QUEUED: "wait",
    IngestState.RUNNING: "work",
    IngestState.ACCEPTED: "ok",
    IngestState.DUPLICATE: "info",
    IngestState.REJECTED: "bad",
    IngestState.FAILED: "bad",
}
#: The step after which the server's own hash agreed and the original is stored and verified.
STORED = "store"


@dataclass(frozen=True)
class Standing:
    """One file: ``code`` is the upload element's state, ``tone`` and ``words`` what people read.

    ``url``, ``title``, ``asset_code``, ``kind`` and ``thumb`` are the asset's, empty until there is one that the
    person sees; ``note`` adds a sentence; ``why`` explains a rejection or a failure.
    """

    upload: Upload
    code: str
    tone: str
    words: str
    url: str = ""
    title: str = ""
    asset_code: str = ""
    kind: str = ""
    thumb: str = ""
    note: str = ""
    why: Explanation | None = None

    @property
    def ingest(self) -> Ingest | None:
        """The ingest, once all bytes are here."""
        return getattr(self.upload, "ingest", None)

    @property
    def batch_name(self) -> str:
        """What the batch it came in is called."""
        return batches.name_of(self.upload.batch)

    @property
    def is_under_way(self) -> bool:
        """Whether it will go on by itself."""
        return self.code in {"receiving", "complete", "checking", "safe"}

    @property
    def can_retry(self) -> bool:
        """Whether a person may have it tried again."""
        return self.code in {"failed", "rejected"}


def visible(user: permissions.type_of_user) -> QuerySet[Upload]:
    """Return the files a person sees coming in: their own, and those for agencies whose material they edit."""
    who = permissions.standing(user)
    if who is None:
        return Upload.objects.none()
    if who.sees_everything:
        return Upload.objects.all()
    return Upload.objects.filter(
        Q(owner=who.user_id) | Q(batch__agency__in=permissions.agencies_for(user, "edit"))
    )


def of(uploads: QuerySet[Upload], *, by: User) -> list[Standing]:
    """Return the standing of each as ``by`` may know it, in a constant number of queries."""
    rows = list(uploads.select_related("owner", "ingest__version", "batch__agency", "ingest__stored"))
    shown = _tiles((row.ingest.version for row in rows if hasattr(row, "ingest")), by)
    return [_standing(row, shown, by) for row in rows]


def _standing(upload: Upload, shown: Mapping[UUID, dict[str, Any]], by: User) -> Standing:
    ingest: Ingest | None = getattr(upload, "ingest", None)
    if ingest is None:
        return _of_upload(upload)
    words, tone = str(IngestState(ingest.state).label), TONES[ingest.state]
    match ingest.state:
        case IngestState.ACCEPTED | IngestState.DUPLICATE:
            return _of_success(upload, ingest, shown)
        case IngestState.REJECTED:
            why = reasons.explain(ingest.reason, ingest.reason_params)
            return Standing(upload, "rejected", tone, words, why=why)
        case IngestState.FAILED:
            return _of_failure(upload, ingest, by)
        case _:
            return Standing(upload, _progress(ingest), tone, str(STEP_WORDS.get(ingest.step) or words))


def _of_success(upload: Upload, ingest: Ingest, shown: Mapping[UUID, dict[str, Any]]) -> Standing:
    """Tell of the asset what its tile tells, and nothing where the person does not see it."""
    words, tone = str(IngestState(ingest.state).label), TONES[ingest.state]
    tile = shown.get(ingest.version.asset_id) if ingest.version is not None else None
    if tile is None:
        return Standing(upload, ingest.state, tone, words)
    known = {name: tile[name] for name in ("url", "title", "kind")}
    note = ""
    if ingest.role not in {"", FileRole.ORIGINAL}:
        named = {"role": FileRole(ingest.role).label, "title": tile["title"]}
        note = _("%(role)s de “%(title)s”") % named
    return Standing(
        upload,
        ingest.state,
        tone,
        words,
        note=note,
        asset_code=tile["code"],
        thumb=tile.get("thumb", ""),
        **known,
    )


def _progress(ingest: Ingest) -> str:
    """Return how safe the bytes are: stored and verified, being hashed, or only received.

    A new version may still be refused once its original is stored, so it is safe when it is registered.
    """
    if STORED in ingest.facts and ingest.upload.version_of_id is None:
        return "safe"
    return "checking" if ingest.state == IngestState.RUNNING else "complete"


def _of_failure(upload: Upload, ingest: Ingest, by: User) -> Standing:
    if ingest.next_attempt_at is not None:
        when = formats.time_format(timezone.localtime(ingest.next_attempt_at), "TIME_FORMAT")
        words = _("Hubo un tropiezo; se intenta de nuevo a las %(when)s") % {"when": when}
        return Standing(upload, "checking", "warn", words)
    who = permissions.standing(by)
    why = failures.explain(ingest.error, with_detail=who is not None and who.administrator)
    return Standing(upload, "failed", "bad", str(IngestState.FAILED.label), why=why)


def _of_upload(upload: Upload) -> Standing:
    match upload.state:
        case UploadState.RECEIVING:
            words = _("Llegando: %(percent)s %%") % {"percent": upload.percent}
            until = formats.date_format(timezone.localtime(upload.expires_at), "DATE_FORMAT")
            note = _(
                "Si se cortó, elija otra vez el archivo en Subir y seguirá donde iba. Lo recibido se guarda hasta el %(until)s."
            ) % {"until": until}
            return Standing(upload, "receiving", "work", words, note=note if _is_still(upload) else "")
        case UploadState.COMPLETE:
            return Standing(upload, "complete", "wait", str(UploadState.COMPLETE.label))
        case _:
            note = _("Lo recibido se borró. Si todavía tiene el archivo, súbalo otra vez.")
            return Standing(upload, "expired", "none", str(UploadState(upload.state).label), note=note)


def _is_still(upload: Upload) -> bool:
    """Answer whether nothing came for five minutes: every piece that arrives puts the end off anew."""
    idle = timezone.now() - (upload.expires_at - PATIENCE)
    return idle.total_seconds() > 5 * 60


def _tiles(versions: Iterable[AssetVersion | None], by: User) -> dict[UUID, dict[str, Any]]:
    ids = {version.asset_id for version in versions if version is not None}
    seen = permissions.visible(by).filter(pk__in=ids)
    return {asset.pk: tiles.of(asset) for asset in tiles.fetched(seen)}


def sentence(standing: Standing) -> str:
    """Return what the row of the upload page says instead of its usual sentence; empty where that one is right."""
    if standing.why is not None:
        return str(standing.why)
    if standing.tone == "warn":
        return _("%(words)s. No borre la tarjeta todavía.") % {"words": standing.words}
    return ""


def link(standing: Standing) -> tuple[str, str]:
    """Return where the row of the upload page leads and what is there: the asset, or where it can be tried again."""
    match standing.code:
        case "failed":
            return reverse("ingest:ingests") + "?estado=por-atender", _("Ingresos")
        case "rejected":
            return reverse("ingest:quarantine"), _("Cuarentena")
        case _:
            return standing.url, standing.title
