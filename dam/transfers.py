"""Where uploads and long downloads go: the transfers process, on its own port of the same host."""

from urllib.parse import urlsplit

from corsheaders.signals import check_request_enabled
from django.conf import settings
from django.http import HttpRequest, HttpResponse

#: A browser leaves these out of an origin (RFC 6454, 6.1).
_PORTS = {"http": 80, "https": 443}


def origin(request: HttpRequest) -> str:
    """Return the scheme, host and port of the transfers process; empty where it shares the site's address."""
    if settings.TRANSFERS_SAME_ORIGIN:
        return ""
    host = urlsplit(f"//{request.get_host()}").hostname or "localhost"
    bracketed = f"[{host}]" if ":" in host else host
    return f"{request.scheme}://{bracketed}:{settings.TRANSFERS_PORT}"


def allow(response: HttpResponse, request: HttpRequest) -> HttpResponse:
    """Let the scripts and forms of this one page talk to the transfers process (Content-Security-Policy)."""
    if there := origin(request):
        response._csp_update = {"connect-src": [there], "form-action": [there]}  # type: ignore[attr-defined]  # noqa: SLF001
    return response


def from_our_site(sender: object, request: HttpRequest, **kwargs: object) -> bool:  # noqa: ARG001
    """Accept cross-origin requests from the site itself: the same host name, on the site's port."""
    here = urlsplit(f"//{request.get_host()}")
    try:
        there = urlsplit(request.headers.get("Origin", ""))
        port = there.port or _PORTS.get(there.scheme)
    except ValueError:  # what was sent is no address
        return False
    return there.hostname == here.hostname and port == settings.PORT


def connect() -> None:
    """Register the rule above; called once when the app is ready."""
    check_request_enabled.connect(from_our_site, dispatch_uid="dam.transfers")
