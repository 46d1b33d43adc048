"""The technical report in words: what does not comply first, each check with its value, limit and place."""

import re
from typing import Any

import pytest
from django.utils import translation

from dam import report
from dam.environment import CHECKOUT
from dam.models import AssetVersion, QCFinding, Verdict
from dam.report_words import ITEMS, UNITS, VALUES
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def video() -> AssetVersion:
    """Ten seconds at 29.97 drop-frame, from one hour on."""
    return factories.version("video", start_timecode="01:00:00;00", drop_frame=True)


def line(version: AssetVersion, item: str, **fields: object) -> report.Line:
    (only,) = report.lines(version, [factories.finding(version, item, **fields)])
    return only


def findings(version: AssetVersion, *verdicts: str) -> list[QCFinding]:
    return [factories.finding(version, verdict=verdict) for verdict in verdicts]


def test_what_does_not_comply_comes_first_and_then_by_item_and_place(video):
    for verdict, item, ticks in [
        ("info", "audio.range", None),
        ("pass", "file.whole", None),
        ("warn", "video.black", 90),
        ("warn", "video.black", 0),
        ("warn", "audio.silence", 200),
        ("fail", "video.flash", 40),
    ]:
        factories.finding(video, item, verdict=verdict, start_ticks=ticks)
    told = [(one.verdict, one.item, one.at) for one in report.lines(video, video.findings.all())]
    assert told == [
        ("No cumple", "Destellos", "01:00:01;10"),
        ("Revisar", "Silencio", "01:00:06;20"),
        ("Revisar", "Negro", "01:00:00;00"),
        ("Revisar", "Negro", "01:00:03;00"),
        ("Correcto", "Archivo completo", ""),
        ("Dato", "Rango de sonoridad", ""),
    ]


@pytest.mark.parametrize(
    ("found", "worst"),
    [
        ((), None),
        (("info",), None),
        (("pass", "info"), Verdict.PASS),
        (("pass", "warn"), Verdict.WARN),
        (("warn", "fail", "pass"), Verdict.FAIL),
    ],
)
def test_the_verdict_is_the_worst_one_and_a_mere_figure_is_none(
    video, found: tuple[str, ...], worst: Verdict | None
):
    assert report.verdict(findings(video, *found)) == worst


@pytest.mark.parametrize(
    ("verdict", "tone"), [("pass", "ok"), ("warn", "warn"), ("fail", "bad"), ("info", "info")]
)
def test_each_verdict_has_its_tone(video, verdict: str, tone: str):
    assert line(video, "video.black", verdict=verdict).tone == tone


@pytest.mark.parametrize(
    ("item", "fields", "value"),
    [
        ("audio.integrated", {"value": "-23.1", "unit": "LUFS"}, "-23.1 LUFS"),
        ("video.black", {"value": "12", "unit": "frames", "verdict": "warn"}, "12 cuadros"),
        ("video.black", {"value": "0", "unit": "frames"}, "ninguno"),
        ("video.black", {"value": "0", "unit": "frames", "verdict": "info"}, "0 cuadros"),
        ("audio.programs", {"value": "0", "unit": "tracks"}, "0 pistas"),
        ("file.whole", {"value": "truncated", "unit": "", "verdict": "fail"}, "cortado"),
        ("video.fields", {"value": "tff", "unit": "", "verdict": "info"}, "campo superior primero"),
        ("audio.missing", {"value": "yes", "unit": "", "verdict": "warn"}, ""),
        ("audio.dual_mono", {"value": "1", "unit": "", "verdict": "warn"}, ""),
        ("copy.no_sound", {"value": "", "unit": "", "verdict": "info"}, ""),
        ("video.flash", {"value": "3.5", "unit": "Hz", "verdict": "fail"}, "3.5 Hz"),
    ],
)
def test_a_value_is_in_words_with_its_unit(video, item: str, fields: dict[str, object], value: str):
    assert line(video, item, **fields).value == value


@pytest.mark.parametrize(
    ("limit", "words"),
    [
        ("", ""),
        ("-24..-22", "límite -24 a -22"),
        ("<=-2", "límite ≤ -2"),
        (">=10", "límite ≥ 10"),
        ("<3", "límite < 3"),
        ("whole", "límite completo"),
        ("progressive", "límite progresivo"),
    ],
)
def test_a_limit_is_in_words(video, limit: str, words: str):
    assert line(video, "audio.integrated", limit=limit).limit == words


def test_a_limit_is_in_the_language_of_the_page(video):
    with translation.override("en"):
        told = line(video, "video.black", value="2", unit="frames", limit="-24..-22", verdict="fail")
    assert (told.item, told.value, told.verdict) == ("Black", "2 frames", "Fail")
    assert told.limit == "limit -24 to -22"


def test_a_check_without_words_shows_its_id(video):
    assert line(video, "video.novelty", value="x", unit="furlongs").item == "video.novelty"


@pytest.mark.parametrize(
    ("kind", "fields", "ticks", "at", "at_ms"),
    [
        ("video", {}, 0, "00:00:00:00", 0),
        ("video", {}, 30, "00:00:01:00", 1001),
        ("video", {"start_timecode": "00:59:59;29"}, 1, "01:00:00;00", 33),
        ("video", {"edit_rate": (25, 1), "start_timecode": "10:00:00:00"}, 26, "10:00:01:01", 1040),
        ("video", {"edit_rate": (25, 1), "start_timecode": "10:00:00;00"}, 26, "00:00:01:01", 1040),
        ("video", {"start_timecode": "no es"}, 60, "00:00:02:00", 2002),
        ("audio", {}, 48_000 * 65, "1:05", 65_000),
        ("photo", {}, 5, "", 0),
        ("video", {}, None, "", 0),
    ],
    ids=["start", "29.97", "drop", "PAL", "drop at 25", "not one", "sound", "photograph", "nowhere"],
)
def test_a_place_is_a_timecode_in_a_picture_and_a_clock_in_a_sound(
    kind: str, fields: dict[str, Any], ticks: int | None, at: str, at_ms: int
):
    told = line(factories.version(kind, **fields), "video.black", start_ticks=ticks)
    assert (told.at, told.at_ms) == (at, at_ms)


@pytest.mark.parametrize(
    ("item", "detail", "words"),
    [
        ("video.black", {}, ""),
        ("video.black", {"places": 1}, ""),
        ("video.black", {"places": 7}, "7 lugares en total"),
        ("video.black", {"places": "7", "decode_errors": 2}, "7 lugares en total · 2 errores al leer"),
        ("video.black", {"places": None, "decode_errors": "muchos"}, ""),
        ("video.black", {"stream": "0:1"}, ""),
        ("copy.sound_chosen", {"track": 2, "language": "spa"}, "2 · spa"),
    ],
)
def test_a_detail_says_how_many_or_about_what(video, item: str, detail: dict[str, object], words: str):
    assert line(video, item, detail=detail, verdict="warn").detail == words


def test_every_check_that_the_programs_make_has_words():
    sources = [*(CHECKOUT / "transcode").glob("*.py"), *(CHECKOUT / "transcode" / "planner").glob("*.py")]
    text = "\n".join(path.read_text() for path in sources)
    named = set(re.findall(r'"((?:file|video|audio|copy)\.(?!toml)[a-z_]+)"', text))
    assert len(named) > 10
    assert named - ITEMS.keys() == set()


@pytest.mark.parametrize("words", [ITEMS, VALUES, UNITS], ids=["items", "values", "units"])
def test_every_word_is_also_in_english(words):
    spanish = {key: str(word) for key, word in words.items()}
    with translation.override("en"):
        same = {key for key, word in words.items() if str(word) == spanish[key]}
    assert same == set()
