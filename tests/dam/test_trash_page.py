"""The pages of the trash: what lies there for whom, putting there, taking back, undoing."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from dam import trash
from dam.models import Asset, Event, Role, User
from tests import factories
from tests.dam import people
from tests.dam.pages import page_of, read, send

pytestmark = pytest.mark.django_db
TRASH, PUT, RESTORE = "/papelera/", "/acervo/seleccion/papelera/", "/papelera/restaurar/"
MAY = ("administrator", "central producer", "coordinator", "producer", "author")
STATUS = dict.fromkeys(MAY, 302) | {
    "liaison": 403,
    "guest": 403,
    "member": 403,
    "stranger": 404,
    "former": 404,
}


@pytest.fixture
def asset(by: User) -> Asset:
    return factories.asset(by=by, of=people.home(), name="Presa.jpg")


def several(by: User, count: int, *, trashed: bool = False) -> list[Asset]:
    made = [factories.asset(by=by, of=people.home(), name=f"Toma {number}") for number in range(count)]
    return [trash.put(one, by=by) if trashed else one for one in made]


def codes(*assets: Asset) -> dict[str, list[str]]:
    return {"asset": [one.code for one in assets]}


def in_trash() -> set[str]:
    return set(Asset.objects.filter(trashed_at__isnull=False).values_list("code", flat=True))


class TestWhoMay:
    @pytest.mark.parametrize(("who", "status"), STATUS.items())
    def test_putting_there_and_taking_back(self, asset, by, who: str, status: int):
        client = people.signed_in(who, asset)
        assert client.post(reverse("dam:put_in_trash", args=[asset.code])).status_code == status
        assert bool(in_trash()) == (status == 302)
        trash.put(asset, by=by)
        assert client.post(reverse("dam:restore", args=[asset.code])).status_code == status
        assert bool(in_trash()) == (status != 302)

    @pytest.mark.parametrize(("who", "status"), STATUS.items())
    def test_seeing_what_lies_there(self, asset, by, who: str, status: int):
        client = people.signed_in(who, asset)
        trash.put(asset, by=by)
        page = read(client, TRASH)
        assert page.status == 200
        assert (asset.code in page.html) == (status != 404)

    @pytest.mark.parametrize("address", [TRASH, PUT, RESTORE])
    def test_somebody_not_signed_in_is_asked_to(self, client, asset, address: str):
        assert client.post(address, codes(asset)).headers["Location"].startswith("/entrar/")
        assert not in_trash()

    @pytest.mark.parametrize("name", ["put_in_trash", "restore", "trash_selection", "restore_selection"])
    def test_nothing_is_done_by_a_link(self, browser, asset, name: str):
        args = [asset.code] if name in {"put_in_trash", "restore"} else []
        assert browser.get(reverse(f"dam:{name}", args=args), codes(asset)).status_code == 405
        assert not in_trash()


class TestOne:
    def test_its_page_stays_says_so_and_offers_to_take_it_back(self, browser, asset):
        answer = browser.post(reverse("dam:put_in_trash", args=[asset.code]))
        assert answer["Location"] == reverse("dam:asset", args=[asset.code])
        page = read(browser, answer["Location"])
        assert "Este material está en la papelera. Lo puso ana, " in page.text
        page = send(browser, reverse("dam:restore", args=[asset.code]))
        assert "Se restauró el material. Todo quedó como estaba." in page.text

    @pytest.mark.parametrize(("name", "verb"), [("put_in_trash", "trashed"), ("restore", "restored")])
    def test_twice_is_told_once(self, browser, asset, by, name: str, verb: str):
        if name == "restore":
            trash.put(asset, by=by)
        answers = [browser.post(reverse(f"dam:{name}", args=[asset.code])).status_code for _ in range(2)]
        assert answers[0] == 302
        assert Event.objects.filter(verb=verb).count() == 1

    def test_a_code_of_a_version_means_its_asset(self, browser, asset):
        assert asset.current is not None
        send(browser, reverse("dam:put_in_trash", args=[asset.current.code]))
        assert in_trash() == {asset.code}


class TestSelection:
    @pytest.mark.parametrize(
        ("count", "words"),
        [(1, "1 material pasó a la papelera."), (2, "2 materiales pasaron a la papelera.")],
    )
    def test_it_goes_there_and_the_library_says_how_many(self, browser, by, count: int, words: str):
        made = several(by, count)
        answer = browser.post(PUT, codes(*made))
        assert answer["Location"] == reverse("search:library")
        assert words in read(browser, answer["Location"]).text
        assert in_trash() == {one.code for one in made}

    def test_what_one_may_not_stays_and_is_said(self, asset):
        guest = people.somebody("guest", asset)
        own = factories.asset(by=guest, of=people.elsewhere())
        page = send(people.browser_of(guest), PUT, codes(own, asset))
        assert "1 material pasó a la papelera." in page.text
        assert "1 material se quedó donde estaba: no puede ponerlo en la papelera." in page.text
        assert in_trash() == {own.code}

    def test_what_one_does_not_see_is_not_even_counted(self, browser, asset):
        foreign = factories.asset(of=people.elsewhere())
        page = send(browser, PUT, codes(asset, foreign))
        assert "se quedó" not in page.text
        assert in_trash() == {asset.code}

    @pytest.mark.usefixtures("asset")
    @pytest.mark.parametrize("sent", [[], ["ZZZZZZZZ"], ["a\x00b"], [""]])
    @pytest.mark.parametrize("address", [PUT, RESTORE])
    def test_of_nothing_nothing_happens(self, browser, address: str, sent: list[str]):
        page = send(browser, address, {"asset": sent})
        assert page.status == 200
        assert "pasó" not in page.text
        assert "restauró" not in page.text
        assert not in_trash()


class TestUndo:
    def test_the_way_back_leads_to_the_trash_with_just_these_chosen(self, browser, by):
        several(by, 1, trashed=True)
        made = several(by, 2)
        page = send(browser, PUT, codes(*made))
        assert "Deshacer" in page.text
        undo = next(link for link in page.links if link.startswith(f"{TRASH}?"))
        page = read(browser, undo)
        chosen = [attrs["value"] for _tag, attrs in page.tags if "checked" in attrs and "value" in attrs]
        assert sorted(str(code) for code in chosen) == sorted(one.code for one in made)
        page = send(browser, RESTORE, {"asset": chosen})
        assert "Se restauraron 2 materiales." in page.text
        assert in_trash() & set(chosen) == set()
        assert len(in_trash()) == 1

    def test_what_one_may_not_take_back_stays(self, asset, by):
        guest = people.signed_in("guest", asset)
        trash.put(asset, by=by)
        page = send(guest, RESTORE, codes(asset))
        assert "Se restauró" not in page.text
        assert in_trash() == {asset.code}

    def test_one_is_told_as_one(self, browser, by):
        assert "Se restauró 1 material." in send(browser, RESTORE, codes(*several(by, 1, trashed=True))).text


class TestList:
    def test_an_empty_one_says_so(self, browser):
        assert "La papelera está vacía" in read(browser, TRASH).text

    def test_who_put_it_there_and_whose_it_is(self, browser, asset, by):
        trash.put(asset, by=by)
        page = read(browser, TRASH)
        assert f"Presa.jpg {asset.code} Secretaría de Salud ana " in page.text
        assert page.offers(RESTORE)
        assert reverse("dam:asset", args=[asset.code]) in page.links

    def test_what_is_not_in_the_trash_is_not_there(self, browser, asset):
        assert asset.code not in read(browser, TRASH).html

    def test_pages_miss_none_and_keep_what_was_chosen(self, browser, by, monkeypatch):
        monkeypatch.setattr("dam.views.trash.PER_PAGE", 2)
        made = several(by, 5, trashed=True)
        seen, chosen, address = [], [], f"{TRASH}?{urlencode({'recien': made[0].code})}"
        while address:
            context = browser.get(address).context
            seen += [row["asset"].code for row in context["rows"]]
            chosen += [row["asset"].code for row in context["rows"] if row["chosen"]]
            address = context["page"].next_url and TRASH + context["page"].next_url
        assert seen == [one.code for one in reversed(made)]
        assert chosen == [made[0].code]

    @pytest.mark.parametrize("cursor", ["x", "-1", "9" * 40, "\x00", "²"])
    def test_a_cursor_that_is_none_breaks_nothing(self, browser, by, cursor: str):
        several(by, 1, trashed=True)
        assert page_of(browser.get(TRASH, {"desde": cursor})).status == 200

    def test_the_number_of_queries_does_not_grow(self, browser, by):
        several(by, 1, trashed=True)
        little = people.queries(browser, TRASH)
        several(by, 4, trashed=True)
        assert people.queries(browser, TRASH) == little <= 15

    def test_a_liaison_sees_it_and_takes_nothing_back(self, asset, by):
        trash.put(asset, by=by)
        liaison = people.browser_of(factories.person(Role.LIAISON, people.home()))
        assert "Presa.jpg" in read(liaison, TRASH).text
        send(liaison, RESTORE, codes(asset))
        assert in_trash() == {asset.code}
