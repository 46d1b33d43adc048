"""What the upload element asks of the files it sent, and what it is told."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from ingest.models import IngestState, Upload
from ingest.views import status
from tests import factories

pytestmark = pytest.mark.django_db
STATUS = "/subir/estado/"


@pytest.fixture
def ask(signed_in):
    """Ask for these uploads; the answers by their ids."""

    def ask(*uploads: Upload | str) -> dict[str, dict[str, str]]:
        asked = [str(getattr(upload, "pk", upload)) for upload in uploads]
        response = signed_in.get(STATUS, {"id": asked})
        assert response.status_code == 200
        assert response["Cache-Control"] == "no-store"
        return {told["id"]: told for told in response.json()["uploads"]}

    return ask


@pytest.fixture
def mine(producer):
    """A complete upload of the person who asks."""
    return lambda state="complete": factories.upload(state, batch=factories.batch(producer))


@pytest.mark.parametrize(
    ("state", "more", "code"),
    [
        ("queued", {}, "complete"),
        ("running", {"step": "probe"}, "checking"),
        ("queued", {"facts": {"store": {"key": "x"}}}, "safe"),
        ("running", {"facts": {"store": {"key": "x"}}}, "safe"),
        ("accepted", {}, "accepted"),
        ("duplicate", {}, "duplicate"),
        ("rejected", {"reason": "truncated"}, "rejected"),
        ("failed", {"error": "KeyError: 'x'"}, "failed"),
    ],
)
def test_each_state_has_the_element_s_word(ask, mine, state, more, code):
    upload = mine()
    factories.ingest(state, upload=upload, **more)
    assert ask(upload)[str(upload.pk)]["state"] == code


@pytest.mark.parametrize("state", ["receiving", "complete", "expired"])
def test_before_there_is_an_ingest(ask, mine, state):
    upload = mine(state)
    told = ask(upload)[str(upload.pk)]
    assert (told["state"], told["url"], told["text"]) == (state, "", "")


def test_a_rejection_leads_to_the_quarantine_and_says_what_to_do(ask, mine):
    upload = mine()
    factories.ingest("rejected", upload=upload, reason="empty")
    told = ask(upload)[str(upload.pk)]
    assert (told["url"], told["label"]) == ("/cuarentena/", "Cuarentena")
    assert told["text"].startswith("El archivo está vacío. Se guardó en cuarentena")
    assert "súbalo de nuevo" in told["text"]


def test_a_failure_leads_to_where_it_can_be_tried_again_and_tells_no_path(ask, mine):
    upload = mine()
    factories.ingest("failed", upload=upload, error="OSError: /srv/secreto/acervo")
    told = ask(upload)[str(upload.pk)]
    assert told["url"] == "/ingresos/?estado=por-atender"
    assert "No borre la tarjeta." in told["text"]
    assert "secreto" not in told["text"]


def test_a_failure_that_is_tried_again_by_itself_is_still_being_checked(ask, mine):
    upload = mine()
    soon = timezone.now() + timedelta(minutes=5)
    factories.ingest("failed", upload=upload, next_attempt_at=soon)
    told = ask(upload)[str(upload.pk)]
    assert (told["state"], told["url"]) == ("checking", "")
    assert told["text"].startswith("Hubo un tropiezo; se intenta de nuevo a las ")
    assert told["text"].endswith(". No borre la tarjeta todavía.")


def test_what_is_in_the_library_leads_there(ask, mine, producer):
    upload = mine()
    version = factories.version(by=producer, name="La presa")
    factories.ingest("accepted", upload=upload, version=version)
    told = ask(upload)[str(upload.pk)]
    assert told["url"] == f"/acervo/{version.asset.code}/"
    assert (told["label"], told["text"]) == ("La presa", "")


def test_a_new_version_is_not_safe_before_it_is_registered(ask, mine, producer):
    """It may still be refused for being of another kind, so its card must not be erased."""
    upload = mine()
    Upload.objects.filter(pk=upload.pk).update(version_of=factories.asset(by=producer))
    factories.ingest("running", upload=upload, facts={"store": {"key": "x"}})
    assert ask(upload)[str(upload.pk)]["state"] == "checking"


def test_of_other_people_s_files_nothing_is_told(ask, mine):
    theirs = factories.ingest(IngestState.REJECTED).upload
    own = mine()
    assert set(ask(theirs, own, "no-es-un-id", "")) == {str(own.pk)}
    assert ask() == {}


def test_a_page_with_very_many_rows_is_answered_for_the_first_ones(ask, mine, monkeypatch):
    monkeypatch.setattr(status, "MOST_ASKED", 2)
    three = [mine(), mine(), mine()]
    assert set(ask(*three)) == {str(upload.pk) for upload in three[:2]}


def test_a_page_of_a_hundred_rows_costs_as_many_queries_as_one(
    signed_in, mine, producer, django_assert_max_num_queries
):
    asked = []
    for _number in range(12):
        upload = mine()
        factories.ingest("accepted", upload=upload, version=factories.version(by=producer))
        asked.append(str(upload.pk))
    with django_assert_max_num_queries(16):
        assert len(signed_in.get(STATUS, {"id": asked}).json()["uploads"]) == 12


def test_only_who_is_signed_in_asks_and_nobody_writes(signed_in):
    assert Client().get(STATUS).status_code in {302, 401, 403}
    assert signed_in.post(STATUS).status_code == 405
