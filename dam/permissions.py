"""Permissions: who may do what, and who sees what. One function, one filter, and they agree.

Visibility is a match of words. A person carries words (``agency:GTO/SSG/``, ``user:...``, ``production:...``)
and an asset is seen by words; the database filter, the single answer and the search index all follow from them.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_
from uuid import UUID

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dam.models import Agency, Asset, Membership, Production, ProductionState, Role, Share, User

type_of_user = User | AnonymousUser

CENTRAL_ROLES = frozenset({Role.PRODUCER, Role.COORDINATOR})
_EVERYTHING = frozenset(
    {"view", "download", "edit", "upload", "trash", "restore", "share", "produce", "contribute"}
)
#: What each role may do with the material of its agency's subtree (a central role: with everything).
ROLE_VERBS: dict[str, frozenset[str]] = {
    Role.COORDINATOR: _EVERYTHING,
    Role.PRODUCER: _EVERYTHING,
    Role.VIDEOGRAPHER: frozenset({"upload"}),
    Role.LIAISON: frozenset({"view", "download"}),
}
#: What a person may do with what they uploaded or opened themselves, whatever their role.
OWN_VERBS = frozenset({"view", "download", "edit", "trash", "restore", "contribute"})
#: What those may do to whom an asset or a production is visible by a share.
GUEST_VERBS = frozenset({"view", "download"})
#: What the team of a production may do with it; with the assets in it they may do what a guest may.
TEAM_VERBS = GUEST_VERBS | {"contribute"}
#: What may still be done with what lies in the trash.
TRASHED_VERBS = frozenset({"view", "restore"})


class Forbidden(PermissionDenied):
    """The person may not do this; ``str()`` is a sentence for them. A page answers 403 with it."""


@dataclass(frozen=True)
class Grant:
    """One role in force: the agency's path and name, and whether it is the central office."""

    path: str
    agency: str
    role: str
    central: bool

    @property
    def is_over_everything(self) -> bool:
        """Whether the role reaches beyond its agency's subtree: producers and coordinators of the centre."""
        return self.central and self.role in CENTRAL_ROLES


@dataclass(frozen=True)
class Standing:
    """What a person is right now, read once per request."""

    user_id: UUID
    administrator: bool
    grants: tuple[Grant, ...]
    productions: frozenset[UUID]

    @property
    def sees_everything(self) -> bool:
        """Central producers and coordinators, and administrators, see everything."""
        return self.administrator or any(grant.is_over_everything for grant in self.grants)

    @property
    def subtrees(self) -> frozenset[str]:
        """Return the paths of the agencies whose subtree the person sees."""
        return frozenset(grant.path for grant in self.grants if "view" in ROLE_VERBS[grant.role])


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
            Grant(
                membership.agency.path, membership.agency.name, membership.role, membership.agency.is_central
            )
            for membership in Membership.objects.current().filter(user=user).select_related("agency")
        )
        productions = frozenset(Production.objects.filter(members=user).values_list("pk", flat=True))
        known = Standing(user.pk, user.is_superuser, grants, productions)
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


def for_seeing(assets: QuerySet[Asset]) -> QuerySet[Asset]:
    """Fetch what ``seen_by`` reads for many assets in a constant number of queries."""
    return assets.select_related("agency").prefetch_related(
        "shares__agency", "uses__production__shares__agency"
    )


def seen_by(asset: Asset) -> frozenset[str]:
    """Return the words by which an asset is seen; reads its agency, uses and current shares."""
    productions = {use.production_id: use.production for use in asset.uses.all()}
    shares = [*asset.shares.all(), *(share for one in productions.values() for share in one.shares.all())]
    return frozenset(
        {f"user:{asset.created_by_id}"}
        | {f"agency:{path}" for path in asset.agency.lineage}
        | {f"agency:{path}" for share in shares if share.is_current for path in share.agency.lineage}
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


def contributable(user: type_of_user) -> QuerySet[Production]:
    """Return the open productions that a person may put material in."""
    who = standing(user)
    if who is None:
        return Production.objects.none()
    able = (
        Q(agency__in=agencies_for(user, "contribute")) | Q(pk__in=who.productions) | Q(created_by=who.user_id)
    )
    return Production.objects.filter(able, state=ProductionState.OPEN)


def agencies_for(user: type_of_user, verb: str) -> QuerySet[Agency]:
    """Return the agencies in which a person may do ``verb`` (``upload``, ``produce``)."""
    who = standing(user)
    if who is None:
        return Agency.objects.none()
    able = [grant for grant in who.grants if verb in ROLE_VERBS[grant.role]]
    if who.administrator or any(grant.is_over_everything for grant in able):
        return Agency.objects.all()
    return Agency.objects.filter(_under("path", frozenset(grant.path for grant in able)))


def may(user: type_of_user, verb: str, thing: Asset | Production) -> bool:
    """Answer whether ``user`` may ``verb`` this: view, download, edit, trash, restore, share, contribute."""
    who = standing(user)
    if who is None or verb not in _in_force(thing, [verb]):
        return False
    return any(verb in able for able, _reason in _sources(who, thing))


def verbs(user: type_of_user, thing: Asset | Production) -> frozenset[str]:
    """Return everything ``user`` may do with this, in at most two queries."""
    who = standing(user)
    return frozenset() if who is None else _in_force(thing, _granted(who, thing))


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
    granted = _granted(who, thing)
    if verb in _in_force(thing, granted):
        return Answer(allowed=True, reasons=tuple(granted[verb]))
    if verb in granted:
        return Answer(allowed=False, reasons=(_("Está en la papelera. Restáurelo primero."),))
    return Answer(allowed=False, reasons=(_("Ninguna de sus funciones lo permite."), *_functions(who)))


def _functions(who: Standing) -> Iterator[str]:
    for grant in who.grants:
        yield _("Es %(role)s en %(agency)s.") % {"role": Role(grant.role).label, "agency": grant.agency}
    if not who.grants:
        yield _("No tiene ninguna función vigente.")


def _in_force(thing: Asset | Production, granted: Iterable[str]) -> frozenset[str]:
    """Return what remains of granted verbs as things stand."""
    in_trash = isinstance(thing, Asset) and thing.trashed_at is not None
    return TRASHED_VERBS.intersection(granted) if in_trash else frozenset(granted)


def _granted(who: Standing, thing: Asset | Production) -> dict[str, list[str]]:
    """Return the reasons of each verb that something grants."""
    granted: dict[str, list[str]] = defaultdict(list)
    for able, reason in _sources(who, thing):
        for verb in able:
            granted[verb].append(reason)
    return dict(granted)


def _sources(who: Standing, thing: Asset | Production) -> Iterator[tuple[frozenset[str], str]]:
    if who.administrator:
        yield _EVERYTHING, _("Administra el sistema.")
    for grant in who.grants:
        if grant.is_over_everything or thing.agency.path.startswith(grant.path):
            named = {"role": Role(grant.role).label, "agency": grant.agency}
            yield ROLE_VERBS[grant.role], _("Es %(role)s en %(agency)s.") % named
    if thing.created_by_id == who.user_id:
        yield OWN_VERBS, _("Lo subió o lo creó.")
    if isinstance(thing, Production):
        keys, shares = {thing.pk}, Q(production=thing)
        if thing.pk in who.productions:
            yield TEAM_VERBS, _("Es parte de su equipo.")
    else:
        keys = set(thing.uses.values_list("production_id", flat=True))
        shares = Q(asset=thing) | Q(production__in=keys)
        if who.productions & keys:
            yield GUEST_VERBS, _("Participa en una producción que lo usa.")
    lent = Share.objects.current().filter(
        shares, agency__in=Agency.objects.filter(_under("path", who.subtrees))
    )
    if who.subtrees and lent.exists():
        yield GUEST_VERBS, _("Está compartido con su dependencia.")


def _under(field: str, paths: frozenset[str]) -> Q:
    """Return the filter for the agencies at or below ``paths``; none for no path."""
    return reduce(or_, (Q(**{f"{field}__startswith": path}) for path in sorted(paths)), Q(pk__in=[]))
