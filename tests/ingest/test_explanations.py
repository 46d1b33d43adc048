"""What people read where a file was refused or something broke: in Spanish and English, with what to do now."""

import json

import pytest
from django.utils import translation

from ingest import failures, reasons, reports
from ingest.models import Ingest, IngestState
from ingest.outcomes import Duplicate, Rejected
from ingest.reports import Report
from ingest.runs import WORKER_DIED
from tests import factories

LANGUAGES = ("es-mx", "en")
#: Words that only one of the languages has: what is left untranslated shows.
SPANISH = {"el", "archivo", "súbalo", "guardó", "está", "avise", "reintente", "vuelva"}
ENGLISH = {"the", "file", "it", "again", "is", "was", "support"}
ERRORS = (
    WORKER_DIED,
    "OSError: [Errno 28] No space left on device",
    "OSError: [Errno 122] Disk quota exceeded",
    "NoRoom: 10 bytes do not fit",
    "Gone: 0197",
    "KeyError: 'x'",
    "",
)


def words(text: str) -> set[str]:
    return {word.strip(".,;:()").lower() for word in text.split()}


@pytest.mark.parametrize("code", sorted(reasons.CODES))
def test_every_reason_in_both_languages(code):
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = reasons.explain(code, {"detail": "65536x65536"})
    for part in ("what", "kept", "todo"):
        spanish, english = (getattr(told[language], part) for language in LANGUAGES)
        assert spanish
        assert english
        assert spanish != english
        assert not words(english) & SPANISH
        assert not words(spanish) & ENGLISH


@pytest.mark.parametrize("error", ERRORS)
def test_every_failure_in_both_languages_without_its_paths(error):
    told = {}
    for language in LANGUAGES:
        with translation.override(language):
            told[language] = failures.explain(error, with_detail=False)
    for part in ("what", "kept", "todo"):
        spanish, english = (getattr(told[language], part) for language in LANGUAGES)
        assert spanish
        assert spanish != english
        assert not words(english) & SPANISH
    assert told["es-mx"].todo.endswith("No borre la tarjeta.")
    assert (told["en"].detail, told["es-mx"].detail) == ("", "")


@pytest.mark.parametrize(
    ("error", "what", "todo"),
    [
        (WORKER_DIED, "tira una y otra vez al programa", "Reintente"),
        ("OSError: [Errno 28] No space left", "Se llenó el disco", "haga lugar"),
        ("OSError: [Errno 122] Quota", "Se llenó el disco", "haga lugar"),
        ("OSError: [Errno 5] Input/output error", "problema del servidor", "Reintente"),
        ("NoRoom: 5 bytes do not fit", "Se llenó el disco", "haga lugar"),
        ("Gone: 0197", "ya no están en el servidor", "Súbalo de nuevo"),
        ("GoneAway: x", "problema del servidor", "Reintente"),
    ],
)
def test_what_people_can_do_something_about_is_told_apart(error, what, todo):
    told = failures.explain(error, with_detail=True)
    assert what in told.what
    assert todo in told.todo
    assert told.detail == error


def test_bytes_that_are_gone_are_not_said_to_be_kept():
    assert "está guardado" not in failures.explain("Gone: x", with_detail=False).kept
    assert "está guardado" in failures.explain("KeyError: x", with_detail=False).kept


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("truncated", "truncated"),
        ("no_streams", "no_streams"),
        ("too_many_pixels", "too_many_pixels"),
        ("too_long", "too_long"),
        ("too_many_pages", "too_long"),
        ("", "unreadable"),
        ("inventado", "unreadable"),
    ],
)
def test_what_a_parser_s_refusal_means(code, reason):
    assert reasons.of_parser(code) == reason
    assert reason in reasons.CODES


@pytest.mark.parametrize("detail", ["100 %", "%s", "%(otro)s", "<b>"])
def test_a_detail_is_never_read_as_a_pattern(detail):
    told = reasons.explain("too_many_pixels", {"detail": detail, "parser": "too_many_pixels"})
    assert f"({detail})" in told.what
    assert detail in told.detail


def test_endings_carry_what_their_words_need():
    rejected = Rejected("too_many_pixels", detail="9x9")
    assert (str(rejected), rejected.params) == ("too_many_pixels", {"detail": "9x9"})


@pytest.mark.django_db
class TestReports:
    def ingest(self, state: str, **more) -> Ingest:
        return factories.ingest(state, **more)

    @pytest.mark.parametrize("state", ["accepted", "duplicate"])
    def test_what_is_in_the_library_is_told_by_its_asset(self, state):
        ingest = self.ingest(state)
        assert ingest.version is not None
        told = reports.of(ingest, "a.jpg")
        assert told == Report("a.jpg", state, asset=ingest.version.asset.code)
        assert str(Duplicate(ingest.version)) == ingest.version.code

    @pytest.mark.parametrize(
        ("state", "more", "outcome", "reason", "detail"),
        [
            ("rejected", {"reason": "empty"}, "rejected", "empty", "El archivo está vacío."),
            ("rejected", {"reason": "de mañana"}, "rejected", "de mañana", "El archivo está dañado"),
            ("failed", {"error": "KeyError: x"}, "failed", "failed", "KeyError: x"),
            ("queued", {}, "queued", "", ""),
            ("running", {}, "queued", "", ""),
        ],
    )
    def test_each_other_ending(self, state, more, outcome, reason, detail):
        told = reports.of(self.ingest(state, **more), "a.jpg")
        assert (told.outcome, told.reason, told.asset) == (outcome, reason, "")
        assert told.detail.startswith(detail)

    def test_every_state_has_its_line(self):
        for state in IngestState.values:
            assert "a.jpg" in reports.of(self.ingest(state), "a.jpg").sentence()


@pytest.mark.parametrize(
    ("language", "start"), [("es-mx", "rechazado  a.jpg  (dañado)"), ("en", "rejected   a.jpg  (dañado)")]
)
def test_a_line_for_people(language, start):
    with translation.override(language):
        assert Report("a.jpg", "rejected", reason="unreadable", detail="dañado").sentence() == start


def test_a_line_for_programs_is_one_line_of_plain_characters():
    line = Report("día\n1/ñ\ud83d.jpg", "failed", reason="x", detail="dos\nrenglones").to_json()
    assert line.isascii()
    assert "\n" not in line
    assert json.loads(line) == {
        "path": "día\n1/ñ\ud83d.jpg",
        "outcome": "failed",
        "asset": None,
        "reason": "x",
        "detail": "dos\nrenglones",
    }


def test_a_file_that_could_not_be_read_says_why():
    told = reports.of_error("a.jpg", PermissionError(13, "Permission denied"))
    assert (told.outcome, told.reason) == ("failed", "unreadable_source")
    assert told.detail == "PermissionError: [Errno 13] Permission denied"
