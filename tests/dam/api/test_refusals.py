"""Everything that is refused is problem+json in the language asked, and shows nothing of the inside."""

import threading

import pytest
from django.db import connection
from django.test import Client

from dam import metadata, permissions
from dam.models import Asset, User
from tests import factories
from tests.dam import people
from tests.dam.api.calling import nobody, program, refused

LIST = "/api/v1/assets"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["/api/", "/api/v1", "/api/v1/", "/api/v2/assets", "/api/v1/nada", "/api/v1/assets/"]
)
def test_unknown_addresses_are_problems_and_not_pages(path: str):
    refused(nobody().get(path), 404, "not-found")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path"), [("POST", LIST), ("DELETE", "/api/v1/me"), ("TRACE", LIST), ("PUT", "/api/v1/docs")]
)
def test_a_method_that_is_not_there_names_those_that_are(by: User, method: str, path: str):
    response = program(by)(method, path)
    refused(response, 405, "method-not-allowed")
    assert "GET" in response["Allow"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("accept", "status"),
    [
        ("text/html", 406),
        ("image/*", 406),
        ("application/xml;q=1", 406),
        ("*/*", 200),
        ("application/*", 200),
        ("", 200),
    ],
)
def test_only_json_is_spoken(by: User, accept: str, status: int):
    assert program(by).get(LIST, Accept=accept).status_code == status


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("body", "mime", "status", "slug"),
    [
        ("{", "application/json", 400, "malformed"),
        ("NaN", "application/json", 400, "malformed"),
        ('{"title": NaN}', "application/json", 400, "malformed"),
        ("[" * 100_000, "application/json", 400, "malformed"),
        ("\xff\xfe", "application/json", 400, "malformed"),
        ('{"title": "x\\ud800"}', "application/json", 400, "malformed"),
        ("{\0}\0", "application/json", 400, "malformed"),
        ("title=x", "application/x-www-form-urlencoded", 415, "unsupported-media-type"),
        ("<x/>", "text/xml", 415, "unsupported-media-type"),
        ("", "application/json", 422, "invalid"),
        ('"x"', "application/json", 422, "invalid"),
        ("x" * (6 * 1024 * 1024), "application/json", 413, "too-large"),
    ],
    ids=[
        "cut",
        "nan",
        "nan inside",
        "deep",
        "bytes",
        "half",
        "wide",
        "form",
        "xml",
        "nothing",
        "text",
        "large",
    ],
)
def test_bodies_that_are_not_read(by: User, body: str, mime: str, status: int, slug: str):
    ask = program(by)
    headers = {"Authorization": f"Bearer {ask.secret}"}
    sent = body.encode("latin-1")
    refused(Client().generic("POST", "/api/v1/productions", sent, mime, headers=headers), status, slug)


@pytest.mark.django_db
def test_a_body_in_pieces_is_asked_for_its_length(by: User):
    ask = program(by)
    headers = {"Authorization": f"Bearer {ask.secret}", "Transfer-Encoding": "chunked"}
    request = Client().generic("POST", "/api/v1/productions", b"", headers=headers)
    refused(request, 411, "length-required")


@pytest.mark.django_db
def test_head_is_get_without_a_body(by: User):
    asset = factories.asset(of=people.home(), by=by)
    whole = program(by).get(f"{LIST}/{asset.code}")
    head = program(by)("HEAD", f"{LIST}/{asset.code}")
    assert (head.status_code, head.content, head["ETag"]) == (200, b"", whole["ETag"])


@pytest.mark.django_db
def test_the_language_is_the_one_asked_and_spanish_otherwise(by: User):
    path = f"{LIST}/NOEXISTE"
    assert program(by).get(path).json()["title"] == "No existe"
    assert program(by).get(path, Accept_Language="fr").json()["title"] == "No existe"
    response = program(by).get(path, Accept_Language="en")
    assert response["Content-Language"] == "en"
    assert "Accept-Language" in response["Vary"]


@pytest.mark.django_db
def test_a_failure_of_ours_shows_nothing_of_the_inside(by: User, monkeypatch, caplog):
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("clave secreta de la base")

    monkeypatch.setattr(permissions, "visible", broken)
    response = program(by).get(LIST)
    refused(response, 500, "internal")
    assert "secreta" not in response.content.decode()
    assert "secreta" in caplog.text


@pytest.mark.django_db
def test_nobody_else_may_keep_an_answer_or_read_it_from_another_site(by: User):
    response = program(by).get(LIST, Origin="https://otra.example")
    assert "private" in response["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in response
    assert "no-store" in program(by).get(f"{LIST}/NADA")["Cache-Control"]
    assert {"Authorization", "Cookie"} <= {name.strip() for name in response["Vary"].split(",")}


@pytest.mark.django_db(transaction=True)
def test_of_many_who_write_what_they_read_one_wins_and_the_others_are_told():
    by = factories.person(of=people.home(), name="ana")
    asset = factories.asset(of=people.home(), by=by)
    path, asks = f"{LIST}/{asset.code}", [program(by) for _ in range(4)]
    etag = asks[0].get(path)["ETag"]
    start, got = threading.Barrier(4), {}

    def write(number: int) -> None:
        start.wait()
        response = asks[number]("PATCH", path, {"metadata": {"headline": f"De {number}"}}, If_Match=etag)
        got[number] = response.status_code
        connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got.values()) == [200, 412, 412, 412]
    [winner] = [number for number, status in got.items() if status == 200]
    assert metadata.known(Asset.objects.get(pk=asset.pk))["headline"].value == f"De {winner}"


@pytest.mark.django_db(transaction=True)
def test_of_two_who_edit_a_production_one_wins():
    by = factories.person(of=people.home(), name="ana")
    production = factories.production(of=people.home(), by=by)
    path, asks = f"/api/v1/productions/{production.pk}", [program(by) for _ in range(3)]
    etag = asks[0].get(path)["ETag"]
    start, got = threading.Barrier(3), []

    def write(number: int) -> None:
        start.wait()
        got.append(asks[number]("PATCH", path, {"title": f"De {number}"}, If_Match=etag).status_code)
        connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [200, 412, 412]
