"""The XMP packet inside a film."""

import struct

import pytest

from ingest.reading.movie_xmp import read

PACKET = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
    '<rdf:Description xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Headline="Año nuevo"/>'
    "</rdf:RDF></x:xmpmeta>"
).encode()
UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")


def box(name: bytes, body: bytes):
    return struct.pack(">I4s", 8 + len(body), name) + body


def large(name: bytes, body: bytes):
    return struct.pack(">I4sQ", 1, name, 16 + len(body)) + body


def found(tmp_path, data: bytes):
    path = tmp_path / "a.mov"
    path.write_bytes(data)
    return [(each["field"], each["value"]) for each in read(str(path))]


def movie(inner: bytes):
    return (
        box(b"ftyp", b"qt  ") + large(b"mdat", bytes(1000)) + box(b"moov", box(b"mvhd", bytes(100)) + inner)
    )


@pytest.mark.parametrize(
    "data",
    [
        movie(box(b"udta", box(b"name", b"x") + box(b"XMP_", PACKET))),
        movie(b"") + box(b"uuid", UUID + PACKET),
        box(b"ftyp", b"mp42")
        + box(b"uuid", bytes(16) + b"other")
        + box(b"uuid", UUID + PACKET)
        + box(b"mdat", b""),
        box(b"ftyp", b"mp42") + struct.pack(">I4s", 0, b"uuid") + UUID + PACKET,
    ],
    ids=["udta", "uuid at the end", "uuid among others", "a last box of open size"],
)
def test_both_homes_of_the_packet(tmp_path, data):
    assert found(tmp_path, data) == [("headline", "Año nuevo")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0\0\0",
        movie(b""),
        movie(box(b"udta", b"")),
        movie(box(b"udta", box(b"XMP_", b"<broken"))),
        struct.pack(">I4s", 4, b"moov") + bytes(50),
        struct.pack(">I4s", 5000, b"moov") + box(b"udta", box(b"XMP_", PACKET)),
        box(b"moov", struct.pack(">I4s", 900, b"udta") + box(b"XMP_", PACKET)),
        b"RIFF" + bytes(100),
    ],
    ids=[
        "empty",
        "short",
        "none",
        "empty udta",
        "broken",
        "size 4",
        "past the end",
        "past its parent",
        "no movie",
    ],
)
def test_without_one_or_with_broken_boxes_nothing_is_said(tmp_path, data):
    assert found(tmp_path, data) == []


def test_the_movie_of_the_shared_set(media):
    told = {each["field"]: each["value"] for each in read(str(media / "video/camera/xmp480qt.mov"))}
    assert told == {
        "headline": "Baltic sea timelapse title",
        "description": "Baltic sea timelapse description",
        "keywords": ["baltic", "sea", "timelapse"],
    }


def test_hostile_movies_say_nothing(media):
    for path in sorted((media / "hostile").glob("*.m*")):
        assert read(str(path)) == [], path.name
