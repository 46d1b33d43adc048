"""Examples that several operations show; a test asks every operation for its example and compares the shapes."""

from typing import Any

AGENCY = {"code": "SSG", "name": "Secretaría de Salud"}
PERSON = {"id": "01999f5e-7c1a-7000-8000-000000000001", "name": "Ana Ruiz"}
INSTANT = "2026-11-22T18:40:00Z"
VERSION: dict[str, Any] = {
    "code": "K7M2Q9XA01",
    "number": 1,
    "mime": "video/mp4",
    "created_at": INSTANT,
    "width": 1920,
    "height": 1080,
    "duration_ticks": 900,
    "edit_rate": "30000/1001",
    "duration_ms": 30030,
}
ASSET: dict[str, Any] = {
    "code": "K7M2Q9XA",
    "kind": "video",
    "title": "Jornada de vacunación en Celaya",
    "name": "C0012.MP4",
    "agency": AGENCY,
    "created_by": PERSON,
    "created_at": INSTANT,
    "trashed_at": None,
    "revision": 3,
    "version": VERSION,
}
WHOLE_ASSET: dict[str, Any] = ASSET | {
    "may": ["download", "edit", "restore", "trash", "view"],
    "metadata": {
        "headline": {
            "value": "Jornada de vacunación en Celaya",
            "language": "",
            "source": "person",
            "origin": "",
            "at": INSTANT,
        }
    },
}


def page(one: Any) -> dict[str, Any]:
    """Return a page of a list with one row."""
    return {"items": [one], "next": None}
