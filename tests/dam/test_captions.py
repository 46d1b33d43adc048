"""Caption tracks as WebVTT that a browser reads, whatever is in their text."""

import pytest

from dam import captions
from dam.models import CaptionCue, CaptionTrack
from tests import factories


def cue(text: str, start_ms: int = 0, end_ms: int = 1500) -> CaptionCue:
    return CaptionCue(start_ms=start_ms, end_ms=end_ms, text=text)


@pytest.mark.parametrize(
    ("start", "end", "line"),
    [
        (0, 1500, "00:00:00.000 --> 00:00:01.500"),
        (59_999, 60_000, "00:00:59.999 --> 00:01:00.000"),
        (3_599_999, 3_600_001, "00:59:59.999 --> 01:00:00.001"),
        (360_000_000, 360_000_007, "100:00:00.000 --> 100:00:00.007"),
        (1000, 1000, "00:00:01.000 --> 00:00:01.001"),
    ],
)
def test_a_cue_has_its_times_and_lasts_at_least_a_millisecond(start: int, end: int, line: str):
    assert captions.webvtt([cue("Hola", start, end)]) == f"WEBVTT\n\n{line}\nHola\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("Buenos días.\nBuenas tardes.", ["Buenos días.", "Buenas tardes."]),
        ("una\n\n\notra", ["una", "otra"]),
        ("  una \r\n  otra  ", ["una", "otra"]),
        ("una\u2028otra", ["una", "otra"]),
        ("<i>Ana</i> & <00:00:01.000>Beto", ["&lt;i&gt;Ana&lt;/i&gt; &amp; &lt;00:00:01.000&gt;Beto"]),
        ("00:00:01.000 --> 00:00:09.000", ["00:00:01.000 --&gt; 00:00:09.000"]),
        ("&lt;", ["&amp;lt;"]),
        ("¿Qué? — «así» ♪ 👋", ["¿Qué? — «así» ♪ 👋"]),
    ],
)
def test_text_is_plain_and_cannot_end_its_cue_or_begin_another(text: str, lines: list[str]):
    said = captions.webvtt([cue(text)]).split("\n")
    assert said[3:] == [*lines, ""]


@pytest.mark.parametrize("text", ["", " ", "\n \n", "\t"])
def test_a_cue_that_says_nothing_is_left_out(text: str):
    assert captions.webvtt([cue(text), cue("Hola")]).count("-->") == 1
    assert captions.webvtt([cue(text)]) == "WEBVTT\n"


def test_no_cue_at_all_is_still_a_file():
    assert captions.webvtt([]) == "WEBVTT\n"


@pytest.mark.django_db
def test_the_cues_of_a_track_come_in_their_order_with_a_line_between():
    track = factories.captions(factories.version("video"), [(0, 900, "uno"), (900, 2000, "dos")])
    assert captions.webvtt(track.cues.all()).split("\n\n") == [
        "WEBVTT",
        "00:00:00.000 --> 00:00:00.900\nuno",
        "00:00:00.900 --> 00:00:02.000\ndos\n",
    ]


@pytest.mark.parametrize(
    ("label", "language", "words"),
    [
        ("Audiodescripción", "es-MX", "Audiodescripción"),
        ("", "es-MX", "Español"),
        ("", "EN", "Inglés"),
        ("", "tlh", "tlh"),
        ("", "", "Subtítulos"),
    ],
)
def test_a_track_is_called_by_its_label_or_its_language(label: str, language: str, words: str):
    assert str(CaptionTrack(label=label, language=language)) == words
