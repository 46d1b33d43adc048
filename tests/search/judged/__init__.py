"""A judged set: what this office keeps, what its people type, and how well each document answers (3 best, 0 not).

Judged before any tuning. To grow it, add lines to the tables: documents.tsv (lists with ``;``, caption cues with
``¦``, one every five seconds) and queries.tsv (``key=grade``; what is not named is not wanted).
"""

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from search.document import AssetDocument, CueDocument

FOLDER = Path(__file__).parent
_NAMESPACE = UUID("6f1d1c9e-52a4-4a53-9f0e-0d1a3f5a7b10")
_CUE_MS = 5000
_AGENCIES = {
    "SSG": "Secretaría de Salud",
    "SEG": "Secretaría de Educación",
    "SDAYR": "Secretaría del Campo",
    "CEAG": "Comisión Estatal del Agua",
    "SMAOT": "Secretaría del Agua y Medio Ambiente",
    "SICOM": "Secretaría de Obra Pública",
    "SSP": "Secretaría de Seguridad y Paz",
    "CEPC": "Coordinación Estatal de Protección Civil",
    "DIF": "Sistema para el Desarrollo Integral de la Familia",
    "SEDESHU": "Secretaría del Nuevo Comienzo",
    "CULTURA": "Secretaría de Cultura",
    "SECTURI": "Secretaría de Turismo",
    "CODE": "Comisión de Deporte",
    "SE": "Secretaría de Economía",
    "CGCS": "Coordinación General de Comunicación Social",
}


@dataclass(frozen=True)
class Judged:
    text: str
    grades: Mapping[UUID, int]


def asset_id(key: str) -> UUID:
    return uuid5(_NAMESPACE, key)


def documents() -> Iterator[AssetDocument]:
    with (FOLDER / "documents.tsv").open(encoding="utf-8", newline="") as file:
        rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        for seq, row in enumerate(rows, start=1):
            yield _document(seq, row)


def queries() -> Iterator[Judged]:
    keys = {document.id for document in documents()}
    with (FOLDER / "queries.tsv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE):
            grades = {
                asset_id(key): int(grade)
                for key, _, grade in (part.partition("=") for part in row["judgements"].split())
            }
            assert grades.keys() <= keys, row
            yield Judged(row["query"], grades)


def ndcg(found: Sequence[UUID], grades: Mapping[UUID, int], depth: int = 10) -> float:
    """Return nDCG@depth with gains 2^grade - 1 (Burges et al., 2005)."""
    ideal = _gain(sorted(grades.values(), reverse=True)[:depth])
    return _gain([grades.get(key, 0) for key in found[:depth]]) / ideal


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(rank + 2) for rank, grade in enumerate(grades))


def _document(seq: int, row: Mapping[str, str]) -> AssetDocument:
    cues = enumerate(text.strip() for text in row["captions"].split("¦") if text.strip())
    return AssetDocument(
        id=asset_id(row["key"]),
        seq=seq,
        revision=1,
        codes=(f"JDG{seq:05d}",),
        kind=row["kind"],
        added=1_760_000_000_000 + seq * 60_000,
        seen_by=("office", f"agency:{row['agency']}"),
        headline=row["headline"],
        description=row["description"],
        keywords=_listed(row["keywords"]),
        people=_listed(row["people"]),
        places=_listed(row["places"]),
        agency=_AGENCIES[row["agency"]],
        agency_path=("GTO", row["agency"]),
        event=row["event"],
        filename=row["filename"],
        cues=tuple(CueDocument("es", place * _CUE_MS, (place + 1) * _CUE_MS, text) for place, text in cues),
        ym=row["ym"],
    )


def _listed(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())
