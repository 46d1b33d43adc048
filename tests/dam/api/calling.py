"""How tests call the API: a program with a token, and what it got."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.test import Client

from dam import tokens
from dam.models import Scope, User

PROBLEM = "application/problem+json"


@dataclass
class Program:
    """A program that carries a token."""

    secret: str
    client: Client

    def __call__(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Ask; ``body`` goes as JSON, headers by their names with underscores."""
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if self.secret:
            sent.setdefault("Authorization", f"Bearer {self.secret}")
        data = {} if body is None else {"data": body, "content_type": "application/json"}
        return self.client.generic(method, path, **_as_generic(data), headers=sent)

    def get(self, path: str, **headers: str) -> Any:
        return self("GET", path, **headers)


def _as_generic(data: dict[str, Any]) -> dict[str, Any]:
    if not data:
        return {}
    body = data["data"]
    encoded = body if isinstance(body, bytes | str) else json.dumps(body)
    return {"data": encoded, "content_type": data["content_type"]}


def program(of: User, scopes: Iterable[str] = tuple(Scope.values)) -> Program:
    """A program of a person with these scopes, all of them unless told otherwise."""
    return Program(tokens.make(of, name="prueba", scopes=scopes, expires_at=None, by=of).secret, Client())


def nobody() -> Program:
    """A program without a token."""
    return Program("", Client())


def refused(response: Any, status: int, slug: str) -> dict[str, Any]:
    """Check that an answer is this problem, said as RFC 9457 says it; returns what it says."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == PROBLEM
    said: dict[str, Any] = response.json()
    assert said["type"] == f"/api/v1/problems/{slug}"
    assert said["status"] == status
    assert said["title"]
    assert said["detail"]
    return said
