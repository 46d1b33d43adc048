"""Sidecar files of cameras, and hostile XML."""

import pytest

from ingest.reading.sidecars import read
from transcode.sandbox import ParserRefused

CLIP = """<?xml version="1.0" encoding="UTF-8"?>
<NonRealTimeMeta xmlns="urn:schemas-professionalDisc:nonRealTimeMeta:ver.2.20" lastUpdate="2026-05-01T10:30:00-06:00">
  <TargetMaterial umidRef="060A2B340101010501010D431300000001020304050607080001020304050607"/>
  <Duration value="900"/>
  <CreationDate value="2026-05-01T10:20:30-06:00"/>
  <Title usAscii="Gira Leon" xml:lang="es">{title}</Title>
  <Description>Recorrido por la presa</Description>
  <Creator name="Ana Núñez"/>
  <VideoFormat><VideoFrame videoCodec="MPEG2HD422_1920_1080_HD422P@HL" captureFps="59.94i"/></VideoFormat>
  <Device manufacturer="Sony" modelName="PXW-X400" serialNo="0100123"/>
  <Lens modelName="HJ22ex7.6B"/>
  <AcquisitionRecord>
    <Group name="CameraUnitMetadataSet"><Item name="WhiteBalance" value="5600"/></Group>
    {gps}
  </AcquisitionRecord>
</NonRealTimeMeta>"""
GPS = """<Group name="ExifGPS">
  <Item name="LatitudeRef" value="N"/><Item name="Latitude" value="21:01:08.410"/>
  <Item name="LongitudeRef" value="W"/><Item name="Longitude" value="101:15:26.640"/>
  <Item name="AltitudeRef" value="0"/><Item name="Altitude" value="2012.5"/>
</Group>"""


def found(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "C0001M01.XML"
    path.write_bytes(text.encode(encoding))
    return {each["field"]: each["value"] for each in read(str(path))}


def clip(title: str = "Gira León", gps: str = GPS):
    return CLIP.format(title=title, gps=gps)


def test_a_clip_of_a_card(tmp_path):
    assert found(tmp_path, clip()) == {
        "date_created": "2026-05-01T10:20:30-06:00",
        "title": "Gira León",
        "description": "Recorrido por la presa",
        "creator": ["Ana Núñez"],
        "camera": "Sony PXW-X400",
        "lens": "HJ22ex7.6B",
        "gps": {"latitude": 21.0190028, "longitude": -101.2574, "altitude_m": 2012.5},
    }


def test_origins_name_the_element(tmp_path):
    path = tmp_path / "a.xml"
    path.write_text(clip())
    assert {each["origin"] for each in read(str(path))} == {
        "XDCAM:CreationDate",
        "XDCAM:Title",
        "XDCAM:Description",
        "XDCAM:Creator",
        "XDCAM:Device",
        "XDCAM:Lens",
        "XDCAM:ExifGPS",
    }


@pytest.mark.parametrize("name", ["C0001", "CLIP0012", "846_0035", "A001_0021"])
def test_a_name_that_the_camera_counted_is_no_title(tmp_path, name):
    assert "title" not in found(tmp_path, clip(name))


def test_a_title_in_attributes(tmp_path):
    assert found(tmp_path, clip(" "))["title"] == "Gira Leon"


@pytest.mark.parametrize(
    "gps",
    [
        "",
        GPS.replace("21:01:08.410", "twenty one"),
        GPS.replace("21:01:08.410", "0:0:0").replace("101:15:26.640", "0:0:0"),
        GPS.replace("21:01:08.410", ""),
    ],
)
def test_a_clip_without_a_fix(tmp_path, gps):
    assert "gps" not in found(tmp_path, clip(gps=gps))


def test_south_and_below_the_sea(tmp_path):
    value = found(tmp_path, clip(gps=GPS.replace('"N"', '"S"').replace('Ref" value="0"', 'Ref" value="1"')))[
        "gps"
    ]
    assert value["latitude"] < 0
    assert value["altitude_m"] == -2012.5


@pytest.mark.parametrize("version", ["1.00", "2.00", "2.20"])
def test_every_version_of_the_namespace(tmp_path, version):
    assert found(tmp_path, clip().replace("2.20", version))["camera"] == "Sony PXW-X400"


def test_an_empty_clip(tmp_path):
    assert found(tmp_path, '<NonRealTimeMeta xmlns="urn:x"/>') == {}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_xmp_sidecars_of_every_encoding(tmp_path, encoding):
    packet = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" photoshop:Headline="Año"/>'
        "</rdf:RDF></x:xmpmeta>"
    )
    assert found(tmp_path, packet, encoding) == {"headline": "Año"}


def test_the_shared_sidecars(media):
    told = {each["field"]: each["value"] for each in read(str(media / "photo/press-metadata/PLUS.xmp"))}
    assert told["creator"] == ["Phil Harvey"]
    assert told["copyright_notice"] == "Copyright © 2016 Phil Harvey"
    told = {each["field"]: each["value"] for each in read(str(media / "photo/press-metadata/2000.xmp"))}
    assert told["date_created"] == "2000-09-27T14:35:33+02:00"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("<fcpxml version='1.9'/>", "unknown_sidecar"),
        ("<NonRealTimeMeta>", "broken_sidecar"),
        ("", "broken_sidecar"),
        ("not xml", "broken_sidecar"),
        (
            '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><NonRealTimeMeta>&b;</NonRealTimeMeta>',
            "broken_sidecar",
        ),
        ("<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF", "broken_xmp"),
    ],
)
def test_what_is_refused(tmp_path, text, code):
    with pytest.raises(ParserRefused) as refusal:
        found(tmp_path, text)
    assert refusal.value.code == code


def test_a_sidecar_of_many_megabytes(tmp_path):
    path = tmp_path / "a.xml"
    with path.open("wb") as file:
        file.truncate(17 * 1024 * 1024)
    with pytest.raises(ParserRefused) as refusal:
        read(str(path))
    assert refusal.value.code == "too_large"
