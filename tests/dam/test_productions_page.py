"""The pages of productions: the list, one with its material, opening, editing, closing and reopening."""

from urllib.parse import urlencode

import pytest
from django.urls import reverse

from dam import productions, trash
from dam.models import Genre, Production, ProductionState, Role, User
from tests import factories
from tests.dam import people
from tests.dam.pages import page_of, read, send

pytestmark = pytest.mark.django_db
LIST, NEW = "/producciones/", "/producciones/nueva/"


@pytest.fixture
def production(by: User) -> Production:
    return factories.production("Informe de salud", of=people.home(), by=by)


def url(production: Production, name: str = "production", **query: str) -> str:
    address = reverse(f"dam:{name}", args=[production.pk])
    return f"{address}?{urlencode(query)}" if query else address


def form(**more: object) -> dict[str, object]:
    return {"title": "Vacunación", "genre": "spot", "description": "", **more}


class TestWhoSees:
    @pytest.mark.parametrize(("who", "status"), people.STATUS_TO_EDIT.items())
    def test_it_and_its_line_in_the_list(self, production, who: str, status: int):
        client = people.signed_in(who, production)
        assert read(client, url(production)).status == (404 if status == 404 else 200)
        assert ("Informe de salud" in read(client, LIST).text) == (status != 404)

    @pytest.mark.parametrize(("who", "status"), people.STATUS_TO_EDIT.items())
    def test_editing_is_offered_to_those_who_may(self, production, who: str, status: int):
        client = people.signed_in(who, production)
        page = read(client, url(production))
        assert page.offers(url(production, "edit_production")) == (status == 200)
        assert page.offers(url(production, "production_state")) == (status == 200)
        assert read(client, url(production, "edit_production")).status == status

    @pytest.mark.parametrize("who", ["author", "administrator", "central producer"])
    def test_sharing_is_offered_where_it_would_work(self, production, who: str):
        client = people.signed_in(who, production)
        offered = read(client, url(production)).offers(url(production, "share_production"))
        assert offered == (read(client, url(production, "share_production")).status == 200)

    @pytest.mark.parametrize("name", ["edit_production", "production_state"])
    @pytest.mark.parametrize(
        ("who", "status"), [(who, code) for who, code in people.STATUS_TO_EDIT.items() if code != 200]
    )
    def test_nobody_else_changes_it(self, production, who: str, status: int, name: str):
        client = people.signed_in(who, production)
        assert client.post(url(production, name), form(estado="closed")).status_code == status
        production.refresh_from_db()
        assert (production.title, production.state) == ("Informe de salud", "open")

    @pytest.mark.parametrize("name", ["production", "edit_production", "production_state"])
    def test_somebody_not_signed_in_is_asked_to(self, client, production, name: str):
        assert client.post(url(production, name), form()).headers["Location"].startswith("/entrar/")

    def test_no_other_address_tells_that_it_is_there(self, production):
        client = people.signed_in("stranger", production)
        missing = url(production).replace(str(production.pk), "00000000-0000-7000-8000-000000000000")
        assert read(client, missing).text == read(client, url(production)).text


class TestList:
    def test_the_open_ones_newest_first_and_the_closed_behind_a_tab(self, browser, by):
        for title in ("Uno", "Dos", "Tres"):
            factories.production(title, of=people.home(), by=by)
        productions.close(Production.objects.get(title="Dos"), by=by)
        page = read(browser, LIST)
        assert "En curso 2 Cerradas 1" in page.text
        assert page.text.index("Tres Spot") < page.text.index("Uno Spot")
        assert "Dos Spot" not in page.text
        assert "Dos Spot Secretaría de Salud 1" in read(browser, f"{LIST}?estado=closed").text

    @pytest.mark.parametrize(
        ("asked", "found"),
        [("informe", True), ("SALUD", True), (" de ", True), ("%", False), ("_", False), ("vacuna", False)],
    )
    def test_it_is_searched_by_words_of_the_title(self, browser, production, asked: str, *, found: bool):
        page = read(browser, LIST, QUERY_STRING=urlencode({"titulo": asked}))
        assert page.offers(url(production)) == found
        assert ("Ninguna producción tiene esas palabras" in page.text) != found

    def test_what_was_asked_stays_in_the_field(self, browser):
        page = read(browser, LIST, QUERY_STRING=urlencode({"titulo": '"><b>x', "estado": "closed"}))
        assert '"><b>x' in page.attributes("input", "value")
        assert "closed" in page.attributes("input", "value")

    @pytest.mark.parametrize(
        "query", ["titulo=%00", "desde=%00", "desde=x", "estado=x", "titulo=" + "x" * 3000]
    )
    def test_whatever_is_asked_a_page_answers(self, browser, query: str):
        assert read(browser, f"{LIST}?{query}").status == 200

    def test_pages_keep_what_was_asked_and_miss_nothing(self, browser, by, monkeypatch):
        monkeypatch.setattr("dam.views.productions.PER_PAGE", 2)
        for number in range(5):
            factories.production(f"Gira {number}", of=people.home(), by=by)
        factories.production("Otra", of=people.home(), by=by)
        seen, address = [], f"{LIST}?titulo=gira"
        while address:
            page = browser.get(address).context["page"]
            seen += [row.title for row in page.rows]
            address = page.next_url and LIST + page.next_url
        assert seen == [f"Gira {number}" for number in (4, 3, 2, 1, 0)]

    @pytest.mark.parametrize(("role", "offered"), [(Role.PRODUCER, True), (Role.LIAISON, False)])
    def test_where_there_is_none_it_says_how_to_begin(self, role: str, *, offered: bool):
        page = read(people.browser_of(factories.person(role, people.home())), LIST)
        assert "Aquí estarán las producciones" in page.text
        assert page.offers(NEW) == offered

    def test_the_number_of_queries_does_not_grow(self, browser, by):
        factories.production(of=people.home(), by=by)
        little = people.queries(browser, LIST)
        for _ in range(6):
            factories.production(of=people.home(), by=by, members=[factories.user()])
        assert people.queries(browser, LIST) == little <= 12


class TestOpening:
    @pytest.mark.parametrize(
        ("role", "status"),
        [(Role.COORDINATOR, 200), (Role.PRODUCER, 200), (Role.VIDEOGRAPHER, 403), (Role.LIAISON, 403)],
    )
    def test_the_form_is_for_roles_that_may(self, role: str, status: int):
        client = people.browser_of(factories.person(role, people.home()))
        assert read(client, NEW).status == status
        answer = client.post(NEW, form(agency=people.home().pk))
        assert answer.status_code == (302 if status == 200 else 403)
        assert Production.objects.exists() == (status == 200)

    def test_one_goes_to_it_and_is_in_its_team(self, browser, by):
        answer = browser.post(NEW, form(agency=people.home().pk, description="Para niños.", genre="capsule"))
        made = Production.objects.get()
        assert answer["Location"] == url(made)
        assert (made.title, made.genre, made.description) == ("Vacunación", "capsule", "Para niños.")
        assert list(made.members.all()) == [by]
        page = read(browser, url(made))
        assert "Para niños." in page.text
        assert "Cápsula" in page.text

    def test_the_only_agency_and_oneself_are_chosen_already(self, browser, by):
        page = read(browser, NEW)
        chosen = [attrs["value"] for _tag, attrs in page.tags if {"selected", "checked"} & set(attrs)]
        assert str(people.home().pk) in chosen
        assert str(by.pk) in chosen

    @pytest.mark.parametrize(
        ("wrong", "words"),
        [
            ({"title": " "}, "Este campo es obligatorio."),
            ({"title": "x" * 201}, "200 caracteres"),
            ({"title": "a\x00b"}, "nulo"),
            ({"genre": "western"}, "Seleccione una opción válida"),
            ({"agency": ""}, "Este campo es obligatorio."),
            ({"agency": "x"}, "no es un UUID válido"),
            ({"members": ["x"]}, "no es un UUID válido"),
        ],
    )
    def test_what_is_wrong_is_said_and_what_was_typed_stays(self, browser, wrong, words: str):
        sent = form(agency=people.home().pk, description="Se queda") | wrong
        page = page_of(browser.post(NEW, sent))
        assert page.status == 422
        assert words in page.text
        assert "Se queda" in page.text
        assert not Production.objects.exists()

    def test_in_no_agency_but_ones_own(self, browser):
        other = people.elsewhere()
        assert "Secretaría de Educación" not in read(browser, NEW).text
        assert browser.post(NEW, form(agency=other.pk)).status_code == 422
        assert not Production.objects.exists()


class TestEditing:
    def test_it_is_written_and_the_page_says_so(self, browser, production, by):
        other = factories.user("beto")
        sent = form(title="Informe 2", genre="coverage", members=[by.pk, other.pk])
        page = send(browser, url(production, "edit_production"), sent)
        assert "Se guardó la producción." in page.text
        production.refresh_from_db()
        assert (production.title, production.genre) == ("Informe 2", Genre.COVERAGE)
        assert set(production.members.all()) == {by, other}
        assert "Cambió el equipo" in page.text

    def test_an_unchanged_team_is_not_told_as_a_change(self, browser, production, by):
        page = send(browser, url(production, "edit_production"), form(members=[by.pk]))
        assert "Cambió el equipo" not in page.text
        assert "Se editó" in page.text

    def test_its_agency_stays_whatever_is_sent(self, browser, production):
        send(browser, url(production, "edit_production"), form(agency=people.elsewhere().pk))
        production.refresh_from_db()
        assert production.agency == people.home()

    def test_without_a_title_nothing_changes_and_the_rest_stays_typed(self, browser, production):
        answer = browser.post(url(production, "edit_production"), form(title="", description="Se queda"))
        assert answer.status_code == 422
        assert "Se queda" in page_of(answer).text
        production.refresh_from_db()
        assert (production.title, production.description) == ("Informe de salud", "")


class TestState:
    def test_closing_and_reopening(self, browser, production):
        page = send(browser, url(production, "production_state"), {"estado": "closed"})
        assert "Se cerró la producción. Su material sigue en el acervo." in page.text
        assert "Reabrirla" in page.text
        assert "Subir para ella" not in page.text
        page = send(browser, url(production, "production_state"), {"estado": "open"})
        assert "Se reabrió la producción." in page.text
        assert "Cerrarla" in page.text

    @pytest.mark.parametrize("state", ProductionState.values)
    def test_where_somebody_did_it_first_that_stands(self, browser, production, by, state: str):
        if state == "closed":
            productions.close(production, by=by)
        page = send(browser, url(production, "production_state"), {"estado": state})
        assert "Alguien más lo hizo antes. No hay nada que cambiar." in page.text
        production.refresh_from_db()
        assert production.state == state

    def test_it_is_not_done_by_a_link(self, browser, production):
        assert browser.get(url(production, "production_state"), {"estado": "closed"}).status_code == 405


class TestMaterial:
    def test_it_is_shown_by_role_beginning_with_the_first_that_has_some(self, browser, production, by):
        made = [factories.asset(by=by, of=people.home(), name=name) for name in ("Uno", "Dos")]
        productions.use(production, made[0], role="used_in", by=by)
        productions.use(production, made[1], role="output_of", by=by)
        page = read(browser, url(production))
        assert "Grabado para 0 Usado en 1 Resultado de 1" in page.text
        assert reverse("dam:asset", args=[made[0].code]) in page.links
        assert reverse("dam:asset", args=[made[1].code]) not in page.links
        page = read(browser, url(production, funcion="output_of"))
        assert reverse("dam:asset", args=[made[1].code]) in page.links
        assert "output_of" in page.attributes("input", "value")

    @pytest.mark.parametrize("asked", ["", "nada", "\x00"])
    def test_a_role_that_is_none_shows_the_first(self, browser, production, asked: str):
        page = read(browser, url(production, funcion=asked))
        assert "Aquí no hay material todavía" in page.text

    def test_what_lies_in_the_trash_is_not_counted(self, browser, production, by):
        asset = factories.asset(by=by, of=people.home())
        productions.use(production, asset, role="used_in", by=by)
        trash.put(asset, by=by)
        assert "Usado en 0" in read(browser, url(production)).text

    def test_material_of_others_is_neither_counted_nor_shown_to_those_who_may_not_see_it(
        self, production, by
    ):
        foreign = factories.asset(of=people.elsewhere(), name="Ajeno")
        productions.use(production, foreign, role="used_in", by=by)
        page = read(people.signed_in("liaison", production), url(production))
        assert "Usado en 0" in page.text
        assert "Ajeno" not in page.text

    def test_the_number_of_queries_does_not_grow(self, browser, production, by):
        def fill(count: int) -> None:
            for _ in range(count):
                asset = factories.asset(by=by, of=people.home(), headline="Presa")
                assert asset.current is not None
                factories.rendition(asset.current)
                productions.use(production, asset, role="used_in", by=by)
                production.members.add(factories.user())
                factories.share(production, factories.agency(parent=factories.central()))

        fill(1)
        little = people.queries(browser, url(production))
        fill(4)
        assert people.queries(browser, url(production)) == little <= 25
