"""What a file is, told by its content and never by its name; and what may be done with it.

The name's extension decides only between text formats that content cannot tell apart (SRT without its index, CSV,
EDL...). At most a few pieces of the file are read, by pure Python, so this runs outside the sandbox. The
signatures are ours: puremagic 1.30 did not know MXF, transport streams, AppleDouble, most HEIC and CR3, and took
AC-3 and FLAC with ID3 for MP3; libmagic did not know transport streams or MP3 with a cover, and is a parser in C.
Neither names the demuxer to force, which is what stops a disguised playlist.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, get_args

from transcode.records import Record
from transcode.sniff_containers import container
from transcode.sniff_signatures import Peek, signature
from transcode.sniff_streams import stream
from transcode.sniff_text import text

Kind = Literal["video", "audio", "photo", "document", "caption", "sidecar", "other", "junk", "refused"]

KINDS: tuple[Kind, ...] = get_args(Kind)
UNKNOWN = "application/octet-stream"
EMPTY = "inode/x-empty"


@dataclass(frozen=True, slots=True)
class ContentType(Record):
    """A media type, its kind, and FFmpeg's name of the demuxer to force, '' when it is not for FFmpeg.

    A container that may hold picture or sound is 'video' until it was probed. 'other' is kept and never shown
    inline; 'junk' is what an operating system left behind; 'refused' is empty, or a script for media converters.
    """

    mime: str
    kind: Kind
    demuxer: str


# mime: (kind, demuxer); what is not here is 'other'
TABLE: dict[str, tuple[Kind, str]] = {
    "video/mp4": ("video", "mov"),
    "video/quicktime": ("video", "mov"),
    "video/3gpp": ("video", "mov"),
    "video/3gpp2": ("video", "mov"),
    "video/mj2": ("video", "mov"),
    "video/x-matroska": ("video", "matroska"),
    "video/webm": ("video", "matroska"),
    "video/mp2t": ("video", "mpegts"),
    "video/mpeg": ("video", "mpeg"),
    "video/mpv": ("video", "mpegvideo"),
    "video/x-msvideo": ("video", "avi"),
    "video/x-ms-asf": ("video", "asf"),
    "video/x-flv": ("video", "flv"),
    "video/ogg": ("video", "ogg"),
    "video/dv": ("video", "dv"),
    "video/x-ivf": ("video", "ivf"),
    "application/mxf": ("video", "mxf"),
    "application/gxf": ("video", "gxf"),
    "application/vnd.rn-realmedia": ("video", "rm"),
    "audio/mp4": ("audio", "mov"),
    "audio/mpeg": ("audio", "mp3"),
    "audio/aac": ("audio", "aac"),
    "audio/ac3": ("audio", "ac3"),
    "audio/eac3": ("audio", "eac3"),
    "audio/amr": ("audio", "amr"),
    "audio/flac": ("audio", "flac"),
    "audio/ogg": ("audio", "ogg"),
    "audio/x-wav": ("audio", "wav"),
    "audio/x-w64": ("audio", "w64"),
    "audio/x-aiff": ("audio", "aiff"),
    "audio/x-caf": ("audio", "caf"),
    "audio/basic": ("audio", "au"),
    "image/jpeg": ("photo", ""),
    "image/png": ("photo", ""),
    "image/apng": ("photo", ""),
    "image/gif": ("photo", ""),
    "image/webp": ("photo", ""),
    "image/bmp": ("photo", ""),
    "image/tiff": ("photo", ""),
    "image/avif": ("photo", ""),
    "image/heic": ("photo", ""),
    "image/heif": ("photo", ""),
    "image/heic-sequence": ("photo", ""),
    "image/heif-sequence": ("photo", ""),
    "image/jxl": ("photo", ""),
    "image/jp2": ("photo", ""),
    "image/x-jp2-codestream": ("photo", ""),
    "image/x-adobe-dng": ("photo", ""),
    "image/x-canon-cr2": ("photo", ""),
    "image/x-canon-cr3": ("photo", ""),
    "image/x-nikon-nef": ("photo", ""),
    "image/x-sony-arw": ("photo", ""),
    "image/x-pentax-pef": ("photo", ""),
    "image/x-olympus-orf": ("photo", ""),
    "image/x-panasonic-rw2": ("photo", ""),
    "image/x-fuji-raf": ("photo", ""),
    "image/x-raw": ("photo", ""),
    "application/pdf": ("document", ""),
    "application/x-subrip": ("caption", ""),
    "application/ttml+xml": ("caption", ""),
    "application/x-ebu-stl": ("caption", ""),
    "text/vtt": ("caption", ""),
    "text/x-scc": ("caption", ""),
    "application/rdf+xml": ("sidecar", ""),
    "application/x-camera-xml": ("sidecar", ""),
    "application/x-asc-mhl": ("sidecar", ""),
    "application/applefile": ("junk", ""),
    "application/x-ds-store": ("junk", ""),
    "text/x-desktop-ini": ("junk", ""),
    EMPTY: ("refused", ""),
    "image/x-mvg": ("refused", ""),
    "application/vnd.apple.mpegurl": ("refused", ""),
    "application/x-ffconcat": ("refused", ""),
}

# From the surest to the least sure
DETECTORS: tuple[Callable[[Peek], str], ...] = (signature, container, stream)


def of(mime: str) -> ContentType:
    """The content type of a media type."""
    kind, demuxer = TABLE.get(mime, ("other", ""))
    return ContentType(mime=mime, kind=kind, demuxer=demuxer)


def sniff(path: str | Path) -> ContentType:
    """Tell the type of a file. Raise OSError when it cannot be read; whatever it holds, there is an answer."""
    with Path(path).open("rb") as file:
        peek = Peek(file)
        if not peek.head:
            return of(EMPTY)
        for detect in DETECTORS:
            if mime := detect(peek):
                return of(mime)
        return of(text(peek.head, extension=Path(path).suffix.lower()) or UNKNOWN)
