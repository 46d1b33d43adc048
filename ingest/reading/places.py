"""Where a picture was taken and what place it shows: names, and coordinates in signed degrees."""

import re
from collections.abc import Iterator, Mapping
from fractions import Fraction

from ingest.reading.fields import PLACE_PARTS, Found
from ingest.reading.precedence import Rule, Sources, default_text, stated, winner
from ingest.reading.xmp import Node

# IPTC's older fields say one place, of which the standard says today that it is the one shown (IPTC Photo
# Metadata 2025.1, City (legacy)). Parts of a place are decided one by one, as any field.
_LEGACY = (
    Rule("sublocation", iim="SubLocation", dataset=92, xmp=("Iptc4xmpCore:Location",)),
    Rule("city", iim="City", dataset=90, xmp=("photoshop:City",)),
    Rule("state", iim="ProvinceState", dataset=95, xmp=("photoshop:State",)),
    Rule("country", iim="CountryName", dataset=101, xmp=("photoshop:Country",)),
    Rule("country_code", iim="CountryCode", dataset=100, xmp=("Iptc4xmpCore:CountryCode",)),
)
_PARTS = dict(
    zip(
        PLACE_PARTS,
        (
            "Iptc4xmpExt:Sublocation",
            "Iptc4xmpExt:City",
            "Iptc4xmpExt:ProvinceState",
            "Iptc4xmpExt:CountryName",
            "Iptc4xmpExt:CountryCode",
        ),
        strict=True,
    )
)
_NEGATIVE = frozenset({"S", "W"})
_BELOW_SEA = frozenset({"1", "3"})  # EXIF 2.32 and 3.0, GPSAltitudeRef
_XMP_DEGREES = re.compile(
    r"\s*(\d{1,3}),(\d{1,2}(?:\.\d+)?)(?:,(\d{1,2}(?:\.\d+)?))?\s*([NSEW])\s*", re.IGNORECASE
)
_MAX_LATITUDE, _MAX_LONGITUDE = 90, 180
# Between the deepest sea and the highest balloon; beyond are negative numbers written as unsigned ones.
_LOWEST_M, _HIGHEST_M = -11_000, 60_000
# Seven decimals of a degree are a centimetre.
_DECIMALS = 7


def resolve(sources: Sources) -> Iterator[Found]:
    created = _structured("location_created", sources.xmp.get("Iptc4xmpExt:LocationCreated"))
    shown = _structured("location_shown", sources.xmp.get("Iptc4xmpExt:LocationShown")) or _legacy(sources)
    position = _exif_position(sources.exif) or _xmp_position(sources.xmp)
    yield from (found for found in (created, shown, position) if found is not None)


def _structured(name: str, node: Node) -> Found | None:
    """The first place of IPTC Extension's structures that says anything."""
    for item in node if isinstance(node, list) else [node]:
        if isinstance(item, dict):
            place = {part: stated(default_text(item.get(tag))) for part, tag in _PARTS.items()}
            place = {part: text for part, text in place.items() if text}
            if place:
                return Found(
                    name,
                    place,
                    "",
                    f"XMP:Iptc4xmpExt:{'LocationCreated' if 'created' in name else 'LocationShown'}",
                )
    return None


def _legacy(sources: Sources) -> Found | None:
    winners = [found for rule in _LEGACY for found in winner(rule, sources)[:1]]
    if not winners:
        return None
    place = {found.field: str(found.value) for found in winners}
    return Found("location_shown", place, "", ", ".join(dict.fromkeys(found.origin for found in winners)))


def position(latitude: float, longitude: float, altitude_m: float | None, origin: str) -> Found | None:
    """None for what is no place on earth, and for exactly 0, 0: what devices without a fix write."""
    if abs(latitude) > _MAX_LATITUDE or abs(longitude) > _MAX_LONGITUDE or (latitude == 0 and longitude == 0):
        return None
    if altitude_m is not None and not _LOWEST_M <= altitude_m <= _HIGHEST_M:
        altitude_m = None
    value = {
        "latitude": round(latitude, _DECIMALS),
        "longitude": round(longitude, _DECIMALS),
        "altitude_m": None if altitude_m is None else round(altitude_m, 3),
    }
    return Found("gps", value, "", origin)


def rationals(text: str) -> list[Fraction] | None:
    """EXIF rationals as exiv2 prints them ('20/1 4058/100 0/1'); None where any is no number (0/0)."""
    try:
        return [Fraction(part) for part in text.split()] or None
    except (ValueError, ZeroDivisionError):
        return None


def _exif_position(exif: Mapping[str, str]) -> Found | None:
    latitude = _exif_degrees(exif, "Latitude")
    longitude = _exif_degrees(exif, "Longitude")
    if latitude is None or longitude is None:
        return None
    altitude = rationals(exif.get("GPSInfo.GPSAltitude", ""))
    height = None
    if altitude:
        below = exif.get("GPSInfo.GPSAltitudeRef", "0").strip() in _BELOW_SEA
        height = float(-altitude[0] if below else altitude[0])
    return position(latitude, longitude, height, "EXIF:GPS")


def _exif_degrees(exif: Mapping[str, str], axis: str) -> float | None:
    """Degrees, minutes and seconds, of which the later ones may be missing (EXIF 2.32, 4.6.6)."""
    parts = rationals(exif.get(f"GPSInfo.GPS{axis}", ""))
    reference = exif.get(f"GPSInfo.GPS{axis}Ref", "").strip().upper()[:1]
    if not parts or reference not in {"N", "S", "E", "W"}:
        return None
    degrees = sum(part / 60**place for place, part in enumerate(parts[:3]))
    return float(-degrees if reference in _NEGATIVE else degrees)


def _xmp_position(xmp: Mapping[str, Node]) -> Found | None:
    latitude = _xmp_degrees(xmp.get("exif:GPSLatitude"))
    longitude = _xmp_degrees(xmp.get("exif:GPSLongitude"))
    if latitude is None or longitude is None:
        return None
    altitude = rationals(default_text(xmp.get("exif:GPSAltitude")))
    below = default_text(xmp.get("exif:GPSAltitudeRef")).strip() in _BELOW_SEA
    height = None if not altitude else float(-altitude[0] if below else altitude[0])
    return position(latitude, longitude, height, "XMP:exif:GPS")


def _xmp_degrees(node: Node) -> float | None:
    """'20,39.123N' or '20,39,7N' (ISO 16684-1, 8.2.2.4, GPSCoordinate)."""
    match = _XMP_DEGREES.fullmatch(default_text(node))
    if match is None:
        return None
    degrees = int(match[1]) + float(match[2]) / 60 + float(match[3] or 0) / 3600
    return -degrees if match[4].upper() in _NEGATIVE else degrees
