"""Whether a photograph's IIM block was changed after its XMP: the checksum Photoshop keeps beside it.

JPEG only (APP13), where nearly all of it is; of other formats nothing is known, and XMP stands.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

# Image resources (Adobe Photoshop File Formats Specification): the IIM block, and the MD5 of it.
_IIM, _IIM_DIGEST = 0x0404, 0x0425
_APP13, _START_OF_SCAN = 0xED, 0xDA
_SIGNATURE = b"Photoshop 3.0\0"
_HEAD_BYTES = 8 * 1024 * 1024
_NO_DIGEST = bytes(16)


def iim_changed(path: str) -> bool:
    """True only where a checksum is kept and it is another's."""
    with Path(path).open("rb") as file:
        head = file.read(_HEAD_BYTES)
    resources = dict(_resources(b"".join(_app13(head))))
    digest, block = resources.get(_IIM_DIGEST), resources.get(_IIM)
    if digest is None or block is None or digest == _NO_DIGEST:
        return False
    return hashlib.md5(block, usedforsecurity=False).digest() != digest


def _app13(head: bytes) -> Iterator[bytes]:
    """The bodies of Photoshop's segments, in order; they may continue each other."""
    offset = 2
    while head[:2] == b"\xff\xd8" and offset + 4 <= len(head) and head[offset] == 0xFF:  # noqa: PLR2004
        marker, size = head[offset + 1], int.from_bytes(head[offset + 2 : offset + 4], "big")
        if marker == _START_OF_SCAN or size < 2:  # noqa: PLR2004
            return
        body = head[offset + 4 : offset + 2 + size]
        if marker == _APP13 and body.startswith(_SIGNATURE):
            yield body[len(_SIGNATURE) :]
        offset += 2 + size


def _resources(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Number and content of each '8BIM' block: name padded to even, content too."""
    offset = 0
    while offset + 12 <= len(data) and data[offset : offset + 4] == b"8BIM":
        number = int.from_bytes(data[offset + 4 : offset + 6], "big")
        name = data[offset + 6] + 1
        start = offset + 6 + name + name % 2
        size = int.from_bytes(data[start : start + 4], "big")
        yield number, data[start + 4 : start + 4 + size]
        offset = start + 4 + size + size % 2
