"""The `ingest` house as a Django app."""

from django.apps import AppConfig


class IngestConfig(AppConfig):
    """See design: what this house owns is in its package docstring."""

    name = "ingest"
