"""The upload page: who gets it, what it carries for the script, and the plain form for browsers without one."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from dam.identifiers import new_id
from dam.models import Agency, Role
from ingest import incoming, plain_uploads, uploads
from ingest.models import Batch, Ingest, Upload
from tests import factories
from tests.dam.pages import read, send

pytestmark = pytest.mark.django_db
UPLOAD = "/subir/"


def client_of(someone) -> Client:
    client = Client()
    client.force_login(someone)
    return client


def file(name: str = "presa.jpg", content: bytes = b"bytes de la presa") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


def answers(**more: object) -> dict[str, object]:
    return {"batch": str(new_id()), "minors_shown": "no", **more}


@pytest.mark.parametrize(
    ("maker", "status"),
    [
        (lambda office: factories.person(Role.PRODUCER, office), 200),
        (lambda office: factories.person(Role.COORDINATOR, office), 200),
        (lambda office: factories.person(Role.VIDEOGRAPHER, office), 200),
        (lambda office: factories.person(Role.LIAISON, office), 403),
        (lambda _office: factories.user(), 403),
        (lambda _office: factories.administrator(), 200),
    ],
    ids=["producer", "coordinator", "videographer", "liaison", "nobody", "administrator"],
)
def test_who_gets_the_page(maker: Callable[[Agency], object], status: int):
    office = factories.agency("SSG", parent=factories.central())
    page = read(client_of(maker(office)), UPLOAD)
    assert page.status == status
    assert ("Su función no incluye subir material" in page.text) is (status == 403)
    assert bool(page.attributes("acervo-upload", "data-endpoint")) is (status == 200)


def test_a_stranger_is_asked_to_sign_in_and_comes_back():
    client = Client()
    page = read(client, UPLOAD)
    assert "/subir/" in page.html
    assert page.attributes("input", "name").count("password") == 1
    assert client.post(UPLOAD, {"files": file()}).status_code == 302
    assert not Upload.objects.exists()


def test_a_liaison_s_files_are_not_taken():
    client = client_of(factories.person(Role.LIAISON))
    assert send(client, UPLOAD, answers(files=file())).status == 403
    assert not Upload.objects.exists()
    assert not Batch.objects.exists()


def test_looking_at_the_page_writes_nothing(signed_in):
    page = read(signed_in, UPLOAD)
    assert page.attributes("acervo-upload", "data-endpoint")[0].endswith("/subidas/")
    assert page.attributes("acervo-upload", "data-status-url") == ["/subir/estado/"]
    assert page.attributes("acervo-upload", "data-max-bytes")[0].isdigit()
    assert "Falta decir si aparecen menores de edad" in page.text
    assert not Batch.objects.exists()


def test_files_without_script_are_taken_and_their_batch_is_shown(signed_in, producer):
    sent = answers(event="Gira en Irapuato", files=[file("uno.jpg", b"1"), file("dos.jpg", b"22")])
    page = send(signed_in, UPLOAD, sent)
    assert page.status == 200
    assert "Se recibieron 2 archivos." in page.text
    assert "Gira en Irapuato" in page.text
    batch = Batch.objects.get()
    assert (str(batch.pk), batch.values["minors_shown"]) == (sent["batch"], ["no"])
    assert set(Upload.objects.values_list("filename", "owner", "state", "batch")) == {
        ("uno.jpg", producer.pk, "complete", batch.pk),
        ("dos.jpg", producer.pk, "complete", batch.pk),
    }
    assert Ingest.objects.filter(state="queued", source="browser").count() == 2


def test_data_without_files_are_kept(signed_in):
    page = send(signed_in, UPLOAD, answers(event="Gira"))
    assert "Se guardaron los datos. No eligió ningún archivo." in page.text
    assert Batch.objects.get().values["event"] == ["Gira"]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"event": "x" * 5000}, "x" * 5000),
        ({"agency": str(uuid4()), "event": "Gira por Celaya"}, "Gira por Celaya"),
        ({"minors_shown": "quizá", "creator": "Rosa Ibarra"}, "Rosa Ibarra"),
    ],
    ids=["too long", "an agency that is none", "an answer that is none"],
)
def test_files_are_kept_whatever_is_wrong_with_the_form_and_what_was_typed_stays(wrong, said):
    factories.agency("SSG", parent=factories.central())
    client = client_of(factories.person())
    page = send(client, UPLOAD, answers(**wrong, files=file()))
    assert page.status == 422
    assert "Hay datos que no se pudieron guardar." in page.text
    assert "No hace falta volver a subir nada." in page.text
    assert said in page.attributes("input", "value")
    assert Upload.objects.get().state == "complete"
    assert Batch.objects.get().values == {}


def test_an_open_question_about_minors_is_asked_but_keeps_nothing_from_being_saved(signed_in):
    page = send(signed_in, UPLOAD, {"batch": str(new_id()), "event": "Gira", "files": file()})
    assert page.status == 422
    assert "Falta decir si aparecen menores de edad." in page.text
    assert "Hay datos que no se pudieron guardar." not in page.text
    assert Batch.objects.get().values == {"event": ["Gira"]}
    assert Upload.objects.get().state == "complete"


def test_somebody_else_s_batch_takes_no_files_of_others(signed_in):
    theirs = factories.batch()
    assert send(signed_in, UPLOAD, answers(batch=str(theirs.pk), files=file())).status == 404
    assert not Upload.objects.exists()
    assert read(signed_in, f"{UPLOAD}?lote={theirs.pk}").status == 404


@pytest.mark.parametrize("word", ["", "no-es-un-id", "0"])
def test_a_batch_that_is_none_is_a_new_one(signed_in, word):
    assert read(signed_in, f"{UPLOAD}?lote={word}").status == 200
    assert send(signed_in, UPLOAD, answers(batch=word, files=file())).status == 200
    assert Upload.objects.get().batch == Batch.objects.get()


def test_one_goes_on_in_one_s_own_batch(signed_in, producer):
    mine = factories.batch(producer, values={"event": ["Inauguración"], "minors_shown": ["no"]})
    page = read(signed_in, f"{UPLOAD}?lote={mine.pk}")
    assert "Inauguración" in page.attributes("input", "value")
    assert page.offers(reverse("ingest:batch", args=[mine.pk]))
    assert "Falta decir" not in page.text


def test_what_stayed_half_way_is_told_with_the_way_to_go_on(signed_in, producer):
    there = factories.batch(producer)
    factories.upload("receiving", batch=there, filename="entrevista larga.mxf")
    factories.upload("receiving", filename="ajeno.mxf")
    page = read(signed_in, UPLOAD)
    assert "Quedaron a medias: entrevista larga.mxf." in page.text
    assert f"/subir/?lote={there.pk}" in page.links
    assert "ajeno.mxf" not in page.text
    assert "Quedaron a medias" not in read(signed_in, f"{UPLOAD}?lote={there.pk}").text


def test_a_production_s_files_get_one_batch_however_often_the_page_is_loaded(signed_in, producer):
    production = factories.production("Boletín 12", by=producer)
    response = signed_in.get(f"{UPLOAD}?production={production.pk}")
    assert response.status_code == 302
    assert read(signed_in, response["Location"]).status == 200
    assert Batch.objects.get().production == production


@pytest.mark.parametrize("word", ["", "no-es-un-id", "0190f3c6-0000-7000-8000-000000000000"])
def test_a_production_that_is_none_is_not_found_and_opens_nothing(signed_in, word):
    assert read(signed_in, f"{UPLOAD}?production={word}").status == 404
    assert not Batch.objects.exists()


def test_a_production_one_is_not_in_the_team_of_is_not_found():
    videographer = factories.person(Role.VIDEOGRAPHER, factories.agency("SSG", parent=factories.central()))
    address = f"{UPLOAD}?production={factories.production().pk}"
    assert read(client_of(videographer), address).status == 404


def test_a_new_version_says_what_it_replaces_and_asks_for_no_data(signed_in, producer):
    asset = factories.asset(headline="La presa", by=producer)
    page = read(signed_in, f"{UPLOAD}?version_of={asset.code.lower()}")
    assert f"De “La presa” ({asset.code})" in page.text
    assert page.attributes("data", "value") == [asset.code]
    assert "event" not in page.attributes("input", "name")
    assert page.offers(f"/acervo/{asset.code}/")


def test_a_new_version_without_script(signed_in, producer):
    asset = factories.asset(by=producer)
    address = f"{UPLOAD}?version_of={asset.code}"
    assert send(signed_in, address, {"batch": str(new_id()), "files": file()}).status == 200
    assert Upload.objects.get().version_of == asset


def test_who_only_sees_an_asset_gives_it_no_version():
    office = factories.agency("SSG", parent=factories.central())
    asset = factories.asset()
    factories.share(asset, office)
    client = client_of(factories.person(Role.PRODUCER, office))
    address = f"{UPLOAD}?version_of={asset.code}"
    assert read(client, address).status == 403
    assert send(client, address, {"files": file()}).status == 403
    assert read(client, f"{UPLOAD}?version_of=ZZZZZZZZ").status == 404
    assert not Upload.objects.exists()


def test_a_file_without_room_leaves_the_others_and_is_named(signed_in, settings):
    settings.UPLOAD_MAX_BYTES = 20
    sent = answers(files=[file("grande.mov", b"x" * 21), file("chica.jpg", b"x" * 20)])
    page = send(signed_in, UPLOAD, sent)
    assert "Se recibió 1 archivo." in page.text
    assert "No cupieron en el servidor: grande.mov. Lo demás se recibió." in page.text
    assert list(Upload.objects.values_list("filename", "state")) == [("chica.jpg", "complete")]


def test_a_disk_that_fills_up_on_the_way_cancels_what_was_begun(producer, monkeypatch):
    def full(*_args: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(incoming.Writing, "append", full)
    taken = plain_uploads.take(factories.batch(producer), [file("../a\x00b.mov")], by=producer)
    assert (taken.received, len(taken.left_out)) == ((), 1)
    assert Upload.objects.get().state == "terminated"
    with pytest.raises(incoming.Gone):
        incoming.incoming().size(Upload.objects.get().pk)


def test_another_failure_of_the_disk_is_not_taken_for_a_full_one(producer, monkeypatch):
    def broken(*_args: object) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(incoming.Writing, "append", broken)
    with pytest.raises(OSError, match="Input/output"):
        plain_uploads.take(factories.batch(producer), [file()], by=producer)
    assert Upload.objects.get().state == "terminated"


def test_the_sender_s_own_hash_goes_along_and_what_is_no_file_is_passed_over(producer):
    taken = plain_uploads.take(factories.batch(producer), ["texto", file("vacío.txt", b"")], by=producer)
    (received,) = taken.received
    assert (received.size_bytes, received.state, uploads.offset(received)) == (0, "complete", 0)
    assert received.claimed_sha256.startswith("e3b0c442")
