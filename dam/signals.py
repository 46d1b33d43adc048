"""The one announcement of the catalogue: an asset changed."""

from django.dispatch import Signal

#: Sent inside the transaction that changed an asset; arguments: ``asset_ids`` (a collection of UUID).
asset_changed = Signal()
