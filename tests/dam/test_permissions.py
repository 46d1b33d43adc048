"""Who may do what: the table of roles, the sentences that explain it, and the edges of time."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from dam import permissions, productions, shares, trash
from dam.models import Agency, Asset, Production, Role, Share, User
from tests import factories

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ASSET_VERBS = ("view", "download", "edit", "trash", "restore", "share")


@pytest.fixture
def health() -> Agency:
    return factories.agency("SSG", parent=factories.central(), name="Secretaría de Salud")


@pytest.fixture
def water() -> Agency:
    return factories.agency("CEAG", parent=factories.central(), name="Comisión del Agua")


@pytest.fixture
def asset(health: Agency) -> Asset:
    return factories.asset(of=health, by=factories.person(of=health))


def again(user: User) -> User:
    """The same person in a later request."""
    return User.objects.get(pk=user.pk)


def able(user, thing) -> set[str]:
    return {verb for verb in ASSET_VERBS if permissions.may(user, verb, thing)}


ALL = set(ASSET_VERBS)
SEE = {"view", "download"}


@pytest.mark.parametrize(
    ("role", "centre", "own_agency", "other_agency"),
    [
        (Role.COORDINATOR, ALL, ALL, set()),
        (Role.PRODUCER, ALL, ALL, set()),
        (Role.LIAISON, SEE, SEE, set()),
        (Role.VIDEOGRAPHER, set(), set(), set()),
    ],
)
def test_what_a_role_may_do_with_the_material_of_health(
    asset, health, water, role: str, centre: set[str], own_agency: set[str], other_agency: set[str]
):
    below = factories.agency("ISAPEG", parent=health)
    assert able(factories.person(role), asset) == centre
    assert able(factories.person(role, health), asset) == own_agency
    assert able(factories.person(role, water), asset) == other_agency
    assert able(factories.person(role, below), asset) == set()


def test_a_parent_s_people_reach_into_its_subtree(health):
    below = factories.agency("ISAPEG", parent=health)
    mine = factories.asset(of=below, by=factories.person(of=below))
    assert able(factories.person(of=health), mine) == ALL
    assert able(factories.person(Role.LIAISON, health), mine) == SEE


def test_an_agency_whose_code_begins_alike_is_another_agency(asset):
    lookalike = factories.agency("SSG2", parent=factories.central())
    theirs = factories.asset(of=lookalike, by=factories.person(of=lookalike))
    assert able(factories.person(of=asset.agency), theirs) == set()


def test_a_videographer_has_what_they_uploaded(health):
    someone = factories.person(Role.VIDEOGRAPHER, health)
    mine = factories.asset(of=health, by=someone)
    assert able(someone, mine) == ALL - {"share"}
    assert list(permissions.visible(someone)) == [mine]


def test_a_videographer_sees_what_is_in_their_productions(asset, health):
    someone = factories.person(Role.VIDEOGRAPHER, health)
    production = factories.production(of=health, members=[someone])
    assert able(someone, asset) == set()
    productions.use(production, asset, role="shot_for", by=asset.created_by)
    assert able(someone, asset) == SEE
    assert permissions.verbs(someone, production) == {"view", "download", "contribute", "upload"}


def test_an_administrator_may_everything(asset):
    assert able(factories.administrator(), asset) == ALL


def test_nobody_may_anything(asset):
    inactive = factories.person(of=asset.agency)
    inactive.is_active = False
    for nobody in (AnonymousUser(), inactive, factories.user()):
        assert able(nobody, asset) == set()
        assert not permissions.visible(nobody).exists()
        assert not permissions.visible_productions(nobody).exists()
        assert not permissions.agencies_for(nobody, "upload").exists()


class TestTime:
    @pytest.mark.parametrize(
        ("since", "until", "sees"),
        [
            (-DAY, None, True),
            (-DAY, DAY, True),
            (-2 * DAY, -DAY, False),
            (DAY, None, False),
            (timedelta(0), None, True),
            (-DAY, timedelta(milliseconds=-1), False),
        ],
    )
    def test_a_role_holds_from_its_start_until_its_end(self, asset, since, until, sees):
        someone, now = factories.user(), timezone.now()
        factories.membership(someone, asset.agency, since=now + since, until=until and now + until)
        assert permissions.may(someone, "view", asset) == sees

    @pytest.mark.parametrize(("until", "sees"), [(None, True), (DAY, True), (-DAY, False)])
    def test_a_share_holds_until_its_end(self, asset, water, until, sees):
        factories.share(asset, water, until=until and timezone.now() + until)
        someone = factories.person(Role.LIAISON, water)
        assert permissions.may(someone, "download", asset) == sees
        assert permissions.visible(someone).exists() == sees


class TestShares:
    def test_an_asset_lent_is_seen_by_the_agency_and_those_above_it(self, asset, water):
        below = factories.agency("DISTRITO", parent=water)
        beside = factories.agency("OTRO", parent=water)
        factories.share(asset, below)
        assert able(factories.person(of=below), asset) == SEE
        assert able(factories.person(of=water), asset) == SEE
        assert able(factories.person(of=beside), asset) == set()

    def test_a_production_lent_shows_what_is_and_will_be_in_it(self, asset, water):
        production = factories.production(of=asset.agency)
        factories.share(production, water)
        someone = factories.person(of=water)
        assert able(someone, asset) == set()
        productions.use(production, asset, role="used_in", by=asset.created_by)
        assert able(again(someone), asset) == SEE
        assert list(permissions.visible_productions(someone)) == [production]

    def test_a_share_ended_shows_nothing_more(self, asset, water):
        share = factories.share(asset, water)
        shares.end(share, by=asset.created_by)
        assert able(factories.person(of=water), asset) == set()


class TestTrash:
    def test_what_lies_in_the_trash_can_be_seen_and_restored_only(self, asset):
        trash.put(asset, by=asset.created_by)
        assert able(factories.person(of=asset.agency), asset) == {"view", "restore"}
        assert able(factories.person(Role.LIAISON, asset.agency), asset) == {"view"}

    def test_it_is_seen_where_it_is_asked_for(self, asset):
        someone = factories.person(of=asset.agency)
        trash.put(asset, by=asset.created_by)
        assert not permissions.visible(someone).exists()
        assert list(permissions.visible(someone, trashed=True)) == [asset]

    def test_the_reason_says_what_to_do(self, asset):
        trash.put(asset, by=asset.created_by)
        answer = permissions.explain(again(asset.created_by), "edit", asset)
        assert not answer.allowed
        assert answer.reasons == ("Está en la papelera. Restáurelo primero.",)


class TestExplain:
    def test_every_reason_is_named(self, asset, water):
        someone = factories.person(Role.LIAISON, water)
        factories.membership(someone, asset.agency, Role.LIAISON)
        production = factories.production(of=asset.agency, members=[someone])
        productions.use(production, asset, role="used_in", by=asset.created_by)
        factories.share(asset, water)
        answer = permissions.explain(someone, "view", asset)
        assert answer.allowed
        assert set(answer.reasons) == {
            "Es Enlace en Secretaría de Salud.",
            "Participa en una producción que lo usa.",
            "Está compartido con su dependencia.",
        }

    def test_who_uploaded_it_is_a_reason(self, health):
        someone = factories.person(Role.VIDEOGRAPHER, health)
        mine = factories.asset(of=health, by=someone)
        assert permissions.explain(someone, "edit", mine).reasons == ("Lo subió o lo creó.",)

    def test_a_refusal_says_what_the_person_is(self, asset, water):
        answer = permissions.explain(factories.person(Role.LIAISON, water), "view", asset)
        assert not answer.allowed
        assert answer.reasons == ("Ninguna de sus funciones lo permite.", "Es Enlace en Comisión del Agua.")

    def test_somebody_without_any_role_is_told_so(self, asset):
        reasons = permissions.explain(factories.user(), "view", asset).reasons
        assert reasons[-1] == "No tiene ninguna función vigente."

    def test_somebody_who_is_not_signed_in_is_told_so(self, asset):
        answer = permissions.explain(AnonymousUser(), "view", asset)
        assert answer.reasons == ("No ha iniciado sesión o su cuenta está inactiva.",)

    def test_requiring_raises_with_the_reasons(self, asset, water):
        someone = factories.person(of=water)
        with pytest.raises(permissions.Forbidden, match="Comisión del Agua"):
            permissions.require(someone, "view", asset)
        permissions.require(asset.created_by, "view", asset)


class TestAgencies:
    @pytest.mark.usefixtures("water")
    def test_one_may_upload_for_the_agencies_at_and_below_one_s_own(self, health):
        below = factories.agency("ISAPEG", parent=health)
        someone = factories.person(Role.VIDEOGRAPHER, health)
        assert set(permissions.agencies_for(someone, "upload")) == {health, below}
        assert not permissions.agencies_for(someone, "produce").exists()

    def test_the_centre_and_administrators_may_for_all(self, health, water):
        everything = {factories.central(), health, water}
        for someone in (factories.person(), factories.administrator()):
            assert set(permissions.agencies_for(someone, "produce")) == everything

    def test_a_liaison_may_for_none(self, health):
        assert not permissions.agencies_for(factories.person(Role.LIAISON, health), "upload").exists()


class TestWords:
    def test_those_who_see_everything_need_no_words(self):
        assert permissions.words_of(factories.person()) is None
        assert permissions.words_of(factories.administrator()) is None

    def test_the_words_of_a_person(self, health):
        someone = factories.person(Role.LIAISON, health)
        production = factories.production(members=[someone])
        words = permissions.words_of(someone)
        assert words is not None
        assert set(words) == {f"user:{someone.pk}", "agency:GTO/SSG/", f"production:{production.pk}"}

    def test_the_words_of_an_asset(self, asset, water):
        production = factories.production(of=asset.agency)
        productions.use(production, asset, role="used_in", by=asset.created_by)
        factories.share(asset, water)
        assert permissions.seen_by(asset) == {
            f"user:{asset.created_by.pk}",
            "agency:GTO/",
            "agency:GTO/SSG/",
            "agency:GTO/CEAG/",
            f"production:{production.pk}",
        }


def test_one_question_is_a_constant_number_of_queries(asset, water, django_assert_num_queries):
    someone = factories.person(Role.LIAISON, water)
    for _ in range(5):
        production = factories.production(of=asset.agency)
        productions.use(production, asset, role="used_in", by=asset.created_by)
        factories.share(production, water)
    read = Asset.objects.select_related("agency").get(pk=asset.pk)
    someone = again(someone)
    with django_assert_num_queries(4):  # memberships, productions, the asset's uses, shares
        permissions.verbs(someone, read)


def test_productions_are_seen_by_those_who_may_see_them(health, water):
    theirs = factories.production(of=health, by=factories.person(of=health))
    factories.production(of=water, by=factories.person(of=water))
    assert list(permissions.visible_productions(factories.person(Role.LIAISON, health))) == [theirs]
    assert permissions.visible_productions(factories.person()).count() == Production.objects.count() == 2
    assert not Share.objects.exists()
