"""Captions and sidecars find their media by their names."""

import pytest

from ingest import companions

PAIRS = [
    ("clip.srt", "clip.mp4"),
    ("CLIP.SRT", "clip.MP4"),
    ("clip.es.srt", "clip.mp4"),
    ("clip_es-MX.vtt", "clip.mov"),
    ("clip-eng.scc", "clip.mxf"),
    ("clip.es.forced.srt", "clip.mp4"),
    ("clip.es.srt", "clip.es.mp4"),
    ("IMG_0001.xmp", "IMG_0001.CR3"),
    ("IMG_0001.jpg.xmp", "IMG_0001.jpg"),
    ("C0001M01.XML", "C0001.MXF"),
    ("album01.xml", "album01.mp4"),
    ("spot.v02.srt", "spot.v02.mp4"),
    ("Entrevista niño.srt", "Entrevista niño.wav"),
]


@pytest.mark.parametrize(("companion", "medium"), PAIRS)
def test_a_companion_and_its_media_share_a_stem_and_match(companion, medium):
    assert companions.stem(companion) == companions.stem(medium)
    assert companions.matches(companion, [medium, "otro.mp4"]) == {medium}


@pytest.mark.parametrize(
    ("companion", "medium"),
    [("clip.srt", "clip2.mp4"), ("subtitle_fr.srt", "sub.mp4"), ("C0002M01.XML", "C0001.MXF")],
)
def test_others_do_not(companion, medium):
    assert companions.matches(companion, [medium]) == frozenset()


def test_the_closest_relation_wins():
    names = ["clip.mp4", "clip.es.mp4"]
    assert companions.matches("clip.es.srt", names) == {"clip.es.mp4"}
    assert companions.matches("clip.en.srt", names) == {"clip.mp4"}
    assert companions.matches("a.jpg.xmp", ["a.jpg", "a.cr3"]) == {"a.jpg"}


def test_a_sidecar_of_a_raw_and_its_jpeg_belongs_to_both():
    assert companions.matches("a.xmp", ["a.cr3", "a.jpg", "b.jpg"]) == {"a.cr3", "a.jpg"}


def test_no_media_is_no_match():
    assert companions.matches("a.xmp", []) == frozenset()


@pytest.mark.parametrize("name", ["a.srt", "a.VTT", "a.stl", "a.xmp", "a.XML", "a.dfxp"])
def test_companions_are_known_by_their_suffix(name):
    assert companions.is_companion(name)


@pytest.mark.parametrize("name", ["a.mp4", "a", ".srt", "a.txt", "srt"])
def test_the_rest_is_not(name):
    assert not companions.is_companion(name)
