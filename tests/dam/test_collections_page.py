"""The pages of collections: whose they are, what of them each person sees, and changing them."""

import pytest
from django.test import Client
from django.urls import reverse

from dam import collections, trash
from dam.models import Agency, Collection, Role, User
from tests import factories
from tests.dam import people
from tests.dam.pages import page_of, read, send

pytestmark = pytest.mark.django_db
LIST = "/colecciones/"
CHANGES = ("edit_collection", "delete_collection", "uncollect_selection")


@pytest.fixture
def by() -> User:
    return factories.person(Role.PRODUCER, people.home(), name="ana")


@pytest.fixture
def browser(by: User) -> Client:
    return people.browser_of(by)


@pytest.fixture
def mine(by: User) -> Collection:
    return factories.collection("Presas", by=by, of=people.home())


@pytest.fixture
def shared(by: User) -> Collection:
    made = factories.collection("Cascadas", by=by, of=people.home())
    return collections.edit(made, title=made.title, shared=True, by=by)


def url(collection: Collection, name: str = "collection") -> str:
    return reverse(f"dam:{name}", args=[collection.pk])


class TestWhoSees:
    #: Who, and whether they see the private one and the one shared with its agency.
    WHO = (
        ("administrator", False, True),
        ("central producer", False, True),
        ("producer", False, True),
        ("liaison", False, True),
        ("videographer", False, True),
        ("stranger", False, False),
        ("former", False, False),
        ("nobody", False, False),
    )

    @pytest.mark.parametrize(("who", "sees_mine", "sees_shared"), WHO)
    def test_it_and_its_line_in_the_list(self, mine, shared, who, *, sees_mine: bool, sees_shared: bool):
        client = people.signed_in(who, factories.asset(of=people.home()))
        listed = read(client, LIST)
        for collection, sees in ((mine, sees_mine), (shared, sees_shared)):
            assert read(client, url(collection)).status == (200 if sees else 404)
            assert (collection.title in listed.text) == sees

    @pytest.mark.usefixtures("shared")
    def test_its_owner_sees_both_and_who_else_does(self, browser, mine):
        assert "Presas ana 0 Sólo su autor" in read(browser, LIST).text
        assert "Cascadas ana 0 Secretaría de Salud" in read(browser, LIST).text
        assert read(browser, url(mine)).status == 200

    def test_those_of_an_agency_below_see_what_one_above_shares(self, shared):
        below = factories.agency("SSG-LEON", parent=people.home())
        assert read(people.browser_of(factories.person(of=below)), url(shared)).status == 200

    @pytest.mark.parametrize("name", CHANGES)
    @pytest.mark.parametrize("who", ["administrator", "stranger"])
    def test_only_its_owner_changes_it(self, shared, who: str, name: str):
        asset = factories.asset(of=people.home())
        collections.add(shared, [asset], by=shared.owner)
        client = people.signed_in(who, asset)
        answer = client.post(url(shared, name), {"title": "Otra", "asset": asset.code})
        assert answer.status_code == 404
        shared.refresh_from_db()
        assert (shared.title, shared.items.count()) == ("Cascadas", 1)

    def test_who_only_sees_it_is_offered_no_change(self, shared):
        page = read(people.signed_in("producer", factories.asset(of=people.home())), url(shared))
        assert not [name for name in CHANGES[:2] if page.offers(url(shared, name))]
        assert "Quitar de la colección" not in page.text

    @pytest.mark.parametrize("name", ["collection", *CHANGES])
    def test_somebody_not_signed_in_is_asked_to(self, client, mine, name: str):
        assert client.post(url(mine, name)).headers["Location"].startswith("/entrar/")


class TestStarting:
    def test_one_goes_to_it_and_it_is_kept_under_ones_agency(self, browser, by):
        answer = browser.post(LIST, {"title": " Puentes ", "shared": "on"})
        made = Collection.objects.get()
        assert answer["Location"] == url(made)
        assert (made.title, made.shared, made.owner, made.agency) == ("Puentes", True, by, people.home())

    @pytest.mark.parametrize(
        ("title", "words"), [("  ", "obligatorio"), ("x" * 201, "200 caracteres"), ("a\x00", "nulo")]
    )
    def test_without_a_good_title_it_says_so_and_makes_none(self, browser, title: str, words: str):
        page = page_of(browser.post(LIST, {"title": title, "shared": "on"}))
        assert page.status == 422
        assert words in page.text
        assert [attrs for tag, attrs in page.tags if attrs.get("name") == "shared" and "checked" in attrs]
        assert not Collection.objects.exists()

    def test_somebody_without_a_role_has_them_under_the_centre(self):
        centre = factories.central()
        send(people.browser_of(factories.user()), LIST, {"title": "Puentes"})
        assert Collection.objects.get().agency == centre

    def test_where_there_is_no_agency_yet_it_says_what_is_missing(self):
        assert not Agency.objects.exists()
        page = send(people.browser_of(factories.administrator()), LIST, {"title": "Puentes"})
        assert page.status == 403
        assert not Collection.objects.exists()


class TestList:
    def test_where_there_is_none_it_says_how_to_begin(self, browser):
        assert "Aquí estarán sus colecciones" in read(browser, LIST).text

    def test_pages_miss_none(self, browser, by, monkeypatch):
        monkeypatch.setattr("dam.views.collections.PER_PAGE", 2)
        for number in range(5):
            factories.collection(f"C{number}", by=by)
        seen, address = [], LIST
        while address:
            page = browser.get(address).context["page"]
            seen += [row.title for row in page.rows]
            address = page.next_url and LIST + page.next_url
        assert seen == ["C4", "C3", "C2", "C1", "C0"]

    def test_the_number_of_queries_does_not_grow(self, browser, by):
        factories.collection(by=by)
        little = people.queries(browser, LIST)
        for _ in range(5):
            collections.add(factories.collection(by=by), [factories.asset(by=by)], by=by)
        assert people.queries(browser, LIST) == little <= 12


class TestMaterial:
    def test_each_sees_of_it_what_they_may_and_only_the_owner_how_much_is_missing(self, browser, shared, by):
        seen, foreign, trashed = (
            factories.asset(of=people.home(), by=by, name="Propio"),
            factories.asset(of=people.elsewhere(), name="Ajeno"),
            factories.asset(of=people.home(), by=by, name="Tirado"),
        )
        collections.add(shared, [seen, foreign, trashed], by=by)
        trash.put(trashed, by=by)
        page = read(browser, url(shared))
        assert "1 material · de ana" in page.text
        assert "2 materiales más no están abiertos para usted o están en la papelera." in page.text
        assert "Ajeno" not in page.text
        assert foreign.code not in page.html
        assert "Tirado" not in page.text
        other = read(people.signed_in("producer", seen), url(shared))
        assert "1 material · de ana" in other.text
        assert "abiertos para usted" not in other.text

    def test_it_gives_no_access_to_what_is_in_it(self, shared, by):
        asset = factories.asset(of=people.home(), by=by, name="Propio")
        collections.add(shared, [asset], by=by)
        client = people.signed_in("videographer", asset)
        page = read(client, url(shared))
        assert page.status == 200
        assert "0 materiales" in page.text
        assert read(client, reverse("dam:asset", args=[asset.code])).status == 404

    def test_the_last_added_stands_first(self, browser, mine, by):
        for name in ("Uno", "Dos"):
            collections.add(mine, [factories.asset(of=people.home(), by=by, name=name)], by=by)
        page = read(browser, url(mine))
        assert page.text.index("Dos") < page.text.index("Uno")

    def test_an_empty_one_leads_to_the_library(self, browser, mine):
        page = read(browser, url(mine))
        assert "Esta colección está vacía" in page.text
        assert reverse("search:library") in page.links

    def test_the_number_of_queries_does_not_grow(self, browser, mine, by):
        def fill(count: int) -> None:
            made = [factories.asset(of=people.home(), by=by, headline="Presa") for _ in range(count)]
            for asset in made:
                assert asset.current is not None
                factories.rendition(asset.current)
            collections.add(mine, made, by=by)

        fill(1)
        little = people.queries(browser, url(mine))
        fill(4)
        assert people.queries(browser, url(mine)) == little <= 20


class TestChanging:
    def test_its_title_and_who_sees_it(self, browser, mine):
        page = send(browser, url(mine, "edit_collection"), {"title": "Presas 2026", "shared": "on"})
        assert "Se guardó la colección." in page.text
        mine.refresh_from_db()
        assert (mine.title, mine.shared) == ("Presas 2026", True)

    def test_without_a_title_nothing_changes(self, browser, mine):
        page = send(browser, url(mine, "edit_collection"), {"title": " ", "shared": "on"})
        assert "La colección necesita un título. No se cambió nada." in page.text
        mine.refresh_from_db()
        assert (mine.title, mine.shared) == ("Presas", False)

    def test_deleting_it_leaves_the_material(self, browser, mine, by):
        asset = factories.asset(of=people.home(), by=by)
        collections.add(mine, [asset], by=by)
        answer = browser.post(url(mine, "delete_collection"))
        assert answer["Location"] == LIST
        page = read(browser, LIST)
        assert "Se borró la colección “Presas”. El material sigue en el acervo." in page.text
        assert not Collection.objects.exists()
        assert read(browser, reverse("dam:asset", args=[asset.code])).status == 200

    @pytest.mark.parametrize(
        ("count", "words"),
        [(0, "Se quitaron 0 materiales."), (1, "Se quitó 1 material."), (2, "Se quitaron 2 materiales.")],
    )
    def test_taking_chosen_ones_out(self, browser, mine, by, count: int, words: str):
        made = [factories.asset(of=people.home(), by=by) for _ in range(3)]
        collections.add(mine, made[:2], by=by)
        codes = [asset.code for asset in made[:count]] + [made[2].code, "ZZZZZZZZ"]
        page = send(browser, url(mine, "uncollect_selection"), {"asset": codes})
        assert words in page.text
        assert mine.items.count() == 2 - count

    @pytest.mark.parametrize("name", CHANGES)
    def test_none_is_done_by_a_link(self, browser, mine, name: str):
        assert browser.get(url(mine, name)).status_code == 405
        assert Collection.objects.filter(pk=mine.pk).exists()
