"""Each way a job can fail is said in words of its own: what happened, what was kept, what to do now."""

import errno

import pytest
from django.utils import translation

from dam.storage import NotStored
from tests import factories
from transcode import execution, failures
from transcode.ffmpeg import DiskFull, FfmpegFailed, FfmpegTimedOut, FrameCountMismatch
from transcode.models import JobState, TranscodeJob
from transcode.planner.plan import PlanError
from transcode.sandbox import ParserOutOfMemory, ParserRefused, ParserTimedOut

UNKNOWN = "La conversión falló."
SAFE = "El original está a salvo"
RETRY = "Vuelva a intentarlo"
#: code -> words of what happened, and of what to do
SAID = {
    "disk_full": ("se llenó", "Libere espacio"),
    "original_changed": ("ya no coincide con su huella SHA-256", "No lo use"),
    "no_picture": ("no tiene imagen", "formato de audio"),
    "no_sound": ("no tiene sonido", "suba una versión con sonido"),
    "does_not_fit": ("demasiado largo", "más corta"),
    "unmeasured": ("medir la sonoridad", "silencio"),
    "frame_count": ("menos cuadros", "Vuelva a copiarlo"),
    "timed_out": ("conversión tardó más", RETRY),
    "worker_died": ("se interrumpió varias veces", RETRY),
    "ParserTimedOut": ("Leer el archivo tardó más", RETRY),
    "ParserOutOfMemory": ("más memoria de la permitida", RETRY),
    "NotStored": ("No se encontró el original", "Avise a soporte"),
}


def failed(code: str, tail: str = "") -> TranscodeJob:
    return TranscodeJob(state=JobState.FAILED, error=code, error_tail=tail)


@pytest.mark.parametrize("code", SAID)
def test_what_happened_and_what_to_do_are_said(code):
    said = failures.explain(failed(code, "línea técnica"))
    what, todo = SAID[code]
    assert what in str(said.what)
    assert todo in str(said.todo)
    assert said.tail == "línea técnica"


def test_no_code_is_left_without_a_test():
    assert set(failures._WHAT) == set(SAID)


def test_no_two_codes_are_said_alike():
    assert len({str(failures.explain(failed(code)).what) for code in SAID}) == len(SAID)


@pytest.mark.parametrize("code", ["", "ffmpeg_failed", "RuntimeError", "DISK_FULL"])
def test_an_unknown_code_is_said_as_a_failure_to_try_again(code):
    said = failures.explain(failed(code, "exit 1"))
    assert (str(said.what), said.tail) == (UNKNOWN, "exit 1")
    assert RETRY in str(said.todo)


@pytest.mark.parametrize("code", [*SAID, "ffmpeg_failed"])
def test_the_original_is_said_to_be_safe_unless_it_is_what_was_lost(code):
    kept = str(failures.explain(failed(code)).kept)
    assert kept == "" if code == "original_changed" else SAFE in kept


@pytest.mark.parametrize("code", [*SAID, "ffmpeg_failed"])
def test_everything_is_said_in_english_too(code):
    said = failures.explain(failed(code))
    spanish = (str(said.what), str(said.todo))
    with translation.override("en"):
        assert str(said.what) not in {"", spanish[0]}
        assert str(said.todo) not in {"", spanish[1]}


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (DiskFull("full"), "disk_full"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk_full"),
        (OSError(errno.EDQUOT, "Disk quota exceeded"), "disk_full"),
        (FfmpegTimedOut("late"), "timed_out"),
        (FrameCountMismatch(found=12, expected=50), "frame_count"),
        (ParserTimedOut("late"), "ParserTimedOut"),
        (ParserOutOfMemory("512 MB"), "ParserOutOfMemory"),
        (PlanError("does_not_fit", longest_seconds=90), "does_not_fit"),
        (NotStored("originals/ab/cd"), "NotStored"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_was_raised_gets_the_code_that_has_words(failure, code):
    assert execution._code(failure) == code
    assert code in SAID


@pytest.mark.parametrize(
    ("failure", "code"),
    [
        (OSError(errno.EACCES, "Permission denied"), "PermissionError"),
        (FfmpegFailed("exit 1"), "ffmpeg_failed"),
        (ParserRefused("encrypted", "needs a password"), "encrypted"),
        (RuntimeError("nobody foresaw it"), "RuntimeError"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_has_no_words_keeps_its_own_name(failure, code):
    assert execution._code(failure) == code


@pytest.mark.django_db
@pytest.mark.parametrize("code", [*SAID, "ffmpeg_failed"])
def test_each_code_and_its_tail_can_be_kept(code):
    job = factories.transcode_job(JobState.RUNNING)
    job.advance(JobState.FAILED, by=None, note=code, error=code, error_tail="á\n" * 2000)
    job.refresh_from_db()
    assert failures.explain(job).tail.startswith("á\n")
