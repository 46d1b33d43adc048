"""Chunks of RIFF and RF64: bext, iXML, LIST and what is broken."""

import struct

import pytest

from ingest.reading.wave_chunks import read
from transcode.sandbox import ParserRefused

IXML = """<?xml version="1.0" encoding="UTF-8"?><BWFXML><IXML_VERSION>1.61</IXML_VERSION>
<PROJECT>Campaña de vacunación</PROJECT><SCENE>12A</SCENE><TAKE>3</TAKE><TAPE>240501</TAPE>
<NOTE>Toma buena</NOTE></BWFXML>"""


def chunk(name: bytes, body: bytes):
    return name + struct.pack("<I", len(body)) + body + bytes(len(body) % 2)


def bext(description=b"", originator=b"", reference=b"", date=b"", time=b""):
    parts = zip((description, originator, reference, date, time), (256, 32, 32, 10, 8), strict=True)
    return chunk(b"bext", b"".join(text.ljust(size, b"\0") for text, size in parts) + bytes(270))


def found(tmp_path, *chunks: bytes, form: bytes = b"RIFF"):
    path = tmp_path / "a.wav"
    body = b"WAVE" + b"".join(chunks)
    path.write_bytes(form + struct.pack("<I", len(body)) + body)
    return {each["field"]: each["value"] for each in read(str(path))}


def test_a_broadcast_wave(tmp_path):
    whole = bext(b"Spot", b"Radio Guanajuato", b"MXGTO0001", b"2026-05-01", b"10:20:30")
    assert found(tmp_path, chunk(b"fmt ", bytes(16)), whole, chunk(b"data", bytes(100))) == {
        "description": "Spot",
        "source": "Radio Guanajuato",
        "job_id": "MXGTO0001",
        "date_created": "2026-05-01T10:20:30",
    }


@pytest.mark.parametrize("encoding", ["utf-8", "latin-1", "mac_roman"])
def test_texts_are_of_any_encoding(tmp_path, encoding):
    text = "Niñez en León, entrevista"
    assert found(tmp_path, bext(text.encode(encoding)))["description"] == text


@pytest.mark.parametrize(
    ("date", "time", "expected"),
    [
        (b"2026-05-01", b"", "2026-05-01"),
        (b"2026:05:01", b"10-20-30", "2026-05-01T10:20:30"),
        (b"0000-00-00", b"00:00:00", None),
        (b"", b"10:20:30", None),
    ],
)
def test_dates(tmp_path, date, time, expected):
    assert found(tmp_path, bext(date=date, time=time)).get("date_created") == expected


def test_ixml_of_a_location_recorder(tmp_path):
    assert found(tmp_path, chunk(b"iXML", IXML.encode())) == {
        "event": "Campaña de vacunación",
        "title": "12A / 3",
        "description": "Toma buena",
    }


def test_bext_comes_before_ixml(tmp_path):
    answer = found(tmp_path, bext(b"de bext"), chunk(b"iXML", IXML.encode() + bytes(3)))
    assert (answer["description"], answer["event"]) == ("de bext", "Campaña de vacunación")


@pytest.mark.parametrize(
    "body", [b"", b"<BWFXML>", b"\0\0", b"<!DOCTYPE a [<!ENTITY b 'c'>]><BWFXML>&b;</BWFXML>"]
)
def test_a_broken_ixml_says_nothing(tmp_path, body):
    assert found(tmp_path, chunk(b"iXML", body)) == {}


@pytest.mark.parametrize("form", [b"RF64", b"BW64"])
def test_files_over_four_gigabytes(tmp_path, form):
    """Their real sizes stand in ds64; the data chunk says 0xFFFFFFFF."""
    ds64 = chunk(b"ds64", struct.pack("<QQQI", 0, 50, 0, 0))
    data = b"data" + struct.pack("<I", 0xFFFFFFFF) + bytes(50)
    assert found(tmp_path, ds64, data, bext(b"al final"), form=form) == {"description": "al final"}


def test_a_file_cut_anywhere(tmp_path):
    path = tmp_path / "a.wav"
    whole = bext(b"Spot") + chunk(b"iXML", IXML.encode())
    body = b"RIFF" + struct.pack("<I", len(whole) + 4) + b"WAVE" + whole
    for length in range(12, len(body), 37):
        path.write_bytes(body[:length])
        read(str(path))


@pytest.mark.parametrize("data", [b"", b"RIFF0000AVI ", b"ID3\x03", b"RIFF"])
def test_what_is_no_wave(tmp_path, data):
    path = tmp_path / "a.wav"
    path.write_bytes(data)
    with pytest.raises(ParserRefused) as refusal:
        read(str(path))
    assert refusal.value.code == "not_wave"


def test_the_shared_waves(media):
    path = media / "audio/bwf/AWM_RL_15577_side_1b.wav"
    assert {each["field"]: each["value"] for each in read(str(path))} == {
        "description": "AWM_RL_15577_side_1b",
        "source": "PyramixTwo",
        "job_id": "CHMTIPYRAMIX16933121845687340561",
        "date_created": "2005-11-14T12:18:45",
    }
    for other in sorted((media / "audio").rglob("*.wav")):
        read(str(other))
