"""transcode.sniff_containers against made-up heads: boxes, chunks, directories, archives."""

import io
import struct
import zipfile

import pytest

from tests.transcode.sniffing import make


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


@pytest.mark.parametrize(
    ("major", "compatible", "mime"),
    [
        (b"isom", b"", "video/mp4"),
        (b"XAVC", b"XAVCmp42iso2", "video/mp4"),
        (b"qt  ", b"qt  ", "video/quicktime"),
        (b"3gp4", b"", "video/3gpp"),
        (b"3g2a", b"", "video/3gpp2"),
        (b"M4A ", b"", "audio/mp4"),
        (b"mif1", b"heic", "image/heif"),
        (b"mif1", b"mif1avifmiaf", "image/avif"),
        (b"msf1", b"hevc", "image/heif-sequence"),
        (b"hevc", b"", "image/heic-sequence"),
        (b"avis", b"", "image/avif"),
        (b"crx ", b"crx isom", "image/x-canon-cr3"),
        (b"zzzz", b"zzzz", "video/mp4"),
    ],
)
def test_brands(tmp_path, major, compatible, mime):
    assert make(tmp_path, box(b"ftyp", major + b"\0\0\0\0" + compatible) + box(b"mdat", b"")).mime == mime


@pytest.mark.parametrize("first", [b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"])
def test_a_film_older_than_brands(tmp_path, first):
    assert make(tmp_path, box(first, b"x" * 16)).mime == "video/quicktime"
    assert make(tmp_path, struct.pack(">I4sQ", 1, first, 10**10)).mime == "video/quicktime"


def test_a_word_is_no_film(tmp_path):
    assert make(tmp_path, b"The free software song").mime == "text/plain"
    assert make(tmp_path, b"\0\0\0\x02free").kind == "other"


@pytest.mark.parametrize(
    ("brand", "mime"), [(b"jp2 ", "image/jp2"), (b"jpx ", "image/jp2"), (b"mjp2", "video/mj2")]
)
def test_jpeg_2000(tmp_path, brand, mime):
    assert (
        make(tmp_path, box(b"jP  ", b"\r\n\x87\n") + box(b"ftyp", brand + b"\0\0\0\0" + brand)).mime == mime
    )


@pytest.mark.parametrize("first", [b"RIFF", b"RIFX", b"RF64", b"BW64"])
def test_wave_and_its_large_relatives(tmp_path, first):
    found = make(tmp_path, first + b"\xff\xff\xff\xffWAVEds64" + b"\0" * 32)
    assert (found.mime, found.demuxer) == ("audio/x-wav", "wav")


def test_other_forms(tmp_path):
    assert make(tmp_path, b"RIFF\0\0\0\0WEBPVP8 ").kind == "photo"
    assert make(tmp_path, b"RIFF\0\0\0\0CDR9vrsn").mime == "application/x-riff"
    assert make(tmp_path, b"FORM\0\0\0\0AIFFCOMM").demuxer == "aiff"
    assert make(tmp_path, b"FORM\0\0\0\0AIFCFVER").demuxer == "aiff"


def test_matroska_and_webm(tmp_path):
    header = b"\x1a\x45\xdf\xa3\x93\x42\x86\x81\x01\x42\x82"
    assert make(tmp_path, header + b"\x84webm").mime == "video/webm"
    assert make(tmp_path, header + b"\x88matroska").mime == "video/x-matroska"
    assert make(tmp_path, header[:5]).demuxer == "matroska"


def test_ogg(tmp_path):
    page = b"OggS\0\x02" + b"\0" * 20 + b"\x01"
    assert make(tmp_path, page + b"\x13OpusHead").mime == "audio/ogg"
    assert make(tmp_path, page + b"\x2a\x80theora").mime == "video/ogg"


@pytest.mark.parametrize("run_in", [0, 11, 65535])
def test_mxf_with_a_run_in(tmp_path, run_in):
    header = bytes.fromhex("060e2b34020501010d01020101020400830000")
    found = make(tmp_path, b"\x01" * run_in + header + b"\0" * 100)
    assert (found.mime, found.demuxer) == ("application/mxf", "mxf")


def chunk(kind: bytes, size: int) -> bytes:
    return struct.pack(">I4s", size, kind) + b"\0" * (size + 4)


@pytest.mark.parametrize(
    ("chunks", "mime"),
    [
        ([(b"IHDR", 13), (b"acTL", 8), (b"IDAT", 4)], "image/apng"),
        ([(b"IHDR", 13), (b"iCCP", 90_000), (b"acTL", 8)], "image/apng"),
        ([(b"IHDR", 13), (b"IDAT", 4), (b"acTL", 8)], "image/png"),
        ([(b"IHDR", 13)], "image/png"),
        ([(b"tEXt", 0)] * 5000, "image/png"),
    ],
)
def test_png_and_apng(tmp_path, chunks, mime):
    data = b"\x89PNG\r\n\x1a\n" + b"".join(chunk(kind, size) for kind, size in chunks)
    assert make(tmp_path, data).mime == mime


def tiff(order: str, entries: list[tuple[int, int, int, int]], rest: bytes = b"") -> bytes:
    mark = b"II*\0" if order == "<" else b"MM\0*"
    body = struct.pack(order + "H", len(entries))
    for tag, kind, count, value in entries:
        packed = (
            struct.pack(order + "HH", value, 0)
            if kind == 3 and count == 1
            else struct.pack(order + "I", value)
        )
        body += struct.pack(order + "HHI", tag, kind, count) + packed
    return mark + struct.pack(order + "I", 8) + body + struct.pack(order + "I", 0) + rest


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("make_name", "mime"),
    [
        (b"NIKON CORPORATION", "image/x-nikon-nef"),
        (b"SONY", "image/x-sony-arw"),
        (b"PENTAX Corporation ", "image/x-pentax-pef"),
        (b"Hasselblad", "image/x-raw"),
    ],
)
def test_a_raw_whose_picture_is_in_a_sub_directory(tmp_path, order, make_name, mime):
    at_make = 8 + 2 + 3 * 12 + 4
    at_sub = at_make + len(make_name)
    sub = struct.pack(order + "HHHIHHI", 1, 262, 3, 1, 32803, 0, 0)
    entries = [(262, 3, 1, 2), (271, 2, len(make_name), at_make), (330, 4, 1, at_sub)]
    assert make(tmp_path, tiff(order, entries, make_name + sub)).mime == mime


@pytest.mark.parametrize("order", ["<", ">"])
def test_tiffs_that_are_no_raw(tmp_path, order):
    assert make(tmp_path, tiff(order, [(262, 3, 1, 2)])).mime == "image/tiff"
    assert make(tmp_path, tiff(order, [(330, 4, 2**32 - 1, 2**32 - 1)])).mime == "image/tiff"
    assert make(tmp_path, tiff(order, [(330, 4, 1, 8)] * 600)).mime == "image/tiff"
    assert make(tmp_path, tiff(order, [(50706, 1, 4, 0x01040000)])).mime == "image/x-adobe-dng"


def test_a_raw_without_a_maker(tmp_path):
    assert make(tmp_path, tiff("<", [(262, 3, 1, 34892)])).mime == "image/x-raw"


def test_big_tiff(tmp_path):
    assert make(tmp_path, b"II+\0\x08\0\0\0").mime == "image/tiff"


def archive(*entries: tuple[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        for name, content in entries:
            file.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("entries", "mime"),
    [
        ([("a.txt", "x")], "application/zip"),
        ([], "application/zip"),
        (
            [("mimetype", "application/vnd.oasis.opendocument.text"), ("content.xml", "")],
            "application/vnd.oasis",
        ),
        ([("mimetype", "application/epub+zip")], "application/epub+zip"),
        ([("[Content_Types].xml", ""), ("word/document.xml", "")], "application/vnd.openxml"),
        ([("[Content_Types].xml", ""), ("strange/x", "")], "application/zip"),
    ],
)
def test_archives_and_office_are_kept_as_other(tmp_path, entries, mime):
    found = make(tmp_path, archive(*entries))
    assert found.kind == "other"
    assert found.mime.startswith(mime)


def test_programs_are_kept_as_other(tmp_path):
    program = b"MZ" + b"\0" * 58 + struct.pack("<I", 128) + b"\0" * 64 + b"PE\0\0"
    assert make(tmp_path, program).mime == "application/vnd.microsoft.portable-executable"
    assert make(tmp_path, b"MZ is how this sentence begins").mime == "text/plain"
    assert make(tmp_path, b"MZ\0\0").kind == "other"


def test_structured_storage(tmp_path):
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 22 + struct.pack("<H", 0xFFFF) + b"\0" * 16
    assert make(tmp_path, header + struct.pack("<I", 0xFFFFFFFE)).mime == "application/x-ole-storage"
    assert make(tmp_path, header[:20]).kind == "other"


def test_pdf_with_something_before_it(tmp_path):
    assert make(tmp_path, b"%PDF-1.7\n").kind == "document"
    assert make(tmp_path, b"\0" * 900 + b"%PDF-1.4\n").kind == "document"
    assert make(tmp_path, b"\x89PNG\r\n\x1a\n%PDF-1.4\n").kind == "photo"


def test_bitmaps(tmp_path):
    assert make(tmp_path, b"BM" + b"\0" * 12 + struct.pack("<I", 40)).mime == "image/bmp"
    assert make(tmp_path, b"BMW, Mercedes").mime == "text/plain"
