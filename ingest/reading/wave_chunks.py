"""What a broadcast wave file says of itself in chunks of its own: bext and iXML.

EBU Tech 3285 (bext: texts of fixed length, ASCII by the book, in fact of whatever encoding), and the iXML
specification 3.01, which location recorders write: project, scene, take, tape and notes. RIFF, RF64 and BW64.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from ingest.reading.capture import iso_time
from ingest.reading.charsets import decode
from ingest.reading.fields import Found
from ingest.reading.precedence import stated
from transcode.sandbox import ParserRefused

_FORMS = frozenset({b"RIFF", b"RF64", b"BW64"})
_SIZE_ELSEWHERE = 0xFFFFFFFF
_MAX_CHUNKS = 1_000
_MAX_TEXT = 1024 * 1024
# bext, in order: field name here and length in bytes (Tech 3285 v2, 2.3).
_BEXT = (("description", 256), ("originator", 32), ("reference", 32), ("date", 10), ("time", 8))


def read(path: str) -> list[dict[str, Any]]:
    """Every field that the chunks state, as JSON of `Found`; raise ParserRefused('not_wave') for other files."""
    with Path(path).open("rb") as file:
        chunks = dict(_chunks(file))
    found = [*_bext(chunks.get(b"bext", b"")), *_ixml(chunks.get(b"iXML", b""))]
    named: dict[str, Found] = {}
    for each in found:
        named.setdefault(each.field, each)
    return [each.to_json() for each in named.values()]


def _chunks(file: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    """Those two; the sound between them is stepped over."""
    head = file.read(12)
    if head[:4] not in _FORMS or head[8:] != b"WAVE":
        raise ParserRefused("not_wave", "no RIFF, RF64 or BW64 header")
    large = 0
    for _ in range(_MAX_CHUNKS):
        chunk = file.read(8)
        if len(chunk) < 8:  # noqa: PLR2004
            return
        name, size = struct.unpack("<4sI", chunk)
        start = file.tell()
        if name == b"ds64":
            large = int.from_bytes(file.read(16)[8:], "little")
        elif name in {b"bext", b"iXML"}:
            yield name, file.read(min(size, _MAX_TEXT))
        if size == _SIZE_ELSEWHERE:
            size = large
        file.seek(start + size + size % 2)


def _bext(data: bytes) -> Iterator[Found]:
    raw, offset = {}, 0
    for name, length in _BEXT:
        raw[name] = data[offset : offset + length].split(b"\0")[0]
        offset += length
    text = dict(zip(raw, map(stated, decode(list(raw.values()))), strict=True))
    when = (
        iso_time(f"{text['date'].replace(':', '-')}T{text['time'].replace('-', ':')}")
        if text["time"]
        else None
    )
    for field, value, origin in (
        ("description", text["description"], "Description"),
        ("source", text["originator"], "Originator"),
        ("job_id", text["reference"], "OriginatorReference"),
        ("date_created", when or iso_time(text["date"].replace(":", "-")) or "", "OriginationDate"),
    ):
        if value:
            yield Found(field, value, "", f"BWF:{origin}")


def _ixml(data: bytes) -> Iterator[Found]:
    """A broken one says nothing."""
    try:
        root = fromstring(data.strip(b"\0 \r\n")) if data else None
    except (ParseError, DefusedXmlException, RecursionError, ValueError):
        return
    if root is None:
        return
    scene = " / ".join(text for name in ("SCENE", "TAKE") if (text := _text(root, name)))
    for field, value, origin in (
        ("event", _text(root, "PROJECT"), "PROJECT"),
        ("title", scene, "SCENE"),
        ("description", _text(root, "NOTE"), "NOTE"),
    ):
        if value:
            yield Found(field, value, "", f"iXML:{origin}")


def _text(root: Element, name: str) -> str:
    return stated(root.findtext(name) or "")
