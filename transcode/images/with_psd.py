"""Photoshop's own format: the merged picture that it stores behind the layers. Layers are never read.

Adobe Photoshop File Formats Specification (November 2019). Grey, RGB and CMYK of 8 or 16 bits, PSD and PSB.
"""

import struct
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import pyvips
from PIL import Image

from transcode.images.colour import read_profile
from transcode.images.header import Decoder, Header, refuse_bombs
from transcode.sandbox import ParserRefused

MIMES = frozenset({"image/vnd.adobe.photoshop", "image/x-photoshop", "image/psd"})
_HEAD = struct.Struct(">4sHxxxxxxHIIHH")
_LARGE = 2  # the version number of PSB
# Colour modes: bands, colour space; duotone's picture is grey.
_MODES = {1: (1, "grey"), 3: (3, "rgb"), 4: (4, "cmyk"), 8: (1, "grey")}
_INTERPRETATIONS = {"grey": ("b-w", "grey16"), "rgb": ("srgb", "rgb16"), "cmyk": ("cmyk", "cmyk")}
_RAW, _PACKED = 0, 1
_ICC_PROFILE = 1039
_RESOURCES_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class _Layout:
    width: int
    height: int
    channels: int
    depth: int
    mode: int
    large: bool
    resources: bytes
    picture_at: int


def decoder() -> Decoder:
    return Decoder(header=_header, pixels=lambda path, _header, _long_edge, _strict: _pixels(path))


def _read(file: BinaryIO, size: int) -> bytes:
    data = file.read(size)
    if len(data) < size:
        raise ParserRefused("truncated", "the file ends early")
    return data


def _section(file: BinaryIO, size_format: str = ">I") -> int:
    size: int = struct.unpack(size_format, _read(file, struct.calcsize(size_format)))[0]
    return size


def _layout(file: BinaryIO) -> _Layout:
    signature, version, channels, height, width, depth, mode = _HEAD.unpack(_read(file, _HEAD.size))
    if signature != b"8BPS":
        raise ParserRefused("undecodable", "not a Photoshop file")
    refuse_bombs(width, height)
    bands = _MODES.get(mode, (0, ""))[0]
    if not bands or depth not in {8, 16} or channels < bands:
        raise ParserRefused(
            "unsupported_picture", f"Photoshop mode {mode}, {depth} bits, {channels} channels"
        )
    file.seek(_section(file), 1)  # colour mode data
    size = _section(file)
    resources = _read(file, min(size, _RESOURCES_BYTES))
    file.seek(size - len(resources), 1)
    file.seek(_section(file, ">Q" if version == _LARGE else ">I"), 1)  # layers
    return _Layout(width, height, channels, depth, mode, version == _LARGE, resources, file.tell())


def _resource(resources: bytes, wanted: int) -> bytes | None:
    """One image resource block: signature, number, padded name, size, padded data."""
    offset = 0
    while offset + 12 <= len(resources) and resources[offset : offset + 4] == b"8BIM":
        number = int.from_bytes(resources[offset + 4 : offset + 6], "big")
        name = resources[offset + 6] + 1
        start = offset + 6 + name + name % 2
        size = int.from_bytes(resources[start : start + 4], "big")
        if number == wanted:
            return resources[start + 4 : start + 4 + size]
        offset = start + 4 + size + size % 2
    return None


def _header(path: Path) -> Header:
    with path.open("rb") as file:
        layout = _layout(file)
    bands, space = _MODES[layout.mode]
    profile = read_profile(_resource(layout.resources, _ICC_PROFILE))
    return Header(
        format="psd",
        display_width=layout.width,
        display_height=layout.height,
        orientation=1,
        to_apply=1,
        bands=bands,
        bit_depth=layout.depth,
        colour_space=space,
        profile=profile,
        nclx=None,
        has_alpha=False,
        pages=1,
        animated=False,
    )


def _pixels(path: Path) -> pyvips.Image:
    """Channels lie one after another; those past the colour's own are selections and masks, left out."""
    with path.open("rb") as file:
        layout = _layout(file)
        bands, space = _MODES[layout.mode]
        compression = _section(file, ">H")
        if compression == _RAW:
            planes = [_read(file, _row_bytes(layout) * layout.height) for _ in range(bands)]
        elif compression == _PACKED:
            planes = _packed_planes(file, layout, bands)
        else:
            raise ParserRefused("unsupported_picture", f"Photoshop compression {compression}")
    image = _plane(planes[0], layout).bandjoin([_plane(plane, layout) for plane in planes[1:]])
    if space == "cmyk":
        image = image.invert()
    return image.copy(interpretation=_INTERPRETATIONS[space][layout.depth == 16])  # noqa: PLR2004


def _row_bytes(layout: _Layout) -> int:
    return layout.width * layout.depth // 8


def _packed_planes(file: BinaryIO, layout: _Layout, bands: int) -> list[bytes]:
    """PackBits, row by row; the sizes of all rows of all channels stand in front."""
    count = layout.channels * layout.height
    sizes = struct.unpack(
        f">{count}{'I' if layout.large else 'H'}", _read(file, count * (4 if layout.large else 2))
    )
    planes = []
    for band in range(bands):
        packed = _read(file, sum(sizes[band * layout.height : (band + 1) * layout.height]))
        try:
            unpacked = Image.frombytes("L", (_row_bytes(layout), layout.height), packed, "packbits", "L")
        except ValueError as error:
            raise ParserRefused("truncated", "a channel ends early") from error
        planes.append(unpacked.tobytes())
    return planes


def _plane(data: bytes, layout: _Layout) -> pyvips.Image:
    sample = "ushort" if layout.depth == 16 else "uchar"  # noqa: PLR2004
    image = pyvips.Image.new_from_memory(data, layout.width, layout.height, 1, sample)
    return image.byteswap() if sample == "ushort" else image
