"""The quarantine: why and what to do for everyone who sees the file, the bytes for administrators only."""

import pytest
from django.test import Client

from dam.models import Event, Role, User
from ingest import reasons
from ingest.models import Batch, Ingest
from ingest.views import quarantine
from tests import factories
from tests.dam.pages import read, send

pytestmark = pytest.mark.django_db
PAGE = "/cuarentena/"
HOSTILE = b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"


def client_of(someone: User) -> Client:
    client = Client()
    client.force_login(someone)
    return client


def rejected(name: str = "foto.svg", by: User | None = None, content: bytes = HOSTILE, **more) -> Ingest:
    upload = factories.upload(batch=factories.batch(by), filename=name)
    fields = {"reason": "hostile", "stored": factories.stored(content), **more}
    return factories.ingest("rejected", upload=upload, **fields)


def download(ingest: Ingest) -> str:
    return f"/descargas/cuarentena/{ingest.pk}"


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.fixture
def administrator(db) -> Client:
    return client_of(factories.administrator())


@pytest.mark.parametrize("code", sorted(reasons.CODES))
def test_each_reason_stands_there_with_what_to_do(signed_in, producer, code):
    rejected("foto.svg", producer, reason=code, reason_params={"detail": "65536x65536"})
    page = read(signed_in, PAGE)
    said = reasons.explain(code, {"detail": "65536x65536"})
    assert said.what in page.text
    assert f"Se guardó en cuarentena tal como llegó. {said.todo}" in page.text
    assert f"Veredicto: {code}" in page.text


def test_only_what_was_rejected_and_only_what_one_sees():
    someone = factories.person(Role.VIDEOGRAPHER)
    rejected("mío.svg", someone)
    rejected("ajeno.svg")
    factories.ingest("failed", upload=factories.upload(batch=factories.batch(someone), filename="roto.svg"))
    page = read(client_of(someone), PAGE)
    assert "mío.svg" in page.text
    assert "ajeno.svg" not in page.text
    assert "roto.svg" not in page.text


def test_names_are_shown_as_text(signed_in, producer):
    rejected("<script>alert(1)</script>.svg", producer)
    page = read(signed_in, PAGE)
    assert "<script>alert" not in page.html
    assert "<script>alert(1)</script>.svg" in page.text


def test_an_empty_quarantine(signed_in):
    assert "No hay nada en cuarentena" in read(signed_in, PAGE).text


def test_it_goes_by_pages_newest_first(signed_in, producer, monkeypatch):
    monkeypatch.setattr(quarantine, "PER_PAGE", 1)
    rejected("primero.svg", producer)
    rejected("segundo.svg", producer)
    first = read(signed_in, PAGE)
    assert ("segundo.svg" in first.text, "primero.svg" in first.text) == (True, False)
    (following,) = {link for link in first.links if "desde=" in link}
    second = read(signed_in, PAGE + following)
    assert ("segundo.svg" in second.text, "primero.svg" in second.text) == (False, True)


def test_examining_again_is_offered_and_starts_afresh(signed_in, producer):
    ingest = rejected("foto.svg", producer, facts={"fingerprint": {"sha256": "x"}})
    assert f"/ingresos/{ingest.pk}/reintentar/" in read(signed_in, PAGE).actions
    send(signed_in, f"/ingresos/{ingest.pk}/reintentar/", {"next": PAGE})
    ingest.refresh_from_db()
    assert (ingest.state, ingest.facts, ingest.reason) == ("queued", {}, "")
    assert ingest.stored is not None


def test_an_administrator_gets_the_bytes_as_a_file_that_nothing_opens(administrator):
    ingest = rejected("página <b>.svg")
    assert any(link.endswith(download(ingest)) for link in read(administrator, PAGE).links)
    response = administrator.get(download(ingest))
    assert (response.status_code, body(response)) == (200, HOSTILE)
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"


def test_taking_it_out_is_noted_once_however_many_ranges_are_asked_for(administrator):
    ingest = rejected()
    body(administrator.get(download(ingest)))
    response = administrator.get(download(ingest), headers={"Range": "bytes=0-3"})
    assert (response.status_code, body(response)) == (206, HOSTILE[:4])
    administrator.head(download(ingest))
    assert Event.objects.filter(verb="quarantine.downloaded").count() == 1


@pytest.mark.parametrize("role", [Role.PRODUCER, Role.COORDINATOR, Role.VIDEOGRAPHER])
def test_others_see_it_and_get_no_bytes(role):
    someone = factories.person(role)
    ingest = rejected(by=someone)
    client = client_of(someone)
    page = read(client, PAGE)
    assert "foto.svg" in page.text
    assert not [link for link in page.links if "/descargas/cuarentena/" in link]
    refused = read(client, download(ingest))
    assert refused.status == 403
    assert "sólo los descarga quien administra el sistema" in refused.text
    assert not Event.objects.filter(verb="quarantine.downloaded").exists()


def test_who_does_not_see_it_is_not_told_that_it_exists():
    client = client_of(factories.person(Role.LIAISON))
    assert client.get(download(rejected())).status_code == 404
    assert Client().get(download(rejected(content=b"otro"))).status_code == 302


@pytest.mark.parametrize("state", ["queued", "failed", "accepted"])
def test_what_is_not_in_quarantine_does_not_come_out_this_way(administrator, state):
    ingest = factories.ingest(state, stored=factories.stored())
    assert administrator.get(download(ingest)).status_code == 404


def test_a_rejection_without_bytes_and_one_whose_bytes_are_out_of_reach(administrator, tmp_path):
    assert administrator.get(download(rejected(stored=None))).status_code == 404
    ingest = rejected()
    for path in (tmp_path / "objects").rglob("*"):
        if path.is_file():
            path.unlink()
    response = administrator.get(download(ingest))
    assert response.status_code == 503
    assert "No se ha perdido su registro" in response.content.decode()


def test_the_page_only_reads(administrator):
    assert administrator.post(PAGE).status_code == 405
    assert Batch.objects.count() == 0
