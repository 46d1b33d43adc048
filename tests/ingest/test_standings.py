"""What is said of each file that comes in, to whom, and at what cost."""

from datetime import timedelta

import pytest
from django.utils import timezone, translation

from dam import trash
from dam.models import Role, User
from ingest import pipeline, standings
from ingest.models import Ingest, IngestState, Upload
from ingest.standings import Standing
from ingest.uploads import PATIENCE
from tests import factories

pytestmark = pytest.mark.django_db


def standing(upload: Upload, by: User | None = None) -> Standing:
    (found,) = standings.of(Upload.objects.filter(pk=upload.pk), by=by or upload.owner)
    return found


def of(state: str, by: User | None = None, **more) -> Standing:
    """The standing of an ingest in this state, as ``by`` (its sender) is told."""
    upload = factories.upload(batch=factories.batch(by))
    return standing(factories.ingest(state, upload=upload, **more).upload, by)


@pytest.mark.parametrize(
    ("state", "more", "tone", "words"),
    [
        ("queued", {}, "wait", "En espera"),
        ("running", {}, "work", "En proceso"),
        ("running", {"step": "fingerprint"}, "work", "Comprobando que llegó completo"),
        ("running", {"step": "probe"}, "work", "Midiendo imagen y sonido"),
        ("running", {"step": "uno del futuro"}, "work", "En proceso"),
        ("accepted", {}, "ok", "En el acervo"),
        ("duplicate", {}, "info", "Ya estaba"),
        ("rejected", {}, "bad", "Rechazado"),
        ("failed", {}, "bad", "Falló"),
    ],
)
def test_the_words_and_the_tone_of_each_state(state, more, tone, words):
    told = of(state, **more)
    assert (told.tone, told.words) == (tone, words)


def test_every_state_and_every_step_has_its_words_in_the_reader_s_language():
    assert set(standings.TONES) == set(IngestState.values)
    assert set(standings.STEP_WORDS) == {step.NAME for step in pipeline.STEPS}
    with translation.override("en"):
        for spanish, english in (("Guardando el original", "store"), ("Reconociendo qué es", "identify")):
            assert str(standings.STEP_WORDS[english]) != spanish


@pytest.mark.parametrize(
    ("state", "goes_on", "can_retry"),
    [
        ("queued", True, False),
        ("running", True, False),
        ("accepted", False, False),
        ("duplicate", False, False),
        ("rejected", False, True),
        ("failed", False, True),
    ],
)
def test_what_goes_on_by_itself_and_what_a_person_may_try_again(state, goes_on, can_retry):
    told = of(state)
    assert (told.is_under_way, told.can_retry) == (goes_on, can_retry)


def test_a_failure_with_another_attempt_goes_on_by_itself():
    told = of("failed", next_attempt_at=timezone.now() + timedelta(minutes=3))
    assert (told.is_under_way, told.can_retry, told.tone) == (True, False, "warn")


@pytest.mark.parametrize(
    ("idle", "noted"), [(timedelta(minutes=4), False), (timedelta(minutes=6), True), (PATIENCE, True)]
)
def test_an_upload_that_stands_still_says_how_to_go_on(idle, noted):
    expires = timezone.now() + PATIENCE - idle
    told = standing(factories.upload("receiving", expires_at=expires, size_bytes=8, offset_bytes=3))
    assert told.words == "Llegando: 37 %"
    assert ("elija otra vez el archivo en Subir y seguirá donde iba" in told.note) is noted


@pytest.mark.parametrize(("state", "words"), [("expired", "Abandonado"), ("terminated", "Cancelado")])
def test_what_was_given_up_is_gone_and_that_is_said(state, words):
    told = standing(factories.upload(state))
    assert (told.code, told.words) == ("expired", words)
    assert told.note == "Lo recibido se borró. Si todavía tiene el archivo, súbalo otra vez."


def test_of_an_asset_one_sees_its_title_and_address_are_told():
    version = factories.version(name="La presa")
    told = of("accepted", version.asset.created_by, version=version)
    assert (told.title, told.asset_code, told.kind) == ("La presa", version.asset.code, "photo")
    assert told.url == f"/acervo/{version.asset.code}/"


def test_of_an_asset_one_does_not_see_nothing_is_told():
    someone = factories.person(Role.VIDEOGRAPHER)
    told = of("accepted", someone, version=factories.version(name="Reservado"))
    assert (told.code, told.url, told.title, told.asset_code) == ("accepted", "", "", "")


def test_what_went_to_the_trash_has_no_address_any_more():
    version = factories.version()
    trash.put(version.asset, by=version.asset.created_by)
    assert of("accepted", version.asset.created_by, version=version).url == ""


@pytest.mark.parametrize(
    ("role", "note"),
    [("original", ""), ("", ""), ("caption", "de “La presa”"), ("sidecar", "de “La presa”")],
)
def test_a_companion_says_what_it_is_and_of_what(role, note):
    version = factories.version("video", name="La presa")
    told = of("accepted", version.asset.created_by, version=version, role=role)
    assert told.note.endswith(note)
    assert bool(told.note) is bool(note)


@pytest.mark.parametrize(("maker", "told_all"), [(factories.administrator, True), (factories.person, False)])
def test_technical_words_are_for_administrators(maker, told_all):
    told = of("failed", maker(), error="PermissionError: /srv/acervo/objects")
    assert told.why is not None
    assert bool(told.why.detail) is told_all
    assert "/srv/acervo" not in str(told.why)


def test_who_is_not_signed_in_any_more_sees_nothing():
    someone = factories.person()
    factories.upload(batch=factories.batch(someone))
    assert standings.visible(someone).count() == 1
    User.objects.filter(pk=someone.pk).update(is_active=False)
    assert not standings.visible(User.objects.get(pk=someone.pk)).exists()


def test_a_role_that_ended_leaves_one_one_s_own():
    office = factories.agency("SSG", parent=factories.central())
    someone = factories.user()
    factories.membership(someone, office, until=timezone.now() - timedelta(hours=1))
    factories.upload()
    own = factories.upload(batch=factories.batch(someone))
    assert list(standings.visible(someone)) == [own]


def test_many_files_cost_as_many_queries_as_few(django_assert_max_num_queries):
    someone = factories.person()
    batch = factories.batch(someone)
    for _number in range(6):
        version = factories.version(by=someone)
        factories.ingest("accepted", upload=factories.upload(batch=batch), version=version)
    with django_assert_max_num_queries(10):
        found = standings.of(Upload.objects.filter(batch=batch), by=User.objects.get(pk=someone.pk))
        assert len({one.batch_name for one in found}) == 1


def test_a_file_without_an_ingest_yet_has_none():
    told = standing(factories.upload())
    assert (told.ingest, told.code, told.words) == (None, "complete", "Recibido")
    made = factories.ingest(upload=told.upload)
    assert standing(told.upload).ingest == Ingest.objects.get(pk=made.pk)
