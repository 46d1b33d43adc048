"""A version with known bytes, and a client that reads answers to their end."""

import hashlib
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from dam.models import AssetVersion
from tests import factories

__all__ = ["browser", "client", "version"]  # the fixtures
CONTENT = bytes(range(256)) * 40
SIZE = len(CONTENT)
ETAG = f'"{hashlib.sha256(CONTENT).hexdigest()}"'


@pytest.fixture
def version() -> AssetVersion:
    return factories.version("video", content=CONTENT, filename="Presa «La Purísima».mp4")


class Reader(Client):
    """A client that reads every answer to its end, which closes it: ``response.body``."""

    def request(self, **request: Any) -> Any:
        response: Any = super().request(**request)
        response.body = b"".join(response.streaming_content) if response.streaming else response.content
        return response


@pytest.fixture
def client() -> Client:
    return Reader()


@pytest.fixture
def browser(client: Client, version) -> Client:
    client.force_login(version.created_by)
    return client


def body(response: Any) -> bytes:
    return bytes(response.body)


def download(client: Client, version: AssetVersion, name: str = "original_download", **headers: str):
    return client.get(reverse(f"dam:{name}", args=[version.code]), headers=headers)
