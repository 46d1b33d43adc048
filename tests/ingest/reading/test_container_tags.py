"""What containers of video and sound say of themselves."""

import json

import pytest

from ingest.reading.container_tags import read

APPLE = "com.apple.quicktime."


def found(**tags: str):
    return {each.field: each.value for each in read(tags)}


def said(tags: dict[str, str]):
    return {each.field: each.value for each in read(tags)}


def test_a_clip_of_a_phone():
    tags = {
        f"{APPLE}make": "Apple",
        f"{APPLE}model": "iPhone 14 Pro",
        f"{APPLE}creationdate": "2023-05-09T12:41:46+0100",
        f"{APPLE}location.ISO6709": "+51.5334-000.1255+026.756/",
        "creation_time": "2023-05-09T11:48:30.000000Z",
    }
    assert said(tags) == {
        "camera": "Apple iPhone 14 Pro",
        "date_created": "2023-05-09T12:41:46+01:00",
        "gps": {"latitude": 51.5334, "longitude": -0.1255, "altitude_m": 26.756},
    }


def test_origins_name_the_tag():
    origins = {
        each.field: each.origin for each in read({"title": "x", f"{APPLE}location.ISO6709": "+1.0+002.0/"})
    }
    assert origins == {"title": "TAG:title", "gps": f"TAG:{APPLE}location.iso6709"}


@pytest.mark.parametrize(
    ("text", "latitude", "longitude", "altitude"),
    [
        ("+40.6800-074.4999/", 40.68, -74.4999, None),
        ("+51.5932-0.2431/", 51.5932, -0.2431, None),
        ("+21.0190-101.2574+2012.5/", 21.019, -101.2574, 2012.5),
        ("+2101.14-10115.44/", 21.019, -101.257333, None),
        ("+210108.4-1011526.6/", 21.019, -101.257389, None),
        ("-33.4365-070.6442-012.000/", -33.4365, -70.6442, -12.0),
        ("+51.5-000.1+026.7CRSWGS_84/", 51.5, -0.1, 26.7),
    ],
)
def test_positions_of_iso_6709(text, latitude, longitude, altitude):
    value = said({"location": text})["gps"]
    assert value["latitude"] == pytest.approx(latitude, abs=1e-4)
    assert value["longitude"] == pytest.approx(longitude, abs=1e-4)
    assert value["altitude_m"] == altitude


@pytest.mark.parametrize("text", ["+00.0000+000.0000/", "", "Guanajuato", "+95.0+010.0/", "51.5,-0.1"])
def test_what_is_no_position(text):
    assert "gps" not in said({"location": text})


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ({"date": "2005-11-14", "creation_time": "12:18:45"}, "2005-11-14T12:18:45"),
        ({"creation_time": "2016-05-31T17:01:35.000000Z"}, "2016-05-31T17:01:35+00:00"),
        ({"date": "2004"}, "2004"),
        ({"year": "1999"}, "1999"),
        ({"creation_time": "1904-01-01T00:00:00.000000Z"}, None),
        ({"creation_time": "1970-01-01T00:00:00.000000Z", "date": "2024"}, "2024"),
        ({"date": "ayer"}, None),
    ],
)
def test_dates(tags, expected):
    assert said(tags).get("date_created") == expected


def test_a_broadcast_wave():
    tags = {
        "comment": "Spot vacunación",
        "encoded_by": "Radio Guanajuato",
        "originator_reference": "MXGTO0001",
        "time_reference": "0",
    }
    assert said(tags) == {
        "description": "Spot vacunación",
        "source": "Radio Guanajuato",
        "job_id": "MXGTO0001",
    }


def test_encoders_are_no_source():
    assert "source" not in found(encoded_by="iTunes 12.4")


def test_texts_of_other_alphabets_stay():
    tags = {"title": "那么爱你为什么", "artist": "阿强", "album": "华丽的外衣"}
    assert said(tags) == {"title": "那么爱你为什么", "creator": ["阿强"]}


def test_lists_are_parted():
    answer = found(KEYWORDS="agua, campo; agua", ARTIST="Ana; Luis", GENRE="Entrevista", LANGUAGE="spa")
    assert answer == {
        "keywords": ["agua", "campo"],
        "creator": ["Ana", "Luis"],
        "genre": ["Entrevista"],
        "language": ["spa"],
    }


def test_commas_in_names_of_persons_stay():
    assert found(artist="Pérez, Ana")["creator"] == ["Pérez, Ana"]


@pytest.mark.parametrize(
    "tags", [{"genre": "Other"}, {"language": "und"}, {"title": " "}, {"comment": "null"}, {}]
)
def test_what_says_nothing_is_left_out(tags):
    assert said(tags) == {}


def test_lyrics_are_a_transcript_in_their_language():
    (answer,) = read({"lyrics-spa": "Hola a todos"})
    assert (answer.field, answer.value, answer.language) == ("transcript", "Hola a todos", "spa")
    (answer,) = read({"lyrics": "Hola"})
    assert answer.language == ""
    assert read({"lyrics-und": "Hola"})[0].language == ""


@pytest.mark.parametrize(("text", "expected"), [("5", 5), ("3.0", 3), ("0", None), ("best", None)])
def test_ratings_are_the_users_own(text, expected):
    assert said({f"{APPLE}rating.user": text}).get("rating") == expected
    assert "rating" not in said({"rating": "2"})


def test_descriptions_before_comments():
    assert found(comment="técnico", description="de qué trata")["description"] == "de qué trata"


def test_every_file_of_the_shared_set_says_what_its_tags_say(media):
    facts = json.loads((media / "facts.json").read_text())["files"]
    for name, each in facts.items():
        tags = each.get("ffprobe", {}).get("tags") or {}
        answer = said(tags)
        assert answer.get("title") == tags.get("title"), name
        assert answer.get("creator", [None]) == [tags.get("artist")], name
        if f"{APPLE}creationdate" in tags:
            moment = tags[f"{APPLE}creationdate"]
            assert answer["date_created"] == f"{moment[:-2]}:{moment[-2:]}", name
        if "location" in tags or f"{APPLE}location.ISO6709" in tags:
            assert answer["gps"]["latitude"], name
