"""The three blocks of metadata inside a picture file, as they stand: the only door to pyexiv2 for reading."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pyexiv2

from transcode.sandbox import ParserRefused

# Without muting, one odd directory that exiv2 mentions in its log would hide all that it did read.
pyexiv2.set_log_level(4)

_EXIF_GROUPS = frozenset({"Image", "Photo", "GPSInfo", "Iop"})
# Sizes past which a value is no text of anybody: thumbnails, maker notes, resources.
_MAX_VALUE = 256 * 1024
_MAX_VALUES = 20_000


@dataclass(frozen=True, slots=True)
class Blocks:
    """`exif` by group and tag ('Image.Artist'), `iim` by record and dataset name ('Application2.Caption')."""

    exif: dict[str, bytes] = field(default_factory=dict)
    iim: dict[str, list[bytes]] = field(default_factory=dict)
    xmp: str = ""


def read(path: str) -> Blocks:
    """Raise ParserRefused('no_metadata') where exiv2 knows no such format or cannot follow the file."""
    try:
        image = pyexiv2.Image(path)
    except RuntimeError as error:
        raise ParserRefused("no_metadata", str(error)[:200]) from error
    with image:
        raw = image._exiv2api_image  # noqa: SLF001 - its methods above decode everything as UTF-8 and fail on the rest
        exif = {name.removeprefix("Exif."): value for name, value in _pairs(raw.read_exif())}
        iim: dict[str, list[bytes]] = {}
        for name, value in _pairs(raw.read_iptc()):
            iim.setdefault(name.removeprefix("Iptc."), []).append(value)
        packet = bytes(raw.read_raw_xmp()).decode("utf-8", "replace")
    return Blocks(exif={name: value for name, value in exif.items() if _is_known(name)}, iim=iim, xmp=packet)


def _is_known(name: str) -> bool:
    return name.partition(".")[0] in _EXIF_GROUPS


def _pairs(data: Iterable[dict[str, bytes]]) -> Iterable[tuple[str, bytes]]:
    for _, datum in zip(range(_MAX_VALUES), data, strict=False):
        if len(datum["value"]) <= _MAX_VALUE:
            yield datum["tag"].decode("utf-8", "replace"), datum["value"]
