"""The OpenAPI 3.1 document: what ninja knows of the operations, completed, in the language of the request."""

import copy
import json
from collections.abc import Iterator
from functools import cache
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from dam.api.site import api

PREFIX = "api/v1"
TAGS = {
    "account": _("Cuenta y dependencias"),
    "assets": _("Materiales"),
    "versions": _("Versiones, formatos y descargas"),
    "productions": _("Producciones"),
    "collections": _("Colecciones"),
    "search": _("Búsqueda"),
    "uploads": _("Subidas"),
    "ingests": _("Ingresos"),
    "jobs": _("Trabajos de conversión"),
    "presets": _("Formatos estándar"),
}
_SAID = ("summary", "description", "title")
PROBLEM: dict[str, Any] = {
    "title": "Problem",
    "description": "RFC 9457.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string", "format": "uri-reference"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["in", "pointer", "code", "detail"],
                "properties": {name: {"type": "string"} for name in ("in", "pointer", "code", "detail")},
            },
        },
    },
}
HEADERS = {
    "ETag": {"schema": {"type": "string"}},
    "RateLimit": {"schema": {"type": "string"}},
    "RateLimit-Policy": {"schema": {"type": "string"}},
}


def document() -> dict[str, Any]:
    """Return the document in the language in force."""
    return copy.deepcopy(_document(get_language() or ""))


@cache
def _document(language: str) -> dict[str, Any]:  # noqa: ARG001 - one document per language
    made = json.loads(json.dumps(api.get_openapi_schema(path_prefix=PREFIX), cls=DjangoJSONEncoder))
    made["components"]["schemas"]["Problem"] = PROBLEM
    used = {tag for _path, _method, operation in operations(made) for tag in operation.get("tags", ())}
    made["tags"] = [{"name": tag, "description": words} for tag, words in TAGS.items() if tag in used]
    for _path, _method, operation in operations(made):
        scope = operation.get("x-scope")
        operation["security"] = [{name: [scope]} for each in operation.get("security", ()) for name in each]
        for status, response in operation["responses"].items():
            if status.startswith("2"):
                response["headers"] = HEADERS
        for parameter in operation.get("parameters", ()):
            parameter["schema"].pop("title", None)
    _translate(made)
    return dict(made)


def operations(made: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Yield path, method and operation, in the order of the document."""
    for path, methods in made["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def _translate(node: Any) -> None:
    if isinstance(node, list):
        for one in node:
            _translate(one)
    elif isinstance(node, dict):
        for key, value in node.items():
            if key in {"example", "examples"}:
                continue
            if key in _SAID and isinstance(value, str) and value:
                node[key] = gettext(value)
            else:
                _translate(value)
