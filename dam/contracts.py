"""What an upper house may contribute to the catalogue: the AssetPanel contract and its registry in settings."""

from collections.abc import Sequence
from functools import cache
from typing import Literal, Protocol

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from dam.models import Asset, AssetVersion

Place = Literal["stage", "tab", "download"]


class AssetPanel(Protocol):
    """A section of the asset page: the stage above, a tab in the panel at the right, or the download list."""

    key: str
    title: str | Promise
    place: Place

    def applies(self, asset: Asset, version: AssetVersion) -> bool:
        """Answer whether the panel has anything to show for this version."""
        ...

    def render(self, request: HttpRequest, asset: Asset, version: AssetVersion) -> str:
        """Return the panel's HTML (safe)."""
        ...


@cache
def asset_panels() -> Sequence[AssetPanel]:
    """Return the panels that settings list, in their order. A path that cannot be imported raises at once."""
    return tuple(import_string(path)() for path in settings.ACERVO_ASSET_PANELS)
