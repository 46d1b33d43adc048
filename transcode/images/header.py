"""What a picture file says of itself before its pixels are decoded, in the same words for every decoder."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pyvips

from transcode.facts import ImageFacts
from transcode.images.colour import Profile
from transcode.sandbox import ParserRefused

# A Galaxy S24 Ultra delivers 200 megapixels; twice that is room enough, and still fits in memory.
MAX_PIXELS = 400_000_000
# JPEG's and WebP's own ends are 65,535 and 16,383; nothing this office holds is longer than a JPEG can be.
MAX_SIDE = 65_535
_MEMORY_SIGNS = ("out of memory", "memory allocation", "bad_alloc")
_QUARTER_TURNS = frozenset({5, 6, 7, 8})


@dataclass(frozen=True, slots=True)
class Nclx:
    """Colour told by code points instead of a profile (ITU-T H.273): primaries and transfer."""

    primaries: int
    transfer: int


@dataclass(frozen=True, slots=True)
class Header:
    """`display_width` and `display_height` are after `orientation`, which is EXIF's (1 to 8).

    `to_apply` is the part of the orientation that the decoder leaves undone: the same, or 1 where it turns
    the picture itself. `profile` is None where there is none or it cannot be read.
    """

    format: str
    display_width: int
    display_height: int
    orientation: int
    to_apply: int
    bands: int
    bit_depth: int
    colour_space: str
    profile: Profile | None
    nclx: Nclx | None
    has_alpha: bool
    pages: int
    animated: bool

    def facts(self) -> ImageFacts:
        turned = self.orientation in _QUARTER_TURNS
        return ImageFacts(
            format=self.format,
            width=self.display_height if turned else self.display_width,
            height=self.display_width if turned else self.display_height,
            orientation=self.orientation,
            display_width=self.display_width,
            display_height=self.display_height,
            bands=self.bands,
            bit_depth=self.bit_depth,
            colour_space=self.colour_space,
            icc_profile=self.profile.description if self.profile else "",
            has_alpha=self.has_alpha,
            pages=self.pages,
            animated=self.animated,
        )


@dataclass(frozen=True, slots=True)
class Decoder:
    """One way to read pictures.

    `header(path)` decodes no pixels. `pixels(path, header, long_edge, strict)` gives the first page, in its own
    colours, not yet turned by `to_apply`, at its full size or at any size whose long edge is still at least
    `long_edge` (0: as small as comes cheap). `strict` refuses what is damaged; otherwise what can be read is.
    """

    header: Callable[[Path], Header]
    pixels: Callable[[Path, Header, int, bool], pyvips.Image]


def display_size(width: int, height: int, orientation: int) -> tuple[int, int]:
    """The size after an EXIF orientation."""
    return (height, width) if orientation in _QUARTER_TURNS else (width, height)


def refuse_bombs(width: int, height: int) -> None:
    """Refuse, before anything is decoded, what would fill the memory."""
    if width < 1 or height < 1:
        raise ParserRefused("no_pixels", f"{width}x{height}")
    if width * height > MAX_PIXELS or max(width, height) > MAX_SIDE:
        raise ParserRefused("too_many_pixels", f"{width}x{height}")


def orientation_of(value: object) -> int:
    """EXIF's orientation, or 1 for whatever else is written there (EXIF 2.32, tag 274: 1 to 8)."""
    return value if isinstance(value, int) and 1 <= value <= 8 else 1  # noqa: PLR2004


def undecodable(error: Exception) -> Exception:
    """What to raise when a decoder fails: its refusal of the file, or MemoryError, which is not the file's fault.

    Of libvips's errors the first line of its log, because the message only says which call failed.
    """
    log = error.detail if isinstance(error, pyvips.Error) else f"{type(error).__name__}: {error}"
    lines = [line.strip() for line in str(log or "").splitlines() if line.strip()]
    text = (lines or [str(error)])[0][:200]
    if isinstance(error, MemoryError) or any(sign in text.lower() for sign in _MEMORY_SIGNS):
        return MemoryError(text)
    return ParserRefused("undecodable", text)
