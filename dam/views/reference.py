"""The reference of the API for people and programs: its pages, its document, and what each problem means."""

import json
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dam.api import document
from dam.api.problems import KINDS
from dam.models import Scope


@login_not_required
@require_safe
def openapi(request: HttpRequest) -> HttpResponse:  # noqa: ARG001 - a view
    """Serve the OpenAPI document."""
    return JsonResponse(document.document())


@login_not_required
@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """Show every operation with its parameters, examples and problems."""
    made = document.document()
    words = {tag["name"]: tag["description"] for tag in made["tags"]}
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, method, operation in document.operations(made):
        shown = {
            "path": path,
            "method": method.upper(),
            "id": operation["operationId"],
            "summary": operation["summary"],
            "description": operation.get("description", ""),
            "scope": operation.get("x-scope", ""),
            "parameters": operation.get("parameters", []),
            "sent": _example(operation.get("requestBody", {})),
            "answers": [_answer(status, one) for status, one in sorted(operation["responses"].items())],
        }
        tag = operation["tags"][0]
        groups.setdefault(words.get(tag, tag), []).append(shown)
    context = {"groups": groups, "info": made["info"], "scopes": Scope.choices}
    return render(request, "dam/api/docs.html", context)


def _example(body: dict[str, Any]) -> str:
    content = body.get("content", {}).get("application/json", {})
    return json.dumps(content["example"], indent=2, ensure_ascii=False) if "example" in content else ""


def _answer(status: str, response: dict[str, Any]) -> dict[str, Any]:
    named = [kind for one in response.get("content", {}).values() for kind in one.get("examples", {})]
    kinds = [KINDS[slug] for slug in named if slug in KINDS]
    return {"status": status, "kinds": kinds, "example": _example(response), "words": response["description"]}


@login_not_required
@require_safe
def problem(request: HttpRequest, slug: str) -> HttpResponse:
    """Explain one kind of problem, as a page or as JSON."""
    kind = KINDS.get(slug)
    if kind is None:
        raise Http404(slug)
    if request.accepts("text/html") and "html" in request.headers.get("Accept", ""):
        return render(request, "dam/api/problem.html", {"kind": kind})
    said = {"type": kind.type, "title": str(kind.title), "status": kind.status, "detail": str(kind.advice)}
    return JsonResponse(said)
