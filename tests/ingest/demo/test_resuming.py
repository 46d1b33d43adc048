"""Tests of the demo's way in: a small catalogue through the real pipeline, run twice, cut anywhere, and seen by role."""

import shutil
import time
from io import StringIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.test import Client

from dam import events, metadata, permissions, trash
from dam.models import Agency, Asset, CaptionTrack, Event, Production, ProductionAsset, User, UseRole
from ingest import names, uploads
from ingest.demo import arriving, catalogue, pieces
from ingest.demo.catalogue import Arrival
from ingest.demo.films import Film, Shot
from ingest.demo.music import Bed
from ingest.demo.pieces import Cue, Piece
from ingest.models import Batch, Ingest, IngestState, Upload, UploadState
from tests import factories
from tests.ingest import making

pytestmark = pytest.mark.django_db

SPOKEN = (Cue(0.1, 0.6, "Cuidar el agua"), Cue(0.7, 1.2, "es de todos."))
VALUES = catalogue.BRIEF.piece.values
SPOT = Arrival(
    Piece(
        "SPOT_AGUA",
        Film("AGUA", (Shot("card", 40, (0, 1, 2)),), "Agua", "Secretaría", 120, ("C",)),
        VALUES | {"headline": "Cuidar el agua"},
        SPOKEN,
    ),
    "produccion",
    catalogue.TOURISM,
    catalogue.VISIT,
    UseRole.OUTPUT_OF,
)
RADIO = Arrival(
    Piece("RADIO_AGUA", Bed(1.5, 120, ("C",), "agua"), VALUES | {"headline": "Agua en la radio"}),
    "produccion",
    catalogue.CENTRE,
)
SMALL = (catalogue.BRIEF, SPOT, RADIO)


def work(_seconds: float) -> None:
    """What a worker does while the command waits."""
    for ingest in Ingest.objects.filter(state=IngestState.QUEUED).order_by("pk"):
        making.run(ingest)


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch, settings, tmp_path: Path) -> None:
    """A catalogue of three, a data folder of this test's own, and a worker at hand."""
    monkeypatch.setattr(catalogue, "ARRIVALS", SMALL)
    monkeypatch.setattr(arriving, "time", SimpleNamespace(monotonic=time.monotonic, sleep=work))
    settings.DATA = tmp_path


@pytest.fixture(scope="module")
def drawer(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where this module keeps what was really made, for its other tests."""
    folder = tmp_path_factory.mktemp("made")
    for arrival in SMALL:
        pieces.make(arrival.piece, folder)
    return folder


@pytest.fixture(autouse=True)
def made(monkeypatch: pytest.MonkeyPatch, drawer: Path) -> list[str]:
    """The names of the pieces that were made, in their order; each is real, and was made once."""
    names_made: list[str] = []

    def taking(piece: Piece, folder: Path) -> Path:
        names_made.append(piece.name)
        return Path(shutil.copy(drawer / piece.filename, folder))

    monkeypatch.setattr(pieces, "make", taking)
    return names_made


def demo() -> str:
    out = StringIO()
    call_command("demo", stdout=out)
    return out.getvalue()


def asset(arrival: Arrival) -> Asset:
    return Asset.objects.get(versions__ingests__upload__filename=arrival.piece.filename)


def counts() -> tuple[int, ...]:
    kinds = (Agency, User, Production, Asset, Batch, Upload, Ingest, CaptionTrack, ProductionAsset, Event)
    return tuple(kind.objects.count() for kind in kinds)


def test_everything_arrives_described_captioned_and_in_its_production(made, tmp_path):
    said = demo()
    assert [line.split(":")[1].strip() for line in said.splitlines()] == ["accepted"] * 3
    spot = asset(SPOT)
    known = metadata.known(spot)
    assert known["headline"].value == "Cuidar el agua"
    assert known["location_shown"].value["state"] == "Guanajuato"
    assert all(known[field].by_person for field in VALUES)
    (track,) = CaptionTrack.objects.filter(version__asset=spot)
    assert track.language.startswith("es")
    assert [cue.text for cue in track.cues.order_by("position")] == [cue.text for cue in SPOKEN]
    assert [(use.production.title, use.role) for use in spot.uses.all()] == [(catalogue.VISIT, "output_of")]
    assert asset(RADIO).uses.count() == 0
    assert (tmp_path / "demo.done").exists()


def test_a_second_run_makes_nothing(made):
    demo()
    before = counts()
    assert demo() == ""
    assert counts() == before
    assert len(made) == 3


def test_without_its_mark_it_looks_and_still_makes_nothing(made, tmp_path):
    """As after a cut between the last piece and the mark."""
    demo()
    before = counts()
    (tmp_path / "demo.done").unlink()
    demo()
    assert counts() == before
    assert len(made) == 3
    assert (tmp_path / "demo.done").exists()


@pytest.mark.parametrize("cut_at", range(len(SMALL)))
def test_cut_while_a_piece_is_made_it_goes_on_with_that_one(made, monkeypatch, tmp_path, cut_at):
    real = pieces.make
    cut = SMALL[cut_at].piece.name

    def cutting(piece: Piece, folder: Path) -> Path:
        if piece.name == cut:
            raise KeyboardInterrupt
        return real(piece, folder)

    with monkeypatch.context() as while_cut:
        while_cut.setattr(pieces, "make", cutting)
        with pytest.raises(KeyboardInterrupt):
            demo()
    assert not (tmp_path / "demo.done").exists()
    assert Asset.objects.count() == cut_at
    demo()
    assert Asset.objects.count() == 3
    assert sorted(made) == sorted(each.piece.name for each in SMALL)
    assert CaptionTrack.objects.count() == 1


def test_what_was_half_received_is_thrown_away_and_received_again(made):
    arriving.settle()
    by = User.objects.get(username=SPOT.by)
    batch = Batch.objects.create(created_by=by, agency=Agency.objects.get(code=SPOT.office))
    key = arriving._key(SPOT)
    half = uploads.begin(batch, uploads.Announced(names.of(b"SPOT_AGUA.mp4"), 100, source_key=key), by=by)
    assert arriving.bring(SPOT).state == IngestState.ACCEPTED
    half.refresh_from_db()
    assert half.state == UploadState.TERMINATED


def test_cut_before_it_was_described_it_is_described_later(monkeypatch):
    with monkeypatch.context() as while_cut:
        while_cut.setattr(metadata, "describe", lambda *_args, **_more: pytest.fail("cut here"))
        with pytest.raises(pytest.fail.Exception):
            demo()
    assert "headline" not in metadata.known(asset(catalogue.BRIEF))
    demo()
    assert metadata.known(asset(catalogue.BRIEF))["headline"].value == VALUES["headline"]


def test_what_a_person_said_since_is_kept(tmp_path):
    demo()
    brief = asset(catalogue.BRIEF)
    metadata.describe(brief, {"headline": "Otro título"}, by=factories.administrator())
    (tmp_path / "demo.done").unlink()
    demo()
    assert metadata.known(brief)["headline"].value == "Otro título"


def test_a_piece_in_the_trash_is_not_brought_again(tmp_path, made):
    demo()
    trash.put(asset(RADIO), by=factories.administrator())
    (tmp_path / "demo.done").unlink()
    demo()
    assert made.count("RADIO_AGUA") == 1


def test_without_a_worker_it_ends_with_an_error_and_without_its_mark(monkeypatch, tmp_path):
    monkeypatch.setattr(arriving, "PATIENCE_SECONDS", 0)
    with pytest.raises(TimeoutError):
        demo()
    assert not (tmp_path / "demo.done").exists()


@pytest.mark.parametrize(
    "people", [["admin"], ["admin", "produccion"], ["laura"]], ids=["its-admin", "two-names", "another"]
)
def test_a_library_that_somebody_else_began_gets_no_accounts_with_a_known_password(people, tmp_path):
    for name in people:
        factories.user(name)
    assert demo() == ""
    out = StringIO()
    call_command("demo", "--accounts", stdout=out)
    assert out.getvalue() == ""
    assert sorted(User.objects.values_list("username", flat=True)) == people
    assert not Agency.objects.exists()


def test_people_who_came_later_do_not_stop_it():
    arriving.settle()
    factories.user("laura")
    assert arriving.settle() is True


def test_an_account_with_another_password_is_listed_no_more():
    arriving.settle()
    admin = User.objects.get(username="admin")
    admin.set_password("otra")
    admin.save()
    out = StringIO()
    call_command("demo", "--accounts", stdout=out)
    assert "admin " not in out.getvalue()
    assert "enlace" in out.getvalue()


SEEN = (
    ("admin", {"BRIEF_REGRESO_A_CLASES", "SPOT_AGUA", "RADIO_AGUA"}),
    ("coordinacion", {"BRIEF_REGRESO_A_CLASES", "SPOT_AGUA", "RADIO_AGUA"}),
    ("produccion", {"BRIEF_REGRESO_A_CLASES", "SPOT_AGUA", "RADIO_AGUA"}),
    ("camarografia", {"BRIEF_REGRESO_A_CLASES", "SPOT_AGUA"}),
    ("enlace", {"SPOT_AGUA"}),
)


def test_each_role_sees_what_is_theirs():
    demo()
    for username, seen in SEEN:
        person = User.objects.get(username=username)
        found = permissions.visible(person).filter(versions__ingests__upload__filename__isnull=False)
        shown = {arrival.piece.name for arrival in SMALL if found.filter(pk=asset(arrival).pk).exists()}
        assert shown == seen, username
        client = Client()
        client.force_login(person)
        for arrival in SMALL:
            answer = client.get(f"/acervo/{asset(arrival).code}/").status_code
            assert (answer == 200) is (arrival.piece.name in seen), username


def test_what_happened_to_a_piece_is_told_and_whole():
    demo()
    spot = asset(SPOT)
    verbs = set(Event.objects.filter(subject_id=spot.pk).values_list("verb", flat=True))
    assert {"described", "used"} <= verbs
    assert list(events.verify()) == []
