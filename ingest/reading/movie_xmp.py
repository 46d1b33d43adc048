"""The XMP packet inside a QuickTime or MP4 file: moov/udta/XMP_ (QuickTime) or a uuid box (MP4).

XMP specification part 3 (Storage in files), 1.1.7 and 1.2.4. Editors write headlines and keywords there, which
FFmpeg does not report.
"""

import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ingest.reading import photo_metadata, xmp
from ingest.reading.precedence import Sources
from transcode.sandbox import ParserRefused

_UUID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
_MAX_BOXES = 10_000


def read(path: str) -> list[dict[str, Any]]:
    """Every field that the packet states, as JSON of `Found`; an empty list where there is none that can be read."""
    with Path(path).open("rb") as file:
        packet = _packet(file)
    try:
        properties = xmp.parse(packet.decode("utf-8", "replace")) if packet else {}
    except ParserRefused:
        return []
    return [found.to_json() for found in photo_metadata.interpret(Sources(xmp=properties))]


def _packet(file: BinaryIO) -> bytes:
    end = file.seek(0, 2)
    for name, start, stop in _boxes(file, 0, end):
        if name == b"uuid" and _at(file, start, len(_UUID)) == _UUID:
            return _at(file, start + len(_UUID), stop - start - len(_UUID))
        if name == b"moov":
            for inner, inner_start, inner_stop in _boxes(file, start, stop):
                if inner == b"udta" and (found := _in_user_data(file, inner_start, inner_stop)):
                    return found
    return b""


def _in_user_data(file: BinaryIO, start: int, stop: int) -> bytes:
    for name, inner_start, inner_stop in _boxes(file, start, stop):
        if name == b"XMP_":
            return _at(file, inner_start, inner_stop - inner_start)
    return b""


def _at(file: BinaryIO, start: int, size: int) -> bytes:
    file.seek(start)
    return file.read(min(size, xmp.MAX_BYTES))


def _boxes(file: BinaryIO, start: int, stop: int) -> Iterator[tuple[bytes, int, int]]:
    """(type, start and end of the body) of each box; none is followed outside its parent."""
    for _ in range(_MAX_BOXES):
        if start + 8 > stop:
            return
        head = _at(file, start, 16)
        if len(head) < 8:  # noqa: PLR2004
            return
        size, name = struct.unpack_from(">I4s", head)
        body = 8
        if size == 1 and len(head) == 16:  # noqa: PLR2004
            size, body = int.from_bytes(head[8:], "big"), 16
        end = stop if size == 0 else start + size
        if end < start + body or end > stop:
            return
        yield name, start + body, end
        start = end
