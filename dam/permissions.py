"""Permissions: who may do what, and who sees what. One function, one filter, and they agree.

Visibility is a match of words. A person carries words (``agency:GTO/SSG/``, ``user:...``, ``production:...``)
and an asset is seen by words; the database filter, the single answer and the search index all follow from them.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dam.models import Agency, Asset, Membership, Production, Role, Share, User

type_of_user = User | AnonymousUser

CENTRAL_ROLES = frozenset({Role.PRODUCER, Role.COORDINATOR})
#: What each role may do with the material of its agency's subtree (a central role: with everything).
ROLE_VERBS: dict[str, frozenset[str]] = {
    Role.COORDINATOR: frozenset(
        {"view", "download", "edit", "upload", "trash", "restore", "share", "produce"}
    ),
    Role.PRODUCER: frozenset({"view", "download", "edit", "upload", "trash", "restore", "share", "produce"}),
    Role.VIDEOGRAPHER: frozenset({"upload"}),
    Role.LIAISON: frozenset({"view", "download"}),
}
#: What a person may do with what they uploaded themselves, whatever their role.
OWN_VERBS = frozenset({"view", "download", "edit", "trash", "restore"})
#: What those may do to whom an asset is visible by a production or a share.
GUEST_VERBS = frozenset({"view", "download"})


class Forbidden(Exception):
    """The person may not do this; ``str()`` is a sentence for them."""


@dataclass(frozen=True)
class Standing:
    """What a person is right now: their grants by agency path, read once per request."""

    user_id: str
    administrator: bool
    grants: tuple[tuple[str, str, bool], ...]  # (agency path, role, the agency is the central office)
    productions: frozenset[str]

    @property
    def sees_everything(self) -> bool:
        """Central producers and coordinators, and administrators, see everything."""
        return self.administrator or any(
            central and role in CENTRAL_ROLES for _, role, central in self.grants
        )

    @property
    def subtrees(self) -> frozenset[str]:
        """Return the paths of the agencies whose subtree the person sees: every role but the videographer."""
        return frozenset(path for path, role, _ in self.grants if role != Role.VIDEOGRAPHER)


@dataclass(frozen=True)
class Answer:
    """May this person do this, and the sentences that say why."""

    allowed: bool
    reasons: tuple[str, ...]


def standing(user: type_of_user) -> Standing | None:
    """Return what ``user`` is now, or None for somebody who is not signed in or no longer active."""
    if not isinstance(user, User) or not user.is_active:
        return None
    known: Standing | None = getattr(user, "_standing", None)
    if known is None:
        grants = tuple(
            (membership.agency.path, membership.role, membership.agency.is_central)
            for membership in Membership.objects.current().filter(user=user).select_related("agency")
        )
        productions = frozenset(
            str(key) for key in Production.objects.filter(members=user).values_list("pk", flat=True)
        )
        known = Standing(str(user.pk), user.is_superuser, grants, productions)
        user._standing = known  # type: ignore[attr-defined]  # noqa: SLF001 - one read per request
    return known


def words_of(user: type_of_user) -> frozenset[str] | None:
    """Return the words a person carries, or None for somebody who sees everything."""
    who = standing(user)
    if who is None:
        return frozenset()
    if who.sees_everything:
        return None
    return frozenset(
        {f"user:{who.user_id}"}
        | {f"agency:{path}" for path in who.subtrees}
        | {f"production:{key}" for key in who.productions}
    )


def seen_by(asset: Asset) -> frozenset[str]:
    """Return the words by which an asset is seen; reads its agency, uses and current shares."""
    productions = set(asset.uses.values_list("production_id", flat=True))
    shares = Share.objects.current().filter(Q(asset=asset) | Q(production__in=productions))
    lent_to = Agency.objects.filter(pk__in=shares.values("agency"))
    return frozenset(
        {f"user:{asset.created_by_id}"}
        | {f"agency:{path}" for path in asset.agency.lineage}
        | {f"agency:{path}" for agency in lent_to for path in agency.lineage}
        | {f"production:{key}" for key in productions}
    )


def visible(user: type_of_user, *, trashed: bool = False) -> QuerySet[Asset]:
    """Return the assets a person sees; those in the trash only when asked for, and then only those."""
    assets = Asset.objects.filter(trashed_at__isnull=not trashed)
    who = standing(user)
    if who is None:
        return assets.none()
    if who.sees_everything:
        return assets
    subtree = _under("path", who.subtrees)
    lent = Share.objects.current().filter(agency__in=Agency.objects.filter(subtree))
    seen = (
        Q(agency__in=Agency.objects.filter(subtree))
        | Q(created_by=who.user_id)
        | Q(uses__production__in=who.productions)
        | Q(shares__in=lent)
        | Q(uses__production__shares__in=lent)
    )
    return assets.filter(pk__in=Asset.objects.filter(seen).values("pk"))


def visible_productions(user: type_of_user) -> QuerySet[Production]:
    """Return the productions a person sees: their subtree's, those they are in, and those shared with them."""
    who = standing(user)
    if who is None:
        return Production.objects.none()
    if who.sees_everything:
        return Production.objects.all()
    agencies = Agency.objects.filter(_under("path", who.subtrees))
    lent = Share.objects.current().filter(agency__in=agencies)
    seen = Q(agency__in=agencies) | Q(pk__in=who.productions) | Q(shares__in=lent) | Q(created_by=who.user_id)
    return Production.objects.filter(pk__in=Production.objects.filter(seen).values("pk"))


def agencies_for(user: type_of_user, verb: str) -> QuerySet[Agency]:
    """Return the agencies in which a person may do ``verb`` (``upload``, ``produce``)."""
    who = standing(user)
    if who is None:
        return Agency.objects.none()
    paths = frozenset(path for path, role, _ in who.grants if verb in ROLE_VERBS[role])
    if who.administrator or any(central and role in CENTRAL_ROLES for _, role, central in who.grants):
        return Agency.objects.all()
    return Agency.objects.filter(_under("path", paths))


def may(user: type_of_user, verb: str, thing: Asset | Production) -> bool:
    """Answer whether ``user`` may ``verb`` (view, download, edit, trash, restore, share, produce) this."""
    return explain(user, verb, thing).allowed


def require(user: type_of_user, verb: str, thing: Asset | Production) -> None:
    """Raise Forbidden, with the reasons, where the person may not."""
    answer = explain(user, verb, thing)
    if not answer.allowed:
        raise Forbidden(" ".join(answer.reasons))


def explain(user: type_of_user, verb: str, thing: Asset | Production) -> Answer:
    """Answer with every reason that grants it, or with the one that refuses."""
    who = standing(user)
    if who is None:
        return Answer(allowed=False, reasons=(_("No ha iniciado sesión o su cuenta está inactiva."),))
    reasons = tuple(_grants(who, verb, thing))
    if not reasons:
        return Answer(
            allowed=False,
            reasons=(
                _("Ninguna de sus funciones permite esto. Pídalo a la dependencia dueña del material."),
            ),
        )
    if isinstance(thing, Asset) and thing.trashed_at is not None and verb not in {"view", "restore"}:
        return Answer(allowed=False, reasons=(_("Está en la papelera. Restáurelo primero."),))
    return Answer(allowed=True, reasons=reasons)


def _grants(who: Standing, verb: str, thing: Asset | Production) -> list[str]:
    reasons = []
    if who.administrator:
        reasons.append(_("Administra el sistema."))
    for path, role, central in who.grants:
        everything = central and role in CENTRAL_ROLES
        if verb in ROLE_VERBS[role] and (everything or thing.agency.path.startswith(path)):
            reasons.append(
                _("Es %(role)s en %(agency)s.") % {"role": Role(role).label, "agency": path.rstrip("/")}
            )
    if verb in OWN_VERBS and str(thing.created_by_id) == who.user_id:
        reasons.append(_("Lo subió o lo creó."))
    if verb in GUEST_VERBS:
        reasons.extend(_guest_reasons(who, thing))
    return reasons


def _guest_reasons(who: Standing, thing: Asset | Production) -> list[str]:
    if isinstance(thing, Production):
        keys, shares = {thing.pk}, Q(production=thing)
    else:
        keys = set(thing.uses.values_list("production_id", flat=True))
        shares = Q(asset=thing) | Q(production__in=keys)
    reasons = []
    if who.productions & {str(key) for key in keys}:
        reasons.append(_("Participa en una producción de la que forma parte."))
    agencies = Agency.objects.filter(_under("path", who.subtrees))
    if Share.objects.current().filter(shares, agency__in=agencies).exists():
        reasons.append(_("Está compartido con su dependencia."))
    return reasons


def _under(field: str, paths: frozenset[str]) -> Q:
    """Return the filter for the agencies at or below ``paths``; none for no path."""
    return reduce(or_, (Q(**{f"{field}__startswith": path}) for path in sorted(paths)), Q(pk__in=[]))


def expired_shares(since: datetime) -> QuerySet[Share]:
    """Return the shares that ended after ``since``: their assets are to be indexed again."""
    return Share.objects.filter(until__gt=since, until__lte=timezone.now())
