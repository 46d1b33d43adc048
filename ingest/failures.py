"""What to say of an ingest that broke without being the file's fault."""

from django.utils.translation import gettext as _

from ingest.reasons import Explanation
from ingest.runs import WORKER_DIED

#: How errors begin that people can do something about (ingest.runs.fail writes the class and the message).
_DISK_FULL = ("OSError: [Errno 28]", "OSError: [Errno 122]", "NoRoom")
_GONE = "Gone:"


def explain(error: str, *, with_detail: bool) -> Explanation:
    """Return what happened, what was kept and what to do; the technical words, which may name paths, if asked."""
    kept = _("Lo que llegó está guardado completo.")
    todo = _("Reintente. Si se repite, avise a soporte. No borre la tarjeta.")
    if error == WORKER_DIED:
        what = _("El archivo tira una y otra vez al programa que lo procesa.")
    elif error.startswith(_DISK_FULL):
        what = _("Se llenó el disco del servidor.")
        todo = _("Pida a soporte que haga lugar y reintente. No borre la tarjeta.")
    elif error.startswith(_GONE):
        what = _("Los bytes que llegaron ya no están en el servidor.")
        kept = _("No se registró nada a medias.")
        todo = _("Súbalo de nuevo y avise a soporte. No borre la tarjeta.")
    else:
        what = _("Se interrumpió por un problema del servidor, no del archivo.")
    return Explanation(what, kept, todo, error if with_detail else "")
