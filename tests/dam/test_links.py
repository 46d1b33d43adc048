"""Links that live minutes: for one person and one path, and nothing that was changed in them is believed."""

from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from django.test import RequestFactory

from dam import links
from dam.models import User
from tests import factories

pytestmark = pytest.mark.django_db
PATH = "/descargas/v/AB12CD3401/original"


@pytest.fixture
def user() -> User:
    return factories.user("ana")


def whose(url: str) -> User | None:
    return links.person(RequestFactory().get(url))


@pytest.mark.parametrize(
    "path", [PATH, "/descargas/ñ/a b", "/descargas/100%25", "/descargas/a:b", "/descargas/👋"]
)
def test_a_link_is_for_whom_it_was_signed_whatever_is_in_its_path(user, path: str):
    written = quote(path, safe="/%:")
    assert whose(links.sign(written, user)) == user


def test_a_request_without_a_link_is_nobody_s():
    assert whose(PATH) is None


def test_the_same_link_opens_no_other_path(user):
    query = urlsplit(links.sign(PATH, user)).query
    for other in (f"{PATH}/", PATH.lower(), "/descargas/v/AB12CD3402/original", f"/{PATH}x"):
        with pytest.raises(links.Expired):
            whose(f"{other}?{query}")


def test_a_link_is_not_another_person_s(user):
    (token,) = parse_qs(urlsplit(links.sign(PATH, user)).query)[links.PARAMETER]
    other = factories.user("beto")
    changed = token.replace(str(user.pk), str(other.pk))
    with pytest.raises(links.Expired):
        whose(f"{PATH}?{urlencode({links.PARAMETER: changed})}")


def test_what_is_signed_for_one_splits_in_no_other_way(user):
    (token,) = parse_qs(urlsplit(links.sign(PATH, user)).query)[links.PARAMETER]
    key, _colon, tail = token.partition(":")
    with pytest.raises(links.Expired):
        whose(f"{PATH[1:]}?{urlencode({links.PARAMETER: f'{key}/:{tail}'})}")


@pytest.mark.parametrize("token", ["", ":", "x", "x:y:z", "%00", "ñ:ñ:ñ", "a" * 5000, "-:-:-:-"])
def test_a_token_that_is_none_has_expired(token: str):
    with pytest.raises(links.Expired):
        whose(f"{PATH}?{urlencode({links.PARAMETER: token})}")


@pytest.mark.parametrize(("aged", "opens"), [(-5, True), (5, False)], ids=["just before", "just after"])
def test_a_link_lives_ten_minutes(user, monkeypatch, aged: int, opens: object):
    url = links.sign(PATH, user)
    (token,) = parse_qs(urlsplit(url).query)[links.PARAMETER]
    assert links.LIFE_SECONDS == 600
    monkeypatch.setattr(links, "LIFE_SECONDS", -aged)
    if opens:
        assert whose(url) == user
        return
    with pytest.raises(links.Expired):
        whose(f"{PATH}?{urlencode({links.PARAMETER: token})}")


def test_a_link_of_somebody_who_is_gone_has_expired(user):
    url = links.sign(PATH, user)
    user.delete()
    with pytest.raises(links.Expired):
        whose(url)
