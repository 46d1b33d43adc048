"""What every operation says of itself, once: who may, what it answers with an example, and which problems it has."""

from collections.abc import Iterable, Mapping
from typing import Any

from dam.api import auth
from dam.api.problems import KINDS, MIME

ALWAYS = ("not-authenticated", "insufficient-scope", "not-acceptable", "too-many-requests", "internal")
OF_QUERIES = ("invalid",)
OF_PAGES = ("invalid-cursor",)
OF_BODIES = ("malformed", "too-large", "length-required", "unsupported-media-type", "invalid", "csrf")
OF_CONDITIONS = ("precondition-required", "precondition-failed")
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag with which it was read. Missing: 428; no longer so: 412.",
    "example": "*",
}


def operation(
    response: Any,
    *,
    scope: str,
    summary: str,
    description: str,
    example: Any = None,
    status: int = 200,
    problems: Iterable[str] = (),
    sent: Mapping[str, Any] | None = None,
    paged: bool = False,
    conditional: bool = False,
    unsafe: bool = False,
    operation_id: str | None = None,
) -> dict[str, Any]:
    """Return the keywords of a route of ninja.Router.

    ``response`` is the schema of ``status`` (None: no body). ``sent`` is an example of the body, for one that has a
    body; ``conditional`` one that needs If-Match; ``paged`` a list; ``unsafe`` one that writes without a body.
    """
    slugs = [*ALWAYS, *problems]
    slugs += OF_BODIES if sent is not None else ("csrf",) if unsafe or conditional else ()
    slugs += OF_CONDITIONS if conditional else ()
    slugs += (*OF_PAGES, *OF_QUERIES) if paged else ()
    extra: dict[str, Any] = {"x-scope": str(scope), "responses": documented(slugs)}
    if example is not None:
        extra["responses"][status] = {"content": {"application/json": {"example": example}}}
    if sent is not None:
        extra["requestBody"] = {"content": {"application/json": {"example": sent}}}
    if conditional:
        extra["parameters"] = [IF_MATCH]
    return {
        "auth": [auth.Bearer(str(scope)), auth.Session()],
        "response": {status: response},
        "summary": summary,
        "description": description,
        "openapi_extra": extra,
        "operation_id": operation_id,
    }


def documented(slugs: Iterable[str]) -> dict[int, dict[str, Any]]:
    """Return the OpenAPI responses of these problems, by status, each kind with its example."""
    found: dict[int, dict[str, Any]] = {}
    for slug in dict.fromkeys(slugs):
        kind = KINDS[slug]
        body = {"type": kind.type, "title": kind.title, "status": kind.status, "detail": kind.advice}
        empty: dict[str, Any] = {
            "description": kind.title,
            "content": {MIME: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}},
        }
        known = found.setdefault(kind.status, empty)
        known["content"][MIME]["examples"][slug] = {"summary": kind.title, "value": body}
    return found
