"""Transcode as a Django app."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class TranscodeConfig(AppConfig):
    """How standard formats are made."""

    name = "transcode"

    def ready(self) -> None:
        """Take over the shipped presets after each migration, as a new release may ship new versions."""
        from transcode import preset_versions

        def take_over(**kwargs: Any) -> None:  # noqa: ARG001 - a receiver
            preset_versions.take_over_shipped()

        post_migrate.connect(take_over, sender=self, dispatch_uid="transcode.presets", weak=False)
