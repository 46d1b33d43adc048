"""File types told by a look into a container: boxes, chunks, EBML, Ogg pages, TIFF directories, archives."""

import re
import struct

from transcode.sniff_signatures import Peek

SMALL_ENTRIES = 512  # of a TIFF directory; more are not looked at

# ISO base media file format: brand -> mime (registered at mp4ra.org); for other brands it is video/mp4
BRANDS: dict[bytes, str] = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"heim": "image/heic",
    b"heis": "image/heic",
    b"hevc": "image/heic-sequence",
    b"hevx": "image/heic-sequence",
    b"hevm": "image/heic-sequence",
    b"hevs": "image/heic-sequence",
    b"mif1": "image/heif",
    b"msf1": "image/heif-sequence",
    b"crx ": "image/x-canon-cr3",
    b"jp2 ": "image/jp2",
    b"jpx ": "image/jp2",
    b"jpm ": "image/jp2",
    b"mjp2": "video/mj2",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
    b"M4B ": "audio/mp4",
    b"M4P ": "audio/mp4",
    b"F4A ": "audio/mp4",
    b"F4B ": "audio/mp4",
}
PDF_WITHIN = 1024  # bytes in which readers look for the header: PDF Reference 1.7, implementation note 13
GENERIC_IMAGE_BRANDS = {b"mif1", b"msf1"}
AVIF_BRANDS = {b"avif", b"avis"}
# QuickTime files of before `ftyp`, and those whose moov comes last. The small atoms have names that are words.
FIRST_ATOMS = {b"moov", b"mdat"}
SMALL_FIRST_ATOMS = {b"wide", b"free", b"skip", b"pnot", b"uuid"}
SMALL_ATOM_BYTES = 1024 * 1024
JP2_SIGNATURE = b"\x00\x00\x00\x0cjP  \r\n\x87\n"

RIFF_FORMS = {
    b"WAVE": "audio/x-wav",
    b"AVI ": "video/x-msvideo",
    b"AMV ": "video/x-msvideo",
    b"WEBP": "image/webp",
    b"RMID": "audio/midi",
}
OGG_VIDEO = b"\x80theora"
MXF_HEADER_PARTITION = bytes.fromhex("060e2b34020501010d0102010102")  # SMPTE ST 377-1, table 5
EBML_DOCTYPE = b"\x42\x82"
PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

TAG_PHOTOMETRIC, TAG_MAKE, TAG_SUB_IFDS, TAG_DNG_VERSION = 262, 271, 330, 50706
RAW_PHOTOMETRICS = {32803, 34892}  # colour filter array, linear raw: TIFF/EP and DNG
RAW_MAKES = {
    b"NIKON": "image/x-nikon-nef",
    b"SONY": "image/x-sony-arw",
    b"PENTAX": "image/x-pentax-pef",
    b"CANON": "image/x-canon-cr2",
}
# Structured storage (MS-CFB): a class in the root entry of the directory tells the application
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
AAF_CLASS = bytes.fromhex("a598b3b3901cd4118053080036210804")  # {B3B398A5-1C90-11D4-8053-080036210804}
OFFICE_FOLDERS = {
    b"word/": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    b"xl/": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    b"ppt/": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


def _old_film(head: bytes) -> str:
    size, name = int.from_bytes(head[:4], "big"), head[4:8]
    is_sized = size == 1 or size >= 8  # noqa: PLR2004 - 1: the size follows in 64 bits
    is_first = name in FIRST_ATOMS or (name in SMALL_FIRST_ATOMS and size <= SMALL_ATOM_BYTES)
    return "video/quicktime" if is_sized and is_first else ""


def _boxes(peek: Peek) -> str:
    head = peek.head
    start = len(JP2_SIGNATURE) if head.startswith(JP2_SIGNATURE) else 0
    if not start and head[4:8] != b"ftyp":
        return _old_film(head)
    size = int.from_bytes(head[start : start + 4], "big")
    major = head[start + 8 : start + 12]
    if major in GENERIC_IMAGE_BRANDS:
        compatible = [head[at : at + 4] for at in range(start + 16, min(start + size, start + 256), 4)]
        return _image_of_brands(major, compatible)
    if major[:3] in {b"3gp", b"3gr", b"3gs", b"3ge", b"3gg"}:
        return "video/3gpp"
    if major[:3] == b"3g2":
        return "video/3gpp2"
    return BRANDS.get(major, "image/jp2" if start else "video/mp4")


def _image_of_brands(major: bytes, compatible: list[bytes]) -> str:
    """`mif1` says only that the structure is HEIF's; AVIF has a brand of its own (AV1 Image File Format, 6)."""
    return "image/avif" if AVIF_BRANDS.intersection(compatible) else BRANDS[major]


def _riff(peek: Peek) -> str:
    head = peek.head
    if head[:4] in {b"RIFF", b"RIFX", b"RF64", b"BW64"}:
        return RIFF_FORMS.get(head[8:12], "application/x-riff")
    if head[:4] == b"FORM" and head[8:12] in {b"AIFF", b"AIFC"}:
        return "audio/x-aiff"
    return ""


def _ebml(peek: Peek) -> str:
    """WebM names itself in the DocType of the first EBML header (RFC 8794, 11.2.6)."""
    head = peek.head
    if not head.startswith(b"\x1a\x45\xdf\xa3"):
        return ""
    at = head.find(EBML_DOCTYPE, 4, 128)
    return "video/webm" if at > 0 and head[at + 3 : at + 7] == b"webm" else "video/x-matroska"


def _ogg(peek: Peek) -> str:
    if not peek.head.startswith(b"OggS\x00"):
        return ""
    return "video/ogg" if OGG_VIDEO in peek.head[:4096] else "audio/ogg"


def _mxf(peek: Peek) -> str:
    """A run-in may come before the header partition."""
    return "application/mxf" if MXF_HEADER_PARTITION in peek.head else ""


def _png(peek: Peek) -> str:
    """An animation control chunk before the picture makes it an APNG (PNG, third edition, 11.3.6.1)."""
    if not peek.head.startswith(PNG_SIGNATURE):
        return ""
    at = len(PNG_SIGNATURE)
    for _ in range(peek.PIECES // 2):
        chunk = peek.at(at, 8)
        if chunk[4:] == b"acTL":
            return "image/apng"
        if len(chunk) < 8 or chunk[4:] == b"IDAT":  # noqa: PLR2004 - length and name
            break
        at += int.from_bytes(chunk[:4], "big") + 12
    return "image/png"


def _bmp(peek: Peek) -> str:
    head = peek.head
    known_headers = {12, 40, 52, 56, 64, 108, 124}
    is_bmp = head[:2] == b"BM" and int.from_bytes(head[14:18], "little") in known_headers
    return "image/bmp" if is_bmp else ""


def _directory(peek: Peek, offset: int, order: str) -> dict[int, tuple[int, int, bytes]]:
    """A TIFF directory: tag -> (type, count, the four bytes of value or offset)."""
    raw_count = peek.at(offset, 2)
    if len(raw_count) < 2:  # noqa: PLR2004
        return {}
    count = min(struct.unpack(order + "H", raw_count)[0], SMALL_ENTRIES)
    raw = peek.at(offset + 2, count * 12)
    entries = struct.iter_unpack(order + "HHI4s", raw[: len(raw) // 12 * 12])
    return {tag: (kind, number, value) for tag, kind, number, value in entries}


def _sub_directories(peek: Peek, entry: tuple[int, int, bytes], order: str) -> list[int]:
    _, count, value = entry
    if count == 1:
        return list(struct.unpack(order + "I", value))
    raw = peek.at(struct.unpack(order + "I", value)[0], min(count, 8) * 4)
    return [offset for (offset,) in struct.iter_unpack(order + "I", raw[: len(raw) // 4 * 4])]


def _tiff(peek: Peek) -> str:
    """Camera raws are TIFFs whose picture is a colour filter array; the maker tells which."""
    head = peek.head
    if head[:4] in {b"II+\x00", b"MM\x00+"}:
        return "image/tiff"  # BigTIFF
    if head[:4] not in {b"II*\x00", b"MM\x00*"}:
        return ""
    if head[8:10] == b"CR":
        return "image/x-canon-cr2"
    order = "<" if head[:2] == b"II" else ">"
    first = _directory(peek, int.from_bytes(head[4:8], "little" if order == "<" else "big"), order)
    if TAG_DNG_VERSION in first:
        return "image/x-adobe-dng"
    directories = [first]
    if TAG_SUB_IFDS in first:
        directories += [
            _directory(peek, at, order) for at in _sub_directories(peek, first[TAG_SUB_IFDS], order)
        ]
    photometrics = {
        struct.unpack(order + "H", each[TAG_PHOTOMETRIC][2][:2])[0]
        for each in directories
        if TAG_PHOTOMETRIC in each
    }
    if not photometrics & RAW_PHOTOMETRICS:
        return "image/tiff"
    _, size, value = first.get(TAG_MAKE, (0, 0, b"\x00" * 4))
    make = peek.at(struct.unpack(order + "I", value)[0], min(size, 32)).upper()
    return next((mime for name, mime in RAW_MAKES.items() if make.startswith(name)), "image/x-raw")


def _ole(peek: Peek) -> str:
    """The root entry is the directory's first; its class is 80 bytes in (MS-CFB 2.6.1)."""
    head = peek.head
    if not head.startswith(OLE_SIGNATURE) or len(head) < 52:  # noqa: PLR2004
        return ""
    sector_shift, directory = struct.unpack_from("<H", head, 30)[0], struct.unpack_from("<I", head, 48)[0]
    root = peek.at((directory + 1) << min(sector_shift, 12), 96)
    return "application/x-aaf" if root[80:] == AAF_CLASS else "application/x-ole-storage"


def _zip(peek: Peek) -> str:
    """OpenDocument and EPUB name themselves in a first, uncompressed entry `mimetype`; Office by its folders."""
    head = peek.head
    if head[:4] not in {b"PK\x03\x04", b"PK\x05\x06"}:
        return ""
    named = re.match(rb"PK\x03\x04.{26}mimetype([a-z]+/[a-z0-9.+-]+)", head, re.DOTALL)
    if named:
        return named[1].decode("ascii")
    if b"[Content_Types].xml" in head:
        for folder, mime in OFFICE_FOLDERS.items():
            if folder in head:
                return mime
    return "application/zip"


def _portable_executable(peek: Peek) -> str:
    head = peek.head
    at = int.from_bytes(head[60:64], "little")
    is_program = head[:2] == b"MZ" and peek.at(at, 4) == b"PE\x00\x00"
    return "application/vnd.microsoft.portable-executable" if is_program else ""


def _pdf(peek: Peek) -> str:
    return "application/pdf" if b"%PDF-" in peek.head[:PDF_WITHIN] else ""


_LOOKS = (_boxes, _riff, _ebml, _ogg, _png, _bmp, _tiff, _ole, _zip, _portable_executable, _mxf, _pdf)


def container(peek: Peek) -> str:
    """The type of a container by what it holds, or ''."""
    return next(filter(None, (look(peek) for look in _LOOKS)), "")
