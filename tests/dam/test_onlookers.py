"""Who can see an asset: the people told are those whom the permissions let see it, each by a road of theirs."""

from datetime import timedelta

import pytest
from django.utils import timezone

from dam import onlookers, permissions, productions
from dam.models import Asset, Production, Role, User
from tests import factories
from tests.dam.people import elsewhere, home

pytestmark = pytest.mark.django_db


@pytest.fixture
def asset() -> Asset:
    return factories.asset(of=home(), by=factories.person(Role.VIDEOGRAPHER, home(), name="autora"))


def roads(asset: Asset) -> dict[str, tuple[str, ...]]:
    return {road.reason: road.people for road in onlookers.of(asset)}


def used(asset: Asset, *members: User) -> Production:
    production = factories.production("Informe", of=home(), by=factories.user("lider"), members=members)
    productions.use(production, asset, role="used_in", by=asset.created_by)
    return production


def test_without_anybody_else_there_are_the_author_and_roads_that_others_will_come_by(asset):
    assert roads(asset) == {
        "Quien lo subió": ("autora",),
        "Quienes ven todo el acervo": (),
        "La dependencia dueña y las que están sobre ella: Secretaría de Salud": (),
    }


@pytest.mark.parametrize(
    ("role", "central", "told"),
    [
        (Role.COORDINATOR, True, True),
        (Role.PRODUCER, True, True),
        (Role.LIAISON, True, False),
        (Role.VIDEOGRAPHER, True, False),
        (Role.COORDINATOR, False, False),
    ],
)
def test_of_the_centre_producers_and_coordinators_see_everything(
    asset, role: str, central: object, told: object
):
    factories.person(role, factories.central() if central else elsewhere(), name="x")
    assert ("x" in roads(asset)["Quienes ven todo el acervo"]) is told


def test_an_administrator_sees_everything_once_and_not_when_inactive(asset):
    chief = factories.user("jefa", is_superuser=True)
    factories.membership(chief, factories.central(), Role.COORDINATOR)
    factories.user("antes", is_superuser=True, is_active=False)
    assert roads(asset)["Quienes ven todo el acervo"] == ("jefa",)


def test_the_people_of_the_agency_and_of_those_above_are_told_with_their_roles(asset):
    factories.person(Role.LIAISON, home(), name="enlace")
    factories.person(Role.VIDEOGRAPHER, home(), name="camara")
    factories.person(Role.PRODUCER, elsewhere(), name="otra")
    factories.person(Role.LIAISON, factories.agency("ISAPEG", parent=home()), name="abajo")
    gone = factories.person(Role.PRODUCER, home(), name="inactiva")
    User.objects.filter(pk=gone.pk).update(is_active=False)
    now = timezone.now()
    factories.membership(
        factories.user("antes"), home(), until=now - timedelta(hours=1), since=now - timedelta(days=2)
    )
    (people,) = (told for reason, told in roads(asset).items() if reason.startswith("La dependencia"))
    (only,) = people
    assert only.startswith("enlace (")
    assert "Secretaría de Salud" in only


def test_the_team_of_a_production_is_told_by_its_title(asset):
    used(asset, factories.user("editor"))
    assert set(roads(asset)["El equipo de la producción “Informe”"]) == {"lider", "editor"}


def test_a_share_is_told_with_its_end_and_only_while_it_lasts(asset):
    factories.person(Role.LIAISON, elsewhere(), name="vecino")
    until = timezone.now() + timedelta(days=2)
    factories.share(asset, elsewhere(), until=until)
    factories.share(asset, elsewhere(), until=timezone.now() - timedelta(seconds=1))
    found = [road for road in onlookers.of(asset) if road.reason.startswith("Compartido con")]
    (road,) = found
    assert road.reason.startswith("Compartido con Secretaría de Educación hasta el ")
    assert str(timezone.localtime(until).year) in road.reason
    assert [person.split(" ")[0] for person in road.people] == ["vecino"]


def test_a_share_of_its_production_is_told_as_that(asset):
    factories.share(used(asset), elsewhere())
    assert "Su producción se comparte con Secretaría de Educación" in roads(asset)


def test_whoever_is_told_sees_it_and_whoever_sees_it_is_told(asset):
    member = factories.person(Role.VIDEOGRAPHER, elsewhere(), name="p-equipo")
    factories.share(used(asset, member), elsewhere())
    for number, (role, of) in enumerate(
        (role, of) for role in Role.values for of in (home(), elsewhere(), factories.central())
    ):
        factories.person(role, of, name=f"p{number}")
    factories.user("p-nadie")
    factories.user("p-jefa", is_superuser=True)
    told = {person.split(" ")[0] for road in onlookers.of(asset) for person in road.people}
    seeing = {
        person.username
        for person in User.objects.all()
        if permissions.visible(person).filter(pk=asset.pk).exists()
    }
    assert told == seeing
    assert "p-nadie" not in told
