"""Where uploads and downloads go, who may talk to that address, and what every page and request knows."""

import pytest
from corsheaders.middleware import CorsMiddleware
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory

from dam import context, events, transfers
from dam.middleware import EventAddress
from dam.models import User
from tests import factories


@pytest.fixture(autouse=True)
def _ports(settings) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    settings.PORT, settings.TRANSFERS_PORT, settings.TRANSFERS_SAME_ORIGIN = 8000, 8001, False


def request(host: str = "acervo.example:8000", path: str = "/", **headers: str) -> HttpRequest:
    return RequestFactory().get(path, headers={"host": host, **headers})


@pytest.mark.parametrize(
    ("host", "there"),
    [
        ("acervo.example:8000", "http://acervo.example:8001"),
        ("acervo.example", "http://acervo.example:8001"),
        ("192.0.2.7:8000", "http://192.0.2.7:8001"),
        ("[2001:db8::1]:8000", "http://[2001:db8::1]:8001"),
    ],
)
def test_transfers_go_to_another_port_of_the_same_host(host: str, there: str):
    assert transfers.origin(request(host)) == there


def test_transfers_are_as_safe_as_the_page():
    secure = RequestFactory().get("/", secure=True, headers={"host": "acervo.example"})
    assert transfers.origin(secure) == "https://acervo.example:8001"


def test_a_page_lets_its_scripts_and_forms_talk_there():
    response = transfers.allow(HttpResponse(), request())
    there = "http://acervo.example:8001"
    assert response._csp_update == {"connect-src": [there], "form-action": [there]}  # type: ignore[attr-defined]


def test_behind_one_address_nothing_more_is_allowed(settings):
    settings.TRANSFERS_SAME_ORIGIN = True
    assert transfers.origin(request()) == ""
    assert not hasattr(transfers.allow(HttpResponse(), request()), "_csp_update")


ORIGINS = [
    ("http://acervo.example:8000", True),
    ("http://ACERVO.example:8000", True),
    ("http://acervo.example:8001", False),
    ("http://acervo.example:9000", False),
    ("http://acervo.example", False),
    ("http://evil.example:8000", False),
    ("http://acervo.example.evil.example:8000", False),
    ("http://acervo.example@evil.example:8000", False),
    ("null", False),
    ("", False),
    ("http://acervo.example:ocho", False),
    ("http://acervo.example:99999", False),
    ("http://[acervo", False),
]


@pytest.mark.parametrize(("origin", "ours"), ORIGINS)
def test_only_the_site_s_own_pages_may_send_files(origin: str, ours: object):
    asked = request("acervo.example:8001", "/subidas/", origin=origin)
    assert transfers.from_our_site(None, asked) is ours


@pytest.mark.parametrize(("port", "origin"), [(80, "http://acervo.example"), (443, "https://acervo.example")])
def test_a_browser_leaves_out_the_port_that_its_scheme_has(settings, port: int, origin: str):
    settings.PORT = port
    assert transfers.from_our_site(None, request("acervo.example:8001", origin=origin))
    assert not transfers.from_our_site(None, request("acervo.example:8001", origin=f"{origin}:8000"))


@pytest.mark.parametrize(
    ("path", "origin", "allowed"),
    [
        ("/subidas/", "http://acervo.example:8000", True),
        ("/subidas/", "http://evil.example:8000", False),
        ("/acervo/", "http://evil.example:8000", False),
    ],
)
def test_the_answer_names_who_may_read_it(path: str, origin: str, allowed: object):
    ask = RequestFactory().options(
        path,
        headers={"host": "acervo.example:8001", "origin": origin, "access-control-request-method": "PATCH"},
    )
    answer = CorsMiddleware(lambda _request: HttpResponse())(ask)
    assert isinstance(answer, HttpResponse)
    assert (answer.get("access-control-allow-origin") == origin) is allowed
    assert ("PATCH" in answer.get("access-control-allow-methods", "")) is allowed


@pytest.mark.parametrize("origin", ["http://testserver:ocho", "http://[testserver"])
@pytest.mark.django_db
def test_a_strange_origin_breaks_no_page(origin: str):
    assert Client().get("/entrar/", headers={"origin": origin}).status_code == 200
    assert Client().options("/subidas/", headers={"origin": origin}).status_code < 500


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("role", "may"),
    [("producer", True), ("coordinator", True), ("videographer", True), ("liaison", False)],
)
def test_a_page_knows_whether_the_person_may_upload(role: str, may: object):
    asked = request()
    asked.user = factories.person(role, factories.agency("SSG", parent=factories.central()))
    assert context.page(asked) == {"can_upload": may}


@pytest.mark.django_db
def test_an_administrator_may_upload_and_who_has_no_role_may_not():
    asked = request()
    for someone, may in ((factories.administrator(), True), (factories.user(), False)):
        asked.user = someone
        assert context.page(asked) == {"can_upload": may}


@pytest.mark.parametrize("someone", [None, AnonymousUser()], ids=["before sessions", "signed out"])
def test_a_page_of_nobody_says_nothing(someone: User | AnonymousUser | None):
    asked = request()
    if someone is not None:
        asked.user = someone
    assert context.page(asked) == {}


def test_the_address_is_forgotten_even_where_the_page_breaks():
    seen = []

    def breaks(_request: HttpRequest) -> HttpResponse:
        seen.append(events.address.get())
        raise RuntimeError

    asked = RequestFactory().get("/", REMOTE_ADDR="2001:db8::7" + "x" * 60)
    with pytest.raises(RuntimeError):
        EventAddress(breaks)(asked)
    assert seen == [("2001:db8::7" + "x" * 60)[:45]]
    assert events.address.get() == ""


def test_a_request_without_an_address_has_an_empty_one():
    asked = request()
    del asked.META["REMOTE_ADDR"]
    answer = EventAddress(lambda _request: HttpResponse(events.address.get()))(asked)
    assert answer.content == b""
