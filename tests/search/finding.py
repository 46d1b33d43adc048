"""A catalogue that is indexed, and the library as people read it."""

from typing import Any
from urllib.parse import urlencode

from django.test import Client

from dam import metadata
from dam.models import Asset, User
from search import index
from tests import factories
from tests.dam.pages import Page, page_of

LIBRARY = "/acervo/"


def described(kind: str = "photo", **values: Any) -> Asset:
    """An asset with these descriptive values; ``of``, ``by`` and ``name`` go to the asset itself."""
    own = {name: values.pop(name) for name in ("of", "by", "name") if name in values}
    asset = factories.asset(kind, **own)
    metadata.describe(asset, values, by=asset.created_by)
    return asset


def signed_in(someone: User | None = None) -> Client:
    client = Client()
    client.force_login(someone or factories.person())
    return client


def ask(client: Client, *, part: str = "", **asked: Any) -> Page:
    """Index what waits, then read the library, or the part of it that htmx asks for by its id."""
    index.drain()
    headers = {"HX-Request": "true", "HX-Target": part} if part else {}
    return page_of(client.get(LIBRARY, asked, headers=headers))


def address(**asked: Any) -> str:
    return f"{LIBRARY}?{urlencode(asked, doseq=True)}"


def codes(page: Page) -> list[str]:
    """The codes of what is shown, in order."""
    return [
        attrs["value"] or ""
        for tag, attrs in page.tags
        if tag == "input" and attrs.get("name") == "asset" and attrs.get("type") == "checkbox"
    ]


def counts(page: Page, name: str) -> dict[str, bool]:
    """The values of a facet that can be chosen, and whether each is chosen."""
    return {
        attrs["value"] or "": "checked" in attrs
        for tag, attrs in page.tags
        if tag == "input" and attrs.get("name") == name and attrs.get("type") == "checkbox"
    }
