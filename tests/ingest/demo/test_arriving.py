"""Tests of the demo's coming in: once, whatever is run again or cut."""

from collections import Counter
from io import StringIO

import pytest
from django.core.management import call_command
from django.test import Client

from dam import permissions
from dam.models import Agency, Event, Production, User
from ingest.demo import arriving, catalogue
from ingest.models import Ingest, Upload

pytestmark = pytest.mark.django_db


def test_accounts_are_made_once_and_listed() -> None:
    for _ in range(2):
        out = StringIO()
        call_command("demo", "--accounts", stdout=out)
        for person in catalogue.PEOPLE:
            assert person.username in out.getvalue()
    assert Agency.objects.filter(code__in=[office.code for office in catalogue.OFFICES]).count() == 3
    assert Production.objects.count() == 2
    made = Event.objects.filter(verb="created").values_list("subject_type", flat=True)
    assert Counter(made) == {"dam.agency": 3, "dam.user": len(catalogue.PEOPLE), "dam.production": 2}


@pytest.mark.parametrize("person", catalogue.PEOPLE, ids=lambda person: person.username)
def test_everybody_signs_in(client: Client, person: catalogue.Person) -> None:
    arriving.settle()
    assert client.login(username=person.username, password=catalogue.PASSWORD)
    assert client.get("/").status_code == 200


def test_who_brings_a_piece_may() -> None:
    arriving.settle()
    for arrival in catalogue.ARRIVALS:
        by = User.objects.get(username=arrival.by)
        if arrival.work:
            assert permissions.visible_productions(by).filter(title=arrival.work).exists(), arrival


def test_a_library_of_others_stays_as_it_is() -> None:
    User.objects.create_user("somebody")
    call_command("demo", stdout=StringIO())
    assert not Agency.objects.exists()


def test_a_piece_already_brought_is_not_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    arriving.settle()
    monkeypatch.setattr(arriving, "PATIENCE_SECONDS", 0)
    for _ in range(2):
        with pytest.raises(TimeoutError):
            arriving.bring(catalogue.BRIEF)
    assert Upload.objects.count() == Ingest.objects.count() == 1
