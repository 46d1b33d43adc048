"""What a container says in words: tags made safe for storing, the timecode of the first frame, the reel."""

import re
from collections.abc import Iterable, Mapping

MAX_TAGS, MAX_NAME_CHARACTERS, MAX_VALUE_CHARACTERS = 256, 128, 4096
TIMECODE = re.compile(r"\d\d:\d\d:\d\d[:;.]\d{2,3}")
REEL_NAMES = ("reel_name", "reel", "tape")
# libavformat gives the fields of a bext chunk general names; these are EBU Tech 3285's
BEXT_MARK = "time_reference"
BEXT_NAMES = {
    "comment": "description",
    "encoded_by": "originator",
    "date": "origination_date",
    "creation_time": "origination_time",
}


def clean(value: str, limit: int = MAX_VALUE_CHARACTERS) -> str:
    """Text that JSON and PostgreSQL take: without NUL, and bytes that were not UTF-8 read as Windows-1252.

    Such bytes come as surrogates (PEP 383); bext and AVI have no other way to write Spanish.
    """
    raw = value.encode("utf-8", "surrogateescape")
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", "replace")
    return text.replace("\x00", "").strip()[:limit]


def tags(metadata: Mapping[str, str], *, is_wave: bool) -> dict[str, str]:
    """The tags with a value, cleaned; those of a bext chunk under their own names."""
    names = BEXT_NAMES if is_wave and BEXT_MARK in metadata else {}
    found = {
        clean(names.get(name, name), MAX_NAME_CHARACTERS): clean(value)
        for name, value in list(metadata.items())[:MAX_TAGS]
    }
    return {name: value for name, value in found.items() if name and value}


def start_timecode(metadata: Iterable[Mapping[str, str]]) -> str | None:
    """The first timecode written anywhere: the container's first, then the tracks'."""
    for each in metadata:
        found = TIMECODE.fullmatch(each.get("timecode", "").strip())
        if found:
            return found[0]
    return None


def is_drop_frame(timecode: str | None) -> bool:
    """A semicolon before the frames marks drop-frame counting (SMPTE ST 12-1)."""
    return timecode is not None and ";" in timecode


def reel(metadata: Iterable[Mapping[str, str]]) -> str:
    """The name of the tape or card, '' when nobody wrote one."""
    for each in metadata:
        for name in REEL_NAMES:
            if value := clean(each.get(name, "")):
                return value
    return ""


def language(metadata: Mapping[str, str]) -> str:
    """As written (ISO 639-2 or BCP 47); '' for none or 'und'."""
    found = clean(metadata.get("language", ""))
    return "" if found == "und" else found
