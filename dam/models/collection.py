"""Collection: a hand-made list of assets. It gives no access to them."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from dam.identifiers import new_id
from dam.models.agency import Agency
from dam.models.asset import Asset


class Collection(models.Model):
    """A list somebody keeps; ``shared`` shows it to the people of its agency's subtree."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    title = models.CharField(_("título"), max_length=200)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="collections")
    agency = models.ForeignKey(Agency, models.PROTECT, related_name="collections")
    shared = models.BooleanField(_("visible para mi dependencia"), default=False)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["-created_at"]
        verbose_name = _("colección")
        verbose_name_plural = _("colecciones")

    def __str__(self) -> str:
        return self.title


class CollectionItem(models.Model):
    """An asset in a collection."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    collection = models.ForeignKey(Collection, models.CASCADE, related_name="items")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="+")
    added_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ["added_at", "id"]
        constraints = [models.UniqueConstraint(fields=["collection", "asset"], name="collection_item_once")]

    def __str__(self) -> str:
        return f"{self.collection_id} {self.asset_id}"
