"""Verbs on API tokens: make, revoke, find the one a secret belongs to, note that it was used."""

import hashlib
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.utils import timezone

from dam import events
from dam.models import ApiToken, Scope, User

PREFIX = "acv_"
SECRET_BYTES = 32
#: ``last_used_at`` is written at most this often: a busy program does not write a row per request.
USE_NOTED_EVERY = timedelta(minutes=1)
MAX_NAME = 100

_SECRET = re.compile(r"acv_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True)
class Made:
    """A new token and its secret, which is shown once and kept nowhere."""

    token: ApiToken
    secret: str


def make(
    user: User, *, name: str, scopes: Iterable[str], expires_at: datetime | None, by: User | None
) -> Made:
    """Make a token for a person. Raises ValueError where no scope, or an unknown one, is asked for."""
    wanted = [scope.value for scope in Scope if scope in {Scope(asked) for asked in scopes}]
    if not wanted:
        raise ValueError("a token needs at least one scope")
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        token = ApiToken.objects.create(
            user=user,
            name=name[:MAX_NAME],
            digest=_digest(secret),
            hint=secret[-4:],
            scopes=wanted,
            expires_at=expires_at,
        )
        events.record(token, "created", by=by, data={"user": str(user.pk), "scopes": wanted})
    return Made(token, secret)


def revoke(token: ApiToken, *, by: User | None) -> ApiToken:
    """End a token for good; one that is revoked already stays as it was."""
    with transaction.atomic():
        ended = timezone.now()
        if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=ended):
            events.record(token, "revoked", by=by)
    token.refresh_from_db(fields=["revoked_at"])
    return token


def find(secret: str) -> ApiToken | None:
    """Return the token that a secret opens now, with its person; None where it opens nothing.

    An expired or revoked token opens nothing, nor does one of a person whose account is closed.
    """
    if not _SECRET.fullmatch(secret):
        return None
    opened = ApiToken.objects.current().filter(digest=_digest(secret), user__is_active=True)
    return opened.select_related("user").first()


def note_use(token: ApiToken) -> None:
    """Write when it was last used, at most once a minute."""
    now = timezone.now()
    stale = now - USE_NOTED_EVERY
    if token.last_used_at is None or token.last_used_at < stale:
        unnoted = models.Q(last_used_at__isnull=True) | models.Q(last_used_at__lt=stale)
        ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)


def _digest(secret: str) -> str:
    """Return the SHA-256 of a secret of 256 random bits: nothing to guess, so nothing to slow down."""
    return hashlib.sha256(secret.encode()).hexdigest()
