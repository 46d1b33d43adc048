"""What libvips reads itself: JPEG, PNG, GIF, WebP, TIFF and AVIF, each by its own loader, never by guessing."""

import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyvips
from PIL import Image

from transcode.images import isobmff
from transcode.images.colour import Profile, adobe_rgb, read_profile
from transcode.images.header import Decoder, Header, display_size, orientation_of, refuse_bombs, undecodable

LOADERS = {
    "image/jpeg": ("jpeg", "jpegload"),
    "image/png": ("png", "pngload"),
    "image/apng": ("png", "pngload"),
    "image/gif": ("gif", "gifload"),
    "image/webp": ("webp", "webpload"),
    "image/tiff": ("tiff", "tiffload"),
    "image/avif": ("avif", "heifload"),
}
# Which formats move; the pages of the others (TIFF, AVIF) are pictures of their own.
_MOVING = frozenset({"gif", "webp"})
_BIT_DEPTHS = {"uchar": 8, "char": 8, "ushort": 16, "short": 16, "uint": 32, "int": 32, "float": 32}
_SPACES = {"cmyk": "cmyk", "lab": "lab", "labs": "lab", "b-w": "grey", "grey16": "grey"}
_JPEG_SHRINKS = (8, 4, 2)
# Shrinking while loading is coarse: leaving this much to the resizer keeps within 45 dB of a full decode
# (1.05 left: 36 dB), at half the processor time.
_HEADROOM = 1.25
_MAX_THREADS = 4
_APNG_FRAMES = b"acTL"
_PNG_HEAD_BYTES = 65536
_EXIF_ORIENTATION = 0x0112
_UNCALIBRATED, _ADOBE_INTEROPERABILITY = "65535", "R03"

# Nothing is opened twice here, and a cache would keep the pixels of hostile files.
pyvips.cache_set_max(0)
# On machines of many cores each thread would take its share of the limited address space.
pyvips.concurrency_set(min(os.cpu_count() or 1, _MAX_THREADS))


def version() -> str:
    """Return which libvips is loaded."""
    return ".".join(str(pyvips.version(part)) for part in range(3))


def decoder(mime: str) -> Decoder:
    """For a key of LOADERS."""
    name, operation = LOADERS[mime]
    return Decoder(
        header=lambda path: _header(path, name, operation),
        pixels=lambda path, header, long_edge, strict: _pixels(path, header, operation, long_edge, strict),
    )


def _open(path: Path, operation: str, **options: Any) -> pyvips.Image:
    try:
        return getattr(pyvips.Image, operation)(str(path), **options)
    except pyvips.Error as error:
        raise undecodable(error) from error


def _get(image: pyvips.Image, name: str, otherwise: Any) -> Any:
    return image.get(name) if image.get_typeof(name) else otherwise


def _header(path: Path, name: str, operation: str) -> Header:
    image = _open(path, operation)
    refuse_bombs(image.width, image.height)
    orientation, to_apply, nclx = orientation_of(_get(image, "orientation", 1)), None, None
    if name == "avif":
        properties = isobmff.read(path)
        nclx = properties.nclx
        orientation, to_apply = heif_orientation(properties.orientation, _get(image, "exif-data", b""))
    to_apply = orientation if to_apply is None else to_apply
    width, height = display_size(image.width, image.height, to_apply)
    pages = _apng_frames(path) if name == "png" else int(_get(image, "n-pages", 1))
    alpha = bool(image.hasalpha())
    return Header(
        format=name,
        display_width=width,
        display_height=height,
        orientation=orientation,
        to_apply=to_apply,
        bands=image.bands,
        bit_depth=_bit_depth(image, name),
        colour_space=_SPACES.get(image.interpretation, "rgb" if image.bands - alpha > 1 else "grey"),
        profile=read_profile(_get(image, "icc-profile-data", None)) or _profile_by_exif(image),
        nclx=nclx,
        has_alpha=alpha,
        pages=pages,
        animated=pages > 1 and (name in _MOVING or name == "png"),
    )


def heif_orientation(told: int | None, exif: bytes) -> tuple[int, int]:
    """(orientation, what the decoder leaves to do) of HEIC and AVIF.

    HEIF's own boxes are authoritative and decoders obey them; what EXIF says besides is then a copy. Files
    without such boxes but with EXIF's tag exist (made by converters): nobody means a picture lying on its side.
    """
    if told is not None:
        return told, 1
    tags = Image.Exif()
    try:
        tags.load(exif)
    except (SyntaxError, ValueError, OSError):
        return 1, 1
    value = orientation_of(tags.get(_EXIF_ORIENTATION))
    return value, value


def _bit_depth(image: pyvips.Image, name: str) -> int:
    """Of a sample as stored; of palettes, that of their colours."""
    depth = _BIT_DEPTHS.get(image.format, 8)
    indexed = name == "gif" or image.get_typeof("palette")
    return depth if indexed else int(_get(image, "bits-per-sample", depth))


def _profile_by_exif(image: pyvips.Image) -> Profile | None:
    """Cameras write Adobe RGB without a profile (DCF 2.0, option files): uncalibrated, interoperability R03."""
    space = str(_get(image, "exif-ifd2-ColorSpace", ""))
    index = str(_get(image, "exif-ifd4-InteroperabilityIndex", ""))
    if not (space.startswith(_UNCALIBRATED) and index.startswith(_ADOBE_INTEROPERABILITY)):
        return None
    profile = read_profile(adobe_rgb())
    return profile and replace(profile, description="")


def _apng_frames(path: Path) -> int:
    """From the acTL chunk, which stands before the first picture data (PNG 3rd edition, 11.3.6.1)."""
    with path.open("rb") as file:
        head = file.read(_PNG_HEAD_BYTES)
    place, data = head.find(_APNG_FRAMES), head.find(b"IDAT")
    if place < 0 or 0 <= data < place:
        return 1
    return max(1, int.from_bytes(head[place + 4 : place + 8], "big"))


def _pixels(path: Path, header: Header, operation: str, long_edge: int, strict: bool) -> pyvips.Image:  # noqa: FBT001 - Decoder's shape
    options: dict[str, Any] = {"access": "sequential", "fail_on": "truncated" if strict else "none"}
    longest = max(header.display_width, header.display_height)
    if operation == "jpegload":
        options["shrink"] = jpeg_shrink(header.display_width, header.display_height, long_edge)
    if operation == "webpload" and long_edge:
        options["scale"] = min(1.0, (long_edge + 1) / longest)
    return _open(path, operation, **options)


def jpeg_shrink(width: int, height: int, long_edge: int) -> int:
    """By how much to shrink a JPEG of that size while loading it for a picture of `long_edge`."""
    longest, shortest = max(width, height), min(width, height)
    fitting = (each for each in _JPEG_SHRINKS if longest >= long_edge * each * _HEADROOM and shortest >= each)
    return next(fitting, 1)
