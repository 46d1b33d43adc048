"""Tests of what the demo's pieces are: drawn, filmed, written and described as the library wants them."""

import hashlib
import xml.etree.ElementTree as ET
from itertools import pairwise
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image, ImageStat

from dam import shapes
from ingest.demo import catalogue, pieces
from ingest.demo.catalogue import Arrival
from ingest.demo.films import RATE, Film
from ingest.demo.paint import LIGHTS, seeded
from ingest.demo.pieces import Piece, Still
from ingest.demo.scenes import SCENES, Stage
from transcode import probe

ALL = {arrival.piece.name: arrival for arrival in catalogue.ARRIVALS}
CAPTIONED = [arrival for arrival in catalogue.ARRIVALS if arrival.piece.captions]
NEEDED = {"headline", "description", "keywords", "minors_shown", "location_shown", "creator", "credit_line"}


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("light", ["morning", "night"])
def test_a_scene_is_well_formed_svg_and_the_same_at_every_run(scene: str, light: str) -> None:
    sheets = []
    for _ in range(2):
        stage = Stage(1600, 900, LIGHTS[light])
        SCENES[scene](stage, seeded(scene))
        sheets.append([layer.sheet() for layer in stage.layers])
    assert sheets[0] == sheets[1]
    for sheet in sheets[0]:
        assert ET.fromstring(sheet.svg).tag.endswith("svg")  # noqa: S314 - ours


def test_a_photograph_has_contrast_and_is_the_same_at_every_run(tmp_path: Path) -> None:
    piece = Piece("FOTO", Still("road", "golden"))
    hashes = set()
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        made = pieces.make(piece, folder)
        hashes.add(hashlib.sha256(made.read_bytes()).hexdigest())
    with Image.open(made) as picture:
        assert picture.size == (2400, 1350)
        assert min(ImageStat.Stat(picture.resize((160, 90))).stddev) > 15
    assert len(hashes) == 1


def test_the_document_has_text_that_can_be_searched(tmp_path: Path) -> None:
    document = pypdfium2.PdfDocument(pieces.make(catalogue.BRIEF.piece, tmp_path))
    assert len(document) == 1
    assert "cada niña y cada niño" in document[0].get_textpage().get_text_bounded()
    assert document.get_metadata_value("Title") == "Regreso a clases 2026: brief"


def test_a_recording_is_as_long_as_it_says(tmp_path: Path) -> None:
    facts = probe.probe(str(pieces.make(ALL["RADIO_IDENTIFICACION"].piece, tmp_path)), "wav")
    assert (facts.audio[0].channels, facts.audio[0].sample_rate) == (2, 48_000)
    assert facts.audio[0].samples == 8 * 48_000


@pytest.mark.parametrize("arrival", catalogue.ARRIVALS, ids=list(ALL))
def test_every_piece_is_described_in_shapes_the_catalogue_takes(arrival: Arrival) -> None:
    values = arrival.piece.values
    assert values.keys() >= NEEDED
    for field, value in values.items():
        assert shapes.checked(field, value), field
    assert values["location_shown"]["state"] == "Guanajuato"


@pytest.mark.parametrize("arrival", CAPTIONED, ids=lambda arrival: arrival.piece.name)
def test_captions_follow_each_other_within_the_film(arrival: Arrival) -> None:
    film, cues = arrival.piece.of, arrival.piece.captions
    assert isinstance(film, Film)
    assert cues[-1].end <= film.frames / RATE
    for cue, following in pairwise(cues):
        assert 0 <= cue.start < cue.end <= following.start


def test_four_spots_of_which_one_is_ten_seconds_of_1080i_and_one_is_faulty() -> None:
    films = [arrival.piece.of for arrival in CAPTIONED]
    spots = [film for film in films if isinstance(film, Film)]
    assert sorted(film.lines for film in spots) == [720, 720, 720, 1080]
    assert [film.frames for film in spots if film.interlaced] == [300]
    assert len([film for film in spots if film.gap]) == 1


def test_names_offices_people_and_productions_fit_each_other() -> None:
    assert len(ALL) == len(catalogue.ARRIVALS)
    people = {person.username for person in catalogue.PEOPLE}
    works = {"", *(work.title for work in catalogue.WORKS)}
    assert {arrival.by for arrival in catalogue.ARRIVALS} <= people
    assert {arrival.work for arrival in catalogue.ARRIVALS} <= works
