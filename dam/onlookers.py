"""Who can see an asset: the roads by which it is seen, each with the people who come by it."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import formats, timezone
from django.utils.translation import gettext as _

from dam import permissions
from dam.models import Agency, Asset, Membership, Production, Role, Share, User

MOST_PEOPLE = 200


@dataclass(frozen=True)
class Road:
    """One reason for which people see an asset, and those people."""

    reason: str
    people: tuple[str, ...]


def of(asset: Asset) -> list[Road]:
    """Return every road to an asset; those without anybody too: whoever joins will come by them."""
    return [
        Road(_("Quien lo subió"), (str(asset.created_by),)),
        Road(_("Quienes ven todo el acervo"), _overseers()),
        *_by_agency(asset.agency, _("La dependencia dueña y las que están sobre ella: %(agency)s")),
        *_by_productions(asset),
        *_by_shares(asset),
    ]


def _overseers() -> tuple[str, ...]:
    central = Membership.objects.current().filter(agency__parent=None, role__in=permissions.CENTRAL_ROLES)
    people = User.objects.filter(Q(is_superuser=True) | Q(memberships__in=central), is_active=True)
    return tuple(map(str, people.distinct().order_by("username")[:MOST_PEOPLE]))


def _by_agency(agency: Agency, words: str) -> list[Road]:
    seeing = [role for role in Role.values if "view" in permissions.ROLE_VERBS[role]]
    members = (
        Membership.objects.current()
        .filter(agency__path__in=agency.lineage, role__in=seeing, user__is_active=True)
        .select_related("user", "agency")
        .order_by("agency__path", "user__username")[:MOST_PEOPLE]
    )
    people = tuple(f"{member.user} ({member.get_role_display()}, {member.agency})" for member in members)
    return [Road(words % {"agency": agency.name}, people)]


def _by_productions(asset: Asset) -> list[Road]:
    productions = Production.objects.filter(uses__asset=asset).distinct().prefetch_related("members")
    return [
        Road(
            _("El equipo de la producción “%(title)s”") % {"title": production.title},
            tuple(str(member) for member in production.members.all() if member.is_active),
        )
        for production in productions
    ]


def _by_shares(asset: Asset) -> list[Road]:
    productions = asset.uses.values("production")
    current = Share.objects.current().filter(Q(asset=asset) | Q(production__in=productions))
    roads = []
    for share in current.select_related("agency", "production").order_by("shared_at"):
        words = (
            _("Compartido con %(agency)s")
            if share.asset_id
            else _("Su producción se comparte con %(agency)s")
        )
        if share.until:
            day = formats.date_format(timezone.localtime(share.until), "DATETIME_FORMAT")
            words += " " + _("hasta el %(day)s") % {"day": day}
        roads += _by_agency(share.agency, words)
    return roads
