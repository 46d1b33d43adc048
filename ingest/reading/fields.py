"""The names that everything read from files is brought under, and one value found under one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# IPTC Photo Metadata 2025.1 and Video Metadata Hub 1.5, in this house's spelling; the catalogue shows the same.
FIELDS = (
    "headline",
    "title",
    "description",
    "description_writer",
    "keywords",
    "subject_codes",
    "creator",
    "creator_job_title",
    "credit_line",
    "copyright_notice",
    "usage_terms",
    "source",
    "instructions",
    "date_created",
    "event",
    "location_created",
    "location_shown",
    "gps",
    "persons_shown",
    "organisations",
    "minors_shown",
    "alt_text",
    "extended_description",
    "language",
    "genre",
    "rating",
    "camera",
    "lens",
    "digital_source_type",
    "data_mining",
    "job_id",
    "transcript",
)
LISTS = frozenset(
    {"keywords", "subject_codes", "creator", "persons_shown", "organisations", "language", "genre"}
)
PLACES = frozenset({"location_created", "location_shown"})
PLACE_PARTS = ("sublocation", "city", "state", "country", "country_code")
MAX_TEXT = 100_000
MAX_ITEMS = 2_000

Value = str | int | list[str] | dict[str, str] | dict[str, float | None]


@dataclass(frozen=True, slots=True)
class Found:
    """One value as a file states it.

    `value`: text; a list of text for LISTS; for PLACES an object of PLACE_PARTS, those known; for gps
    ``{latitude, longitude, altitude_m}`` in signed degrees (WGS 84) and metres or None; for rating 1 to 5, or -1
    for rejected; for minors_shown 'yes' or 'no'; for date_created ISO 8601, as precise as known, with the offset
    where known. `language` is a BCP 47 tag, '' where the file names none. `origin` says where it stood:
    'XMP:dc:description[x-default]', 'IIM:2:120', 'EXIF:ImageDescription'.
    """

    field: str
    value: Value
    language: str
    origin: str

    def to_json(self) -> dict[str, Any]:
        return {"field": self.field, "value": self.value, "language": self.language, "origin": self.origin}

    @classmethod
    def from_json(cls, raw: Mapping[str, Any]) -> "Found":
        """Raise ValueError for what `read` cannot have said: it may come from a parser that was taken over."""
        found = cls(raw["field"], raw["value"], raw["language"], raw["origin"])
        if (
            found.field not in FIELDS
            or not isinstance(found.language, str)
            or not isinstance(found.origin, str)
        ):
            raise ValueError(f"no such metadata: {found.field!r}")
        if not _has_shape(found.field, found.value):
            raise ValueError(f"{found.field} is not {type(found.value).__name__}")
        return found


def _has_shape(field: str, value: Any) -> bool:
    if field in LISTS:
        return (
            isinstance(value, list)
            and len(value) <= MAX_ITEMS
            and all(isinstance(each, str) for each in value)
        )
    if field in PLACES:
        return isinstance(value, dict) and all(
            part in PLACE_PARTS and isinstance(each, str) for part, each in value.items()
        )
    if field == "gps":
        return isinstance(value, dict) and set(value) == {"latitude", "longitude", "altitude_m"}
    if field == "rating":
        return type(value) is int
    return isinstance(value, str) and len(value) <= MAX_TEXT
