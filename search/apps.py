"""The `search` house as a Django app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """See design: what this house owns is in its package docstring."""

    name = "search"
