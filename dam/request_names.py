"""Names each request, for the log lines it causes and for who reports it; and lets probes in by any host name."""

import re
from collections.abc import Callable
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from dam import logs

HEADER = "X-Request-ID"
#: What a proxy in front may send: what could end a line or a quote in a log is no name.
_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{7,63}")
#: Where gunicorn's log (dam.serve.gunicorn_logs) finds them once the answer was sent.
REQUEST_KEY, USER_KEY = "acervo.request_id", "acervo.user_id"
#: Where a probe finds the session that came with it.
SESSION_KEY = "acervo.session"
#: Asked by machines that know an address and no name of the site; they tell nobody that name.
PROBES = frozenset({"/health/live", "/health/ready", "/metrics"})


class NamedRequest:
    """First of all middleware: takes or makes the request's id, and returns it in X-Request-ID."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        said = request.headers.get(HEADER, "")
        name = said if _SANE.fullmatch(said) else uuid4().hex
        request.META[REQUEST_KEY] = name
        if request.path in PROBES:
            request.META["HTTP_HOST"] = _own_name()
            # the sign-in middleware would look it up in a database that may be gone
            request.META[SESSION_KEY] = request.COOKIES.pop(settings.SESSION_COOKIE_NAME, "")
        token, person = logs.request_id.set(name), logs.user_id.set("")
        try:
            response = self.get_response(request)
        finally:
            logs.request_id.reset(token)
            logs.user_id.reset(person)
        response[HEADER] = name
        return response


class NamedPerson:
    """After the sign-in middleware: says whose request it is, by id."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.SESSION_COOKIE_NAME in request.COOKIES:
            key = str(request.user.pk or "")
            request.META[USER_KEY] = key
            logs.user_id.set(key)
        return self.get_response(request)


def _own_name() -> str:
    """A host name that the site answers to."""
    first = next(iter(settings.ALLOWED_HOSTS), "localhost").lstrip(".")
    return "localhost" if first in {"", "*"} else first
