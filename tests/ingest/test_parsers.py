"""The registry of what runs in the limited process."""

from ingest.parsers import identify, media_tags


def said(path, demuxer, tags):
    """The first, and so the surest, value of each field."""
    found: dict[str, object] = {}
    for each in media_tags(str(path), demuxer, tags):
        found.setdefault(each["field"], each["value"])
    return found


def test_an_editors_xmp_comes_before_tags(media):
    answer = said(media / "video/camera/xmp480qt.mov", "mov", {"title": "x", "comment": "técnico"})
    assert answer["headline"] == "Baltic sea timelapse title"
    assert answer["description"] == "Baltic sea timelapse description"
    assert answer["keywords"] == ["baltic", "sea", "timelapse"]
    assert answer["title"] == "x"


def test_a_devices_time_and_place_come_before_an_editors(media):
    tags = {"creation_time": "2016-05-31T17:01:35Z", "location": "+21.0190-101.2574/"}
    answer = said(media / "video/camera/video1.mp4", "mov", tags)
    assert answer["date_created"] == "2016-05-31T17:01:35+00:00"
    assert answer["gps"] == {"latitude": 21.019, "longitude": -101.2574, "altitude_m": None}
    assert said(media / "video/camera/video1.mp4", "mov", {})["date_created"] == "2022-08-08T21:49:00+00:00"


def test_chunks_of_a_wave_come_before_its_tags(media):
    path = media / "audio/bwf/AWM_RL_15577_side_1b.wav"
    answer = said(path, "wav", {"comment": "recortado", "title": "Toma"})
    assert (answer["description"], answer["title"]) == ("AWM_RL_15577_side_1b", "Toma")


def test_other_containers_say_what_their_tags_say(tmp_path):
    assert said(tmp_path / "none", "mp3", {"title": "Spot"}) == {"title": "Spot"}


def test_a_wave_that_is_none_still_has_tags(media):
    assert said(media / "hostile/jpgmp3.mp3", "wav", {"title": "Spot"}) == {"title": "Spot"}


def test_types_are_told_as_json(media):
    assert identify(str(media / "audio/bwf/adm_1.wav"))["kind"] == "audio"
