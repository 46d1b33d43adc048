"""Why a file was rejected: codes are stored, words are chosen when they are shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

KEPT = _("Se guardó en cuarentena tal como llegó.")
COPY_AGAIN = _("Vuelva a copiarlo desde la tarjeta o pida otro envío, y súbalo de nuevo.")
ASK_FOR_ANOTHER = _("Ábralo en el programa que lo hizo, expórtelo de nuevo y súbalo.")
ASK_SUPPORT = _("Si el archivo abre bien en otros programas, avise a soporte: se puede volver a revisar.")


@dataclass(frozen=True)
class Explanation:
    """A rejection for people: what happened, what was kept, what to do now; and the technical detail."""

    what: str
    kept: str
    todo: str
    detail: str = ""

    def __str__(self) -> str:
        return " ".join(part for part in (self.what, self.kept, self.todo) if part)


_WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    "empty": (_("El archivo está vacío."), COPY_AGAIN),
    "junk": (
        _("Es un archivo que el sistema operativo deja en las carpetas; no es material."),
        _("No hace falta hacer nada."),
    ),
    "hostile": (
        _("No es lo que su nombre dice: contiene instrucciones para leer otros archivos o direcciones."),
        _("No lo abra. Avise a quien lo envió y a soporte."),
    ),
    "truncated": (_("El archivo está incompleto: falta demasiado para poder usarlo."), COPY_AGAIN),
    "unreadable": (_("El archivo está dañado o no es lo que su nombre dice."), COPY_AGAIN),
    "no_streams": (_("El archivo no contiene imagen ni sonido."), ASK_FOR_ANOTHER),
    "too_many_pixels": (
        _("La imagen es más grande de lo que se puede abrir con seguridad (%(detail)s)."),
        _("Si de verdad mide eso, divídala o redúzcala y súbala de nuevo."),
    ),
    "too_long": (_("El archivo dura más de lo que se puede revisar."), _("Divídalo en partes y súbalas.")),
    "parser_crashed": (_("El archivo hace fallar al programa que lo lee."), ASK_SUPPORT),
    "parser_timed_out": (_("Leer el archivo tardó más de lo permitido."), ASK_SUPPORT),
    "parser_out_of_memory": (_("Leer el archivo pide más memoria de la permitida."), ASK_SUPPORT),
    "changed_on_the_way": (
        _("Lo que llegó no es igual a lo que se envió: la huella SHA-256 no coincide."),
        _("No borre la tarjeta. Súbalo de nuevo."),
    ),
    "other_kind": (
        _("Una versión nueva debe ser del mismo tipo que el material, y este archivo es de otro."),
        _("Súbalo como material aparte y relaciónelo en su producción."),
    ),
}
CODES = frozenset(_WORDS)

#: What a parser's refusal (transcode.sandbox.ParserRefused.code) means here; all others mean "unreadable".
_OF_PARSERS = {
    "truncated": "truncated",
    "no_streams": "no_streams",
    "too_many_pixels": "too_many_pixels",
    "too_long": "too_long",
    "too_many_pages": "too_long",
}


def of_parser(code: str) -> str:
    """Return the reason for a parser's refusal."""
    return _OF_PARSERS.get(code, "unreadable")


def explain(code: str, params: Mapping[str, Any]) -> Explanation:
    """Return the words for a reason in the current language; a code of a newer version reads as unreadable."""
    what, todo = _WORDS.get(code, _WORDS["unreadable"])
    known = {"detail": "", **params}
    return Explanation(str(what) % known, str(KEPT), str(todo), str(known["detail"]))
