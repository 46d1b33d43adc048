"""When and with what a picture was taken, and how it was rated."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone

from ingest.reading.fields import Found
from ingest.reading.places import rationals
from ingest.reading.precedence import Sources, default_text, stated
from ingest.reading.xmp import Node

_EXIF_TIME = re.compile(r"(\d{4})[:\-/.](\d\d)[:\-/.](\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d))?)?")
_ISO_TIME = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?)?)?\s*(Z|[+-]\d\d:?\d\d)?"
)
_OFFSET = re.compile(r"([+-])(\d\d):?(\d\d)|Z")
_HALF_HOUR = timedelta(minutes=30)
# A position may be some minutes old when the picture is taken; more is another fix altogether.
_STALE_FIX = timedelta(minutes=5)
_WIDEST_OFFSET = timedelta(hours=14)
_FIRST_YEAR, _LAST_YEAR = 1800, 2200
_RATINGS = range(-1, 6)
# PLUS, Minor Model Age Disclosure: the ages under 18. 'AG-UNK' is unknown.
_MINORS = frozenset({"AG-U14", "AG-A14", "AG-A15", "AG-A16", "AG-A17"})
_ADULTS = frozenset(f"AG-A{age}" for age in range(18, 26))


def resolve(sources: Sources) -> Iterator[Found]:
    """date_created, camera, lens, rating, minors_shown."""
    for find in (_date, _camera, _lens, _rating, _minors):
        found = find(sources)
        if found is not None:
            yield found


def _date(sources: Sources) -> Found | None:
    """The time of capture comes before those of scanning and saving; GPS knows the time but not the place's.

    MWG 2.0, 5.4: EXIF's DateTimeOriginal, then IIM and XMP by the rule of all fields.
    """
    xmp, iim = _xmp_time("photoshop:DateCreated"), _iim_time
    second, third = (iim, xmp) if sources.iim_changed else (xmp, iim)
    order: tuple[Callable[[Sources], Found | None], ...] = (
        _exif_time("Photo.DateTimeOriginal"),
        second,
        third,
        _xmp_time("exif:DateTimeOriginal"),
        _exif_time("Image.DateTimeOriginal"),
        _exif_time("Photo.DateTimeDigitized"),
        _xmp_time("xmp:CreateDate"),
        _gps_time,
        _xmp_time("exif:GPSTimeStamp"),
        _exif_time("Image.DateTime"),
    )
    return next((found for find in order if (found := find(sources)) is not None), None)


_OFFSETS = {
    "Photo.DateTimeOriginal": "Original",
    "Photo.DateTimeDigitized": "Digitized",
    "Image.DateTime": "",
}


def _exif_time(tag: str) -> Callable[[Sources], Found | None]:
    def find(sources: Sources) -> Found | None:
        local = exif_time(sources.exif.get(tag, ""))
        if local is None:
            return None
        written = sources.exif.get(f"Photo.OffsetTime{_OFFSETS[tag]}", "") if tag in _OFFSETS else ""
        offset = _offset(written) or (_offset_by_gps(local, sources.exif) if "Original" in tag else None)
        value = local.replace(tzinfo=offset).isoformat()
        return Found("date_created", value, "", f"EXIF:{tag.partition('.')[2]}")

    return find


def exif_time(text: str) -> datetime | None:
    """'2026:05:01 10:20:30', also with the separators of careless programs; None for zeros and blanks."""
    match = _EXIF_TIME.match(text.strip())
    return None if match is None else _datetime(*(int(part or 0) for part in match.groups()))


def _datetime(year: int, month: int, day: int, hour: int, minute: int, second: int) -> datetime | None:
    if not _FIRST_YEAR <= year <= _LAST_YEAR:
        return None
    try:
        return datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - the camera's local time, of unknown zone
    except ValueError:
        return None


def _offset(text: str) -> timezone | None:
    match = _OFFSET.fullmatch(text.strip())
    if match is None:
        return None
    if match[0] == "Z":
        return UTC
    size = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return timezone(-size if match[1] == "-" else size) if size <= _WIDEST_OFFSET else None


def _gps_moment(exif: Mapping[str, str]) -> datetime | None:
    """GPS time is UTC (EXIF 2.32, GPSDateStamp and GPSTimeStamp)."""
    day = exif_time(exif.get("GPSInfo.GPSDateStamp", ""))
    clock = rationals(exif.get("GPSInfo.GPSTimeStamp", ""))
    if day is None or clock is None or len(clock) != 3 or not 0 <= clock[0] < 24:  # noqa: PLR2004
        return None
    seconds = int(clock[0] * 3600 + clock[1] * 60 + clock[2])
    return day.replace(tzinfo=UTC) + timedelta(seconds=seconds)


def _offset_by_gps(local: datetime, exif: Mapping[str, str]) -> timezone | None:
    """The zone of a camera that does not write it, from how far its clock is from GPS's: whole half hours."""
    moment = _gps_moment(exif)
    if moment is None:
        return None
    ahead = local.replace(tzinfo=UTC) - moment
    offset = round(ahead / _HALF_HOUR) * _HALF_HOUR
    fits = abs(ahead - offset) <= _STALE_FIX and abs(offset) <= _WIDEST_OFFSET
    return timezone(offset) if fits else None


def _gps_time(sources: Sources) -> Found | None:
    moment = _gps_moment(sources.exif)
    if moment is not None:
        return Found("date_created", moment.isoformat(), "", "EXIF:GPSDateStamp")
    day = exif_time(sources.exif.get("GPSInfo.GPSDateStamp", ""))
    return None if day is None else Found("date_created", day.date().isoformat(), "", "EXIF:GPSDateStamp")


def _iim_time(sources: Sources) -> Found | None:
    """2:55 and 2:60. A time of midnight in Greenwich is how exiv2 and others write that there is none."""
    day = stated("".join(sources.iim.get("Application2.DateCreated", [])[:1]))
    clock = stated("".join(sources.iim.get("Application2.TimeCreated", [])[:1]))
    value = iso_time(f"{day}T{clock}" if clock and not clock.startswith("00:00:00+00") else day)
    return None if value is None else Found("date_created", value, "", "IIM:2:055")


def _xmp_time(name: str) -> Callable[[Sources], Found | None]:
    def find(sources: Sources) -> Found | None:
        value = iso_time(default_text(sources.xmp.get(name)))
        return None if value is None else Found("date_created", value, "", f"XMP:{name}")

    return find


def iso_time(text: str) -> str | None:
    """ISO 8601 as precise as the text is: a year, a month, a day, or a time with its offset if it has one."""
    match = _ISO_TIME.fullmatch(text.strip())
    if match is None:
        return None
    year, month, day, hour, minute, second, offset = match.groups()
    moment = _datetime(
        int(year), int(month or 1), int(day or 1), int(hour or 0), int(minute or 0), int(second or 0)
    )
    if moment is None:
        return None
    if hour is None:
        return "-".join(part for part in (year, month, day) if part)
    return moment.replace(tzinfo=_offset(offset or "")).isoformat()


def _camera(sources: Sources) -> Found | None:
    make = stated(sources.exif.get("Image.Make", "")) or stated(default_text(sources.xmp.get("tiff:Make")))
    model = stated(sources.exif.get("Image.Model", "")) or stated(default_text(sources.xmp.get("tiff:Model")))
    origin = "EXIF:Model" if sources.exif.get("Image.Model") else "XMP:tiff:Model"
    name = camera_name(make, model)
    return Found("camera", name, "", origin) if name else None


def camera_name(make: str, model: str) -> str:
    """'NIKON CORPORATION' and 'NIKON D1' is a NIKON D1; 'Apple' and 'iPhone 7' an Apple iPhone 7."""
    brand = make.split(maxsplit=1)[0] if make else ""
    return model if brand and model.lower().startswith(brand.lower()) else f"{make} {model}".strip()


def _lens(sources: Sources) -> Found | None:
    lens = stated(sources.exif.get("Photo.LensModel", ""))
    if lens:
        return Found("lens", lens, "", "EXIF:LensModel")
    return _first_xmp("lens", sources.xmp, ("exifEX:LensModel", "aux:Lens"))


def _first_xmp(field: str, xmp: Mapping[str, Node], names: tuple[str, ...]) -> Found | None:
    for name in names:
        text = stated(default_text(xmp.get(name)))
        if text:
            return Found(field, text, "", f"XMP:{name}")
    return None


def _rating(sources: Sources) -> Found | None:
    """XMP's -1 is 'rejected', 0 'not rated', which is nothing said."""
    for text, origin in (
        (default_text(sources.xmp.get("xmp:Rating")), "XMP:xmp:Rating"),
        (sources.exif.get("Image.Rating", ""), "EXIF:Rating"),
    ):
        try:
            rating = int(float(text))
        except ValueError:
            continue
        if rating in _RATINGS and rating:
            return Found("rating", rating, "", origin)
    return None


def _minors(sources: Sources) -> Found | None:
    name = "plus:MinorModelAgeDisclosure"
    code = default_text(sources.xmp.get(name)).rpartition("/")[2]
    answer = "yes" if code in _MINORS else "no" if code in _ADULTS else ""
    return Found("minors_shown", answer, "", f"XMP:{name}") if answer else None
