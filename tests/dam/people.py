"""The people that pages are tried with: each as they stand to one asset or production of an agency."""

from collections.abc import Callable
from datetime import timedelta

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dam import productions
from dam.models import Agency, Asset, Production, Role, User
from tests import factories
from tests.dam.pages import read

ROLES_HERE = {
    "coordinator": Role.COORDINATOR,
    "producer": Role.PRODUCER,
    "videographer": Role.VIDEOGRAPHER,
    "liaison": Role.LIAISON,
}
#: Those who are not in the thing's agency and have nothing to do with it.
STRANGERS = ("stranger", "former", "nobody", "videographer", "central videographer")
EDITORS = ("administrator", "central coordinator", "central producer", "coordinator", "producer", "author")
ONLOOKERS = ("liaison", "guest", "member", "central liaison")
#: What each meets where a thing is edited: those who may not see it meet what somebody meets where nothing is.
STATUS_TO_EDIT = dict.fromkeys(EDITORS, 200) | dict.fromkeys(ONLOOKERS, 403) | dict.fromkeys(STRANGERS, 404)


def home() -> Agency:
    """The agency whose material the tests speak of, a child of the central office."""
    found = Agency.objects.filter(code="SSG").first()
    return found or factories.agency("SSG", parent=factories.central(), name="Secretaría de Salud")


def elsewhere() -> Agency:
    """A sibling of ``home``, that has nothing to do with it."""
    found = Agency.objects.filter(code="SEG").first()
    return found or factories.agency("SEG", parent=factories.central(), name="Secretaría de Educación")


def somebody(who: str, thing: Asset | Production) -> User:
    """A person who stands to ``thing`` as ``who`` says; names of roles alone are of its own agency."""
    if who in ROLES_HERE:
        return factories.person(ROLES_HERE[who], thing.agency)
    central, _space, role = who.partition(" ")
    if central == "central":
        return factories.person(ROLES_HERE[role], factories.central())
    return _OTHERS[who](thing)


def _guest(thing: Asset | Production) -> User:
    factories.share(thing, elsewhere())
    return factories.person(Role.LIAISON, elsewhere())


def _member(thing: Asset | Production) -> User:
    someone = factories.person(Role.VIDEOGRAPHER, elsewhere())
    by = thing.created_by
    team = thing if isinstance(thing, Production) else factories.production(of=thing.agency, by=by)
    team.members.add(someone)
    if isinstance(thing, Asset):
        productions.use(team, thing, role="used_in", by=by)
    return someone


def _former(thing: Asset | Production) -> User:
    someone, now = factories.user(), timezone.now()
    factories.membership(
        someone,
        thing.agency,
        Role.COORDINATOR,
        since=now - timedelta(days=9),
        until=now - timedelta(days=1),
    )
    return someone


_OTHERS: dict[str, Callable[[Asset | Production], User]] = {
    "administrator": lambda _thing: factories.administrator(),
    "author": lambda thing: thing.created_by,
    "guest": _guest,
    "member": _member,
    "stranger": lambda _thing: factories.person(Role.PRODUCER, elsewhere()),
    "former": _former,
    "nobody": lambda _thing: factories.user(),
}


def signed_in(who: str, thing: Asset | Production) -> Client:
    """A browser in which that person is signed in; ``anonymous`` is not."""
    client = Client()
    if who != "anonymous":
        client.force_login(somebody(who, thing))
    return client


def browser_of(someone: User) -> Client:
    """A browser in which somebody is signed in."""
    client = Client()
    client.force_login(someone)
    return client


def queries(client: Client, address: str) -> int:
    """How many queries a page takes, once everything that is read once per process has been read."""
    assert read(client, address).status == 200
    with CaptureQueriesContext(connection) as counted:
        read(client, address)
    return len(counted)
