"""What is wrong with a field, in the language of the request: pydantic's findings as sentences."""

from collections.abc import Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

UNKNOWN = _("Este dato no existe.")
SENTENCES: Mapping[str, str | Promise] = {
    "missing": _("Falta este dato."),
    "extra_forbidden": UNKNOWN,
    "string_type": _("Debe ser un texto."),
    "string_too_short": _("Debe tener al menos %(min_length)s caracteres."),
    "string_too_long": _("Debe tener a lo más %(max_length)s caracteres."),
    "string_pattern_mismatch": _("No tiene la forma que se espera."),
    "int_type": _("Debe ser un número entero."),
    "int_parsing": _("Debe ser un número entero."),
    "int_from_float": _("Debe ser un número entero."),
    "bool_type": _("Debe ser true o false."),
    "bool_parsing": _("Debe ser true o false."),
    "list_type": _("Debe ser una lista."),
    "dict_type": _("Debe ser un objeto."),
    "model_type": _("Debe ser un objeto."),
    "model_attributes_type": _("Debe ser un objeto."),
    "uuid_parsing": _("Debe ser un identificador (UUID)."),
    "uuid_type": _("Debe ser un identificador (UUID)."),
    "datetime_parsing": _("Debe ser una fecha con hora de ISO 8601."),
    "datetime_from_date_parsing": _("Debe ser una fecha con hora de ISO 8601."),
    "timezone_aware": _("Falta la zona horaria: 2026-11-22T18:40:00-06:00."),
    "enum": _("Debe ser uno de estos: %(expected)s."),
    "literal_error": _("Debe ser uno de estos: %(expected)s."),
    "greater_than_equal": _("Debe ser %(ge)s o más."),
    "less_than_equal": _("Debe ser %(le)s o menos."),
    "too_short": _("Debe tener al menos %(min_length)s elementos."),
    "too_long": _("Debe tener a lo más %(max_length)s elementos."),
}
OTHER = _("Este valor no sirve.")


def of_validation(found: Mapping[str, Any]) -> dict[str, str]:
    """Return one finding as an object of ``errors``: where, which field (a JSON pointer), code and sentence."""
    source, *path = found["loc"]
    # ninja names the argument of the operation first; a program knows only what it sent.
    names = path[1:] if source == "body" else path
    values = {key: str(value) for key, value in found.get("ctx", {}).items()}
    try:
        sentence = str(SENTENCES.get(found["type"], OTHER)) % values
    except KeyError:
        sentence = str(OTHER)
    return {
        "in": str(source),
        "pointer": "".join(f"/{name}" for name in names),
        "code": str(found["type"]),
        "detail": sentence,
    }


def of_field(pointer: str, sentence: str) -> dict[str, str]:
    """Return an object of ``errors`` for a value that a verb refused."""
    return {"in": "body", "pointer": f"/{pointer}", "code": "value", "detail": sentence}
