"""The page of a batch: what was said once of all its files, saved with and without script."""

from uuid import uuid4

import pytest
from django.test import Client

from dam import assets
from dam.identifiers import new_id
from dam.models import Agency, Asset, Role, User, UseRole
from ingest.models import Batch
from tests import factories
from tests.dam.pages import page_of, read, send

pytestmark = pytest.mark.django_db
SCRIPT = {"HX-Request": "true"}


@pytest.fixture
def batch(producer) -> Batch:
    return factories.batch(producer, values={"event": ["Gira"], "minors_shown": ["no"]})


def address(batch: Batch) -> str:
    return f"/lotes/{batch.pk}/"


def client_of(someone: User) -> Client:
    client = Client()
    client.force_login(someone)
    return client


def office() -> Agency:
    return factories.agency("SSG", parent=factories.central())


def taken_in(batch: Batch) -> Asset:
    """An asset that a file of the batch became."""
    version = factories.version(by=batch.created_by, of=batch.agency)
    factories.ingest("accepted", upload=factories.upload(batch=batch), version=version)
    return version.asset


@pytest.mark.parametrize(
    ("role", "own_office", "status"),
    [
        (Role.PRODUCER, True, 200),
        (Role.COORDINATOR, True, 200),
        (Role.VIDEOGRAPHER, True, 404),
        (Role.LIAISON, True, 404),
        (Role.COORDINATOR, False, 404),
    ],
)
def test_who_sees_an_office_s_batch(role, own_office, status):
    here = office()
    batch = factories.batch()
    Batch.objects.filter(pk=batch.pk).update(agency=here)
    elsewhere = factories.agency("DIF", parent=factories.central())
    client = client_of(factories.person(role, here if own_office else elsewhere))
    assert read(client, address(batch)).status == status
    assert send(client, address(batch), {"event": "Ajeno", "minors_shown": "no"}).status == status
    batch.refresh_from_db()
    assert ("event" in batch.values) is (status == 200)


def test_a_videographer_sees_their_own_and_a_batch_that_is_none_is_not_found():
    someone = factories.person(Role.VIDEOGRAPHER, office())
    assert read(client_of(someone), address(factories.batch(someone))).status == 200
    assert read(client_of(someone), f"/lotes/{uuid4()}/").status == 404


def test_it_is_called_by_its_event_and_shows_its_files(signed_in, batch):
    factories.upload(batch=batch, filename="presa norte.jpg")
    factories.upload(filename="de otro lote.jpg")
    page = read(signed_in, address(batch))
    assert "<title>Gira" in page.html
    assert "presa norte.jpg" in page.text
    assert "de otro lote.jpg" not in page.text
    assert page.offers(f"/subir/?lote={batch.pk}")


def test_only_who_opened_it_adds_to_it(batch):
    page = read(client_of(factories.person()), address(batch))
    assert page.status == 200
    assert not page.offers(f"/subir/?lote={batch.pk}")


def test_what_is_saved_reaches_the_files_that_are_there(signed_in, batch):
    taken_in(batch)
    sent = {"event": "Inauguración", "minors_shown": "yes", "location_created.city": "León"}
    page = send(signed_in, address(batch), sent)
    assert "Guardado en 1 material." in page.text
    batch.refresh_from_db()
    assert batch.values == {
        "event": ["Inauguración"],
        "minors_shown": ["yes"],
        "location_created": [{"city": "León"}],
    }


def test_before_the_first_file_it_says_that_it_will_hold_for_all(signed_in, batch):
    page = send(signed_in, address(batch), {"event": "", "minors_shown": "no"})
    assert "Guardado. Vale para todo lo que suba en este lote." in page.text
    batch.refresh_from_db()
    assert batch.values == {"minors_shown": ["no"]}


@pytest.mark.parametrize(
    ("wrong", "field", "error"),
    [
        ({"event": "x" * 2001}, "event", "“Evento” es demasiado largo."),
        ({"keywords": "x" * 2001}, "keywords", "“Palabras clave” es demasiado largo."),
        ({"location_created.city": "x" * 201}, "location_created.city", "200"),
    ],
)
def test_bad_input_saves_nothing_and_keeps_what_was_typed(signed_in, batch, wrong, field, error):
    sent = {"event": "Otra", "minors_shown": "yes", "creator": "Rosa Ibarra", **wrong}
    page = send(signed_in, address(batch), sent)
    assert page.status == 422
    assert error in page.text
    values = page.attributes("input", "value")
    assert wrong[field] in values
    assert "Rosa Ibarra" in values
    batch.refresh_from_db()
    assert batch.values["event"] == ["Gira"]


def test_a_script_is_told_what_is_wrong_by_the_field_s_name(signed_in, batch):
    sent = {"event": "x" * 2001, "minors_shown": "no"}
    page = page_of(signed_in.post(address(batch), sent, headers=SCRIPT))
    assert page.status == 200
    assert "Evento: “Evento” es demasiado largo." in page.text
    assert "No se guardó nada nuevo; lo que escribió sigue aquí." in page.text
    assert "<form" not in page.html


def test_a_script_is_told_that_it_was_saved_and_what_is_still_open(signed_in, producer):
    batch = factories.batch(producer)
    page = page_of(signed_in.post(address(batch), {"event": "Gira"}, headers=SCRIPT))
    assert "Guardado." in page.text
    assert "Falta decir si aparecen menores" in page.text
    answered = {"event": "Gira", "minors_shown": "no"}
    page = page_of(signed_in.post(address(batch), answered, headers=SCRIPT))
    assert "Falta decir" not in page.text


def test_what_was_answered_about_minors_is_not_taken_back_by_silence(signed_in, batch):
    send(signed_in, address(batch), {"event": "Otra"})
    batch.refresh_from_db()
    assert batch.values == {"event": ["Otra"], "minors_shown": ["no"]}


def test_a_page_s_batch_is_opened_with_its_first_value(signed_in, producer):
    key = new_id()
    page_of(signed_in.post(f"/lotes/{key}/", {"event": "Gira", "minors_shown": "no"}, headers=SCRIPT))
    batch = Batch.objects.get(pk=key)
    assert (batch.created_by, batch.values["event"]) == (producer, ["Gira"])


def test_who_may_upload_nowhere_opens_none():
    client = client_of(factories.person(Role.LIAISON))
    assert send(client, f"/lotes/{new_id()}/", {"event": "Gira", "minors_shown": "no"}).status == 403
    assert not Batch.objects.exists()


def test_a_script_asks_for_the_table_alone(signed_in, batch):
    factories.upload("receiving", batch=batch, filename="larga.mxf")
    page = page_of(signed_in.get(address(batch), headers=SCRIPT))
    assert "larga.mxf" in page.text
    assert "<html" not in page.html
    assert page.attributes("acervo-poll", "data-url") == [address(batch)]


def test_the_owner_can_be_chosen_until_the_first_material_belongs_to_one(signed_in, batch):
    other = office()
    sent = {"minors_shown": "no", "agency": str(other.pk)}
    send(signed_in, address(batch), sent)
    batch.refresh_from_db()
    assert batch.agency == other
    taken_in(batch)
    sent["agency"] = str(factories.central().pk)
    page = page_of(signed_in.post(address(batch), sent, headers=SCRIPT))
    assert f"La dependencia sigue siendo {other.name}: ya hay material registrado con ella." in page.text
    batch.refresh_from_db()
    assert batch.agency == other


def test_a_new_owner_that_one_may_not_upload_for_is_refused(batch):
    here = office()
    elsewhere = factories.agency("DIF", parent=factories.central())
    factories.agency("SSG2", parent=here)
    someone = factories.person(Role.PRODUCER, here)
    own = factories.batch(someone)
    Batch.objects.filter(pk=own.pk).update(agency=here)
    sent = {"minors_shown": "no", "agency": str(elsewhere.pk)}
    assert send(client_of(someone), address(own), sent).status == 422
    own.refresh_from_db()
    assert own.agency == here


def test_a_batch_whose_owner_one_may_no_longer_upload_for_says_so(producer, batch):
    """Its opener keeps the page; what they write is refused with a sentence and stays."""
    producer.memberships.all().delete()
    page = send(client_of(User.objects.get(pk=producer.pk)), address(batch), {"minors_shown": "yes"})
    assert page.status == 422
    assert f"No puede subir material para {batch.agency.name}." in page.text
    batch.refresh_from_db()
    assert batch.values["minors_shown"] == ["no"]


def test_who_moved_to_another_office_can_give_their_batch_to_it(producer, batch):
    """The one office they may upload for is not the batch's, so there is something to choose."""
    producer.memberships.all().delete()
    now = office()
    factories.membership(producer, now)
    client = client_of(User.objects.get(pk=producer.pk))
    assert now.name in read(client, address(batch)).text
    send(client, address(batch), {"minors_shown": "no", "agency": str(now.pk)})
    batch.refresh_from_db()
    assert batch.agency == now


def test_a_production_and_its_role_reach_the_assets(signed_in, producer, batch):
    asset = taken_in(batch)
    production = factories.production("Boletín 12", by=producer)
    assert "Boletín 12" in read(signed_in, address(batch)).text
    sent = {"minors_shown": "no", "production": str(production.pk), "role": UseRole.SHOT_FOR.value}
    send(signed_in, address(batch), sent)
    assert list(production.uses.values_list("asset", "role")) == [(asset.pk, "shot_for")]
    sent["production"] = ""
    send(signed_in, address(batch), sent)
    assert not production.uses.exists()
    assert assets.title_of(asset)
