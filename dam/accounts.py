"""Verbs on people's accounts. Nobody is deleted: an account is closed, and what its person did stays theirs."""

from django.db import transaction

from dam import events
from dam.models import User


def create(
    username: str, *, name: str = "", password: str, administrator: bool = False, by: User | None
) -> User:
    """Make an account; ``name`` is given name and family name. Raises ValidationError."""
    person = User(username=username)
    person.set_password(password)
    _name(person, name)
    _administer(person, administrator)
    person.full_clean()
    with transaction.atomic():
        person.save(force_insert=True)
        events.record(person, "created", by=by)
    return person


def edit(person: User, *, name: str, administrator: bool, by: User | None) -> User:
    """Change what a person is called and whether they administer the system. Raises ValidationError."""
    _name(person, name)
    _administer(person, administrator)
    person.full_clean()
    with transaction.atomic():
        person.save(update_fields=["first_name", "last_name", "is_staff", "is_superuser"])
        events.record(person, "edited", by=by)
    return person


def close(person: User, *, by: User | None) -> User:
    """End an account: its person signs in no more."""
    return _opened(person, False, "closed", by)


def reopen(person: User, *, by: User | None) -> User:
    """Give a closed account back."""
    return _opened(person, True, "reopened", by)


def _opened(person: User, is_active: bool, verb: str, by: User | None) -> User:  # noqa: FBT001 - told by its verb
    if person.is_active is is_active:
        return person
    person.is_active = is_active
    with transaction.atomic():
        person.save(update_fields=["is_active"])
        events.record(person, verb, by=by)
    return person


def _name(person: User, name: str) -> None:
    person.first_name, _space, person.last_name = name.strip().partition(" ")


def _administer(person: User, administrator: bool) -> None:  # noqa: FBT001 - a value of the row
    person.is_superuser = person.is_staff = administrator
