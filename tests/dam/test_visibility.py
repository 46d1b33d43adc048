"""The one answer, the database filter and the words of the index agree, whatever the office looks like."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from dam import permissions
from dam.models import (
    Agency,
    Asset,
    Kind,
    Membership,
    Production,
    ProductionAsset,
    Role,
    Share,
    User,
    UseRole,
)

pytestmark = pytest.mark.django_db
#: Codes that a careless prefix or pattern would take for one another.
CODES = ("S", "SS", "S_", "S%", "S-S", "s", "SSG", "G", "GT")
MAX = 4
HOURS = st.sampled_from([None, -2, -1, 1, 2])


@dataclass(frozen=True)
class Office:
    """A whole office as numbers: who is where, what is whose. References count modulo what there is."""

    parents: list[int]
    users: list[tuple[bool, bool]]
    memberships: list[tuple[int, int, str, int | None, int | None]]
    productions: list[tuple[int, int, list[int]]]
    assets: list[tuple[int, int, bool]]
    uses: list[tuple[int, int, str]]
    shares: list[tuple[bool, int, int, int | None]]


number = st.integers(min_value=0, max_value=MAX)
offices = st.builds(
    Office,
    parents=st.lists(number, max_size=len(CODES) - 1),
    users=st.lists(
        st.tuples(st.sampled_from([True, True, True, False]), st.sampled_from([False, False, False, True])),
        min_size=1,
        max_size=MAX,
    ),
    memberships=st.lists(
        st.tuples(number, number, st.sampled_from(Role.values), HOURS, HOURS), max_size=2 * MAX
    ),
    productions=st.lists(st.tuples(number, number, st.lists(number, max_size=2)), max_size=MAX),
    assets=st.lists(st.tuples(number, number, st.booleans()), min_size=1, max_size=MAX),
    uses=st.lists(st.tuples(number, number, st.sampled_from(UseRole.values)), max_size=2 * MAX),
    shares=st.lists(st.tuples(st.booleans(), number, number, HOURS), max_size=MAX),
)


def one_of(things: list[Any], index: int) -> Any:
    return things[index % len(things)]


def build(office: Office) -> Mapping[str, list[Any]]:
    """Write the office to the database."""
    agencies = build_agencies(office)
    users = build_users(office, agencies)
    productions = []
    for agency, creator, members in office.productions:
        production = Production.objects.create(
            title="p", agency=one_of(agencies, agency), created_by=one_of(users, creator)
        )
        production.members.set({one_of(users, member) for member in members})
        productions.append(production)
    assets = [
        Asset.objects.create(
            kind=Kind.PHOTO,
            name="a",
            agency=one_of(agencies, agency),
            created_by=one_of(users, creator),
            trashed_at=timezone.now() if trashed else None,
            trashed_by=users[0] if trashed else None,
        )
        for agency, creator, trashed in office.assets
    ]
    made: Mapping[str, list[Any]] = {
        "agencies": agencies,
        "users": users,
        "assets": assets,
        "productions": productions,
    }
    build_uses(office, made)
    build_shares(office, made)
    return made


def hours(offset: int | None) -> datetime | None:
    return None if offset is None else timezone.now() + timedelta(hours=offset)


def build_agencies(office: Office) -> list[Agency]:
    agencies = [Agency.objects.create(code="GTO", name="GTO", path="GTO/")]
    for code, parent in zip(CODES, office.parents, strict=False):
        above = one_of(agencies, parent)
        agencies.append(
            Agency.objects.create(code=code, name=code, parent=above, path=f"{above.path}{code}/")
        )
    return agencies


def build_users(office: Office, agencies: list[Agency]) -> list[User]:
    users = [
        User.objects.create(username=f"u{index}", is_active=active, is_superuser=administrator)
        for index, (active, administrator) in enumerate(office.users)
    ]
    for user, agency, role, since, until in office.memberships:
        start = hours(since) or timezone.now() - timedelta(hours=3)
        end = hours(until)
        Membership.objects.create(
            user=one_of(users, user),
            agency=one_of(agencies, agency),
            role=role,
            since=start,
            until=end if end is None or end > start else None,
        )
    return users


def build_uses(office: Office, made: Mapping[str, list[Any]]) -> None:
    if made["productions"]:
        ProductionAsset.objects.bulk_create(
            [
                ProductionAsset(
                    production=one_of(made["productions"], production),
                    asset=one_of(made["assets"], asset),
                    role=role,
                    added_by=made["users"][0],
                )
                for production, asset, role in office.uses
            ],
            ignore_conflicts=True,
        )


def build_shares(office: Office, made: Mapping[str, list[Any]]) -> None:
    for of_asset, thing, agency, until in office.shares:
        name = "asset" if of_asset else "production"
        if made[f"{name}s"]:
            Share.objects.create(
                agency=one_of(made["agencies"], agency),
                until=hours(until),
                reason="x",
                shared_by=made["users"][0],
                **{name: one_of(made[f"{name}s"], thing)},
            )


def check(office: Office) -> None:
    made = build(office)
    assets = list(Asset.objects.select_related("agency"))
    words_by_asset = {asset.pk: permissions.seen_by(asset) for asset in assets}
    for user in made["users"]:
        seen = {
            trashed: set(permissions.visible(user, trashed=trashed).values_list("pk", flat=True))
            for trashed in (False, True)
        }
        words = permissions.words_of(user)
        for asset in assets:
            trashed = asset.trashed_at is not None
            may = permissions.may(user, "view", asset)
            assert may == (asset.pk in seen[trashed])
            assert may == (words is None or bool(words & words_by_asset[asset.pk]))
            assert asset.pk not in seen[not trashed]
            allowed = permissions.verbs(user, asset)
            assert may or allowed <= {"upload"}  # whoever may do anything with it sees it
            assert ("download" in allowed) == (may and not trashed)
            assert not trashed or allowed <= permissions.TRASHED_VERBS
            assert permissions.explain(user, "view", asset).allowed == may
        in_list = set(permissions.visible_productions(user).values_list("pk", flat=True))
        for production in made["productions"]:
            assert permissions.may(user, "view", production) == (production.pk in in_list)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture], database=None
)
@given(office=offices)
@example(
    office=Office(
        parents=[0, 0, 0, 0],
        users=[(True, False)],
        memberships=[(0, 3, Role.LIAISON, None, None)],
        productions=[],
        assets=[(1, 1, False), (2, 1, False), (3, 1, False), (4, 1, False)],
        uses=[],
        shares=[],
    )
)
def test_the_answer_the_filter_and_the_words_agree(office: Office):
    with transaction.atomic():
        check(office)
        transaction.set_rollback(True)
