"""Material in productions and collections: put there and taken out, one or many, and shown on both sides."""

from uuid import uuid4

import pytest
from django.urls import reverse

from dam import productions, trash
from dam.models import Asset, Collection, CollectionItem, Production, ProductionAsset, User
from tests import factories
from tests.dam import people
from tests.dam.pages import read, send

pytestmark = pytest.mark.django_db
USE, COLLECT = "/acervo/seleccion/produccion/", "/acervo/seleccion/coleccion/"
#: What a production answers to putting material in it.
STATUS = {
    "administrator": 302,
    "central producer": 302,
    "producer": 302,
    "author": 302,
    "member": 302,
    "liaison": 403,
    "guest": 403,
    "stranger": 404,
    "former": 404,
    "nobody": 404,
}


@pytest.fixture
def production(by: User) -> Production:
    return factories.production("Informe", of=people.home(), by=by)


@pytest.fixture
def assets(by: User) -> list[Asset]:
    return [factories.asset(by=by, of=people.home(), name=name) for name in ("Uno", "Dos")]


def use(production: Production, *assets: Asset, role: str = "used_in", **more: object) -> dict[str, object]:
    return {"asset": [one.code for one in assets], "production": production.pk, "role": role, **more}


def page_of_asset(asset: Asset) -> str:
    return reverse("dam:asset", args=[asset.code])


def page_of_production(production: Production, role: str = "used_in") -> str:
    return reverse("dam:production", args=[production.pk]) + f"?funcion={role}"


def take_out(production: Production) -> str:
    return reverse("dam:stop_using_selection", args=[production.pk])


class TestWhoMay:
    @pytest.mark.parametrize(("who", "status"), STATUS.items())
    def test_putting_material_in(self, production, who: str, status: int):
        someone = people.somebody(who, production)
        own = factories.asset(by=someone, of=people.home())
        assert people.browser_of(someone).post(USE, use(production, own)).status_code == status
        assert production.uses.exists() == (status == 302)

    @pytest.mark.parametrize(("who", "status"), STATUS.items())
    def test_taking_it_out_one_or_many(self, production, assets, by, who: str, status: int):
        used = [productions.use(production, asset, role="used_in", by=by) for asset in assets]
        client = people.signed_in(who, production)
        one = client.post(reverse("dam:stop_using", args=[used[0].pk]))
        many = client.post(take_out(production), {"asset": assets[1].code, "role": "used_in"})
        assert (one.status_code, many.status_code) == (status, status)
        assert production.uses.exists() == (status != 302)

    def test_somebody_not_signed_in_is_asked_to(self, client, production, assets, by):
        used = productions.use(production, assets[0], role="used_in", by=by)
        for address in (USE, COLLECT, take_out(production), reverse("dam:stop_using", args=[used.pk])):
            answer = client.post(address, use(production, *assets))
            assert answer.headers["Location"].startswith("/entrar/")
        assert production.uses.count() == 1
        assert not Collection.objects.exists()

    def test_what_one_does_not_see_is_not_put_anywhere(self, browser, production, assets):
        foreign = factories.asset(of=people.elsewhere())
        page = send(browser, USE, use(production, assets[0], foreign))
        assert "Se agregó 1 material a “Informe”." in page.text
        assert [one.asset for one in production.uses.all()] == [assets[0]]

    @pytest.mark.parametrize("address", [USE, COLLECT])
    def test_nothing_is_done_by_a_link(self, browser, address: str):
        assert browser.get(address).status_code == 405


class TestShownOnBothSides:
    def test_what_was_put_in_stands_on_both_pages_and_in_both_histories(self, browser, production, assets):
        page = send(browser, USE, use(production, *assets, role="shot_for", next=page_of_asset(assets[0])))
        assert "Se agregaron 2 materiales a “Informe”." in page.text
        assert "Informe Grabado para · ana, " in page.text
        assert "Se agregó a la producción Informe (Grabado para)" in page.text
        page = read(browser, page_of_production(production, "shot_for"))
        assert {page_of_asset(asset) for asset in assets} <= set(page.links)
        assert f"Se agregó el material {assets[0].code} (Grabado para)" in page.text

    def test_what_was_taken_out_stands_on_neither(self, browser, production, assets, by):
        used = productions.use(production, assets[0], role="used_in", by=by)
        page = read(browser, page_of_asset(assets[0]))
        assert page.offers(reverse("dam:stop_using", args=[used.pk]))
        page = send(browser, reverse("dam:stop_using", args=[used.pk]), {"next": page_of_asset(assets[0])})
        assert "Se quitó de “Informe”." in page.text
        assert "No está en ninguna producción." in page.text
        assert "Se quitó de la producción Informe (Usado en)" in page.text
        page = read(browser, page_of_production(production))
        assert "Aquí no hay material todavía" in page.text
        assert f"Se quitó el material {assets[0].code} (Usado en)" in page.text

    def test_in_two_roles_it_is_taken_out_of_the_one_that_is_shown(self, browser, production, assets, by):
        for role in ("used_in", "output_of"):
            productions.use(production, assets[0], role=role, by=by)
        page = send(browser, take_out(production), {"asset": assets[0].code, "role": "used_in"})
        assert "Se quitó 1 material." in page.text
        assert [one.role for one in production.uses.all()] == ["output_of"]

    def test_twice_is_once(self, browser, production, assets):
        for _ in range(2):
            send(browser, USE, use(production, assets[0]))
        assert production.uses.count() == 1
        assert read(browser, page_of_asset(assets[0])).text.count("Se agregó a la producción") == 1

    @pytest.mark.parametrize(("who", "named"), [("guest", False), ("producer", True)])
    def test_the_history_names_no_production_that_one_may_not_see(
        self, production, assets, by, who: str, *, named: bool
    ):
        productions.use(production, assets[0], role="used_in", by=by)
        page = read(people.signed_in(who, assets[0]), page_of_asset(assets[0]))
        assert ("Informe" in page.text) == named
        assert str(production.pk) not in page.text
        assert ("Se agregó a la producción — (Usado en)" in page.text) != named

    def test_a_closed_production_takes_no_more_and_is_not_offered(self, browser, production, assets, by):
        productions.close(production, by=by)
        page = send(browser, USE, use(production, assets[0], next=page_of_asset(assets[0])))
        assert "No se agregó nada." in page.text
        assert str(production.pk) not in page.attributes("option", "value")
        assert not production.uses.exists()


class TestWhatIsMissing:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"asset": []},
            {"asset": ["ZZZZZZZZ", ""]},
            {"asset": ["a\x00"]},
            {"role": ""},
            {"role": "star"},
            {"production": ""},
            {"production": "x"},
        ],
    )
    def test_it_says_what_to_choose_and_adds_nothing(self, browser, production, assets, wrong):
        page = send(browser, USE, use(production, assets[0]) | wrong)
        assert page.status == 200
        assert "Elija el material, una producción en curso y la función. No se agregó nada." in page.text
        assert not ProductionAsset.objects.exists()

    def test_a_production_or_use_that_is_none_is_not_there(self, browser, production, assets):
        assert browser.post(USE, use(production, *assets) | {"production": uuid4()}).status_code == 404
        assert browser.post(reverse("dam:stop_using", args=[uuid4()])).status_code == 404

    def test_what_lies_in_the_trash_is_not_chosen(self, browser, production, assets, by):
        trash.put(assets[0], by=by)
        send(browser, USE, use(production, *assets))
        assert [one.asset for one in production.uses.all()] == [assets[1]]


class TestWayBack:
    @pytest.mark.parametrize(
        ("sent", "referer", "back"),
        [
            ("/producciones/?titulo=a", "", "/producciones/?titulo=a"),
            ("", "http://testserver/papelera/", "http://testserver/papelera/"),
            ("", "", "/acervo/"),
            ("https://evil.example/", "", "/acervo/"),
            ("//evil.example/", "", "/acervo/"),
            ("javascript:alert(1)", "", "/acervo/"),
            ("", "https://evil.example/", "/acervo/"),
        ],
    )
    def test_one_returns_to_the_page_that_asked_if_it_is_ours(self, browser, sent, referer, back: str):
        headers = {"Referer": referer} if referer else {}
        answer = browser.post(USE, {"next": sent}, headers=headers)
        assert (answer.status_code, answer["Location"]) == (302, back)


class TestCollecting:
    def test_a_new_one_is_made_where_none_was_named(self, browser, assets, by):
        page = send(browser, COLLECT, {"asset": [one.code for one in assets], "collection": ""})
        made = Collection.objects.get()
        assert "Se guardó en la colección “Colección sin título”." in page.text
        assert {page_of_asset(one) for one in assets} <= set(page.links)
        assert (made.owner, made.agency, made.shared) == (by, people.home(), False)

    @pytest.mark.parametrize(("typed", "title"), [(" Presas ", "Presas"), ("x" * 300, "x" * 200)])
    def test_under_the_title_that_was_typed(self, browser, assets, typed: str, title: str):
        send(browser, COLLECT, {"asset": assets[0].code, "title": typed})
        assert Collection.objects.get().title == title

    def test_into_ones_own_and_only_once(self, browser, assets, by):
        mine = factories.collection("Presas", by=by)
        for _ in range(2):
            page = send(browser, COLLECT, {"asset": assets[0].code, "collection": mine.pk})
        assert "Se guardó en la colección “Presas”." in page.text
        assert mine.items.count() == 1

    @pytest.mark.parametrize("named", ["", "x", "theirs"])
    def test_not_into_what_is_none_or_of_others(self, browser, assets, named: str):
        theirs = factories.collection(of=people.home())
        Collection.objects.update(shared=True)
        sent = {"theirs": theirs.pk, "": uuid4()}.get(named, named)
        assert browser.post(COLLECT, {"asset": assets[0].code, "collection": sent}).status_code == 404
        assert not CollectionItem.objects.exists()

    def test_of_nothing_none_is_made(self, browser):
        foreign = factories.asset(of=people.elsewhere())
        page = send(browser, COLLECT, {"asset": foreign.code, "title": "Presas"})
        assert "No eligió ningún material. No se guardó nada." in page.text
        assert not Collection.objects.exists()
