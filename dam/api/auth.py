"""Who asks: a bearer token with its scopes, or the session of a page with the proof that the page is ours."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja.errors import HttpError
from ninja.security.apikey import APIKeyCookie
from ninja.security.base import AuthBase

from dam import events, tokens
from dam.api import limits
from dam.api.problems import Problem
from dam.models import ApiToken, Scope, User

CHALLENGE = 'Bearer realm="acervo"'


@dataclass(frozen=True)
class Caller:
    """Who is behind a request: the person, and the token where a program acts for them (a session can it all)."""

    user: User
    token: ApiToken | None

    @property
    def scopes(self) -> tuple[str, ...]:
        """The scopes in force; all of them for a session."""
        return tuple(self.token.scopes) if self.token else tuple(Scope.values)

    @property
    def key(self) -> str:
        """The name under which the caller's rate is counted."""
        return f"token:{self.token.pk}" if self.token else f"user:{self.user.pk}"


def caller(request: HttpRequest) -> Caller:
    """Return who asks, once ``Bearer`` or ``Session`` has let them in."""
    found: Caller = request.auth  # type: ignore[attr-defined]  # ninja's own place for it
    return found


def bearer(request: HttpRequest) -> ApiToken | None:
    """Return the token of the Authorization header; None where the header is absent or of another kind.

    Raises Problem invalid-token where it is a token and opens nothing, insufficient proof of anything else.
    """
    kind, _space, secret = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "bearer":
        return None
    token = tokens.find(secret.strip())
    if token is None:
        count_unknown(request)
        raise Problem("invalid-token", headers={"WWW-Authenticate": f'{CHALLENGE}, error="invalid_token"'})
    return token


def need_scope(token: ApiToken, scope: str) -> None:
    """Raise Problem insufficient-scope where the token was not made for this."""
    if scope not in token.scopes:
        detail = _("Esta operación pide el alcance “%(scope)s”; su clave tiene: %(scopes)s.") % {
            "scope": scope,
            "scopes": ", ".join(token.scopes),
        }
        challenge = f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'
        raise Problem("insufficient-scope", detail, headers={"WWW-Authenticate": challenge})


def let_token_in(request: HttpRequest, scope: str) -> None:
    """Make the request that of the token's person, where it carries one. Raises Problem, as the two above."""
    if (token := bearer(request)) is not None:
        need_scope(token, scope)
        tokens.note_use(token)
        request.user = token.user


def count(request: HttpRequest, key: str, per_minute: int) -> None:
    """Spend one request of this caller; the answer will carry how they stand. Raises Problem too-many-requests."""
    standing = limits.take(key, per_minute)
    request.rate = standing  # type: ignore[attr-defined]  # read by dam.api.frame
    if not standing.allowed:
        raise Problem("too-many-requests", headers=standing.headers())


def count_unknown(request: HttpRequest) -> None:
    """Spend one request of a network address whose caller is not known."""
    count(request, f"address:{events.address.get()}", settings.API_RATE_UNKNOWN)


def _let_in(request: HttpRequest, found: Caller) -> Caller:
    count(request, found.key, settings.API_RATE)
    if found.token is not None:
        tokens.note_use(found.token)
    return found


class Bearer(AuthBase):
    """Authorization: Bearer acv_..."""

    openapi_type = "http"
    openapi_scheme = "bearer"

    def __init__(self, scope: str) -> None:
        self.scope = scope
        super().__init__()

    def __call__(self, request: HttpRequest) -> Caller | None:
        """Let a token in that was made for this; None where there is none, so that the session is tried."""
        token = bearer(request)
        if token is None:
            return None
        request.user = token.user
        found = _let_in(request, Caller(token.user, token))
        need_scope(token, self.scope)
        return found


class Session(APIKeyCookie):
    """The cookie of somebody who is signed in; what writes also needs the CSRF token in X-CSRFToken."""

    param_name = settings.SESSION_COOKIE_NAME

    def __call__(self, request: HttpRequest) -> Any:
        """Let in who is signed in. Raises Problem csrf, not-authenticated."""
        if not isinstance(request.user, User):
            count_unknown(request)
            raise Problem("not-authenticated", headers={"WWW-Authenticate": CHALLENGE})
        try:
            return super().__call__(request)
        except HttpError:
            raise Problem("csrf") from None

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:  # noqa: ARG002 - ninja's signature
        """Return the person of the session."""
        return _let_in(request, Caller(request.user, None)) if isinstance(request.user, User) else None
