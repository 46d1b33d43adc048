"""Pictures for tests: four quarters of known colours, so that a turn, a mirror or a wrong profile shows."""

import struct
from pathlib import Path

import pyvips

RED, GREEN, BLUE, WHITE = (230, 20, 20), (20, 200, 20), (20, 20, 220), (250, 250, 250)
NAMES = {"red": RED, "green": GREEN, "blue": BLUE, "white": WHITE}
UPRIGHT = ["red", "green", "blue", "white"]
# How the four quarters of an upright picture lie in a file that asks for each EXIF orientation.
STORED = {
    1: ["red", "green", "blue", "white"],
    2: ["green", "red", "white", "blue"],
    3: ["white", "blue", "green", "red"],
    4: ["blue", "white", "red", "green"],
    5: ["red", "blue", "green", "white"],
    6: ["green", "white", "red", "blue"],
    7: ["white", "green", "blue", "red"],
    8: ["blue", "red", "white", "green"],
}


def flat(width: int, height: int, colour: tuple[int, ...]):
    return (pyvips.Image.black(width, height, bands=len(colour)) + list(colour)).cast("uchar")


def quarters(width: int, height: int, names: list[str] = UPRIGHT):
    """Top left, top right, bottom left, bottom right."""
    tiles = [flat(width // 2, height // 2, NAMES[name]) for name in names]
    return pyvips.Image.arrayjoin(tiles, across=2).copy(interpretation="srgb")


def seen(path: Path):
    """The colours in the middle of the four quarters of a picture file."""
    image = pyvips.Image.new_from_file(str(path)).colourspace("srgb")
    places = [(x, y) for y in (1, 3) for x in (1, 3)]
    return [nearest(image.getpoint(image.width * x // 4, image.height * y // 4)) for x, y in places]


def nearest(point: list[float]):
    def distance(name: str):
        return sum((here - there) ** 2 for here, there in zip(point, NAMES[name], strict=False))

    return min(NAMES, key=distance)


def centre(path: Path):
    image = pyvips.Image.new_from_file(str(path))
    return image.getpoint(image.width // 2, image.height // 2)


def jpeg(path: Path, image: pyvips.Image, orientation: int = 1, **options):
    image = image.copy()
    image.set_type(pyvips.GValue.gint_type, "orientation", orientation)
    image.jpegsave(str(path), Q=92, **options)
    return path


def box(name: bytes, *parts: bytes):
    body = b"".join(parts)
    return struct.pack(">I4s", 8 + len(body), name) + body


def full_box(name: bytes, *parts: bytes, version: int = 0, flags: int = 0):
    return box(name, bytes([version]) + flags.to_bytes(3, "big"), *parts)


def heif_boxes(*properties: bytes, wide: bool = False, other: bytes = b""):
    """The front of a HEIF file whose primary item has these properties, and another item `other`."""
    shared = box(b"ipco", *properties, other)
    numbers = bytes(0x80 | number for number in range(1, len(properties) + 1))
    if wide:
        numbers = b"".join(struct.pack(">H", 0x8000 | number) for number in range(1, len(properties) + 1))
    item = struct.pack(">I", 7) if wide else struct.pack(">H", 7)
    first = (struct.pack(">I", 3) if wide else struct.pack(">H", 3)) + b"\0"
    count = struct.pack(">I", 2)
    associations = full_box(
        b"ipma", count, first, item, bytes([len(properties)]), numbers, version=int(wide), flags=int(wide)
    )
    primary = full_box(b"pitm", item, version=int(wide))
    meta = full_box(b"meta", full_box(b"hdlr", bytes(20)), primary, box(b"iprp", shared, associations))
    return box(b"ftyp", b"heic", bytes(4)) + meta


def psd(
    path: Path,
    planes: list[bytes],
    *,
    size: tuple[int, int],
    depth: int = 8,
    mode: int = 3,
    packed: bool = False,
    large: bool = False,
    resources: bytes = b"",
    extra_channels: int = 0,
):
    """A Photoshop file of one merged picture. `planes` are the channels' rows, big-endian."""
    width, height = size
    channels = planes + [bytes(len(planes[0]))] * extra_channels
    head = struct.pack(">4sH6xHIIHH", b"8BPS", 2 if large else 1, len(channels), height, width, depth, mode)
    body = head + struct.pack(">I", 0) + struct.pack(">I", len(resources)) + resources
    body += struct.pack(">Q" if large else ">I", 0)
    if packed:
        rows = [_packed(row) for plane in channels for row in _rows(plane, height)]
        sizes = b"".join(struct.pack(">I" if large else ">H", len(row)) for row in rows)
        body += struct.pack(">H", 1) + sizes + b"".join(rows)
    else:
        body += struct.pack(">H", 0) + b"".join(channels)
    path.write_bytes(body)
    return path


def _rows(plane: bytes, height: int):
    length = len(plane) // height
    return [plane[row * length : (row + 1) * length] for row in range(height)]


def _packed(row: bytes):
    """PackBits, literal runs only."""
    pieces = [row[start : start + 128] for start in range(0, len(row), 128)]
    return b"".join(bytes([len(piece) - 1]) + piece for piece in pieces)


def resource(number: int, data: bytes):
    """One Photoshop image resource with an empty name."""
    return struct.pack(">4sHHI", b"8BIM", number, 0, len(data)) + data + bytes(len(data) % 2)
