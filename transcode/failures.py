"""Why a job failed, in words: what happened, what was kept, what to do now."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from transcode.models import TranscodeJob

_KEPT = _("El original está a salvo y se puede descargar.")
_RETRY = _("Vuelva a intentarlo; si se repite, avise a soporte con el detalle técnico.")


@dataclass(frozen=True)
class Explanation:
    """A failure for people, and the last technical lines for who supports them."""

    what: str | Promise
    kept: str | Promise
    todo: str | Promise
    tail: str


_WHAT: dict[str, tuple[str | Promise, str | Promise]] = {
    "disk_full": (
        _("El disco de trabajo o el almacén se llenó."),
        _("Libere espacio y vuelva a intentarlo; nada más hace falta."),
    ),
    "original_changed": (
        _("El original guardado ya no coincide con su huella SHA-256."),
        _("No lo use. Avise de inmediato a soporte: hay que recuperarlo de un respaldo."),
    ),
    "no_picture": (_("El archivo no tiene imagen."), _("Pida un formato de audio.")),
    "no_sound": (
        _("El archivo no tiene sonido."),
        _("Este formato lo necesita: suba una versión con sonido."),
    ),
    "does_not_fit": (
        _("Es demasiado largo para el tamaño máximo de este formato."),
        _("Corte una pieza más corta o comparta un enlace."),
    ),
    "unmeasured": (_("No se pudo medir la sonoridad."), _("Revise que el audio no sea silencio.")),
    "frame_count": (
        _("Salieron menos cuadros de los que el archivo anuncia: está dañado o incompleto."),
        _("Vuelva a copiarlo desde la tarjeta y súbalo como versión nueva."),
    ),
    "timed_out": (_("La conversión tardó más de lo permitido."), _RETRY),
    "worker_died": (
        _("La conversión se interrumpió varias veces sin terminar."),
        _RETRY,
    ),
    "ParserTimedOut": (_("Leer el archivo tardó más de lo permitido."), _RETRY),
    "ParserOutOfMemory": (_("El archivo pide más memoria de la permitida."), _RETRY),
    "NotStored": (
        _("No se encontró el original en el almacén."),
        _("Avise a soporte: puede estar desconectado."),
    ),
}


def explain(job: TranscodeJob) -> Explanation:
    """Return the words for a failed job; an unknown code is said as such, with its technical lines."""
    what, todo = _WHAT.get(job.error, (_("La conversión falló."), _RETRY))
    return Explanation(what, _KEPT if job.error != "original_changed" else "", todo, job.error_tail)
