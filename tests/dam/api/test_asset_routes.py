"""Assets by the API: what is listed, shown, written, and refused, and that no write is lost."""

import pytest

from dam import assets, events, metadata, trash
from dam.models import Asset, MetadataValue, User
from tests import factories
from tests.dam import people
from tests.dam.api.calling import nobody, program, refused

pytestmark = pytest.mark.django_db
LIST = "/api/v1/assets"


def at(asset: Asset) -> str:
    return f"{LIST}/{asset.code}"


def test_an_asset_is_shown_whole(by: User):
    asset = factories.asset("video", headline="Spot de vacunas", of=people.home(), by=by)
    said = program(by).get(at(asset)).json()
    assert said["title"] == "Spot de vacunas"
    assert said["metadata"]["headline"]["source"] == "person"
    assert said["agency"] == {"code": "SSG", "name": "Secretaría de Salud"}
    assert said["version"]["edit_rate"] == "30000/1001"
    assert said["version"]["duration_ticks"] == 300
    assert "edit" in said["may"]


def test_a_session_reads_and_writes_with_its_csrf_token(by: User, browser):
    asset = factories.asset(of=people.home(), by=by)
    read = browser.get(at(asset))
    browser.handler.enforce_csrf_checks = True
    sent = {"data": {"metadata": {"headline": "Uno"}}, "content_type": "application/json"}
    refused(browser.patch(at(asset), **sent, headers={"If-Match": read["ETag"]}), 403, "csrf")
    browser.cookies["csrftoken"] = "x" * 32
    headers = {"If-Match": read["ETag"], "X-CSRFToken": "x" * 32}
    assert browser.patch(at(asset), **sent, headers=headers).json()["title"] == "Uno"


def test_pages_of_a_list_miss_and_repeat_nothing_while_material_arrives(by: User):
    made = [factories.asset(of=people.home(), by=by).code for _ in range(7)]
    ask, found, cursor = program(by), [], ""
    while True:
        response = ask.get(f"{LIST}?limit=3&cursor={cursor}")
        page = response.json()
        found += [one["code"] for one in page["items"]]
        factories.asset(of=people.home(), by=by)
        if not page["next"]:
            assert "Link" not in response
            break
        assert f"cursor={page['next']}" in response["Link"]
        assert 'rel="next"' in response["Link"]
        cursor = page["next"]
    assert found == made[::-1]


@pytest.mark.parametrize("cursor", ["x", "djE6", "djE6YWJj", "djE6MTA=", "%00", "djE6MTB4"])
def test_a_cursor_that_is_none_is_refused(by: User, cursor: str):
    assert program(by).get(f"{LIST}?cursor={cursor}").status_code == 400


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("kind=x", "/kind"),
        ("nada=1", "/nada"),
        ("mine=?", "/mine"),
        ("created_after=2026-11-22T18:40:00", "/created_after"),
        ("created_before=ayer", "/created_before"),
    ],
)
def test_a_filter_that_is_none_is_named(by: User, query: str, pointer: str):
    said = refused(program(by).get(f"{LIST}?{query}"), 422, "invalid")
    assert [error["pointer"] for error in said["errors"]] == [pointer]


def test_filters_narrow_the_list(by: User):
    central = factories.person()
    video = factories.asset("video", of=people.home(), by=by)
    photo = factories.asset("photo", of=factories.central(), by=central)
    gone = trash.put(factories.asset(of=people.home(), by=by), by=by)
    ask = program(central)

    def codes(query: str) -> set[str]:
        return {one["code"] for one in ask.get(f"{LIST}?{query}").json()["items"]}

    assert codes("") == {video.code, photo.code}
    assert codes("kind=video") == {video.code}
    assert codes("agency=SSG") == {video.code}
    assert codes("agency=GTO") == {video.code, photo.code}
    assert codes("agency=NADA") == set()
    assert codes("mine=true") == {photo.code}
    assert codes("trashed=true") == {gone.code}
    assert codes("created_after=2100-01-01T00:00:00Z") == set()
    assert codes("created_before=2100-01-01T00:00:00Z") == {video.code, photo.code}


def test_a_longer_list_takes_no_more_queries(by: User, django_assert_max_num_queries):
    for _ in range(2):
        factories.asset("video", of=people.home(), by=by)
    ask = program(by)
    ask.get(LIST)
    with django_assert_max_num_queries(8) as few:
        ask.get(LIST)
    for _ in range(6):
        factories.asset("photo", of=people.home(), by=factories.person(of=people.home()))
    with django_assert_max_num_queries(len(few)):
        assert len(ask.get(LIST).json()["items"]) == 8


@pytest.mark.parametrize(("who", "status"), sorted(people.STATUS_TO_EDIT.items()))
def test_who_may_describe_by_the_api_is_who_may_on_the_page(who: str, status: int):
    asset = factories.asset(of=people.home())
    ask = program(people.somebody(who, asset))
    response = ask("PATCH", at(asset), {"metadata": {"headline": "Uno"}}, If_Match="*")
    assert response.status_code == status
    if status == 403:
        assert "Ninguna de sus funciones" in refused(response, 403, "forbidden")["detail"]


def test_what_one_describes_is_a_person_s(by: User):
    asset = factories.asset(of=people.home(), by=by)
    metadata.record_embedded(asset, [metadata.Found("headline", ("Del archivo",))], by=None)
    ask = program(by)
    etag = ask.get(at(asset))["ETag"]
    body = {"metadata": {"headline": "Mío", "keywords": ["salud", "vacunas"]}}
    said = ask("PATCH", at(asset), body, If_Match=etag).json()
    assert said["title"] == "Mío"
    assert said["metadata"]["keywords"]["value"] == ["salud", "vacunas"]
    row = MetadataValue.objects.get(asset=asset, field="headline", source="person")
    assert row.by == by
    assert events.of(asset).filter(verb="described", actor=by).exists()
    back = ask("PATCH", at(asset), {"take_back": ["headline"]}, If_Match="*").json()
    assert back["title"] == "Del archivo"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"metadata": {"nada": "x"}}, "/metadata/nada"),
        ({"metadata": {"gps": "x"}}, "/metadata/gps"),
        ({"metadata": {"date_created": "ayer"}}, "/metadata/date_created"),
        ({"metadata": {"rating": 9}}, "/metadata/rating"),
        ({"metadata": {"rating": 1.5}}, "/metadata/rating"),
        ({"metadata": {"rating": True}}, "/metadata/rating"),
        ({"metadata": {"location_shown": {"ciudad": "Celaya"}}}, "/metadata/location_shown/ciudad"),
        ({"metadata": []}, "/metadata"),
        ({"take_back": ["nada"]}, "/take_back/0"),
        ({"headline": "x"}, "/headline"),
    ],
)
def test_what_cannot_be_written_is_named_and_nothing_is(by: User, body, pointer: str):
    asset = factories.asset(of=people.home(), by=by)
    said = refused(program(by)("PATCH", at(asset), body, If_Match="*"), 422, "invalid")
    assert [error["pointer"] for error in said["errors"]] == [pointer]
    assert all(error["detail"] for error in said["errors"])
    asset.refresh_from_db()
    assert not MetadataValue.objects.filter(asset=asset).exists()


def test_a_writer_says_what_it_read(by: User):
    asset = factories.asset(of=people.home(), by=by)
    ask, body = program(by), {"metadata": {"headline": "Uno"}}
    etag = ask.get(at(asset))["ETag"]
    refused(ask("PATCH", at(asset), body), 428, "precondition-required")
    written = ask("PATCH", at(asset), body, If_Match=etag)
    assert written.status_code == 200
    refused(
        ask("PATCH", at(asset), {"metadata": {"headline": "Dos"}}, If_Match=etag), 412, "precondition-failed"
    )
    for nonsense in ('"x"', "W/" + written["ETag"], "sin comillas", '""'):
        refused(ask("PATCH", at(asset), body, If_Match=nonsense), 412, "precondition-failed")
    again = ask("PATCH", at(asset), {"metadata": {"headline": "Dos"}}, If_Match=written["ETag"])
    assert again.json()["title"] == "Dos"


def test_what_was_read_already_is_not_sent_again(by: User):
    asset = factories.asset(of=people.home(), by=by)
    ask = program(by)
    for path in (at(asset), LIST):
        first = ask.get(path)
        second = ask.get(path, If_None_Match=first["ETag"])
        assert (second.status_code, second.content) == (304, b"")
        assert second["ETag"] == first["ETag"]
        assets.announce([asset.pk])
        assert ask.get(path, If_None_Match=first["ETag"]).status_code == 200


def test_the_trash_by_the_api(by: User):
    asset = factories.asset(of=people.home(), by=by)
    ask = program(by)
    refused(ask("POST", f"{at(asset)}/trash"), 428, "precondition-required")
    gone = ask("POST", f"{at(asset)}/trash", If_Match="*")
    assert gone.json()["trashed_at"]
    assert gone.json()["may"] == ["restore", "view"]
    said = refused(ask("PATCH", at(asset), {"metadata": {"headline": "x"}}, If_Match="*"), 403, "forbidden")
    assert "papelera" in said["detail"]
    back = ask("POST", f"{at(asset)}/restore", If_Match=gone["ETag"])
    assert back.json()["trashed_at"] is None


def test_what_is_not_there_and_what_may_not_be_seen_are_one(by: User):
    hidden = factories.asset(of=people.elsewhere())
    for code in (hidden.code, "NOEXISTE", "%00", "a.b", "x" * 300):
        refused(program(by).get(f"{LIST}/{code}"), 404, "not-found")


def test_nobody_is_told_anything():
    asset = factories.asset()
    for path in (LIST, at(asset)):
        response = nobody().get(path)
        refused(response, 401, "not-authenticated")
        assert response["WWW-Authenticate"].startswith("Bearer")
