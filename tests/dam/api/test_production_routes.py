"""Productions and collections by the API: who may, what is refused and why, and that nothing is overwritten."""

from uuid import uuid4

import pytest

from dam import collections, events, productions, trash
from dam.models import Collection, Production, ProductionAsset, User
from tests import factories
from tests.dam import people
from tests.dam.api.calling import program, refused

pytestmark = pytest.mark.django_db
LIST = "/api/v1/productions"
LISTS = "/api/v1/collections"


def at(thing: Production | Collection) -> str:
    return f"{LIST if isinstance(thing, Production) else LISTS}/{thing.pk}"


@pytest.fixture
def production(by: User) -> Production:
    return factories.production("Vacunas", of=people.home(), by=by)


@pytest.fixture
def collection(by: User) -> Collection:
    return factories.collection("Portadas", by=by)


def test_a_production_is_opened_and_its_maker_is_in_it(by: User):
    sent = {"title": "  Vacunas ", "agency": "SSG", "genre": "capsule", "description": "Invierno"}
    people.home()
    response = program(by)("POST", LIST, sent)
    said = response.json()
    assert response.status_code == 201
    assert (said["title"], said["genre"], said["state"]) == ("Vacunas", "capsule", "open")
    assert [one["id"] for one in said["members"]] == [str(by.pk)]
    assert Production.objects.get().created_by == by


@pytest.mark.parametrize(
    ("sent", "pointer"),
    [
        ({"agency": "SSG"}, "/title"),
        ({"title": "", "agency": "SSG"}, "/title"),
        ({"title": "x" * 201, "agency": "SSG"}, "/title"),
        ({"title": "a\0b", "agency": "SSG"}, "/title"),
        ({"title": "x", "agency": "SSG", "genre": "ópera"}, "/genre"),
        ({"title": "x", "agency": "NADA"}, "/agency"),
        ({"title": "x", "agency": "SEG"}, "/agency"),
        ({"title": "x", "agency": "SSG", "nada": 1}, "/nada"),
        ([], ""),
    ],
)
def test_a_production_that_cannot_be_opened(by: User, sent, pointer: str):
    people.home(), people.elsewhere()
    said = refused(program(by)("POST", LIST, sent), 422, "invalid")
    assert [error["pointer"] for error in said["errors"]] == [pointer]
    assert not Production.objects.exists()


def test_who_may_not_produce_is_told_so():
    liaison = factories.person("liaison", people.home())
    said = refused(program(liaison)("POST", LIST, {"title": "x", "agency": "SSG"}), 403, "forbidden")
    assert "abrir producciones" in said["detail"]


@pytest.mark.parametrize(("who", "status"), sorted(people.STATUS_TO_EDIT.items()))
def test_who_may_edit_by_the_api_is_who_may_on_the_page(production: Production, who: str, status: int):
    ask = program(people.somebody(who, production))
    assert ask("PATCH", at(production), {"title": "Otro"}, If_Match="*").status_code == status
    production.refresh_from_db()
    assert production.title == ("Otro" if status == 200 else "Vacunas")


def test_editing_changes_only_what_is_sent(by: User, production: Production):
    ask, other = program(by), factories.user("beto")
    etag = ask.get(at(production))["ETag"]
    first = ask("PATCH", at(production), {"description": "Invierno"}, If_Match=etag)
    assert (first.json()["title"], first.json()["description"]) == ("Vacunas", "Invierno")
    refused(ask("PATCH", at(production), {"title": "Otro"}, If_Match=etag), 412, "precondition-failed")
    refused(ask("PATCH", at(production), {"title": "Otro"}), 428, "precondition-required")
    team = {"members": [str(by.pk), str(other.pk)]}
    second = ask("PATCH", at(production), team, If_Match=first["ETag"])
    assert [one["name"] for one in second.json()["members"]] == ["ana", "beto"]
    third = ask("PATCH", at(production), {"state": "closed"}, If_Match=second["ETag"])
    assert third.json()["state"] == "closed"
    assert ask("PATCH", at(production), {"state": "closed"}, If_Match=third["ETag"]).status_code == 200
    assert ask("PATCH", at(production), {"state": "open"}, If_Match="*").json()["state"] == "open"
    verbs = [event.verb for event in events.of(production)]
    assert verbs == ["created", "edited", "members.changed", "state.closed", "state.open"]


def test_a_team_of_strangers_is_refused_whole(by: User, production: Production):
    sent = {"title": "Otro", "members": [str(by.pk), str(uuid4())]}
    said = refused(program(by)("PATCH", at(production), sent, If_Match="*"), 422, "invalid")
    assert said["errors"][0]["pointer"] == "/members"
    production.refresh_from_db()
    assert production.title == "Vacunas"


def test_an_etag_stands_while_nothing_that_is_written_changes(by: User, production: Production):
    ask = program(by)
    etag = ask.get(at(production))["ETag"]
    ask("PUT", f"{at(production)}/assets/{factories.asset(of=people.home(), by=by).code}/used_in")
    assert ask.get(at(production))["ETag"] == etag
    productions.set_members(production, [by, factories.user()], by=by)
    refused(ask("PATCH", at(production), {"title": "x"}, If_Match=etag), 412, "precondition-failed")


def test_the_list_is_of_what_one_sees(by: User, production: Production):
    closed = productions.close(factories.production("Cerrada", of=people.home(), by=by), by=by)
    factories.production("Ajena", of=people.elsewhere())

    def titles(query: str = "") -> list[str]:
        return [one["title"] for one in program(by).get(LIST + query).json()["items"]]

    assert titles() == [closed.title, production.title]
    assert titles("?state=closed") == ["Cerrada"]
    assert titles("?genre=capsule") == []
    assert program(by).get(f"{LIST}?state=x").status_code == 422


def test_assets_go_in_once_and_out(by: User, production: Production):
    asset = factories.asset(of=people.home(), by=by, headline="Toma aérea")
    ask, path = program(by), f"{at(production)}/assets/{asset.code}/used_in"
    assert [ask("PUT", path).status_code for _ in range(2)] == [204, 204]
    assert ProductionAsset.objects.count() == 1
    [use] = ask.get(f"{at(production)}/assets").json()["items"]
    assert (use["role"], use["asset"]["title"]) == ("used_in", "Toma aérea")
    refused(ask("PUT", path[:-7] + "nada"), 422, "invalid")
    assert ask("DELETE", path).status_code == 204
    refused(ask("DELETE", path), 404, "not-found")
    assert [event.verb for event in events.of(asset)][-2:] == ["used", "no_longer_used"]


def test_nothing_goes_into_a_closed_production(by: User, production: Production):
    asset = factories.asset(of=people.home(), by=by)
    productions.close(production, by=by)
    response = program(by)("PUT", f"{at(production)}/assets/{asset.code}/used_in")
    assert "cerrada" in refused(response, 409, "conflict")["detail"]


def test_what_one_does_not_see_does_not_go_in_and_is_not_listed(by: User, production: Production):
    hidden = factories.asset(of=people.elsewhere())
    path = f"{at(production)}/assets"
    refused(program(by)("PUT", f"{path}/{hidden.code}/used_in"), 404, "not-found")
    gone = factories.asset(of=people.home(), by=by)
    productions.use(production, gone, role="used_in", by=by)
    trash.put(gone, by=by)
    assert program(by).get(path).json()["items"] == []


@pytest.mark.parametrize("what", ["", "/assets"])
def test_productions_and_collections_that_are_not_there(by: User, what: str):
    for root in (LIST, LISTS):
        for key in (uuid4(), "nada", "1"):
            refused(program(by).get(f"{root}/{key}{what}"), 404, "not-found")
    hidden = factories.collection(by=factories.person(of=people.elsewhere()))
    refused(program(by).get(at(hidden) + what), 404, "not-found")


def test_lists_in_things_take_no_more_queries_for_more(
    by: User, production: Production, collection: Collection, django_assert_max_num_queries
):
    ask = program(by)

    def fill(count: int) -> None:
        for _ in range(count):
            asset = factories.asset("video", of=people.home(), by=factories.person(of=people.home()))
            productions.use(production, asset, role="used_in", by=by)
            collections.add(collection, [asset], by=by)

    fill(2)
    for path in (f"{at(production)}/assets", f"{at(collection)}/assets", LIST, LISTS, "/api/v1/agencies"):
        ask.get(path)
        with django_assert_max_num_queries(12) as few:
            ask.get(path)
        fill(3)
        factories.production(of=people.home(), by=by)
        factories.collection(by=by)
        with django_assert_max_num_queries(len(few)):
            assert ask.get(path).status_code == 200


def test_a_collection_from_its_start_to_its_end(by: User):
    ask = program(by)
    response = ask("POST", LISTS, {"title": "Portadas"})
    said = response.json()
    assert (response.status_code, said["mine"], said["shared"]) == (201, True, False)
    path = f"{LISTS}/{said['id']}"
    edited = ask("PATCH", path, {"shared": True}, If_Match=response["ETag"])
    assert (edited.json()["title"], edited.json()["shared"]) == ("Portadas", True)
    refused(ask("PATCH", path, {"title": "Otra"}, If_Match=response["ETag"]), 412, "precondition-failed")
    asset = factories.asset(of=people.home(), by=by)
    assert [ask("PUT", f"{path}/assets/{asset.code}").status_code for _ in range(2)] == [204, 204]
    assert [one["code"] for one in ask.get(f"{path}/assets").json()["items"]] == [asset.code]
    assert ask("DELETE", f"{path}/assets/{asset.code}").status_code == 204
    assert ask.get(f"{path}/assets").json()["items"] == []
    refused(ask("DELETE", path), 428, "precondition-required")
    assert ask("DELETE", path, If_Match=edited["ETag"]).status_code == 204
    refused(ask.get(path), 404, "not-found")
    refused(ask("DELETE", path, If_Match="*"), 404, "not-found")


def test_a_shared_collection_is_read_and_not_changed(by: User):
    owner = factories.person(of=people.home())
    shared = factories.collection("De todos", by=owner, of=people.home())
    collections.edit(shared, title="De todos", shared=True, by=owner)
    asset, ask = factories.asset(of=people.home(), by=by), program(by)
    assert ask.get(at(shared)).json()["mine"] is False
    for method, path in (
        ("PATCH", at(shared)),
        ("DELETE", at(shared)),
        ("PUT", f"{at(shared)}/assets/{asset.code}"),
        ("DELETE", f"{at(shared)}/assets/{asset.code}"),
    ):
        said = refused(ask(method, path, {} if method == "PATCH" else None, If_Match="*"), 403, "forbidden")
        assert "quien la hizo" in said["detail"]
