"""A batch is filled once, editable after, and never overrides what a person changed on an asset since."""

import pytest

from dam import events, metadata, permissions, productions
from dam.identifiers import new_id
from dam.models import Role, User
from ingest import batches
from ingest.models import Batch
from tests import factories
from tests.ingest.making import arrived, ingested, jpeg, run

pytestmark = pytest.mark.django_db


@pytest.fixture
def centre():
    return factories.central()


def said(asset, field):
    found = metadata.known(asset).get(field)
    return found.value if found else None


def batch_of(producer, centre, **values) -> Batch:
    return batches.open_for(centre, by=producer, values=values)


def edit(batch, producer, production=None, **values) -> Batch:
    return batches.edit(batch, by=producer, production=production, values=values)


def test_a_batch_keeps_only_its_own_fields_in_their_shape(producer, centre):
    batch = batch_of(
        producer, centre, creator="Ana, Luis", event=" Feria ", headline="no", minors_shown="", credit_line=""
    )
    assert batch.values == {"creator": ["Ana", "Luis"], "event": ["Feria"]}
    assert [event.verb for event in events.of(batch)] == ["created"]


def test_a_value_of_the_wrong_shape_opens_nothing(producer, centre):
    with pytest.raises(metadata.InvalidValue):
        batch_of(producer, centre, minors_shown="quizá")
    assert not Batch.objects.exists()


def test_who_may_not_upload_there_opens_nothing(centre):
    mine, other = factories.agency("DIF", parent=centre), factories.agency("SSG", parent=centre)
    videographer = factories.person(Role.VIDEOGRAPHER, mine)
    assert batches.open_for(mine, by=videographer).agency == mine
    with pytest.raises(permissions.Forbidden, match="Dependencia SSG"):
        batches.open_for(other, by=videographer)


def test_who_is_not_in_the_team_does_not_add_to_a_production(centre):
    agency = factories.agency("DIF", parent=centre)
    videographer = factories.person(Role.VIDEOGRAPHER, agency)
    production = factories.production(of=agency)
    with pytest.raises(permissions.Forbidden):
        batches.open_for(agency, by=videographer, production=production)
    productions.set_members(production, [videographer], by=production.created_by)
    videographer = User.objects.get(pk=videographer.pk)
    assert batches.open_for(agency, by=videographer, production=production).production == production


def test_its_values_and_production_reach_each_asset(tmp_path, producer, centre):
    production = factories.production(by=producer)
    batch = batches.open_for(
        centre,
        by=producer,
        production=production,
        values={"creator": "Ana", "location_created": {"city": "León"}, "minors_shown": "no"},
    )
    asset = ingested(tmp_path, "a.jpg", jpeg(), by=producer, batch=batch).version.asset
    assert said(asset, "creator") == ("Ana",)
    assert said(asset, "location_created") == {"city": "León"}
    assert said(asset, "minors_shown") == "no"
    assert list(asset.uses.values_list("production", "role")) == [(production.pk, "shot_for")]
    assert metadata.known(asset)["creator"].by_person
    assert batches.assets_of(batch) == [asset]


def test_an_edit_reaches_what_it_had_given_and_nothing_a_person_changed_since(tmp_path, producer, centre):
    batch = batch_of(producer, centre, creator="Ana", event="Feria")
    one = ingested(tmp_path, "a.jpg", jpeg("red"), by=producer, batch=batch).version.asset
    two = ingested(tmp_path, "b.jpg", jpeg("blue"), by=producer, batch=batch).version.asset
    metadata.describe(two, {"event": "Inauguración"}, by=factories.person())
    edit(batch, producer, creator="Luis", event="Feria de León", credit_line="Gobierno")
    assert (said(one, "creator"), said(one, "event"), said(one, "credit_line")) == (
        ("Luis",),
        "Feria de León",
        "Gobierno",
    )
    assert (said(two, "creator"), said(two, "event")) == (("Luis",), "Inauguración")
    edit(batch, producer, creator="Luis", event="Otra cosa")
    assert said(two, "event") == "Inauguración"


def test_emptying_a_field_takes_it_from_the_assets(tmp_path, producer, centre):
    batch = batch_of(producer, centre, event="Feria", creator="Ana")
    asset = ingested(tmp_path, "a.jpg", jpeg(), by=producer, batch=batch).version.asset
    edit(batch, producer, creator="Ana")
    assert said(asset, "event") is None
    assert said(asset, "creator") == ("Ana",)


def test_what_a_person_took_away_does_not_come_back(tmp_path, producer, centre):
    batch = batch_of(producer, centre, event="Feria")
    asset = ingested(tmp_path, "a.jpg", jpeg(), by=producer, batch=batch).version.asset
    metadata.take_back(asset, ["event"], by=producer)
    edit(batch, producer, event="Feria de León")
    assert said(asset, "event") is None


def test_changing_the_production_moves_the_assets(tmp_path, producer, centre):
    first, second = factories.production(by=producer), factories.production(by=producer)
    batch = batches.open_for(centre, by=producer, production=first)
    asset = ingested(tmp_path, "a.jpg", jpeg(), by=producer, batch=batch).version.asset
    edit(batch, producer, production=second)
    assert list(asset.uses.values_list("production", flat=True)) == [second.pk]
    edit(batch, producer, production=None)
    assert not asset.uses.exists()


def test_files_that_come_after_an_edit_get_the_new_values(tmp_path, producer, centre):
    batch = batch_of(producer, centre, event="Feria")
    late = arrived(tmp_path, "a.jpg", jpeg(), by=producer, batch=batch)
    edit(batch, producer, event="Feria de León")
    assert said(run(late).version.asset, "event") == "Feria de León"


def test_a_new_version_is_not_described_by_its_batch(tmp_path, producer, centre):
    asset = ingested(tmp_path, "a.jpg", jpeg("red"), by=producer).version.asset
    batch = batch_of(producer, centre, event="Feria")
    ingested(tmp_path, "b.jpg", jpeg("blue"), by=producer, batch=batch, version_of=asset)
    assert said(asset, "event") is None
    assert batches.assets_of(batch) == []


def test_the_agency_changes_until_there_is_an_asset(tmp_path, producer, centre):
    other = factories.agency("DIF", parent=centre)
    batch = batch_of(producer, centre)
    batches.edit(batch, by=producer, production=None, values={}, agency=other)
    batch.refresh_from_db()
    assert batch.agency == other
    ingested(tmp_path, "a.jpg", jpeg(), by=producer, batch=batch)
    batches.edit(batch, by=producer, production=None, values={}, agency=centre)
    batch.refresh_from_db()
    assert batch.agency == other


def test_who_may_edit_a_batch(producer, centre):
    agency = factories.agency("DIF", parent=centre)
    videographer = factories.person(Role.VIDEOGRAPHER, agency)
    batch = batches.open_for(agency, by=videographer)
    assert batches.may_edit(videographer, batch)
    assert batches.may_edit(producer, batch)
    assert batches.may_edit(factories.person(Role.COORDINATOR, agency), batch)
    assert not batches.may_edit(factories.person(Role.VIDEOGRAPHER, agency), batch)


def test_a_page_s_batch_is_opened_when_it_is_first_needed(producer, centre):
    key = new_id()
    assert batches.of_page(key, by=producer).agency == centre
    assert batches.of_page(key, by=producer).pk == key
    assert Batch.objects.count() == 1
    with pytest.raises(Batch.DoesNotExist):
        batches.of_page(key, by=factories.person())


def test_the_usual_agency_is_one_s_own(centre):
    agency = factories.agency("DIF", parent=centre)
    assert batches.usual_agency(factories.person(Role.VIDEOGRAPHER, agency)) == agency
    assert batches.usual_agency(factories.person(Role.LIAISON, agency)) is None
    assert batches.usual_agency(factories.administrator()) == centre
