"""The document and the reference: whole, true, in two languages; every example is asked for and compared."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

from dam.api import document
from dam.api.problems import KINDS
from dam.models import Scope, User
from tests import factories
from tests.dam import people
from tests.dam.api.calling import program
from tests.dam.pages import read

pytestmark = pytest.mark.django_db
DOC = document.document()
OURS = ("account", "assets", "versions", "productions", "collections")
ALL = [
    (path, method, operation)
    for path, method, operation in document.operations(DOC)
    if set(operation["tags"]) & set(OURS)
]
NAMED = [operation["operationId"] for _path, _method, operation in ALL]


def examples(operation: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any], Any]]:
    for status, response in operation["responses"].items():
        for content in response.get("content", {}).values():
            if "example" in content:
                yield status, content["schema"], content["example"]
            for one in content.get("examples", {}).values():
                yield status, content["schema"], one["value"]


def check(schema: dict[str, Any], value: Any) -> None:
    whole = {**schema, "components": DOC["components"]}
    Draft202012Validator(whole).validate(json.loads(json.dumps(value, default=str)))


def test_it_is_openapi_3_1_with_a_name_for_each_operation():
    assert DOC["openapi"].startswith("3.1")
    ids = [operation["operationId"] for _path, _method, operation in document.operations(DOC)]
    assert len(ids) == len(set(ids))
    assert "Problem" in DOC["components"]["schemas"]


@pytest.mark.parametrize(("path", "method", "operation"), ALL, ids=NAMED)
def test_every_operation_says_what_it_is(path: str, method: str, operation: dict[str, Any]):
    assert operation["summary"]
    assert operation["description"]
    assert operation["x-scope"] in Scope.values
    statuses = set(operation["responses"])
    assert {"401", "403", "406", "429", "500"} <= statuses
    assert "404" in statuses or "{" not in path
    if method in {"patch", "delete", "put"} or path.endswith(("/trash", "/restore")):
        assert operation["x-scope"] == Scope.EDIT
    good = next(status for status in statuses if status[0] in "23")
    assert good in {"204", "302"} or "example" in operation["responses"][good]["content"]["application/json"]
    for _status, schema, example in examples(operation):
        check(schema, example)


@pytest.mark.parametrize(("path", "method", "operation"), ALL, ids=NAMED)
def test_every_example_is_executed(path: str, method: str, operation: dict[str, Any]):
    by = factories.person(of=people.home())
    asset = factories.asset("video", of=people.home(), by=by, headline="Jornada")
    version = asset.current
    assert version is not None
    factories.rendition(version, "web", mime="image/jpeg")
    track = factories.captions(version)
    production = factories.production(of=people.home(), by=by)
    collection = factories.collection(by=by)
    ask = program(by)
    if operation["operationId"] == "stop_using_asset":
        ask("PUT", f"/api/v1/productions/{production.pk}/assets/{asset.code}/used_in")
    keys = {"captions": track.pk, "productions": production.pk, "collections": collection.pk}
    kind = path.split("/")[3]
    key = keys["captions"] if "captions" in path else keys.get(kind)
    values = {"code": asset.code, "key": key, "preset": "web", "role": "used_in"}
    address = re.sub(r"{(\w+)}", lambda found: str(values[found[1]]), path)
    if operation["operationId"] == "restore_asset":
        ask("POST", f"/api/v1/assets/{asset.code}/trash", If_Match="*")
    sent = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    if sent:
        check(sent["schema"], sent["example"])
    conditional = any(parameter["name"] == "If-Match" for parameter in operation.get("parameters", ()))
    headers = {"If_Match": "*"} if conditional else {}
    response = ask(method.upper(), address, sent.get("example"), **headers)
    documented = operation["responses"].get(str(response.status_code))
    assert documented is not None, response.content
    assert response.status_code < 400, response.content
    if response.status_code in {200, 201}:
        content = documented["content"]["application/json"]
        check(content["schema"], response.json())
        shown, got = content["example"], response.json()
        assert set(shown) == set(got)
        if got.get("items"):
            assert set(shown["items"][0]) == set(got["items"][0])


def test_the_reference_is_read_by_anybody_without_script_and_in_both_languages():
    page = read(Client(), "/api/v1/docs")
    assert page.status == 200
    for _path, _method, operation in ALL:
        assert operation["summary"] in page.html
        assert f"#{operation['operationId']}" in page.links
    assert all(src.startswith("/static/") for src in page.attributes("script", "src"))
    assert "style" not in {name for _tag, attributes in page.tags for name in attributes}
    assert read(Client(), "/api/v1/docs", headers={"Accept-Language": "en"}).status == 200
    served = Client().get("/api/v1/openapi.json")
    assert served.json()["openapi"].startswith("3.1")


@pytest.mark.parametrize("slug", sorted(KINDS))
def test_each_type_of_problem_explains_itself(slug: str):
    kind = KINDS[slug]
    said = Client().get(kind.type).json()
    assert said == {
        "type": kind.type,
        "title": str(kind.title),
        "status": kind.status,
        "detail": str(kind.advice),
    }
    page = read(Client(), kind.type, headers={"Accept": "text/html"})
    assert str(kind.advice) in page.text


def test_every_documented_problem_is_one_of_ours():
    for _path, _method, operation in document.operations(DOC):
        for status, response in operation["responses"].items():
            for slug in response.get("content", {}).get("application/problem+json", {}).get("examples", {}):
                assert KINDS[slug].status == int(status)


def test_a_type_that_is_none():
    assert Client().get("/api/v1/problems/nada").status_code == 404


def test_the_document_changes_nothing_of_itself(by: User):
    document.document()["paths"].clear()
    assert document.document()["paths"]
