"""The first page: what is new to each person, their productions, and where to begin."""

import pytest
from django.urls import reverse

from dam import metadata, productions, trash
from dam.models import Role, User
from tests import factories
from tests.dam import people
from tests.dam.pages import read

pytestmark = pytest.mark.django_db
SEES = ("administrator", "central producer", "coordinator", "liaison", "guest", "member", "author")


class TestWhoSees:
    @pytest.mark.parametrize("who", [*SEES, *people.STRANGERS])
    def test_only_what_each_may(self, by, who: str):
        asset = factories.asset(by=by, of=people.home(), headline="Presa")
        page = read(people.signed_in(who, asset), "/")
        assert page.status == 200
        assert ("Presa" in page.text) == (who in SEES)
        assert (asset.code in page.html) == (who in SEES)

    @pytest.mark.parametrize("who", ["coordinator", "member", "guest", "stranger"])
    def test_and_only_productions_they_may(self, by, who: str):
        production = factories.production("Informe", by=by, of=people.home())
        page = read(people.signed_in(who, production), "/")
        assert ("Informe" in page.text) == (who != "stranger")

    def test_somebody_not_signed_in_is_asked_to(self, client):
        assert client.get("/").headers["Location"] == "/entrar/?next=/"

    def test_it_is_only_read(self, browser):
        assert browser.post("/").status_code == 405


class TestWhatIsShown:
    def test_one_is_greeted_by_first_name_else_by_the_name_one_signs_in_with(self, browser, by):
        assert "Hola, ana" in read(browser, "/").text
        User.objects.filter(pk=by.pk).update(first_name="Ana María")
        assert "Hola, Ana María" in read(browser, "/").text

    @pytest.mark.parametrize(("role", "may"), [(Role.VIDEOGRAPHER, True), (Role.LIAISON, False)])
    def test_an_empty_one_says_how_to_begin_as_far_as_one_may(self, role: str, *, may: bool):
        page = read(people.browser_of(factories.person(role, people.home())), "/")
        assert "Aquí aparecerá el material más reciente" in page.text
        assert ("Suba el primer archivo" in page.text) == may
        assert ("Cuando alguien comparta material con su dependencia" in page.text) != may

    def test_the_newest_stand_first_and_not_all(self, browser, by, monkeypatch):
        monkeypatch.setattr("dam.views.home.RECENT", 2)
        for name in ("Uno", "Dos", "Tres"):
            factories.asset(by=by, of=people.home(), headline=name)
        shown = [tile["title"] for tile in browser.get("/").context["recent"]]
        assert shown == ["Tres", "Dos"]

    def test_ones_own_without_a_title_are_asked_for_those_of_others_not(self, browser, by):
        asset = factories.asset(by=by, of=people.home(), name="DSC1.jpg")
        factories.asset(of=people.home(), name="DSC2.jpg")
        shown = browser.get("/").context["undescribed"]
        assert [tile["title"] for tile in shown] == ["DSC1.jpg"]
        metadata.describe(asset, {"headline": "Presa"}, by=by)
        assert "Suyos que no tienen título" not in read(browser, "/").text

    def test_neither_the_trash_nor_closed_productions(self, browser, by):
        trash.put(factories.asset(by=by, of=people.home(), headline="Presa"), by=by)
        productions.close(factories.production("Informe", by=by, of=people.home()), by=by)
        page = read(browser, "/")
        assert "Presa" not in page.text
        assert "Informe" not in page.text

    def test_what_is_not_converted_yet_says_so(self, browser, by):
        asset = factories.asset(by=by, of=people.home())
        assert "Preparándose" in read(browser, "/").text
        assert asset.current is not None
        made = factories.rendition(asset.current)
        page = read(browser, "/")
        assert "Preparándose" not in page.text
        address = reverse("dam:rendition_file", args=[asset.current.code, made.preset, made.entry])
        assert address in page.attributes("img", "src")

    def test_the_number_of_queries_does_not_grow(self, browser, by):
        def fill(count: int) -> None:
            for _ in range(count):
                asset = factories.asset(by=by, of=people.home(), kind="video")
                assert asset.current is not None
                factories.rendition(asset.current, form="poster")
                factories.production(by=by, of=people.home())

        fill(1)
        little = people.queries(browser, "/")
        fill(4)
        assert people.queries(browser, "/") == little <= 16
