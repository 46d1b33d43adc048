"""What must hold of every route and every list: who is let in, pages that are whole, states that are told apart."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from dam import assets, collections, events, metadata, productions
from dam.api import conditions, document, problems
from dam.api.problems import Problem
from dam.models import Asset, User
from tests import factories
from tests.dam import people
from tests.dam.api.calling import Program, nobody, program, refused

DOC = document.document()
ROUTES = [(path, method) for path, method, _operation in document.operations(DOC)]
UNKNOWN = "01999f5e-7c1a-7000-8000-000000000009"


def filled(path: str) -> str:
    """The address of something that is not there."""
    return re.sub(
        r"{(\w+)}", lambda found: {"role": "used_in", "code": "NOEXISTE"}.get(found[1], UNKNOWN), path
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "method"), ROUTES)
def test_no_route_answers_anybody(path: str, method: str):
    refused(nobody()(method.upper(), filled(path), {}), 401, "not-authenticated")


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "method"), [one for one in ROUTES if one[1] != "get"])
def test_no_session_writes_without_the_proof_that_the_page_is_ours(by: User, path: str, method: str):
    browser = people.browser_of(by)
    browser.handler.enforce_csrf_checks = True
    response = browser.generic(method.upper(), filled(path), "{}", content_type="application/json")
    refused(response, 403, "csrf")


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "status"),
    sorted(dict.fromkeys((*people.EDITORS, *people.ONLOOKERS), 200).items())
    + sorted(dict.fromkeys(people.STRANGERS, 404).items()),
)
def test_who_reads_an_asset_by_any_route_is_who_sees_it(who: str, status: int):
    asset = factories.asset("video", of=people.home())
    assert asset.current is not None
    factories.rendition(asset.current, "web")
    ask = program(people.somebody(who, asset))
    version = f"/api/v1/versions/{asset.current.code}"
    for path in (
        f"/api/v1/assets/{asset.code}",
        f"/api/v1/assets/{asset.code}/versions",
        f"/api/v1/assets/{asset.code}/events",
        version,
        f"{version}/renditions/web",
    ):
        assert ask.get(path).status_code == status
    listed = {one["code"] for one in ask.get("/api/v1/assets").json()["items"]}
    assert (asset.code in listed) == (status == 200)
    assert ask.get(f"{version}/original").status_code == (302 if status == 200 else 404)


@pytest.mark.django_db
@pytest.mark.parametrize(("who", "status"), sorted(people.STATUS_TO_EDIT.items()))
@pytest.mark.parametrize("act", ["trash", "restore"])
def test_who_moves_an_asset_to_the_trash_and_back(who: str, status: int, act: str):
    asset = factories.asset(of=people.home())
    response = program(people.somebody(who, asset))(
        "POST", f"/api/v1/assets/{asset.code}/{act}", If_Match="*"
    )
    assert response.status_code == status
    asset.refresh_from_db()
    assert (asset.trashed_at is not None) == (status == 200 and act == "trash")


def whole_list(ask: Program, path: str, between: Callable[[], object]) -> list[dict[str, Any]]:
    """Every row of a list, two at a time, while something happens between pages."""
    found: list[dict[str, Any]] = []
    following: str | None = ""
    while following is not None:
        page = ask.get(f"{path}?limit=2&cursor={following}").json()
        found += page["items"]
        following = page["next"]
        between()
    return found


@pytest.mark.django_db
def test_every_list_is_whole_while_rows_arrive(by: User):
    asset = factories.asset("video", of=people.home(), by=by)
    production = factories.production(of=people.home(), by=by)
    collection = factories.collection(by=by)

    def arrive() -> Asset:
        new = factories.asset(of=people.home(), by=by)
        productions.use(production, new, role="used_in", by=by)
        collections.add(collection, [new], by=by)
        factories.production(of=people.home(), by=by)
        factories.collection(by=by)
        metadata.describe(asset, {"headline": new.code}, by=by)
        assets.add_version(asset, factories.original("video"), by=by)
        return new

    for _ in range(5):
        arrive()
    ask = program(by)
    for path, key in (
        ("/api/v1/assets", "code"),
        (f"/api/v1/assets/{asset.code}/versions", "code"),
        (f"/api/v1/assets/{asset.code}/events", "seq"),
        ("/api/v1/productions", "id"),
        (f"/api/v1/productions/{production.pk}/assets", "added_at"),
        ("/api/v1/collections", "id"),
        (f"/api/v1/collections/{collection.pk}/assets", "code"),
    ):
        before = [one[key] for one in ask.get(f"{path}?limit=200").json()["items"]]
        assert len(before) >= 5
        assert [one[key] for one in whole_list(ask, path, arrive)] == before


@pytest.mark.django_db
def test_a_cursor_of_another_list_is_refused(by: User):
    for _ in range(3):
        factories.asset(of=people.home(), by=by)
    ask = program(by)
    cursor = ask.get("/api/v1/assets?limit=1").json()["next"]
    refused(ask.get(f"/api/v1/productions?cursor={cursor}"), 400, "invalid-cursor")


@pytest.mark.django_db
def test_the_record_of_an_asset_names_no_production_one_does_not_see(by: User):
    asset = factories.asset(of=people.home(), by=by)
    hidden = factories.production("Secreta", of=people.elsewhere())
    productions.use(hidden, asset, role="used_in", by=hidden.created_by)
    assert events.of(asset).filter(verb="used").exists()
    said = program(by).get(f"/api/v1/assets/{asset.code}/events").content.decode()
    assert str(hidden.pk) not in said
    assert "Secreta" not in said


def asking(**headers: str) -> HttpRequest:
    return RequestFactory().get(
        "/api/v1/x", headers={name.replace("_", "-"): value for name, value in headers.items()}
    )


@pytest.mark.parametrize(
    ("sent", "slug"),
    [
        ("", "precondition-required"),
        ('"7-abc"', None),
        ('"7-otro"', None),
        ('"6-abc", "7-abc"', None),
        ("*", None),
        ('"8-abc"', "precondition-failed"),
        ('"77-abc"', "precondition-failed"),
        ('W/"7-abc"', "precondition-failed"),
        ('"7"', "precondition-failed"),
        ("7-abc", "precondition-failed"),
        ('"abc"', "precondition-failed"),
    ],
)
def test_a_writer_must_have_seen_the_state_that_stands(sent: str, slug: str | None):
    request = asking(If_Match=sent) if sent else asking()
    if slug is None:
        conditions.require(request, 7)
        return
    with pytest.raises(Problem) as refusal:
        conditions.require(request, 7)
    assert refusal.value.kind.slug == slug


@pytest.mark.parametrize(
    ("known", "status"),
    [("{}", 304), ("W/{}", 304), ('"x", {}', 304), ("*", 304), ('"x"', 200), ("x", 200), ("", 200)],
)
def test_a_reader_is_told_only_what_is_new(known: str, status: int):
    first = conditions.label(asking(), HttpResponse(b"uno"))
    again = conditions.label(asking(If_None_Match=known.format(first["ETag"])), HttpResponse(b"uno"))
    assert again.status_code == status
    assert again["ETag"] == first["ETag"]


def test_an_etag_tells_bytes_and_states_apart():
    request = asking()
    conditions.state(request, 7)
    tags = {
        conditions.label(asking(), HttpResponse(b"uno"))["ETag"],
        conditions.label(asking(), HttpResponse(b"dos"))["ETag"],
        conditions.label(request, HttpResponse(b"uno"))["ETag"],
    }
    assert len(tags) == 3
    assert "ETag" not in conditions.label(asking(), HttpResponse(b"no", status=404))
    assert conditions.digest("a", None) == conditions.digest("a", None)
    assert conditions.digest("a", "b") != conditions.digest("ab", "")


def test_the_kind_of_a_status_is_its_most_general():
    expected = {
        400: "malformed",
        401: "not-authenticated",
        403: "forbidden",
        404: "not-found",
        405: "method-not-allowed",
    }
    expected |= {418: "malformed", 502: "internal", 503: "unavailable", 413: "too-large"}
    assert {status: problems.of_status(status).slug for status in expected} == expected


def test_a_kind_of_problem_is_defined_once():
    first = problems.KINDS["invalid"]
    assert problems.define("invalid", 400, "otro", "otro") is first
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", slug) for slug in problems.KINDS)
