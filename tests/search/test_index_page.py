"""The page that says how the index stands: who sees it, what it says, and having it built anew."""

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from dam.models import Asset, Role
from search import index
from search.models import Pending
from search.query import SearchError
from tests import factories
from tests.dam.pages import page_of, read, send
from tests.search.finding import signed_in

pytestmark = pytest.mark.django_db
INDEX = "/indice/"


def test_it_is_for_those_who_see_everything():
    health = factories.agency("SSG", parent=factories.central())
    for role in Role.values:
        assert read(signed_in(factories.person(role, health)), INDEX).status == 403
    assert read(signed_in(factories.user()), INDEX).status == 403
    assert read(signed_in(factories.person(Role.PRODUCER)), INDEX).status == 200
    assert read(signed_in(factories.administrator()), INDEX).status == 200


def test_an_index_that_follows_says_so():
    factories.asset()
    index.drain()
    page = read(signed_in(), INDEX)
    assert "Al día con el acervo" in page.text
    assert "Materiales en el índice 1" in page.text


def test_what_waits_is_counted_and_asked_for_again():
    index.drain()
    factories.asset()
    page = read(signed_in(), INDEX)
    assert "Se está poniendo al día" in page.text
    assert page.attributes("acervo-poll", "data-url") == [INDEX]


def test_what_differs_is_counted_by_what_it_is():
    asset = factories.asset()
    index.drain()
    Asset.objects.filter(pk=asset.pk).update(revision=asset.revision + 1)
    page = read(signed_in(), INDEX)
    assert "Difiere del acervo" in page.text
    assert "Están como eran antes 1" in page.text


def test_an_administrator_has_it_built_anew_once():
    index.drain()
    client = signed_in(factories.administrator())
    page = send(client, INDEX)
    assert "El índice se reconstruye" in page.text
    assert "Se está reconstruyendo" in page.text
    assert "Reconstruir el índice" not in page.text
    send(client, INDEX)
    assert ProcrastinateJob.objects.filter(task_name=index.REBUILD).count() == 1


def test_others_may_not_and_are_not_offered_it():
    index.drain()
    client = signed_in(factories.person(Role.COORDINATOR))
    assert "Reconstruir el índice" not in read(client, INDEX).text
    assert send(client, INDEX).status == 403
    assert not ProcrastinateJob.objects.filter(task_name=index.REBUILD).exists()


def test_an_index_that_cannot_be_read_is_told_with_what_is_safe(monkeypatch):
    class Broken:
        def snapshot(self):
            raise SearchError("the disk")

    monkeypatch.setattr("search.index.engine", Broken)
    page = read(signed_in(), INDEX)
    assert page.status == 200
    assert "no se puede leer en este momento" in page.text
    assert "siguen completos" in page.text


def test_asked_again_only_the_state_is_sent():
    index.drain()
    Pending.objects.all().delete()
    answer = signed_in().get(INDEX, headers={"HX-Request": "true", "HX-Target": "estado"})
    page = page_of(answer)
    assert "<html" not in page.html
    assert page.attributes("acervo-poll", "id") == ["estado"]
    assert page.attributes("acervo-poll", "data-url") == []
