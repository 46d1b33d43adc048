"""The few boxes of HEIC and AVIF that the decoders do not tell of: turns, mirrors and colour code points.

ISO/IEC 23008-12 (HEIF) and ISO/IEC 14496-12. Bounded: no box is followed outside its parent.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from transcode.images.header import Nclx

# `meta` stands at the front and holds no pictures; a 200 megapixel one of 822 tiles takes 60 kB.
META_BYTES = 4 * 1024 * 1024
_MAX_BOXES = 20_000
# EXIF orientations, by `irot` quarter turns anti-clockwise (6.5.10), without and with a mirror before the turn.
_TURNED = (1, 8, 3, 6)
_MIRRORED_LEFT_RIGHT_THEN_TURNED = (2, 5, 4, 7)


@dataclass(frozen=True, slots=True)
class Properties:
    """Of the primary item. `orientation` is EXIF's way of saying `irot` and `imir`; None where neither is."""

    orientation: int | None
    nclx: Nclx | None


def read(path: Path) -> Properties:
    """Nothing is known of a file whose boxes cannot be followed; the decoder says what is wrong with it."""
    try:
        with path.open("rb") as file:
            meta = _meta(file.read(META_BYTES))
        return _properties(_associated(meta))
    except (struct.error, IndexError, ValueError):
        return Properties(orientation=None, nclx=None)


def _boxes(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Each box's type and body, in order (14496-12, 4.2)."""
    offset = 0
    for _ in range(_MAX_BOXES):
        if offset + 8 > len(data):
            return
        size, name = struct.unpack_from(">I4s", data, offset)
        head = 8
        if size == 1:
            size, head = struct.unpack_from(">Q", data, offset + 8)[0], 16
        if size == 0:
            size = len(data) - offset
        if size < head:
            return
        yield name, data[offset + head : offset + size]
        offset += size


def _child(data: memoryview, wanted: bytes) -> memoryview:
    for name, body in _boxes(data):
        if name == wanted:
            return body
    raise ValueError(wanted)


def _meta(head: bytes) -> memoryview:
    return _child(memoryview(head), b"meta")[4:]


def _primary_item(meta: memoryview) -> int:
    body = _child(meta, b"pitm")
    number: int = struct.unpack_from(">I" if body[0] else ">H", body, 4)[0]
    return number


def _associated(meta: memoryview) -> list[tuple[bytes, memoryview]]:
    """The properties of the primary item in the order in which they are to be applied."""
    item = _primary_item(meta)
    properties = _child(meta, b"iprp")
    boxes = list(_boxes(_child(properties, b"ipco")))
    found: list[tuple[bytes, memoryview]] = []
    for name, body in _boxes(properties):
        if name == b"ipma":
            found += [boxes[index - 1] for index in _associations(body, item) if index]
    return found


def _associations(body: memoryview, wanted: int) -> list[int]:
    """23008-12, 9.3.2: version 1 has wide item numbers, flag 1 wide property numbers."""
    wide_items, wide_properties = body[0] >= 1, body[3] & 1
    item_format, property_format = (">I" if wide_items else ">H"), (">H" if wide_properties else ">B")
    count, offset = struct.unpack_from(">I", body, 4)[0], 8
    for _ in range(min(count, _MAX_BOXES)):
        item = struct.unpack_from(item_format, body, offset)[0]
        offset += struct.calcsize(item_format)
        size = struct.calcsize(property_format)
        number = body[offset]
        offset += 1
        if item == wanted:
            mask = 0x7FFF if wide_properties else 0x7F
            places = range(offset, offset + number * size, size)
            return [struct.unpack_from(property_format, body, place)[0] & mask for place in places]
        offset += number * size
    return []


def _properties(boxes: list[tuple[bytes, memoryview]]) -> Properties:
    """Mirror then turn is EXIF's own order; the other order turns the other way round."""
    turns, mirrored, told, nclx = 0, False, False, None
    for name, body in boxes:
        if name == b"irot":
            turns, told = (turns + (body[0] & 3)) % 4, True
        elif name == b"imir":
            # 6.5.12, as amended: 0 exchanges top and bottom, which is left and right and half a turn.
            turns = (-turns) % 4 if body[0] & 1 else (2 - turns) % 4
            mirrored, told = not mirrored, True
        elif name == b"colr" and bytes(body[:4]) == b"nclx":
            primaries, transfer = struct.unpack_from(">HH", body, 4)
            nclx = Nclx(primaries, transfer)
    table = _MIRRORED_LEFT_RIGHT_THEN_TURNED if mirrored else _TURNED
    return Properties(orientation=table[turns] if told else None, nclx=nclx)
