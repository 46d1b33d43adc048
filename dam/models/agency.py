"""Agency: a dependency or entity of the state government, in a tree."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from dam.identifiers import new_id


class Agency(models.Model):
    """One agency. ``path`` is the codes from the root down, each ended by a slash: ``GTO/SSG/ISAPEG/``.

    The subtree of an agency is every agency whose path starts with its own; the root is the central office.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(_("siglas"), max_length=20, unique=True)
    name = models.CharField(_("nombre"), max_length=200)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children", verbose_name=_("depende de")
    )
    path = models.CharField(max_length=250, unique=True, editable=False, db_collation="C")

    class Meta:
        ordering = ["path"]
        verbose_name = _("dependencia")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(code__regex=r"^[^/\s]+$"), name="agency_code_is_one_word"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_central(self) -> bool:
        """Whether this is the communication office itself, the root of the tree."""
        return self.parent_id is None

    @property
    def lineage(self) -> tuple[str, ...]:
        """Return the paths of this agency and of every agency above it, the root first."""
        codes = self.path.rstrip("/").split("/")
        return tuple("/".join(codes[: depth + 1]) + "/" for depth in range(len(codes)))
