"""Verbs on agencies and memberships."""

from django.db import transaction

from dam import events
from dam.models import Agency, Membership, User


def create(code: str, name: str, *, parent: Agency | None, by: User | None) -> Agency:
    """Create an agency below ``parent`` (the central office where None)."""
    with transaction.atomic():
        path = (parent.path if parent else "") + code + "/"
        agency = Agency.objects.create(code=code, name=name, parent=parent, path=path)
        events.record(agency, "created", by=by)
    return agency


def appoint(user: User, *, agency: Agency, role: str, by: User | None) -> Membership:
    """Give a person a role in an agency from now on."""
    with transaction.atomic():
        membership = Membership.objects.create(user=user, agency=agency, role=role)
        events.record(
            agency, "member.appointed", by=by, data={"membership": str(membership.pk), "role": role}
        )
    return membership
