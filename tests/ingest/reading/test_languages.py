"""Names and codes of languages become one kind of tag."""

import pytest

from ingest.reading.languages import from_name, from_tag


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        ("es", "es"),
        ("ES", "es"),
        ("spa", "es"),
        ("es-MX", "es-MX"),
        ("es_mx", "es-MX"),
        ("spa-MX", "es-MX"),
        ("es-419", "es-419"),
        ("ger", "de"),
        ("yua", "yua"),
        ("Spanish", "es"),
        ("Español", "es"),
        ("und", ""),
        ("", ""),
        ("tv", ""),
        ("mul", ""),
        ("klingon", ""),
        ("e", ""),
    ],
)
def test_codes_become_tags(tag, expected):
    assert from_tag(tag) == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("spot.es.srt", "es"),
        ("spot.es-MX.vtt", "es-MX"),
        ("spot.es_MX.vtt", "es-MX"),
        ("spot.es-419.vtt", "es-419"),
        ("spot.spa.srt", "es"),
        ("spot.es.sdh.srt", "es"),
        ("spot.en.forced.cc.srt", "en"),
        ("subtitle_fr.srt", "fr"),
        ("spot_es_MX.srt", "es-MX"),
        ("spot-es.srt", "es"),
        ("spot es.srt", "es"),
        ("spot (English).srt", "en"),
        ("spot [Español].srt", "es"),
        ("/carpeta.en/spot.es.srt", "es"),
        ("spot.nah.vtt", "nah"),
        ("subtitle.srt", ""),
        ("es.srt", ""),
        ("spot.tv.srt", ""),
        ("vuelta_a_la.srt", ""),
        ("informe.2026.srt", ""),
        ("entrevista con es de la casa.srt", ""),
        ("sdh.srt", ""),
        ("", ""),
    ],
)
def test_the_end_of_a_name_tells_the_language(name, expected):
    assert from_name(name) == expected


def test_the_shared_captions(media):
    assert from_name(str(media / "captions/subtitle_fr.srt")) == "fr"
    assert from_name(str(media / "captions/subtitle.srt")) == ""
    assert from_name(str(media / "captions/testWebVTT_utf8.vtt")) == ""
