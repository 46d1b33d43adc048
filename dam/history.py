"""The events of an asset or production in words, newest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dam import events, permissions
from dam.fields import FIELDS
from dam.models import Agency, Event, UseRole

MOST = 100
UNKNOWN = "—"

SENTENCES: Mapping[str, str | Promise] = {
    "created": gettext_lazy("Se registró"),
    "version.added": gettext_lazy("Se agregó la versión %(number)s"),
    "file.attached": gettext_lazy("Se adjuntó un archivo a la versión %(version)s"),
    "metadata.read": gettext_lazy("Se leyeron los datos del archivo: %(fields)s"),
    "described": gettext_lazy("Se escribió: %(fields)s"),
    "taken_back": gettext_lazy("Se volvió al valor del archivo: %(fields)s"),
    "trashed": gettext_lazy("Se puso en la papelera"),
    "restored": gettext_lazy("Se sacó de la papelera"),
    "used": gettext_lazy("Se agregó a la producción %(production)s (%(role)s)"),
    "no_longer_used": gettext_lazy("Se quitó de la producción %(production)s (%(role)s)"),
    "shared": gettext_lazy("Se compartió con %(agency)s"),
    "share.ended": gettext_lazy("Se dejó de compartir con %(agency)s"),
    "edited": gettext_lazy("Se editó"),
    "members.changed": gettext_lazy("Cambió el equipo"),
    "asset.added": gettext_lazy("Se agregó el material %(asset)s (%(role)s)"),
    "asset.removed": gettext_lazy("Se quitó el material %(asset)s (%(role)s)"),
    "state.open": gettext_lazy("Se reabrió"),
    "state.closed": gettext_lazy("Se cerró"),
}


@dataclass(frozen=True)
class Entry:
    """One event in words: what, who (empty: the system) and when."""

    sentence: str
    who: str
    at: datetime


def of(subject: models.Model, user: permissions.type_of_user) -> list[Entry]:
    """Return the last events of a subject, newest first, in a constant number of queries.

    A production that the ``user`` who reads does not see is not named.
    """
    told = list(events.of(subject).reverse().select_related("actor")[:MOST])
    names = _names(told, user)
    return [Entry(_sentence(event, names), str(event.actor or ""), event.at) for event in told]


def _sentence(event: Event, names: Mapping[str, str]) -> str:
    pattern = SENTENCES.get(event.verb)
    if pattern is None:
        return _("Registro: %(verb)s") % {"verb": event.verb}
    return str(pattern) % _Words(event.data, names)


class _Words(dict[str, str]):
    """What an event's data says, for a sentence: ids become names; what is missing becomes a dash."""

    def __init__(self, data: Mapping[str, Any], names: Mapping[str, str]) -> None:
        super().__init__({key: names.get(str(value), str(value)) for key, value in data.items()})
        if isinstance(fields := data.get("fields"), list):
            self["fields"] = ", ".join(str(FIELDS[key].label) if key in FIELDS else key for key in fields)
        if data.get("role") in UseRole.values:
            self["role"] = str(UseRole(data["role"]).label)

    def __missing__(self, key: str) -> str:
        return UNKNOWN


def _names(told: list[Event], user: permissions.type_of_user) -> dict[str, str]:
    """Return the titles of the productions and the names of the agencies that events speak of."""
    productions = {str(event.data.get("production", "")) for event in told} - {""}
    agencies = {str(event.data.get("agency", "")) for event in told} - {""}
    found: dict[str, str] = dict(Agency.objects.filter(code__in=agencies).values_list("code", "name"))
    seen = permissions.visible_productions(user)
    named = seen.filter(pk__in=[UUID(key) for key in productions]).values_list("pk", "title")
    titles = {str(key): title for key, title in named}
    return found | dict.fromkeys(productions, UNKNOWN) | titles
