"""What stands around every operation: what is asked in a form we speak, and how every answer is labelled."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from dam.api import conditions, problems
from dam.api.problems import Problem
from dam.api.words import UNKNOWN

CACHE = "private, no-cache"
VARY = "Authorization, Cookie, Accept-Language"
_JSON = ("application/json", problems.MIME)

type_of_run = Callable[..., HttpResponseBase]


def around(run: type_of_run) -> type_of_run:
    """Wrap the run of one operation (ninja's decorator of mode "view")."""
    operation = getattr(run, "__self__", None)

    @wraps(run)
    def framed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            _check(request, operation)
            response = run(request, *args, **kwargs)
        except Problem as problem:
            response = problems.answer(request, problem)
        if isinstance(response, HttpResponse):
            response = conditions.label(request, response)
        return labelled(request, response)

    return framed


def _check(request: HttpRequest, operation: Any) -> None:
    asked = request.headers.get("Accept", "").strip()
    if asked and not any(request.accepts(mime) for mime in _JSON):
        raise Problem("not-acceptable")
    if "Transfer-Encoding" in request.headers and "Content-Length" not in request.headers:
        raise Problem("length-required")
    known = {
        name
        for model in getattr(operation, "models", ())
        if model.__ninja_param_source__ == "query"
        for name in getattr(model, "__ninja_flatten_map__", {})
    }
    unknown = sorted(request.GET.keys() - known)
    if unknown:
        errors = [
            {"in": "query", "pointer": f"/{name}", "code": "extra_forbidden", "detail": str(UNKNOWN)}
            for name in unknown
        ]
        raise Problem("invalid", errors=errors)
    if "\0" in request.path:  # PostgreSQL has no such text
        raise Problem("not-found")
    if any("\0" in value for _name, values in request.GET.lists() for value in values):
        raise Problem("malformed")


def labelled(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """Add what every answer of the API carries: limits, the next page, and that nobody else may keep it."""
    standing = getattr(request, "rate", None)
    if standing is not None:
        for name, value in standing.headers().items():
            response[name] = value
    if link := getattr(request, "api_link", ""):
        response["Link"] = link
    response.setdefault("Cache-Control", CACHE if "ETag" in response else "private, no-store")
    response["Vary"] = VARY
    response["X-Content-Type-Options"] = "nosniff"
    return response
