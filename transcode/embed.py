"""Writing descriptive metadata into derivatives: the only door to pyexiv2 for writing. Originals are never touched.

XMP first and whole; IIM as a copy within its byte limits; EXIF for the three texts, the time and the place
that programs of cameras look for (MWG Guidelines 2.0, chapter 5). Runs in the sandbox.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import pyexiv2

from transcode import iim_record, xmp_packet
from transcode.sandbox import ParserRefused

pyexiv2.set_log_level(4)

_JFIF_HEAD = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
_DOTS_PER_INCH = b"\x01"
# Degrees as three rationals, the last in hundredths of a second: 30 cm on the ground.
_SECOND_PARTS = 100
_TO_THE_SECOND = re.compile(r"\d\d:\d\d:\d\d")


@dataclass(frozen=True, slots=True)
class Writing:
    """What one copy is to say: `values` by the catalogue's field names and shapes (dam.fields).

    `public` copies carry no coordinates. `dpi` is what page layout programs place the picture at; None: nothing.
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    public: bool = True
    dpi: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {"values": dict(self.values), "public": self.public, "dpi": self.dpi}


def write(path: str, writing: dict[str, Any]) -> dict[str, Any]:
    """Write `Writing` (as JSON) into the picture in place; whatever it said before is replaced.

    Return ``{"cut": [fields of which IIM holds less]}``. Raise ParserRefused('not_writable') for formats that
    hold no metadata.
    """
    asked = Writing(**writing)
    record = iim_record.build(asked.values)
    try:
        with pyexiv2.Image(path) as image:
            image.clear_exif()
            image.clear_iptc()
            image.modify_exif(_exif(asked))
            image.modify_raw_xmp(xmp_packet.build(asked.values))
            if record.datasets and image.get_access_mode()["iptc"] == "read+write":
                image.modify_iptc(record.datasets)
    except RuntimeError as error:
        raise ParserRefused("not_writable", str(error)[:200]) from error
    if asked.dpi:
        _set_jfif_density(Path(path), asked.dpi)
    return {"cut": list(record.cut)}


def _exif(writing: Writing) -> dict[str, str]:
    """Orientation is always 1: the pixels were turned when the copy was made."""
    values = writing.values
    tags = {"Exif.Image.Orientation": "1", "Exif.Photo.ExifVersion": "48 50 51 50"}
    for name, key in (("description", "ImageDescription"), ("copyright_notice", "Copyright")):
        if values.get(name):
            tags[f"Exif.Image.{key}"] = str(values[name])
    if values.get("creator"):
        creators = values["creator"]
        tags["Exif.Image.Artist"] = (
            "; ".join(creators) if isinstance(creators, list | tuple) else str(creators)
        )
    tags |= _exif_time(str(values.get("date_created") or ""))
    if writing.dpi:
        resolution = f"{writing.dpi}/1"
        tags |= {"Exif.Image.XResolution": resolution, "Exif.Image.YResolution": resolution}
        tags["Exif.Image.ResolutionUnit"] = "2"
    if not writing.public and values.get("gps"):
        tags |= _exif_place(values["gps"])
    return tags


def _exif_time(text: str) -> dict[str, str]:
    """Only of a time to the second: EXIF has no way to say a date alone, or hour and minute (2.32, DateTimeOriginal)."""
    day, found, clock = text.replace("Z", "+00:00").partition("T")
    if not found or not _TO_THE_SECOND.match(clock):
        return {}
    tags = {"Exif.Photo.DateTimeOriginal": f"{day.replace('-', ':')} {clock[:8]}"}
    return tags | ({"Exif.Photo.OffsetTimeOriginal": clock[-6:]} if clock[-6:-5] in {"+", "-"} else {})


def _exif_place(gps: Mapping[str, Any]) -> dict[str, str]:
    latitude, longitude = float(gps["latitude"]), float(gps["longitude"])
    tags = {
        "Exif.GPSInfo.GPSVersionID": "2 3 0 0",
        "Exif.GPSInfo.GPSLatitudeRef": "S" if latitude < 0 else "N",
        "Exif.GPSInfo.GPSLatitude": _degrees(latitude),
        "Exif.GPSInfo.GPSLongitudeRef": "W" if longitude < 0 else "E",
        "Exif.GPSInfo.GPSLongitude": _degrees(longitude),
        "Exif.GPSInfo.GPSMapDatum": "WGS-84",
    }
    altitude = gps.get("altitude_m")
    if altitude is not None:
        tags["Exif.GPSInfo.GPSAltitudeRef"] = "1" if altitude < 0 else "0"
        tags["Exif.GPSInfo.GPSAltitude"] = f"{round(abs(float(altitude)) * 100)}/100"
    return tags


def _degrees(value: float) -> str:
    parts = round(abs(Fraction(value)) * 3600 * _SECOND_PARTS)
    minutes, seconds = divmod(parts, 60 * _SECOND_PARTS)
    return f"{minutes // 60}/1 {minutes % 60}/1 {seconds}/{_SECOND_PARTS}"


def _set_jfif_density(path: Path, dpi: int) -> None:
    """Where a JPEG has a JFIF header, as libvips writes it, programs believe it before EXIF."""
    with path.open("r+b") as file:
        if file.read(len(_JFIF_HEAD)) == _JFIF_HEAD:
            file.seek(len(_JFIF_HEAD) + 2)  # past the version
            file.write(_DOTS_PER_INCH + dpi.to_bytes(2, "big") * 2)
