"""What the index knows of an asset: the document, and the one list of its fields that every engine builds from.

A field is added in one place: a line in ``TEXTS`` (found by words), ``FACETS`` (counted and filtered) or ``NUMBERS``.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID

from search.normalise import normalise, normalise_name, sort_key

#: Raise it when an existing field comes to hold something else: indexes of another version ask to be rebuilt.
VERSION = 2
#: A sort key is (number << SEQ_BITS) | seq, so that it is unique and fits 63 bits: 2**28 assets, and seconds
#: until 2106 or 49 days of milliseconds.
SEQ_BITS = 28
_LAST = (1 << 32) - 1
_TITLE = 200


@dataclass(frozen=True)
class CueDocument:
    """One caption cue of the asset's current version, in milliseconds from its start."""

    track: str
    start_ms: int
    end_ms: int
    text: str


@dataclass(frozen=True, kw_only=True)
class AssetDocument:
    """All that is indexed of one asset. What lies in the trash has no document.

    ``seq`` is unique and grows with each asset registered; ``revision`` grows with each change of the asset.
    ``added`` and ``taken`` are milliseconds since 1970 UTC; ``ym`` is the month of ``taken``, or of ``added`` where
    that is not known, in America/Mexico_City (2026-11). ``agency_path`` holds the codes of the owner and of all
    above it. ``seen_by`` holds the words of which a viewer must have one. ``description`` is everything that
    describes, alternative text included; ``codes`` are the asset's and its versions'.
    """

    id: UUID
    seq: int
    revision: int
    codes: tuple[str, ...]
    kind: str
    added: int
    seen_by: tuple[str, ...]
    headline: str = ""
    description: str = ""
    keywords: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    agency: str = ""
    agency_path: tuple[str, ...] = ()
    productions: tuple[str, ...] = ()
    production_titles: tuple[str, ...] = ()
    event: str = ""
    creator: str = ""
    credit: str = ""
    filename: str = ""
    document_text: str = ""
    cues: tuple[CueDocument, ...] = ()
    taken: int | None = None
    ym: str = ""
    duration_ms: int | None = None
    width: int | None = None
    height: int | None = None
    orientation: str = ""
    verdict: str = ""
    minors: str = "unknown"
    format: str = ""

    def __post_init__(self) -> None:
        if not 0 <= self.seq < 1 << SEQ_BITS:
            raise ValueError(f"seq {self.seq} does not fit {SEQ_BITS} bits")

    @property
    def captions(self) -> tuple[str, ...]:
        """Return the text of each track."""
        tracks: dict[str, list[str]] = {}
        for cue in self.cues:
            tracks.setdefault(cue.track, []).append(cue.text)
        return tuple(" ".join(texts) for texts in tracks.values())

    def to_json(self) -> str:
        """Return the document as one line of JSON."""
        return json.dumps({**asdict(self), "id": str(self.id)}, separators=(",", ":"))

    @classmethod
    def from_json(cls, line: str) -> "AssetDocument":
        """Return the document of a line that ``to_json`` wrote."""
        values: dict[str, Any] = json.loads(line)
        for name, value in values.items():
            if isinstance(value, list):
                values[name] = tuple(value)
        cues = tuple(CueDocument(**cue) for cue in values.pop("cues"))
        return replace(cls(**{**values, "id": UUID(values["id"])}), cues=cues)


class Analysis(StrEnum):
    """How the words of a text are kept. Every analysis splits the normalised text at spaces."""

    ES = "es"  # Snowball Spanish without stop words, accents and tildes folded; with positions, for phrases
    X = "x"  # the same without folding: it tells ñ from n
    V = "v"  # the words themselves, folded: prefixes and typing errors


_STEMMED = (Analysis.ES, Analysis.X, Analysis.V)
_AS_TYPED = (Analysis.V,)
Texts = Callable[[AssetDocument], Iterable[str]]


@dataclass(frozen=True)
class TextField:
    """A field found by words: what it weighs, how it is kept, and the texts it takes from the document."""

    weight: float
    texts: Texts
    analyses: tuple[Analysis, ...] = _STEMMED
    normalise: Callable[[str], str] = normalise


_MONTHS = """
enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
"""
_KINDS = {
    "video": "video vídeo",
    "audio": "audio",
    "photo": "foto fotografía imagen",
    "document": "documento",
}
_ORIENTATIONS = {"landscape": "horizontal", "portrait": "vertical", "square": "cuadrado"}


def _facts(document: AssetDocument) -> Iterable[str]:
    year, _, month = document.ym.partition("-")
    yield _KINDS.get(document.kind, "")
    yield f"{_MONTHS.split()[int(month) - 1]} {year}" if month else ""
    yield _ORIENTATIONS.get(document.orientation, "")
    yield document.format


#: Weights: the trials' for the first seven; the rest were chosen beside them on the judged queries.
TEXTS: Mapping[str, TextField] = MappingProxyType(
    {
        "headline": TextField(4.0, lambda d: (d.headline,)),
        "people": TextField(3.0, lambda d: d.people),
        "places": TextField(3.0, lambda d: d.places),
        "keywords": TextField(2.0, lambda d: d.keywords),
        "agency": TextField(2.0, lambda d: (d.agency, *d.agency_path)),
        "description": TextField(1.0, lambda d: (d.description,)),
        "body": TextField(0.6, lambda d: (*d.captions, d.document_text)),
        "occasion": TextField(2.0, lambda d: (d.event, *d.production_titles)),
        "credits": TextField(1.0, lambda d: (d.creator, d.credit)),
        "filename": TextField(1.0, lambda d: (d.filename,), _AS_TYPED, normalise_name),
        "facts": TextField(0.5, _facts, _AS_TYPED),
    }
)

#: Counted and filtered by. An agency counts for all above it, so its count is what choosing it shows.
FACETS: Mapping[str, Texts] = MappingProxyType(
    {
        "kind": lambda d: (d.kind,),
        "agency": lambda d: d.agency_path,
        "production": lambda d: d.productions,
        "year": lambda d: (d.ym[:4],),
        "ym": lambda d: (d.ym,),
        "person": lambda d: d.people,
        "place": lambda d: d.places,
        "keyword": lambda d: d.keywords,
        "verdict": lambda d: (d.verdict,),
        "minors": lambda d: (d.minors,),
        "format": lambda d: (d.format,),
        "orientation": lambda d: (d.orientation,),
    }
)

#: Filtered by, not counted.
FILTERS: Mapping[str, Texts] = MappingProxyType(
    {**FACETS, "id": lambda d: (str(d.id),), "code": lambda d: d.codes, "event": lambda d: (d.event,)}
)

#: Ranges. None is in no range.
NUMBERS: Mapping[str, Callable[[AssetDocument], int | None]] = MappingProxyType(
    {
        "added": lambda d: d.added,
        "taken": lambda d: d.taken,
        "duration_ms": lambda d: d.duration_ms,
        "width": lambda d: d.width,
        "height": lambda d: d.height,
    }
)


def exact_values(texts: Texts, document: AssetDocument) -> tuple[str, ...]:
    """Return what is indexed in a field of ``FILTERS``: each value once, none empty."""
    return tuple(dict.fromkeys(value for value in texts(document) if value))


def added_key(document: AssetDocument) -> int:
    """Return the unique key of the order by registration, to the second and then by ``seq``."""
    return min(max(document.added // 1000, 0), _LAST) << SEQ_BITS | document.seq


def duration_key(document: AssetDocument) -> int:
    """Return the unique key of the order by duration; what has none comes last."""
    duration = _LAST if document.duration_ms is None else min(max(document.duration_ms, 0), _LAST - 1)
    return duration << SEQ_BITS | document.seq


def title_key(document: AssetDocument) -> str:
    """Return the unique key of the order by title: the headline, or the file name where there is none.

    It goes into the address of the next page, so it is cut.
    """
    return f"{sort_key(document.headline or document.filename)[:_TITLE]}\t{document.seq:07x}"
