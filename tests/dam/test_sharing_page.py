"""The pages of sharing, and the page that answers who can see an asset and why."""

from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from dam import productions, shares, trash
from dam.models import Asset, Production, Role, Share, User
from tests import factories
from tests.dam import people
from tests.dam.pages import page_of, read, send

pytestmark = pytest.mark.django_db
MAY_SHARE = ("administrator", "central producer", "coordinator", "producer")
MAY_SEE = ("liaison", "guest", "member")
STATUS = dict.fromkeys(MAY_SHARE, 200) | dict.fromkeys(MAY_SEE, 403) | {"stranger": 404, "former": 404}


@pytest.fixture(params=["asset", "production"])
def thing(request, by: User) -> Asset | Production:
    """Both kinds of things that are shared, by the same page."""
    if request.param == "asset":
        return factories.asset(by=by, of=people.home(), name="Presa.jpg")
    return factories.production("Presa.jpg", by=by, of=people.home())


@pytest.fixture
def asset(by: User) -> Asset:
    return factories.asset(by=by, of=people.home(), name="Presa.jpg")


def url(thing: Asset | Production) -> str:
    if isinstance(thing, Asset):
        return reverse("dam:share_asset", args=[thing.code])
    return reverse("dam:share_production", args=[thing.pk])


def end(share: Share) -> str:
    return reverse("dam:end_share", args=[share.pk])


def form(**more: object) -> dict[str, object]:
    return {"agency": people.elsewhere().pk, "until": "", "reason": "Boletín", **more}


class TestWhoMay:
    @pytest.mark.parametrize(("who", "status"), STATUS.items())
    def test_sharing(self, thing, who: str, status: int):
        client = people.signed_in(who, thing)
        before = Share.objects.count()
        assert read(client, url(thing)).status == status
        assert client.post(url(thing), form()).status_code == (302 if status == 200 else status)
        assert Share.objects.count() == before + (status == 200)

    @pytest.mark.parametrize(("who", "status"), STATUS.items())
    def test_ending_a_share(self, thing, by, who: str, status: int):
        share = factories.share(thing, factories.agency(parent=factories.central()), by=by)
        answer = people.signed_in(who, thing).post(end(share))
        assert answer.status_code == (302 if status == 200 else status)
        share.refresh_from_db()
        assert share.is_current == (status != 200)

    def test_somebody_not_signed_in_is_asked_to(self, client, thing, by):
        share = factories.share(thing, people.elsewhere(), by=by)
        for address in (url(thing), end(share)):
            assert client.post(address, form()).headers["Location"].startswith("/entrar/")
        assert Share.objects.current().count() == 1

    def test_those_it_was_shared_with_may_not_end_it(self, thing, by):
        share = factories.share(thing, people.elsewhere(), by=by)
        client = people.browser_of(factories.person(Role.COORDINATOR, people.elsewhere()))
        assert client.post(end(share)).status_code == 403

    def test_what_lies_in_the_trash_is_not_shared(self, browser, asset, by):
        trash.put(asset, by=by)
        assert browser.post(url(asset), form()).status_code == 403
        assert not Share.objects.exists()


class TestSharing:
    def test_the_page_says_with_whom_and_shows_it(self, browser, thing):
        assert "Con nadie más por ahora." in read(browser, url(thing)).text
        answer = browser.post(url(thing), form(until="2099-03-31"))
        assert answer["Location"] == url(thing)
        page = read(browser, url(thing))
        assert "Se compartió con Secretaría de Educación." in page.text
        assert "Secretaría de Educación Boletín ana, " in page.text
        assert "hasta 1 abr 2099, 00:00" in page.text

    def test_they_see_it_from_then_on_and_not_after_it_ended(self, browser, thing):
        guest = people.browser_of(factories.person(Role.LIAISON, people.elsewhere()))
        named = ("asset", thing.code) if isinstance(thing, Asset) else ("production", thing.pk)
        address = reverse(f"dam:{named[0]}", args=[named[1]])
        assert read(guest, address).status == 404
        send(browser, url(thing), form())
        assert read(guest, address).status == 200
        page = send(browser, end(Share.objects.get()))
        assert "Ya no se comparte con Secretaría de Educación." in page.text
        assert "Con nadie más por ahora." in page.text
        assert read(guest, address).status == 404

    def test_until_today_is_until_its_end_where_the_office_is(self, browser, thing):
        today = timezone.localdate()
        send(browser, url(thing), form(until=today.isoformat()))
        until = Share.objects.get().until
        assert until is not None
        assert timezone.localtime(until).replace(tzinfo=None) == datetime.combine(
            today + timedelta(days=1), datetime.min.time()
        )

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"agency": ""}, "Este campo es obligatorio."),
            ({"agency": "x"}, "no es un UUID válido"),
            ({"reason": " "}, "Este campo es obligatorio."),
            ({"reason": "x" * 301}, "300 caracteres"),
            ({"until": "2020-01-01"}, "Ese día ya pasó. Elija uno de hoy en adelante."),
            ({"until": "31/03/2099"}, "fecha válida"),
            ({"until": "9999-12-31"}, "fecha válida"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, browser, asset, wrong, words: str):
        sent = {"reason": "Se queda", "agency": people.elsewhere().pk, "until": ""} | wrong
        page = page_of(browser.post(url(asset), sent))
        assert page.status == 422
        assert words in page.text
        assert "reason" in wrong or "Se queda" in page.attributes("input", "value")
        assert not Share.objects.exists()

    def test_not_with_its_own_agency(self, browser, thing):
        assert browser.post(url(thing), form(agency=people.home().pk)).status_code == 422

    def test_ending_what_has_ended_changes_nothing(self, browser, thing, by):
        share = shares.end(factories.share(thing, people.elsewhere(), by=by), by=by)
        send(browser, end(share))
        before, until = share.until, Share.objects.get().until
        assert until == before

    def test_a_share_that_is_none_is_not_there(self, browser):
        assert browser.post(reverse("dam:end_share", args=[uuid4()])).status_code == 404

    def test_ending_is_not_done_by_a_link(self, browser, asset, by):
        share = factories.share(asset, people.elsewhere(), by=by)
        assert browser.get(end(share)).status_code == 405

    def test_the_number_of_queries_does_not_grow(self, browser, asset, by):
        factories.share(asset, people.elsewhere(), by=by)
        little = people.queries(browser, url(asset))
        for _ in range(4):
            factories.share(asset, factories.agency(parent=factories.central()), by=factories.person())
        assert people.queries(browser, url(asset)) == little <= 15


class TestAccess:
    def address(self, asset: Asset) -> str:
        return reverse("dam:access", args=[asset.code])

    @pytest.mark.parametrize(("who", "status"), STATUS.items())
    def test_whoever_sees_it_may_ask_and_only_who_may_share_about_others(self, asset, who, status: int):
        page = read(people.signed_in(who, asset), self.address(asset), QUERY_STRING="persona=ana")
        assert page.status == (404 if status == 404 else 200)
        assert ("Lo que puede hacer ana" in page.text) == (status == 200)
        assert ("Todos los caminos" in page.text) == (status == 200)

    @pytest.mark.parametrize(
        ("who", "reason"),
        [
            ("administrator", "Administra el sistema."),
            ("central producer", "Es Productor en Comunicación Social."),
            ("liaison", "Es Enlace en Secretaría de Salud."),
            ("author", "Lo subió o lo creó."),
            ("guest", "Está compartido con su dependencia."),
            ("member", "Participa en una producción que lo usa."),
        ],
    )
    def test_it_says_why(self, asset, who: str, reason: str):
        page = read(people.signed_in(who, asset), self.address(asset))
        assert "Lo que usted puede hacer" in page.text
        assert reason in page.text.partition("Verlo")[2].partition("Descargarlo")[0]

    def test_it_says_why_not(self, browser, asset):
        liaison = people.somebody("liaison", asset)
        page = read(browser, self.address(asset), QUERY_STRING=f"persona={liaison.username}")
        refused = "Ninguna de sus funciones lo permite. Es Enlace en Secretaría de Salud."
        assert f"No Editar su ficha {refused}" in page.text

    def test_somebody_without_a_role_has_none(self, browser, asset):
        page = read(browser, self.address(asset), QUERY_STRING=f"persona={factories.user().username}")
        assert "No Verlo Ninguna de sus funciones lo permite. No tiene ninguna función vigente." in page.text

    @pytest.mark.parametrize("asked", ["nadie", "%00"])
    def test_asked_about_nobody_it_answers_about_oneself(self, browser, asset, asked: str):
        page = read(browser, f"{self.address(asset)}?persona={asked}")
        assert page.status == 200
        assert "Lo que usted puede hacer" in page.text

    def test_the_number_of_queries_does_not_grow(self, browser, asset, by):
        def fill(count: int) -> None:
            for _ in range(count):
                team = factories.production(of=people.home(), by=by, members=[factories.user()])
                productions.use(team, asset, role="used_in", by=by)
                factories.person(Role.LIAISON, people.home())

        fill(1)
        little = people.queries(browser, self.address(asset))
        fill(4)
        assert people.queries(browser, self.address(asset)) == little <= 30
