"""What became of each file, for people and for programs."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from django.utils.translation import gettext as _

from dam.models import AssetVersion
from ingest import reasons
from ingest.models import Ingest, IngestState

OUTCOMES = ("accepted", "duplicate", "rejected", "failed")
QUEUED = "queued"


@dataclass(frozen=True)
class Report:
    """One file: its path, what became of it, the asset (8 characters), and why not where it is not accepted."""

    path: str
    outcome: str
    asset: str = ""
    reason: str = ""
    detail: str = ""

    def to_json(self) -> str:
        """Return one line of JSON; empty texts are null."""
        said: dict[str, Any] = {key: value or None for key, value in asdict(self).items()}
        return json.dumps(said, ensure_ascii=True)

    def sentence(self) -> str:
        """Return one line for people."""
        words = {
            "accepted": _("aceptado"),
            "duplicate": _("ya estaba"),
            "rejected": _("rechazado"),
            "failed": _("falló"),
            QUEUED: _("en espera"),
        }
        about = " · ".join(part for part in (self.asset, self.detail) if part)
        return f"{words[self.outcome]:<10} {self.path}" + (f"  ({about})" if about else "")


def of(ingest: Ingest, path: str) -> Report:
    """Report an ingest that is over, or still queued."""
    match ingest.state:
        case IngestState.ACCEPTED | IngestState.DUPLICATE:
            return Report(path, ingest.state, asset=_asset(ingest.version))
        case IngestState.REJECTED:
            said = reasons.explain(ingest.reason, ingest.reason_params)
            return Report(path, "rejected", reason=ingest.reason, detail=f"{said.what} {said.todo}")
        case IngestState.FAILED:
            return Report(path, "failed", reason="failed", detail=ingest.error)
        case _:
            return Report(path, QUEUED)


def of_error(path: str, error: Exception) -> Report:
    """Report a file that could not even be read."""
    return Report(path, "failed", reason="unreadable_source", detail=f"{type(error).__name__}: {error}")


def _asset(version: AssetVersion | None) -> str:
    return version.asset.code if version else ""
