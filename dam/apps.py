"""The catalogue as a Django app."""

from django.apps import AppConfig


class DamConfig(AppConfig):
    """The catalogue."""

    name = "dam"
    verbose_name = "Acervo"

    def ready(self) -> None:
        """Connect what listens."""
        from dam import database, transfers

        database.connect()
        transfers.connect()
