"""The API itself: one NinjaAPI with the routers of every house, its problems, its parser and its frame."""

import json
import logging
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import URLPattern
from django.utils.translation import gettext_noop as _
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.parser import Parser

from dam.api import auth, frame, problems, words
from dam.api.problems import Problem
from dam.lifecycle import IllegalTransition
from dam.permissions import Forbidden
from dam.storage import NotStored

log = logging.getLogger("django.request")


class StrictParser(Parser):
    """JSON in UTF-8 and nothing else: no NaN, no form in its place."""

    def parse_body(self, request: HttpRequest) -> Any:
        """Return the body. Raises Problem unsupported-media-type; ValueError where it is no JSON."""
        if request.content_type != "application/json":
            raise Problem("unsupported-media-type", headers={"Accept": "application/json"})
        text = request.body.decode()
        said = json.loads(text, parse_constant=_refuse)
        if "\\ud" in text.lower():  # half a surrogate pair is no text, and the database has none
            json.dumps(said, ensure_ascii=False).encode()
        return said


def _refuse(constant: str) -> None:
    raise ValueError(constant)


def _problem(request: HttpRequest, problem: Any) -> HttpResponse:
    return problems.answer(request, problem)


def _failed(request: HttpRequest, failure: Any) -> HttpResponse:
    log.error("Internal Server Error: %s", request.path, exc_info=failure, extra={"request": request})
    return problems.answer(request, Problem("internal"))


def _http(request: HttpRequest, error: Any) -> HttpResponse:
    """Answer what ninja raises itself; its parser wraps our own problem."""
    cause = error.__cause__
    if isinstance(cause, Problem):
        return problems.answer(request, cause)
    if isinstance(error, AuthenticationError):
        return problems.answer(
            request, Problem("not-authenticated", headers={"WWW-Authenticate": auth.CHALLENGE})
        )
    return problems.answer(request, Problem(problems.of_status(error.status_code).slug))


def _invalid(request: HttpRequest, error: Any) -> HttpResponse:
    return problems.answer(
        request, Problem("invalid", errors=[words.of_validation(one) for one in error.errors])
    )


def _handled(api: NinjaAPI) -> None:
    """Register how each error of ours is said."""

    def say(failure: type[Exception], slug: str, *, tell: bool = False) -> None:
        def answer(request: HttpRequest, error: Any) -> HttpResponse:
            return problems.answer(request, Problem(slug, str(error) if tell else ""))

        api.add_exception_handler(failure, answer)

    api.add_exception_handler(Problem, _problem)
    api.add_exception_handler(ValidationError, _invalid)
    api.add_exception_handler(HttpError, _http)
    api.add_exception_handler(Exception, _failed)
    say(Http404, "not-found")
    say(PermissionDenied, "forbidden")
    say(Forbidden, "forbidden", tell=True)
    say(IllegalTransition, "conflict")
    say(RequestDataTooBig, "too-large")
    say(NotStored, "unavailable")


def _built() -> NinjaAPI:
    made = NinjaAPI(
        title="Acervo",
        version="1",
        description=_(
            "Lo que programas y otras oficinas pueden hacer con el acervo, con los mismos permisos que en las páginas."
        ),
        openapi_url=None,
        docs_url=None,
        urls_namespace="api",
        parser=StrictParser(),
    )
    _handled(made)
    made.add_decorator(frame.around, mode="view")
    for path in settings.ACERVO_API_ROUTERS:
        made.add_router("", path)
    return made


api = _built()
#: The page that asks people to sign in is not for programs: each operation says itself who may.
urls = [pattern for pattern in api.urls[0] if isinstance(pattern, URLPattern) and pattern.name != "api-root"]
for _pattern in urls:
    login_not_required(_pattern.callback)
