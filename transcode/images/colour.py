"""Colour of pictures: which profile they carry, whether it is wider than sRGB, and how to leave it.

The web gets sRGB, print keeps Adobe RGB where the source has colours that sRGB cannot hold; both with the
profile embedded, because an untagged picture is shown differently by every program.
"""

import io
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyvips
from PIL import Image, ImageCms

# D50-adapted primaries of Adobe RGB (1998), whose white is D65 and whose transfer is a power of 563/256
# (Adobe RGB (1998) Color Image Encoding, version 2005-05, sections 4.3.1 and annex C).
ADOBE_PRIMARIES = ((0.60974, 0.31111, 0.01947), (0.20528, 0.62567, 0.06087), (0.14919, 0.06322, 0.74457))
ADOBE_GAMMA = 563 / 256
_ADOBE_NAME = "Compatible with Adobe RGB (1998)"
_D50 = (0.9642, 1.0, 0.8249)
_PCS_ILLUMINANT = b"".join(struct.pack(">i", round(value * 65536)) for value in _D50)
# Two profiles of the same colours differ by rounding; more than this is another space.
_SAME_WITHIN = 2
# Display P3 encloses 1.36 times the chromaticities of sRGB, Adobe RGB 1.35; profiles of sRGB itself vary by 1 %.
_WIDER_BY = 1.05
_SRGB_AREA = 0.10909
_BLOB = "icc-profile-data"
_SPACES = {"RGB": "rgb", "GRAY": "grey", "CMYK": "cmyk", "Lab": "lab"}


@dataclass(frozen=True, slots=True)
class Profile:
    """An ICC profile as embedded. `space` is rgb, grey, cmyk, lab or the ICC's own four letters."""

    icc: bytes
    description: str
    space: str
    is_srgb: bool
    is_wide: bool


def read_profile(icc: bytes | None) -> Profile | None:
    """None for none and for a broken one: the picture is then taken for what it would be without."""
    if not icc:
        return None
    try:
        opened = ImageCms.ImageCmsProfile(io.BytesIO(icc))
        raw = opened.profile
        space = _SPACES.get(raw.xcolor_space.strip(), raw.xcolor_space.strip())
        description = (raw.profile_description or "").strip("\0 \n\t")
        is_srgb = space == "rgb" and _is_srgb(opened)
    except (OSError, ValueError, TypeError, ImageCms.PyCMSError):
        return None
    is_wide = space in {"cmyk", "lab"} or (space == "rgb" and not is_srgb and _is_wide(raw))
    return Profile(icc, description, space, is_srgb, is_wide)


def embedded(image: pyvips.Image) -> bytes | None:
    """The profile that libvips carries with the pixels."""
    return image.get(_BLOB) if image.get_typeof(_BLOB) else None


def embed(image: pyvips.Image, icc: bytes) -> None:
    """Let the pixels carry a profile. `image` must be a copy of the caller's own."""
    image.set_type(pyvips.GValue.blob_type, _BLOB, icc)


def _is_srgb(opened: ImageCms.ImageCmsProfile) -> bool:
    """Judged by what it does to colours: the descriptions of sRGB profiles are legion."""
    levels = (0, 24, 64, 128, 200, 255)
    colours = [(red, green, blue) for red in levels for green in levels for blue in levels]
    swatch = Image.new("RGB", (len(colours), 1))
    swatch.putdata(colours)
    transform = ImageCms.buildTransform(opened, ImageCms.createProfile("sRGB"), "RGB", "RGB")
    seen = ImageCms.applyTransform(swatch, transform)
    if seen is None:
        return False
    pairs = zip(swatch.tobytes(), seen.tobytes(), strict=True)
    return all(abs(before - after) <= _SAME_WITHIN for before, after in pairs)


def _is_wide(raw: Any) -> bool:
    """By the triangle of its primaries; a profile of tables, which has none, counts as wide."""
    primaries = (raw.red_colorant, raw.green_colorant, raw.blue_colorant)
    if any(primary is None for primary in primaries):
        return True
    return _area([primary[1] for primary in primaries]) > _SRGB_AREA * _WIDER_BY


def _area(chromaticities: Sequence[Sequence[float]]) -> float:
    (x1, y1), (x2, y2), (x3, y3) = ((point[0], point[1]) for point in chromaticities)
    return abs(x1 * (y2 - y3) + x2 * (y3 - y1) + x3 * (y1 - y2)) / 2


def adobe_rgb() -> bytes:
    """A matrix profile of Adobe RGB's colours, made here: Adobe's own file may not be passed on.

    ICC.1:2001-04 (version 2), display class, with the seven tags that clause 6.3.1.2 asks for.
    """
    tags = [
        (b"desc", _description(_ADOBE_NAME)),
        (b"cprt", b"text\0\0\0\0" + b"No copyright, use freely\0"),
        (b"wtpt", _xyz(_D50)),
        *(
            (name, _xyz(value))
            for name, value in zip((b"rXYZ", b"gXYZ", b"bXYZ"), ADOBE_PRIMARIES, strict=True)
        ),
    ]
    curve = b"curv\0\0\0\0" + struct.pack(">IH", 1, round(ADOBE_GAMMA * 256))
    tags += [(name, curve) for name in (b"rTRC", b"gTRC", b"bTRC")]
    return _assemble(tags)


def _xyz(value: tuple[float, float, float]) -> bytes:
    return b"XYZ \0\0\0\0" + b"".join(struct.pack(">i", round(part * 65536)) for part in value)


def _description(text: str) -> bytes:
    ascii_text = text.encode("ascii") + b"\0"
    return b"desc\0\0\0\0" + struct.pack(">I", len(ascii_text)) + ascii_text + bytes(4 + 4 + 2 + 1 + 67)


def _assemble(tags: list[tuple[bytes, bytes]]) -> bytes:
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags:
        table += struct.pack(">4sII", name, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = start + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"\0\0\0\0", 0x02100000, b"mntr", b"RGB ", b"XYZ ")
    head += struct.pack(">6H", 2026, 1, 1, 0, 0, 0) + b"acsp" + bytes(4 * 3 + 8 + 4 + 4)
    head = head[:68] + _PCS_ILLUMINANT
    return head.ljust(128, b"\0") + table + body


def to_srgb(image: pyvips.Image, profile: Profile | None) -> pyvips.Image:
    """Eight-bit sRGB. A picture without profile is taken for sRGB, or for libvips's own CMYK."""
    flat, alpha = _split_alpha(image)
    plain = flat.bands == 3 and flat.interpretation in {"srgb", "rgb16"}  # noqa: PLR2004
    if profile is None and flat.interpretation != "cmyk":
        converted = flat.colourspace("srgb").cast("uchar")
    elif plain and profile is not None and profile.is_srgb:
        converted = (flat >> 8).cast("uchar") if flat.format == "ushort" else flat
    else:
        converted = _transform(flat, profile, "srgb")
    return _join_alpha(converted.copy(interpretation="srgb"), alpha)


def to_adobe_rgb(image: pyvips.Image, profile: Profile | None, scratch: Path) -> pyvips.Image:
    """Eight-bit Adobe RGB, tagged so; `scratch` is a folder for the profile, which libvips wants as a file."""
    path = scratch / "adobe-rgb.icc"
    path.write_bytes(adobe_rgb())
    flat, alpha = _split_alpha(image)
    return _join_alpha(_transform(flat, profile, str(path)), alpha)


def to_eight_bits(image: pyvips.Image) -> pyvips.Image:
    """In its own colours."""
    flat, alpha = _split_alpha(image)
    if flat.format == "ushort":
        flat = (flat >> 8).cast("uchar").copy(interpretation="srgb")
    return _join_alpha(flat, alpha)


def _transform(flat: pyvips.Image, profile: Profile | None, output: str) -> pyvips.Image:
    """Relative colorimetric with black point compensation, as picture editors do by default.

    libvips falls back to the input profile when the embedded one does not fit the bands.
    """
    if flat.format not in {"uchar", "ushort"} or flat.interpretation in {"lab", "labs", "scrgb"}:
        flat, profile = flat.colourspace("srgb"), None
    if flat.bands == 1 and (profile is None or profile.space != "grey"):
        flat = flat.colourspace("rgb16" if flat.format == "ushort" else "srgb")
    return flat.icc_transform(
        output,
        embedded=profile is not None,
        input_profile="cmyk" if flat.interpretation == "cmyk" else "srgb",
        intent="relative",
        black_point_compensation=True,
        depth=8,
    )


def _split_alpha(image: pyvips.Image) -> tuple[pyvips.Image, pyvips.Image | None]:
    """Bands beyond alpha (spot colours, masks) are dropped with it."""
    if not image.hasalpha():
        return image, None
    bands = {"b-w": 1, "grey16": 1, "cmyk": 4}.get(image.interpretation, 3)
    flat, alpha = image.extract_band(0, n=bands), image[bands]
    return flat, ((alpha >> 8) if alpha.format == "ushort" else alpha).cast("uchar")


def _join_alpha(flat: pyvips.Image, alpha: pyvips.Image | None) -> pyvips.Image:
    return flat if alpha is None else flat.bandjoin(alpha)
