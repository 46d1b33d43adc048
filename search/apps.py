"""Search as a Django app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """How things are found."""

    name = "search"

    def ready(self) -> None:
        """Hear what changes in the catalogue."""
        from dam.signals import asset_changed
        from search import index

        asset_changed.connect(index.hear, dispatch_uid="search.index")
