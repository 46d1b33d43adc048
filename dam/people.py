"""The person behind a request."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest

from dam.models import User


def person(request: HttpRequest) -> User:
    """Return who is signed in. Raises PermissionDenied where nobody is."""
    if not isinstance(request.user, User):
        raise PermissionDenied
    return request.user
