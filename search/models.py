"""What waits to be indexed."""

from django.db import models
from django.db.models.functions import Now


class Pending(models.Model):
    """An asset that changed and is to be indexed: written in the transaction that changed it, removed once done.

    There may be several rows of one asset. The row is the promise; a job is only what wakes the indexer.
    """

    id = models.BigAutoField(primary_key=True)
    asset_id = models.UUIDField()
    since = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return str(self.asset_id)
