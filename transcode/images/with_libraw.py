"""Camera raw files, through LibRaw: the camera's own preview where it is large enough, else developed here."""

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pyvips
import rawpy

from transcode.images.colour import ADOBE_GAMMA, adobe_rgb, embed
from transcode.images.header import Decoder, Header, display_size, refuse_bombs, undecodable
from transcode.images.with_vips import jpeg_shrink
from transcode.sandbox import ParserRefused

MIMES = frozenset(
    {
        "image/x-adobe-dng",
        "image/x-canon-cr2",
        "image/x-canon-cr3",
        "image/x-canon-crw",
        "image/x-fuji-raf",
        "image/x-nikon-nef",
        "image/x-nikon-nrw",
        "image/x-olympus-orf",
        "image/x-panasonic-rw2",
        "image/x-pentax-pef",
        "image/x-raw",
        "image/x-samsung-srw",
        "image/x-sony-arw",
        "image/x-sony-sr2",
    }
)
# LibRaw's `flip`, as EXIF orientations.
_ORIENTATIONS = {0: 1, 3: 3, 5: 8, 6: 6}
_JPEG_START = b"\xff\xd8\xff"
_MAX_PREVIEWS = 64
_HEAD_BYTES = 256 * 1024
# Long edge under which an embedded picture is a thumbnail for the camera's screen.
_SMALLEST_PREVIEW = 1000


def decoder() -> Decoder:
    return Decoder(header=_header, pixels=_pixels)


@contextmanager
def _opened(path: Path) -> Iterator[rawpy.RawPy]:
    try:
        raw = rawpy.imread(str(path))
    except rawpy.LibRawError as error:
        raise undecodable(error) from error
    with raw:
        yield raw


def _crop(raw: rawpy.RawPy) -> tuple[int, int, int, int]:
    """Left, top, width, height of the picture inside what the sensor delivered (the margins are dark or odd)."""
    sizes = raw.sizes
    if sizes.crop_width and sizes.crop_height:
        left, top = sizes.crop_left_margin, sizes.crop_top_margin
        if left + sizes.crop_width <= sizes.iwidth and top + sizes.crop_height <= sizes.iheight:
            return left, top, sizes.crop_width, sizes.crop_height
    return 0, 0, sizes.iwidth, sizes.iheight


def _header(path: Path) -> Header:
    with _opened(path) as raw:
        _, _, width, height = _crop(raw)
        orientation = _ORIENTATIONS.get(raw.sizes.flip, 1)
    refuse_bombs(width, height)
    display_width, display_height = display_size(width, height, orientation)
    return Header(
        format="raw",
        display_width=display_width,
        display_height=display_height,
        orientation=orientation,
        to_apply=orientation,
        bands=3,
        bit_depth=16,
        colour_space="rgb",
        profile=None,
        nclx=None,
        has_alpha=False,
        pages=1,
        animated=False,
    )


def _pixels(path: Path, header: Header, long_edge: int, strict: bool) -> pyvips.Image:  # noqa: FBT001 - Decoder's shape
    """A preview is what the photographer saw and costs nothing; developing is for files without a good one."""
    with _opened(path) as raw:
        if strict:
            _unpack(raw)
        longest = max(header.display_width, header.display_height)
        wanted = max(min(long_edge, longest), _SMALLEST_PREVIEW)
        jpeg = _embedded_jpeg(path, raw)
        preview = None if jpeg is None else _decoded(jpeg, wanted)
        if preview is not None and max(preview.width, preview.height) >= wanted:
            return preview
        try:
            return _developed(raw, half=wanted * 2 <= longest)
        except ParserRefused:
            if preview is None:
                raise
            return preview


def _unpack(raw: rawpy.RawPy) -> None:
    """Decode the sensor's data, which is where a truncated file shows, without developing a picture."""
    try:
        _ = raw.raw_type
    except rawpy.LibRawError as error:
        raise undecodable(error) from error


def _developed(raw: rawpy.RawPy, *, half: bool) -> pyvips.Image:
    """In Adobe RGB, sixteen bits, with the camera's white balance; not turned."""
    crop = _crop(raw)  # before developing, which changes the sizes that LibRaw tells
    try:
        pixels = raw.postprocess(
            use_camera_wb=True,
            output_color=rawpy.ColorSpace.Adobe,
            gamma=(ADOBE_GAMMA, 0),
            output_bps=16,
            half_size=half,
            user_flip=0,
        )
    except rawpy.LibRawError as error:
        raise undecodable(error) from error
    height, width = pixels.shape[:2]
    image = pyvips.Image.new_from_memory(pixels.tobytes(), width, height, 3, "ushort")
    left, top, crop_width, crop_height = (side // 2 if half else side for side in crop)
    image = image.crop(left, top, min(crop_width, width - left), min(crop_height, height - top))
    image = image.copy(interpretation="rgb16")
    embed(image, adobe_rgb())
    return image


def _embedded_jpeg(path: Path, raw: rawpy.RawPy) -> bytes | None:
    try:
        found = raw.extract_thumb().data
    except rawpy.LibRawError:
        found = None
    return (
        found if isinstance(found, bytes) else _largest_jpeg(path)
    )  # otherwise a bitmap for the camera's screen


def _decoded(jpeg: bytes, wanted: int) -> pyvips.Image | None:
    """In memory, its long edge still at least `wanted` where it was; not turned; None where it is cut."""
    try:
        whole = pyvips.Image.jpegload_buffer(jpeg)
        shrink = jpeg_shrink(whole.width, whole.height, wanted)
        image = pyvips.Image.jpegload_buffer(jpeg, shrink=shrink, fail_on="truncated").copy_memory()
    except pyvips.Error:
        return None
    image.remove("orientation")
    return image


def _largest_jpeg(path: Path) -> bytes | None:
    """By its signature, for files whose table of previews LibRaw does not follow (cut CR3, new cameras)."""
    best: tuple[int, int, int] | None = None
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        start = data.find(_JPEG_START)
        for _ in range(_MAX_PREVIEWS):
            if start < 0:
                break
            area = _jpeg_area(data[start : start + _HEAD_BYTES])
            if area and (best is None or area > best[0]):
                best = (area, start, len(data))
            start = data.find(_JPEG_START, start + 3)
        return data[best[1] : best[2]] if best else None


def _jpeg_area(head: bytes) -> int:
    try:
        image = pyvips.Image.jpegload_buffer(head)
    except pyvips.Error:
        return 0
    return image.width * image.height if image.bands == 3 else 0  # noqa: PLR2004
