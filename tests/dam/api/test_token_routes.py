"""Tokens: made, hashed, limited by scope, time and person, noted, revoked; and the bytes they open."""

import hashlib
import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone

from dam import accounts, events, tokens
from dam.models import ApiToken, Asset, Membership, Scope, User
from tests import factories
from tests.dam import people
from tests.dam.api.calling import Program, nobody, program, refused
from tests.dam.pages import page_of, read, send

pytestmark = pytest.mark.django_db
ME = "/api/v1/me"
PAGE = "/cuenta/claves/"


def made(by: User, *scopes: str) -> tokens.Made:
    return tokens.make(by, name="respaldo", scopes=scopes or ("read",), expires_at=None, by=by)


def address(asset: Asset) -> str:
    assert asset.current is not None
    return f"/descargas/v/{asset.current.code}/original"


def using(secret: str) -> Program:
    return Program(secret, Client())


def test_only_the_digest_of_a_secret_is_kept(by: User):
    new = made(by)
    assert re.fullmatch(r"acv_[\w-]{43}", new.secret)
    row = ApiToken.objects.values().get()
    assert row["digest"] == hashlib.sha256(new.secret.encode()).hexdigest()
    assert new.secret not in str(row)
    assert new.secret.endswith(row["hint"])
    assert [event.verb for event in events.of(new.token)] == ["created"]
    assert new.secret not in str(events.of(new.token).values())


def test_who_am_i(by: User):
    said = using(made(by, "read", "download").secret).get(ME).json()
    assert said["username"] == "ana"
    assert said["scopes"] == ["read", "download"]
    assert said["token"] == "respaldo"
    assert [(role["role"], role["agency"]) for role in said["roles"]] == [("producer", "SSG")]
    session = people.browser_of(by).get(ME).json()
    assert session["scopes"] == Scope.values
    assert session["token"] is None


@pytest.mark.parametrize("end", ["revoke", "expire", "close", "alter", "invent", "empty"])
def test_what_opens_nothing_is_refused(by: User, end: str):
    new = made(by)
    secret = new.secret
    assert using(secret).get(ME).status_code == 200
    if end == "revoke":
        tokens.revoke(new.token, by=by)
    elif end == "expire":
        ApiToken.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    elif end == "close":
        accounts.close(by, by=None)
    else:
        last = "A" if secret[-1] != "A" else "B"
        secret = {"alter": secret[:-1] + last, "invent": "acv_x", "empty": " "}[end]
    response = using(secret).get(ME)
    refused(response, 401, "invalid-token")
    assert 'error="invalid_token"' in response["WWW-Authenticate"]


def test_a_bad_token_is_not_helped_by_a_session(by: User):
    browser = people.browser_of(by)
    refused(browser.get(ME, headers={"Authorization": "Bearer acv_x"}), 401, "invalid-token")


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/api/v1/assets", "read"),
        ("PATCH", "/api/v1/assets/{code}", "edit"),
        ("POST", "/api/v1/assets/{code}/trash", "edit"),
        ("GET", "/api/v1/versions/{code}/original", "download"),
        ("POST", "/api/v1/productions", "edit"),
        ("POST", "/api/v1/collections", "edit"),
    ],
)
def test_a_token_does_what_it_was_made_for_only(by: User, method: str, path: str, scope: str):
    asset = factories.asset(of=people.home(), by=by)
    others = [other for other in Scope.values if other != scope]
    response = program(by, others)(method, path.format(code=asset.code), {}, If_Match="*")
    said = refused(response, 403, "insufficient-scope")
    assert scope in said["detail"]
    assert f'scope="{scope}"' in response["WWW-Authenticate"]


def test_a_token_never_does_more_than_its_person_may_now(by: User):
    asset = factories.asset(of=people.home())
    ask = program(by)
    assert ask.get(f"/api/v1/assets/{asset.code}").status_code == 200
    Membership.objects.filter(user=by).update(until=timezone.now())
    refused(ask.get(f"/api/v1/assets/{asset.code}"), 404, "not-found")


def test_its_use_is_noted_once_a_minute(by: User):
    new = made(by)
    using(new.secret).get(ME)
    new.token.refresh_from_db()
    first = new.token.last_used_at
    assert first is not None
    using(new.secret).get(ME)
    new.token.refresh_from_db()
    assert new.token.last_used_at == first
    ApiToken.objects.update(last_used_at=first - timedelta(minutes=2))
    using(new.secret).get(ME)
    new.token.refresh_from_db()
    assert new.token.last_used_at is not None
    assert new.token.last_used_at >= first


def test_a_token_is_revoked_once(by: User):
    new = made(by)
    first = tokens.revoke(new.token, by=by).revoked_at
    assert tokens.revoke(new.token, by=by).revoked_at == first
    assert [event.verb for event in events.of(new.token)] == ["created", "revoked"]


def test_scopes_are_known_to_the_database_too(by: User):
    for scopes in ([], ["todo"]):
        with pytest.raises(ValueError):
            tokens.make(by, name="x", scopes=scopes, expires_at=None, by=by)
    assert not ApiToken.objects.exists()
    made(by)
    for scopes in ([], ["todo"]):
        with pytest.raises(IntegrityError), transaction.atomic():
            ApiToken.objects.update(scopes=scopes)


def test_bytes_open_to_a_token_of_scope_download(by: User):
    asset = factories.asset(of=people.home(), by=by, content=b"0123456789")
    path = address(asset)
    whole = program(by, ["download"]).get(path)
    assert b"".join(whole.streaming_content) == b"0123456789"
    part = program(by, ["download"]).get(path, Range="bytes=2-4")
    assert (part.status_code, b"".join(part.streaming_content)) == (206, b"234")
    refused(program(by, ["read"]).get(path), 403, "insufficient-scope")
    refused(using("acv_x").get(path), 401, "invalid-token")
    assert nobody().get(path).status_code == 302
    hidden = factories.asset(of=people.elsewhere())
    assert program(by, ["download"]).get(address(hidden)).status_code == 404


def test_a_person_makes_and_revokes_on_the_page(by: User, browser: Client):
    assert "Claves de API" in read(browser, PAGE).text
    shown = page_of(browser.post(PAGE, {"name": "Noticiero", "scopes": ["read", "download"], "days": "30"}))
    [secret] = set(re.findall(r"acv_[\w-]{43}", shown.html))
    token = ApiToken.objects.get(user=by)
    assert token.scopes == ["read", "download"]
    assert token.expires_at is not None
    assert timedelta(days=29) < token.expires_at - timezone.now() < timedelta(days=31)
    again = read(browser, PAGE)
    assert secret not in again.html
    assert "Noticiero" in again.text
    assert using(secret).get(ME).status_code == 200
    assert "Ya no sirve" in send(browser, f"{PAGE}{token.pk}/revocar/").text
    refused(using(secret).get(ME), 401, "invalid-token")
    assert "Revocada" in read(browser, PAGE).text


@pytest.mark.parametrize(
    "data",
    [
        {"name": "", "scopes": ["read"], "days": "0"},
        {"name": "x", "days": "0"},
        {"name": "x", "scopes": ["todo"], "days": "0"},
        {"name": "x", "scopes": ["read"], "days": "9"},
    ],
)
def test_a_form_that_is_not_whole_makes_nothing(browser: Client, data):
    assert browser.post(PAGE, data).status_code == 422
    assert not ApiToken.objects.exists()


def test_nobody_revokes_what_is_another_s(browser: Client):
    other = made(factories.user()).token
    assert browser.post(f"{PAGE}{other.pk}/revocar/").status_code == 404
    assert other.name not in read(browser, PAGE).text
    assert Client().get(PAGE).status_code == 302


def test_the_command_makes_lists_and_revokes(by: User):
    out = StringIO()
    call_command("token", "ana", "--make", "respaldo", "--scope", "read", "--days", "9", stdout=out)
    [secret] = re.findall(r"acv_[\w-]{43}", out.getvalue())
    assert using(secret).get(ME).status_code == 200
    token = ApiToken.objects.get(user=by)
    out = StringIO()
    call_command("token", "ana", "--revoke", str(token.pk), stdout=out)
    assert "revoked" in out.getvalue()
    refused(using(secret).get(ME), 401, "invalid-token")


def test_a_token_without_an_end_says_so(by: User, browser: Client):
    browser.post(PAGE, {"name": "Respaldo", "scopes": ["read"], "days": "0"})
    assert ApiToken.objects.get().expires_at is None
    page = read(browser, PAGE)
    assert "No vence" in page.text
    assert "Nunca" in page.text
    ApiToken.objects.update(expires_at=timezone.now() - timedelta(days=1))
    assert "Vencida" in read(browser, PAGE).text


def test_the_way_to_the_page_is_in_the_menu(browser: Client):
    assert PAGE in read(browser, "/").links
    assert "/api/v1/docs" in read(browser, PAGE).links


def test_the_page_that_shows_a_secret_is_kept_by_nobody(by: User, browser: Client):
    shown = browser.post(PAGE, {"name": "x", "scopes": ["read"], "days": "30"})
    assert "no-store" in shown["Cache-Control"]
    assert "acv_" in shown.content.decode()


@pytest.mark.parametrize(
    "arguments",
    [
        ["nadie"],
        ["ana", "--make", "x"],
        ["ana", "--make", "x", "--scope", "read", "--days", "0"],
        ["ana", "--revoke", "01999f5e-7c1a-7000-8000-000000000001"],
    ],
)
def test_the_command_says_what_is_wrong(by: User, arguments: list[str]):
    with pytest.raises(CommandError):
        call_command("token", *arguments)
    assert not ApiToken.objects.exists()
