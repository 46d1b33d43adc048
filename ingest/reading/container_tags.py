"""The tags of video and audio containers, as probing reports them: QuickTime, ID3, Vorbis, Matroska, BWF.

FFmpeg brings the containers' own names under few of its own and their texts to UTF-8 (MediaFacts.tags); what
it does not bring under any keeps the container's name, such as com.apple.quicktime.make.
"""

import re
from collections.abc import Iterator, Mapping

from ingest.reading.capture import camera_name, iso_time
from ingest.reading.fields import LISTS, Found
from ingest.reading.places import position
from ingest.reading.precedence import stated

_APPLE, _ANDROID = "com.apple.quicktime.", "com.android."
# Field: tags in order of preference.
_TEXTS = {
    "title": (f"{_APPLE}title", "title"),
    "description": (
        f"{_APPLE}description",
        "description",
        "synopsis",
        f"{_APPLE}comment",
        "comment",
        "comments",
    ),
    "creator": (
        f"{_APPLE}author",
        f"{_APPLE}artist",
        f"{_APPLE}director",
        "artist",
        "author",
        "performer",
        "album_artist",
    ),
    "copyright_notice": (f"{_APPLE}copyright", "copyright"),
    "keywords": (f"{_APPLE}keywords", "keywords"),
    "genre": (f"{_APPLE}genre", "genre"),
    "source": (f"{_APPLE}publisher", "publisher", "organization"),
    "language": ("language",),
    "lens": (f"{_APPLE}camera.lens_model", f"{_APPLE}camera.lens_model-eng"),
}
_MAKERS = (
    (f"{_APPLE}make", f"{_APPLE}model"),
    (f"{_ANDROID}manufacturer", f"{_ANDROID}model"),
    ("make", "model"),
)
_PLACES = (f"{_APPLE}location.iso6709", "location.iso6709", "location", "location-eng", "location-und")
_LYRICS = re.compile(r"(?:lyrics|unsynced lyrics)(?:-([a-z]{3}))?")
# ISO 6709:2008, annex H: latitude, longitude, perhaps height, in degrees with decimals, or DDMM or DDMMSS.
# Phones leave out the leading zeros of degrees.
_ISO_6709 = re.compile(r"([+-]\d{1,6}(?:\.\d+)?)([+-]\d{1,7}(?:\.\d+)?)([+-]\d+(?:\.\d+)?)?(?:CRS[\w]+)?/?")
_PARTS = re.compile(r"\s*[;,]\s*")
# What muxers write when nobody set their clock: the epochs of QuickTime, Unix, GPS and DOS.
_EPOCHS = ("1904-01-01", "1970-01-01", "1980-01-06", "1980-01-01")
_UNSAID = frozenset({"und", "unknown", "mul", "zxx"})
# ID3's own genres for 'anything', which say nothing.
_SAYS_NOTHING = {"genre": frozenset({"other", "unknown", "(12)"}), "language": _UNSAID}


def read(tags: Mapping[str, str]) -> list[Found]:
    """Every field that the tags state; keys are compared without case."""
    known = {name.lower(): stated(text) for name, text in tags.items()}
    known = {name: text for name, text in known.items() if text}
    return [*_texts(known), *_broadcast_wave(known), *_transcripts(known), *_capture(known)]


def _first(tags: Mapping[str, str], names: tuple[str, ...]) -> tuple[str, str]:
    """(text, tag), or two empty texts."""
    return next(((tags[name], name) for name in names if name in tags), ("", ""))


def _texts(tags: Mapping[str, str]) -> Iterator[Found]:
    for field, names in _TEXTS.items():
        text, name = _first(tags, names)
        if text and text.lower() not in _SAYS_NOTHING.get(field, ()):
            yield Found(field, _split(field, text) if field in LISTS else text, "", f"TAG:{name}")


def _split(field: str, text: str) -> list[str]:
    """Names may hold commas; lists of keywords are parted by them."""
    parts = text.split(";") if field == "creator" else _PARTS.split(text)
    return list(dict.fromkeys(part.strip() for part in parts if part.strip()))


def _broadcast_wave(tags: Mapping[str, str]) -> Iterator[Found]:
    """EBU Tech 3285: who made the file, and his reference for it. FFmpeg calls the originator encoded_by."""
    reference = tags.get("originator_reference", "")
    if reference:
        yield Found("job_id", reference, "", "TAG:originator_reference")
    if (reference or "time_reference" in tags) and "encoded_by" in tags and "publisher" not in tags:
        yield Found("source", tags["encoded_by"], "", "TAG:encoded_by")


def _transcripts(tags: Mapping[str, str]) -> Iterator[Found]:
    """ID3's unsynchronised text names its language by three letters."""
    for name, text in tags.items():
        match = _LYRICS.fullmatch(name)
        if match is not None:
            language = match[1] or ""
            yield Found("transcript", text, "" if language in _UNSAID else language, f"TAG:{name}")
            return


def _capture(tags: Mapping[str, str]) -> Iterator[Found]:
    for found in (_date(tags), _camera(tags), _position(tags), _rating(tags)):
        if found is not None:
            yield found


def _date(tags: Mapping[str, str]) -> Found | None:
    """Apple's own knows the zone; BWF has date and time apart; creation_time is UTC, or says so by mistake."""
    apart = f"{tags.get('date', '')}T{tags.get('creation_time', '')}"
    candidates = (
        (tags.get(f"{_APPLE}creationdate", ""), f"{_APPLE}creationdate"),
        (apart, "date"),
        (tags.get("creation_time", ""), "creation_time"),
        (tags.get("date", ""), "date"),
        (tags.get("year", ""), "year"),
    )
    for text, name in candidates:
        value = iso_time(text)
        if value is not None and not value.startswith(_EPOCHS):
            return Found("date_created", value, "", f"TAG:{name}")
    return None


def _camera(tags: Mapping[str, str]) -> Found | None:
    for make, model in _MAKERS:
        name = camera_name(tags.get(make, ""), tags.get(model, ""))
        if name:
            return Found("camera", name, "", f"TAG:{model if model in tags else make}")
    return None


def _position(tags: Mapping[str, str]) -> Found | None:
    text, name = _first(tags, _PLACES)
    match = _ISO_6709.fullmatch(text.strip())
    if match is None:
        return None
    height = float(match[3]) if match[3] else None
    return position(_degrees(match[1], 2), _degrees(match[2], 3), height, f"TAG:{name}")


def _degrees(text: str, width: int) -> float:
    """Sign, then degrees of `width` digits, then minutes and seconds of two each where there are more."""
    sign, digits = (-1 if text[0] == "-" else 1), text[1:]
    whole, _, decimals = digits.partition(".")
    groups = [whole[:width], *re.findall("..", whole[width:])]
    groups[-1] = f"{groups[-1]}.{decimals or 0}"
    size: float = sum(float(group) / 60.0**place for place, group in enumerate(groups))
    return sign * size


def _rating(tags: Mapping[str, str]) -> Found | None:
    """Apple's by the user, 0 to 5; plain 'rating' is iTunes's advice for parents."""
    text = tags.get(f"{_APPLE}rating.user", "")
    try:
        rating = int(float(text))
    except ValueError:
        return None
    return Found("rating", rating, "", f"TAG:{_APPLE}rating.user") if 1 <= rating <= 5 else None  # noqa: PLR2004
