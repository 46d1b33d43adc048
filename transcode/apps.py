"""The `transcode` house as a Django app."""

from django.apps import AppConfig


class TranscodeConfig(AppConfig):
    """See design: what this house owns is in its package docstring."""

    name = "transcode"
