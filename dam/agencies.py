"""Verbs on agencies and memberships."""

from django.db import transaction

from dam import events
from dam.models import Agency, Membership, User


def create(code: str, name: str, *, parent: Agency | None, by: User | None) -> Agency:
    """Create an agency below ``parent``; without one it is the central office. Raises ValidationError."""
    agency = Agency(code=code, name=name, parent=parent, path=(parent.path if parent else "") + code + "/")
    agency.full_clean()
    with transaction.atomic():
        agency.save(force_insert=True)
        events.record(agency, "created", by=by)
    return agency


def rename(agency: Agency, name: str, *, by: User | None) -> Agency:
    """Give an agency another name; its code and its place stay. Raises ValidationError."""
    agency.name = name
    agency.full_clean()
    with transaction.atomic():
        agency.save(update_fields=["name"])
        events.record(agency, "renamed", by=by)
    return agency


def appoint(user: User, *, agency: Agency, role: str, by: User | None) -> Membership:
    """Give a person a role in an agency from now on."""
    with transaction.atomic():
        membership = Membership.objects.create(user=user, agency=agency, role=role)
        events.record(
            agency, "member.appointed", by=by, data={"membership": str(membership.pk), "role": role}
        )
    return membership
