"""The page of operation: the counts each person may know, the queues, and copies that came to harm."""

import pytest
from django.urls import reverse
from procrastinate.contrib.django import app

from dam import trash
from dam.models import Placement, PlacementState
from tests import factories
from tests.dam import people
from tests.dam.pages import Page, read

pytestmark = pytest.mark.django_db
ADDRESS = "/operacion/"
OVERSEERS = ("administrator", "central producer", "central coordinator")


def queue(page: Page, words: str) -> str:
    """The three figures of a queue: waiting, running, failed."""
    return " ".join(page.text.split(f" {words} ", 1)[1].split()[:3])


class TestWhoSees:
    @pytest.mark.parametrize("who", [*OVERSEERS, "coordinator", "liaison", "stranger"])
    def test_each_counts_what_they_may_see(self, by, who: str):
        asset = factories.asset(by=by, of=people.home())
        factories.asset("video", by=by, of=people.home())
        page = read(people.signed_in(who, asset), ADDRESS)
        assert page.status == 200
        assert f"Materiales {0 if who == 'stranger' else 2}" in page.text

    @pytest.mark.parametrize("who", [*OVERSEERS, "coordinator", "author", "nobody"])
    def test_what_lies_in_the_stores_is_for_those_who_see_everything(self, by, who: str):
        asset = factories.asset(by=by, of=people.home(), content=b"x" * 2000)
        assert asset.current is not None
        factories.rendition(asset.current)
        Placement.objects.update(state=PlacementState.CORRUPT)
        page = read(people.signed_in(who, asset), ADDRESS)
        for words in ("Archivos guardados 2 · ", "Formatos hechos 1", "copias guardadas no están completas"):
            assert (words in page.text) == (who in OVERSEERS)

    @pytest.mark.parametrize("who", [*OVERSEERS, "coordinator", "author", "nobody"])
    def test_everybody_is_led_to_the_pages_that_open_for_them_and_to_no_other(self, by, who: str):
        person = people.signed_in(who, factories.asset(by=by, of=people.home()))
        page = person.get(ADDRESS).content.decode()
        places = [reverse(name) for name in ("transcode:presets", "search:index")]
        led = {place: f'href="{place}"' in page for place in places}
        assert led == {place: person.get(place).status_code == 200 for place in places}

    def test_somebody_not_signed_in_is_asked_to(self, client):
        assert client.get(ADDRESS).headers["Location"] == f"/entrar/?next={ADDRESS}"

    def test_it_is_only_read(self, browser):
        assert browser.post(ADDRESS).status_code == 405


class TestFigures:
    def test_the_trash_is_counted_apart(self, browser, by):
        made = [factories.asset(by=by, of=people.home()) for _ in range(3)]
        trash.put(made[0], by=by)
        page = read(browser, ADDRESS)
        assert "Papelera 1 material" in page.text
        assert "Materiales 2 " in page.text
        trash.put(made[1], by=by)
        assert "Papelera 2 materiales" in read(browser, ADDRESS).text

    def test_by_kind_only_those_there_are(self, browser, by):
        for kind in ("video", "video", "photo"):
            factories.asset(kind, by=by, of=people.home())
        kinds = browser.get(ADDRESS).context["kinds"]
        assert [(kind, count) for kind, _words, count in kinds] == [("video", 2), ("photo", 1)]

    @pytest.mark.parametrize(
        ("state", "words"),
        [
            (PlacementState.MISSING, "1 copia guardada no está completa."),
            (PlacementState.CORRUPT, "1 copia guardada no está completa."),
            (PlacementState.PRESENT, ""),
        ],
    )
    def test_a_harmed_copy_is_said_with_what_to_do(self, state: str, words: str):
        asset = factories.asset()
        Placement.objects.update(state=state)
        page = read(people.signed_in("administrator", asset), ADDRESS)
        assert words in page.text
        assert ("Avise a quien administra los respaldos" in page.text) == bool(words)

    def test_an_empty_archive_has_a_page_too(self):
        page = read(people.browser_of(factories.administrator()), ADDRESS)
        assert "Materiales 0" in page.text
        assert "Archivos guardados 0 · 0" in page.text


class TestQueues:
    @pytest.mark.parametrize(
        ("name", "words"), [("ingest", "Ingreso"), ("transcode", "Conversión"), ("search", "Búsqueda")]
    )
    def test_what_waits_is_counted_by_queue_under_a_name_people_know(self, browser, name: str, words: str):
        before = queue(read(browser, ADDRESS), words)
        app.configure_task("ingest.run", queue=name).defer(ingest_id="x")
        waiting, running, failed = before.split()
        assert queue(read(browser, ADDRESS), words) == f"{int(waiting) + 1} {running} {failed}"

    def test_a_queue_without_a_name_of_ours_is_shown_as_it_is_called(self, browser):
        app.configure_task("ingest.run", queue="nocturna").defer(ingest_id="x")
        assert queue(read(browser, ADDRESS), "nocturna") == "1 0 0"

    def test_the_number_of_queries_does_not_grow(self, browser, by):
        factories.asset(by=by, of=people.home())
        little = people.queries(browser, ADDRESS)
        for kind in ("video", "audio", "document", "other"):
            factories.asset(kind, by=by, of=people.home())
        assert people.queries(browser, ADDRESS) == little <= 14
