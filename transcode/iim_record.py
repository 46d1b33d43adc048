"""IPTC-IIM's copy of descriptive metadata, for programs that read nothing newer. Pure.

Its datasets are of limited length in bytes, and the texts here are UTF-8: they are cut between characters.
"""

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

# ISO 2022's escape to UTF-8, dataset 1:90 (IIM 4.2, chapter 5).
UTF8_MARK = "\x1b%G"
RECORD_VERSION = "4"


@dataclass(frozen=True, slots=True)
class Dataset:
    """One dataset of record 2: exiv2's name and the most octets it may hold (IIM 4.2, chapter 6)."""

    name: str
    octets: int
    repeatable: bool = False


DATASETS = {
    "title": Dataset("ObjectName", 64),  # 2:05
    "subject_codes": Dataset("Subject", 236, repeatable=True),  # 2:12
    "keywords": Dataset("Keywords", 64, repeatable=True),  # 2:25
    "instructions": Dataset("SpecialInstructions", 256),  # 2:40
    "creator": Dataset("Byline", 32, repeatable=True),  # 2:80
    "creator_job_title": Dataset("BylineTitle", 32),  # 2:85
    "job_id": Dataset("TransmissionReference", 32),  # 2:103
    "headline": Dataset("Headline", 256),  # 2:105
    "credit_line": Dataset("Credit", 32),  # 2:110
    "source": Dataset("Source", 32),  # 2:115
    "copyright_notice": Dataset("Copyright", 128),  # 2:116
    "description": Dataset("Caption", 2000),  # 2:120
    "description_writer": Dataset("Writer", 32),  # 2:122
}
PLACE_DATASETS = {
    "city": Dataset("City", 32),  # 2:90
    "sublocation": Dataset("SubLocation", 32),  # 2:92
    "state": Dataset("ProvinceState", 32),  # 2:95
    "country_code": Dataset("CountryCode", 3),  # 2:100
    "country": Dataset("CountryName", 64),  # 2:101
}
_DATE, _TIME, _OFFSET = len("2026-05-01"), len("2026-05-01T10:20:30"), len("2026-05-01T10:20:30-06:00")


@dataclass(frozen=True, slots=True)
class IimRecord:
    """`datasets` by exiv2's full name; `cut` are the fields of which IIM holds less than there is."""

    datasets: dict[str, str | list[str]]
    cut: tuple[str, ...]


def build(values: Mapping[str, Any]) -> IimRecord:
    """From catalogue values; those that are no dataset are left out, because XMP has them all."""
    datasets: dict[str, str | list[str]] = {}
    cut: list[str] = []
    for field, dataset in DATASETS.items():
        texts = _texts(values.get(field))
        if not texts:
            continue
        short = [truncated(text, dataset.octets) for text in texts]
        datasets[_key(dataset)] = short if dataset.repeatable else truncated("; ".join(texts), dataset.octets)
        if short != texts:
            cut.append(field)
    for part, text in place(values).items():
        dataset = PLACE_DATASETS[part]
        datasets[_key(dataset)] = truncated(text, dataset.octets)
    datasets |= _date(values.get("date_created"))
    if datasets:
        datasets |= {
            "Iptc.Envelope.CharacterSet": UTF8_MARK,
            "Iptc.Application2.RecordVersion": RECORD_VERSION,
        }
    return IimRecord(datasets, tuple(cut))


def place(values: Mapping[str, Any]) -> dict[str, str]:
    """The one place that IPTC's older fields hold: the one shown, else the one where it was taken."""
    stated = values.get("location_shown") or values.get("location_created") or {}
    return {part: str(stated[part]) for part in PLACE_DATASETS if stated.get(part)}


def truncated(text: str, octets: int) -> str:
    """As much of `text` as fits in `octets` of UTF-8; no character, nor a letter and its accent, is parted."""
    data = text.encode("utf-8")
    if len(data) <= octets:
        return text
    kept = data[:octets].decode("utf-8", "ignore")
    if unicodedata.combining(text[len(kept)]):
        kept = kept.rstrip("".join(filter(unicodedata.combining, kept)))[:-1]
    return kept.rstrip()


def _key(dataset: Dataset) -> str:
    return f"Iptc.Application2.{dataset.name}"


def _texts(value: Any) -> list[str]:
    return [str(each) for each in (value if isinstance(value, list | tuple) else [value]) if each]


def _date(value: Any) -> dict[str, str]:
    """2:55 wants a whole date, 2:60 a time with its offset: what is not known is not invented."""
    text = str(value or "").replace("Z", "+00:00")
    found = {}
    if len(text) >= _DATE:
        found["Iptc.Application2.DateCreated"] = text[:_DATE]
    if len(text) == _OFFSET:
        found["Iptc.Application2.TimeCreated"] = text[len("2026-05-01T") :]
    return found
