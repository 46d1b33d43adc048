"""How each file that comes in stands, in the words of pages and of the upload element."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dam import permissions, tiles
from dam.models import Asset, AssetVersion
from ingest import reasons
from ingest.models import Ingest, IngestState, Upload, UploadState
from ingest.reasons import Explanation
from ingest.runs import WORKER_DIED

STEP_WORDS: dict[str, str | Promise] = {
    "fingerprint": gettext_lazy("Comprobando que llegó completo"),
    "identify": gettext_lazy("Reconociendo qué es"),
    "probe": gettext_lazy("Midiendo imagen y sonido"),
    "metadata": gettext_lazy("Leyendo sus datos"),
    "store": gettext_lazy("Guardando el original"),
    "register": gettext_lazy("Registrando en el acervo"),
}
TONES = {
    IngestState.QUEUED: "wait",
    IngestState.RUNNING: "work",
    IngestState.ACCEPTED: "ok",
    IngestState.DUPLICATE: "info",
    IngestState.REJECTED: "bad",
    IngestState.FAILED: "bad",
}


@dataclass(frozen=True)
class Standing:
    """One file: ``code`` is the upload element's state, ``tone`` and ``words`` what people read.

    ``url``, ``title`` and ``thumb`` are the asset's, empty until there is one; ``why`` explains a rejection or a
    failure.
    """

    upload: Upload
    code: str
    tone: str
    words: str
    url: str = ""
    title: str = ""
    thumb: str = ""
    why: Explanation | None = None

    @property
    def ingest(self) -> Ingest | None:
        """The ingest, once all bytes are here."""
        return getattr(self.upload, "ingest", None)

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


def of(uploads: QuerySet[Upload]) -> list[Standing]:
    """Return the standing of each, in a constant number of queries."""
    rows = list(uploads.select_related("owner", "ingest__version", "batch__agency", "ingest__stored"))
    shown = _tiles(row.ingest.version for row in rows if hasattr(row, "ingest"))
    return [_standing(row, shown) for row in rows]


def _standing(upload: Upload, shown: Mapping[UUID, dict[str, Any]]) -> Standing:
    ingest: Ingest | None = getattr(upload, "ingest", None)
    if ingest is None:
        return _of_upload(upload)
    words = str(IngestState(ingest.state).label)
    tone = TONES[IngestState(ingest.state)]
    match ingest.state:
        case IngestState.ACCEPTED | IngestState.DUPLICATE if ingest.version is not None:
            tile = shown[ingest.version.asset_id]
            known = {"url": tile["url"], "title": tile["title"], "thumb": tile.get("thumb", "")}
            return Standing(upload, ingest.state, tone, words, **known)
        case IngestState.REJECTED:
            why = reasons.explain(ingest.reason, ingest.reason_params)
            return Standing(upload, "rejected", tone, words, why=why)
        case IngestState.FAILED:
            return _of_failure(upload, ingest)
        case _:
            step = STEP_WORDS.get(ingest.step)
            return Standing(upload, _progress(ingest), tone, str(step) if step else words)


def _progress(ingest: Ingest) -> str:
    """Return how safe the bytes are: stored and verified, being hashed, or only received."""
    if "store" in ingest.facts:
        return "safe"
    return "checking" if ingest.state == IngestState.RUNNING else "complete"


def _of_failure(upload: Upload, ingest: Ingest) -> Standing:
    if ingest.next_attempt_at is not None:
        return Standing(upload, "checking", "warn", _("Falló y se intentará de nuevo en un momento"))
    died = ingest.error == WORKER_DIED
    why = Explanation(
        what=_("El archivo tira una y otra vez al programa que lo procesa.")
        if died
        else _("Se interrumpió por un problema del servidor, no del archivo."),
        kept=_("Lo que llegó está guardado completo."),
        todo=_("Pulse “Reintentar”. Si se repite, avise a soporte. No borre la tarjeta."),
        detail=ingest.error,
    )
    return Standing(upload, "failed", "bad", str(IngestState.FAILED.label), why=why)


def _of_upload(upload: Upload) -> Standing:
    state = UploadState(upload.state)
    if state == UploadState.RECEIVING:
        return Standing(
            upload, "receiving", "work", _("Llegando: %(percent)s %%") % {"percent": upload.percent}
        )
    return Standing(upload, "expired", "none", str(state.label))


def _tiles(versions: Iterable[AssetVersion | None]) -> dict[UUID, dict[str, Any]]:
    ids = {version.asset_id for version in versions if version is not None}
    return {asset.pk: tiles.of(asset) for asset in tiles.fetched(Asset.objects.filter(pk__in=ids))}
