"""The list of what comes in: whose files, by which state, in pages; and trying again what failed."""

import re
from datetime import timedelta
from urllib.parse import quote

import pytest
from django.test import Client
from django.utils import timezone

from dam.models import Role, User
from ingest.models import Batch, Ingest, IngestState, Upload
from ingest.views import listing
from tests import factories
from tests.dam.pages import Page, page_of, read, send

pytestmark = pytest.mark.django_db
LIST = "/ingresos/"
NAME = re.compile(r'class="name"[^>]*>([^<]+)<')


def client_of(someone: User) -> Client:
    client = Client()
    client.force_login(someone)
    return client


def rows(page: Page) -> list[str]:
    """The names of the files in a table, in its order."""
    return NAME.findall(page.html)


def one(name: str, state: str = "queued", into: Batch | None = None, **more) -> Ingest:
    upload = factories.upload(batch=into or factories.batch(), filename=name)
    return factories.ingest(state, upload=upload, **more)


@pytest.fixture
def every_state(producer) -> None:
    """One file of each state, named after it; all of the same person."""
    batch = factories.batch(producer)
    soon = timezone.now() + timedelta(minutes=5)
    for state in ("queued", "running", "accepted", "duplicate", "rejected", "failed"):
        one(f"{state}.jpg", state, batch)
    one("otra-vez.jpg", "failed", batch, next_attempt_at=soon)
    for state in ("receiving", "expired", "terminated"):
        factories.upload(state, batch=batch, filename=f"{state}.jpg")


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("por-atender", {"failed.jpg"}),
        ("en-curso", {"queued.jpg", "running.jpg", "otra-vez.jpg", "receiving.jpg"}),
        ("en-el-acervo", {"accepted.jpg"}),
        ("ya-estaban", {"duplicate.jpg"}),
        ("rechazados", {"rejected.jpg"}),
        ("abandonados", {"expired.jpg"}),
    ],
)
def test_each_tab_shows_its_own(signed_in, every_state, word, shown):
    page = read(signed_in, f"{LIST}?estado={word}")
    assert set(rows(page)) == shown
    assert page.attributes("acervo-poll", "data-url") == (
        [f"{LIST}?estado={word}"] if word == "en-curso" else []
    )


def test_without_a_tab_people_s_work_comes_first_and_what_was_cancelled_is_left_out(signed_in, every_state):
    page = read(signed_in, LIST)
    order = rows(page)
    assert order[0] == "failed.jpg"
    assert set(order[1:5]) == {"queued.jpg", "running.jpg", "otra-vez.jpg", "receiving.jpg"}
    assert set(order[5:]) == {"accepted.jpg", "duplicate.jpg", "rejected.jpg", "expired.jpg"}
    assert "Por atender 1 En curso 4 En el acervo" in page.text


@pytest.mark.parametrize("word", ["no-es-un-estado", "'; DROP TABLE", "%00"])
def test_a_tab_that_is_none_shows_everything(signed_in, every_state, word):
    page = read(signed_in, f"{LIST}?estado={word}")
    assert page.status == 200
    assert len(set(rows(page))) == 9


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("", "Aquí se verá lo que llegue"),
        ("por-atender", "Nada espera por usted"),
        ("en-curso", "Nada está llegando en este momento"),
        ("rechazados", "No hay archivos en este estado"),
    ],
)
def test_an_empty_list_says_what_would_be_there(signed_in, word, said):
    assert said in read(signed_in, f"{LIST}?estado={word}").text


def test_pages_hold_together_and_end(signed_in, producer, monkeypatch):
    monkeypatch.setattr(listing, "PER_PAGE", 2)
    batch = factories.batch(producer)
    for number in range(5):
        one(f"n{number}.jpg", "accepted", batch)
    seen: list[str] = []
    address = f"{LIST}?estado=en-el-acervo"
    for _page in range(3):
        page = read(signed_in, address)
        seen += rows(page)
        following = [link for link in page.links if "desde=" in link]
        address = LIST + following[-1] if following else ""
    assert seen == ["n4.jpg", "n3.jpg", "n2.jpg", "n1.jpg", "n0.jpg"]
    assert address == ""


@pytest.mark.parametrize("cursor", ["basura", "0", "'"])
def test_a_cursor_that_is_none_is_the_first_page(signed_in, every_state, cursor):
    page = read(signed_in, f"{LIST}?desde={quote(cursor)}")
    assert page.status == 200
    assert "accepted.jpg" in rows(page)


def test_of_a_long_queue_the_first_are_shown_and_the_rest_counted(signed_in, producer, monkeypatch):
    monkeypatch.setattr(listing, "FIRST", 2)
    batch = factories.batch(producer)
    for number in range(5):
        one(f"n{number}.jpg", "queued", batch)
    page = read(signed_in, LIST)
    assert set(rows(page)) == {"n4.jpg", "n3.jpg"}
    assert "Ver 3 más" in page.text
    assert f"{LIST}?estado=en-curso" in page.links


def test_a_script_gets_the_table_alone_and_asks_on_while_something_moves(signed_in, producer):
    ingest = one("a.jpg", "running", factories.batch(producer))
    script = {"HX-Request": "true"}
    page = page_of(signed_in.get(LIST, headers=script))
    assert "<html" not in page.html
    assert page.attributes("acervo-poll", "data-url") == [LIST]
    Ingest.objects.filter(pk=ingest.pk).update(state="rejected")
    assert not page_of(signed_in.get(LIST, headers=script)).attributes("acervo-poll", "data-url")


@pytest.mark.parametrize(
    ("role", "whose", "said"),
    [
        (Role.PRODUCER, "centre", {"mío.jpg", "oficina.jpg", "otra.jpg"}),
        (Role.COORDINATOR, "office", {"mío.jpg", "oficina.jpg"}),
        (Role.VIDEOGRAPHER, "office", {"mío.jpg"}),
        (Role.LIAISON, "office", {"mío.jpg"}),
    ],
)
def test_whose_files_one_sees(role, whose, said):
    office = factories.agency("SSG", parent=factories.central(), name="Salud")
    other = factories.agency("DIF", parent=factories.central())
    someone = factories.person(role, office if whose == "office" else None)
    for name, agency in (("oficina.jpg", office), ("otra.jpg", other)):
        ingest = one(name)
        Batch.objects.filter(pk=ingest.upload.batch_id).update(agency=agency)
    one("mío.jpg", into=factories.batch(someone))
    page = read(client_of(someone), LIST)
    assert set(rows(page)) == said
    assert ("todas las dependencias" in page.text) is (whose == "centre")
    assert ("los de Salud" in page.text) is (role == Role.COORDINATOR)


def test_a_failed_file_is_queued_again_and_one_returns_to_where_one_was(signed_in, producer):
    ingest = one("a.jpg", "failed", factories.batch(producer), error="KeyError: x")
    there = f"{LIST}?estado=por-atender"
    assert f"{LIST}{ingest.pk}/reintentar/" in read(signed_in, there).actions
    response = signed_in.post(f"{LIST}{ingest.pk}/reintentar/", {"next": there})
    assert response["Location"] == there
    ingest.refresh_from_db()
    assert (ingest.state, ingest.error) == ("queued", "")


@pytest.mark.parametrize("there", ["", "https://malo.example/", "//malo.example", "javascript:alert(1)"])
def test_one_is_never_led_elsewhere(signed_in, producer, there):
    ingest = one("a.jpg", "failed", factories.batch(producer))
    response = signed_in.post(f"{LIST}{ingest.pk}/reintentar/", {"next": there})
    assert response["Location"] == LIST


@pytest.mark.parametrize("state", ["queued", "running", "accepted", "duplicate"])
def test_what_needs_no_retry_is_said_and_stays(signed_in, producer, state):
    ingest = one("a.jpg", state, factories.batch(producer))
    page = send(signed_in, f"{LIST}{ingest.pk}/reintentar/")
    assert "Ya no hace falta: su estado cambió mientras tanto." in page.text
    ingest.refresh_from_db()
    assert ingest.state == state


def test_a_file_one_does_not_see_is_not_found():
    ingest = one("ajeno.jpg", "failed")
    client = client_of(factories.person(Role.VIDEOGRAPHER))
    assert send(client, f"{LIST}{ingest.pk}/reintentar/").status == 404
    assert client.get(f"{LIST}{ingest.pk}/reintentar/").status_code == 405
    ingest.refresh_from_db()
    assert ingest.state == IngestState.FAILED


def test_everything_that_failed_is_tried_again_but_nothing_else_and_nobody_else_s():
    someone = factories.person(Role.VIDEOGRAPHER)
    mine = factories.batch(someone)
    for name in ("a.jpg", "b.jpg"):
        one(name, "failed", mine)
    one("c.jpg", "failed", mine, next_attempt_at=timezone.now() + timedelta(hours=1))
    one("d.jpg", "rejected", mine)
    one("e.jpg", "failed")
    page = send(client_of(someone), f"{LIST}reintentar/")
    assert "Se intenta de nuevo con 2 archivos." in page.text
    queued = Upload.objects.filter(ingest__state="queued")
    assert set(queued.values_list("filename", flat=True)) == {"a.jpg", "b.jpg"}


def test_all_at_once_is_offered_where_there_are_several(signed_in, producer):
    batch = factories.batch(producer)
    one("a.jpg", "failed", batch)
    assert f"{LIST}reintentar/" not in read(signed_in, LIST).actions
    one("b.jpg", "failed", batch)
    assert f"{LIST}reintentar/" in read(signed_in, LIST).actions
