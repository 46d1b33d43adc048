"""Links that live minutes: a download address that works without a session, for one person and one path."""

from urllib.parse import unquote, urlencode
from uuid import UUID

from django.core.signing import BadSignature, TimestampSigner
from django.http import HttpRequest

from dam.models import User

LIFE_SECONDS = 600
PARAMETER = "enlace"
_signer = TimestampSigner(salt="dam.links")


class Expired(Exception):
    """The link is too old, or it is not one of ours."""


def sign(path: str, user: User) -> str:
    """Return ``path`` (as ``reverse`` gives it) signed for ``user``: for ten minutes any program may fetch it."""
    value = f"{user.pk}{unquote(path)}"
    tail = _signer.sign(value).removeprefix(f"{value}:")
    return f"{path}?{urlencode({PARAMETER: f'{user.pk}:{tail}'})}"


def person(request: HttpRequest) -> User | None:
    """Return for whom the request's link was signed; None where it carries none. Raises Expired.

    What that person may do is still asked: a link gives nobody more than they have now.
    """
    token = request.GET.get(PARAMETER)
    if token is None:
        return None
    key, _, tail = token.partition(":")
    try:
        _signer.unsign(f"{key}{request.path}:{tail}", max_age=LIFE_SECONDS)
        return User.objects.get(pk=UUID(key))
    except (BadSignature, ValueError, User.DoesNotExist):
        raise Expired from None
