"""transcode.sniff against real files, against libmagic's opinion of them, and against made-up heads."""

import io
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transcode.reference import FACTS, KINDS, at, each
from transcode import sniff as sniffing
from transcode.sniff import KINDS as OUR_KINDS
from transcode.sniff import TABLE, ContentType, sniff
from transcode.sniff_signatures import HEAD_BYTES, SIGNATURES, Peek
from transcode.sniff_streams import ac3_frame, adts_frame, eac3_frame, mpeg_audio_frame
from transcode.sniff_text import decode, text

# MANIFEST.tsv's words for what we call otherwise. Edit lists are kept as files of kind 'other'.
OUR_WORD = {"captions": "caption", "timeline": "other"}

# Files whose kind is not MANIFEST's, and why
OTHER_KIND = {
    "audio/comprimido/opus-5.1.mka": ("video", "Matroska: only probing tells that there is no picture"),
    "video/delivery/sample_eac3.mp4": ("video", "MP4: only probing tells that there is no picture"),
    "video/pro/TearsOfSteel_4k_Test_Master_Audio_002.mxf": ("video", "MXF: the same"),
    "video/pro/imf-resolve/AUDIO_b285d8f3-0294-4207-8ea8-4f0b72314213.mxf": ("video", "MXF: the same"),
    "photo/colour/10x12x16bit-CMYK.psd": ("other", "Photoshop files are kept, not shown"),
    "photo/colour/testPSD_xmp.psd": ("other", "Photoshop files are kept, not shown"),
    "photo/svg/lion.svg": ("other", "SVG is a program: never parsed, never inline"),
}

# What we say where libmagic says otherwise: one registered or truer name for the same thing...
OTHER_NAME = {
    "audio/x-hx-aac-adts": "audio/aac",
    "audio/vnd.dolby.dd-raw": "audio/ac3",
    "audio/x-m4a": "audio/mp4",
}
# ...or what libmagic did not see
OTHER_MIME = {
    "audio/comprimido/bear-id3.mp3": ("audio/mpeg", "a cover in ID3 longer than libmagic looks"),
    "captions/ebu-ttd_sample.ttml": ("application/ttml+xml", "the root element tells"),
    "captions/pop-on.scc": ("text/x-scc", "the first line tells"),
    "hostile/bad-signature.vtt": ("text/vtt", "a text whose name decides; the caption reader will refuse it"),
    "hostile/os-junk/.DS_Store": ("application/x-ds-store", "Finder's"),
    "hostile/os-junk/._foto.jpg": ("application/applefile", "AppleDouble"),
    "photo/png/iss634.apng": ("image/apng", "acTL before IDAT"),
    "photo/press-metadata/2000.xmp": ("application/rdf+xml", "XMP packet, in UTF-16"),
    "photo/press-metadata/PLUS.xmp": ("application/rdf+xml", "XMP packet"),
    "photo/raw/Canon-R6-pruned.CR3": ("image/x-canon-cr3", "brand crx"),
    "photo/raw/RAW_NIKON_D1.NEF": ("image/x-nikon-nef", "a colour filter array by NIKON"),
    "photo/raw/canon_eos_6d.dng": ("image/x-adobe-dng", "tag DNGVersion"),
    "video/delivery/sample_h264.ts": ("video/mp2t", "packets of 188 bytes"),
}
OTHER_MIME_BY_SUFFIX = {
    ".aaf": ("application/x-aaf", "class of the root entry"),
    ".edl": ("text/x-edl", "CMX 3600 lines"),
    ".otio": ("application/vnd.otio+json", "OTIO_SCHEMA"),
    ".fcpxml": ("application/x-fcpxml", "root element"),
}
XML_MIMES = {"application/x-xmeml", "application/x-imf-asset-map", "application/x-imf-packing-list"}
XML_MIMES |= {"application/x-imf-composition"}

HOSTILE = [path for path, kind in KINDS.items() if kind == "hostile"]
SOUND = [path for path, kind in KINDS.items() if kind != "hostile"]

# There is no single right answer for hostile files; these are ours. The rest are what they pretend to be.
HOSTILE_KINDS = {
    "hostile/100kB-garbage-prefix.mp3": "other",
    "hostile/bad-signature.vtt": "caption",
    "hostile/convert_local_etc_passwd.svg": "other",
    "hostile/createimage-by-script.svg": "other",
    "hostile/ssrf_svg_css_import.svg": "other",
    "hostile/ssrf_svg_image.svg": "other",
    "hostile/empty.heic": "refused",
    "hostile/imagetragik1_payload_imageover_file_exfiltration_text_wrapper.jpg": "refused",
    "hostile/f012a4321f00f12af6b1eee7580ffb9c.jpg": "other",  # FF 00...: no JPEG
    "hostile/fuzz-batch.tar": "other",
    "hostile/weird-names.tar": "other",
    "hostile/jpgmp3.mp3": "photo",  # begins as a JPEG
    "hostile/os-junk/.DS_Store": "junk",
    "hostile/os-junk/._foto.jpg": "junk",
    "hostile/timeout-1ee28a249896e05b83840ae8140622de8e648ba9.psd": "other",
    "hostile/106-invalid-streaminfo.flac": "audio",
    "hostile/440.wav": "audio",
    "hostile/zero-channels.wav": "audio",
    **dict.fromkeys((path for path in HOSTILE if path.endswith((".mov", ".mp4", ".mkv", ".avi"))), "video"),
}


def make(tmp_path: Path, data: bytes, name: str = "x") -> ContentType:
    path = tmp_path / name
    path.write_bytes(data)
    return sniff(path)


# Real files


@each(SOUND)
def test_the_kind_of_real_files(path):
    expected = OTHER_KIND.get(path, (OUR_WORD.get(KINDS[path], KINDS[path]), ""))[0]
    assert sniff(at(path)).kind == expected


@each(SOUND)
def test_the_mime_of_real_files_beside_libmagic(path):
    theirs = FACTS[path]["libmagic_mime"].lower()
    ours = sniff(at(path)).mime
    suffix = Path(path).suffix
    if path in OTHER_MIME:
        assert ours == OTHER_MIME[path][0] != theirs
    elif suffix in OTHER_MIME_BY_SUFFIX:
        assert ours == OTHER_MIME_BY_SUFFIX[suffix][0] != theirs
    elif suffix == ".xml":
        assert ours in XML_MIMES
    else:
        assert ours == OTHER_NAME.get(theirs, theirs)


@each(HOSTILE)
def test_the_kind_of_hostile_files(path):
    assert sniff(at(path)).kind == HOSTILE_KINDS.get(path, "photo")


@each(SOUND)
def test_video_and_audio_name_a_demuxer_and_nothing_else_does(path):
    found = sniff(at(path))
    assert bool(found.demuxer) == (found.kind in {"video", "audio"})


@each(SOUND)
def test_a_false_name_changes_nothing(path, tmp_path):
    """Only texts may look at their name; the rest are the same under any."""
    disguised = tmp_path / "video.srt"
    disguised.symlink_to(at(path))
    assert sniff(disguised) == sniff(at(path))


@each(["hostile/fuzz-batch.tar", "hostile/weird-names.tar"])
def test_every_member_of_an_archive_of_broken_files_has_an_answer(path, tmp_path):
    with tarfile.open(at(path)) as archive:
        for member in archive:
            data = archive.extractfile(member) if member.isfile() else None
            if data is not None:
                assert make(tmp_path, data.read()).kind in OUR_KINDS


@each([path for path in SOUND if KINDS[path] in {"video", "audio", "photo"}][::4])
def test_a_file_cut_anywhere_has_an_answer(path, tmp_path):
    head = at(path).read_bytes()[:4096]
    for size in (1, 2, 3, 4, 7, 8, 11, 12, 16, 31, 52, 64, 100, 188, 512, 1000, 4096):
        assert make(tmp_path, head[:size]).kind in OUR_KINDS


# The table


@pytest.mark.parametrize("mime", sorted(TABLE))
def test_the_table_names_a_demuxer_for_media_only(mime):
    kind, demuxer = TABLE[mime]
    assert kind in OUR_KINDS
    assert bool(demuxer) == (kind in {"video", "audio"})


def test_an_unknown_mime_is_of_kind_other():
    assert sniffing.of("application/x-nobody-knows") == ContentType("application/x-nobody-knows", "other", "")


def test_a_content_type_goes_through_json():
    found = sniffing.of("video/mp4")
    assert ContentType.from_json(found.to_json()) == found


@pytest.mark.parametrize(("offset", "magic", "mime"), SIGNATURES, ids=lambda value: str(value)[:24])
def test_each_signature_is_reachable(tmp_path, offset, magic, mime):
    """None hides behind another that stands before it."""
    assert make(tmp_path, b"\x02" * offset + magic + b"\x00" * 64).mime == mime


# Containers


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


# Streams


@pytest.mark.parametrize("size", [188, 192, 204])
@pytest.mark.parametrize("start", [0, 4, 187])
def test_transport_streams(tmp_path, size, start):
    packets = (b"\x47" + b"\x01\xff" * ((size - 1) // 2) + b"\0" * ((size - 1) % 2)) * 8
    found = make(tmp_path, b"\x02" * start + packets)
    assert (found.mime, found.demuxer) == ("video/mp2t", "mpegts")


def test_what_only_resembles_a_transport_stream(tmp_path):
    assert make(tmp_path, b"G" * 4000).mime == "text/plain"
    assert make(tmp_path, (b"\x47" + b"\0" * 187) * 2).kind == "other"


MP3_FRAME = b"\xff\xfb\x90\x00" + b"\0" * 413  # MPEG-1 layer III, 128 kbit/s, 44.1 kHz


@pytest.mark.parametrize(
    ("header", "size"),
    [
        (b"\xff\xfb\x90\x00", 417),
        (b"\xff\xfb\x92\x00", 418),  # padded
        (b"\xff\xf3\x40\xc4", 104),  # MPEG-2 layer III, 32 kbit/s, 22.05 kHz
        (b"\xff\xfd\xa4\x00", 576),  # MPEG-1 layer II, 192 kbit/s, 48 kHz
        (b"\xff\xff\x50\x00", 172),  # MPEG-1 layer I
        (b"\xff\xe3\x18\x00", 72),  # MPEG-2.5, 8 kbit/s at 8 kHz
        (b"\xff\xfb\xf0\x00", 0),
        (b"\xff\xfb\x00\x00", 0),
        (b"\xff\xfb\x9c\x00", 0),
        (b"\xff\xeb\x90\x00", 0),
        (b"\xff\xf9\x90\x00", 0),
        (b"\xff\xfb", 0),
        (b"RIFF", 0),
    ],
)
def test_the_size_of_mpeg_audio_frames(header, size):
    assert mpeg_audio_frame(header) == size


def test_the_size_of_other_frames():
    assert adts_frame(b"\xff\xf1\x4c\x80\x2e\x9f\xfc") == 372
    assert adts_frame(b"\xff\xfb\x4c\x80\x2e\x9f") == 0
    assert adts_frame(b"\xff\xf1") == 0
    assert ac3_frame(b"\x0b\x77\x00\x00\x1c\x40") == 1536  # 384 kbit/s at 48 kHz
    assert ac3_frame(b"\x0b\x77\x00\x00\x5c\x40") == 1670  # at 44.1 kHz
    assert ac3_frame(b"\x0b\x77\x00\x00\xdc\x40") == 0
    assert ac3_frame(b"\x0b\x77\x00\x00\x1c\x80") == 0  # bsid 16 is E-AC-3
    assert eac3_frame(b"\x0b\x77\x03\xff\x00\x80") == 2048
    assert eac3_frame(b"\x0b\x77\x03\xff\x00\x40") == 0
    assert eac3_frame(b"") == 0


def test_frames_that_follow_each_other(tmp_path):
    assert make(tmp_path, MP3_FRAME * 3).demuxer == "mp3"
    assert make(tmp_path, MP3_FRAME * 2).demuxer == "mp3"
    assert make(tmp_path, b"\x03" * 300 + MP3_FRAME * 4).demuxer == "mp3"
    assert make(tmp_path, MP3_FRAME + b"\0" * 900).kind == "other"
    assert make(tmp_path, (b"\x0b\x77\x03\xff\x00\x80" + b"\0" * 2042) * 3).demuxer == "eac3"


def id3(size: int) -> bytes:
    return b"ID3\x04\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + b"\x01" * size


def test_what_follows_an_id3_tag(tmp_path):
    assert make(tmp_path, id3(20) + b"fLaC").demuxer == "flac"
    assert make(tmp_path, id3(200_000) + b"fLaC").demuxer == "flac"
    assert make(tmp_path, id3(20) + b"\0" * 100 + MP3_FRAME * 3).demuxer == "mp3"
    assert make(tmp_path, id3(20)).demuxer == "mp3"
    assert make(tmp_path, b"ID3 is how this sentence begins").mime == "text/plain"


def test_dv(tmp_path):
    blocks = bytearray(480)
    blocks[0:3], blocks[80:82], blocks[160:162] = b"\x1f\x07\x00", b"\x3f\x07", b"\x3f\x07"
    assert make(tmp_path, bytes(blocks)).demuxer == "dv"


# Texts

SRT = "1\n00:00:01,000 --> 00:00:02,000\nBuenas tardes, señora\n"


@pytest.mark.parametrize(
    ("document", "mime", "kind"),
    [
        (SRT, "application/x-subrip", "caption"),
        (SRT[2:], "application/x-subrip", "caption"),
        ("\n\n" + SRT, "application/x-subrip", "caption"),
        ("WEBVTT\n\n00:01.000 --> 00:02.000\nx", "text/vtt", "caption"),
        ("WEBVTT", "text/vtt", "caption"),
        ("WEBVTTX", "text/plain", "other"),
        ("Scenarist_SCC V1.0\n\n00:00:00:00\t9420", "text/x-scc", "caption"),
        ('<tt xmlns="http://www.w3.org/ns/ttml"/>', "application/ttml+xml", "caption"),
        ('<?xml version="1.0"?><!-- x --><tt:tt xmlns:tt="http://www.w3.org/2006/10/ttaf1">', "application/ttml+xml", "caption"),
        ("<tt>no namespace</tt>", "application/xml", "other"),
        ('<x:xmpmeta xmlns:x="adobe:ns:meta/">', "application/rdf+xml", "sidecar"),
        ('<?xml version="1.0"?>\n<NonRealTimeMeta xmlns="urn:schemas-professionalDisc">', "application/x-camera-xml", "sidecar"),
        ('<hashlist version="2.0">', "application/x-asc-mhl", "sidecar"),
        ("<svg onload='alert(1)'>", "image/svg+xml", "other"),
        ('<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY x SYSTEM "file:///etc/passwd">]><svg>&x;</svg>', "image/svg+xml", "other"),
        ("<!DOCTYPE html><p>", "text/html", "other"),
        ("<!-- c --><HTML>", "text/html", "other"),
        ("  <script>alert(1)</script>", "text/html", "other"),
        ("<?php system($_GET[0]);", "application/x-httpd-php", "other"),
        ("#!/bin/sh\nrm -rf /", "text/x-shellscript", "other"),
        ("<a><b/></a>", "application/xml", "other"),
        ("#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd", "application/vnd.apple.mpegurl", "refused"),
        ("ffconcat version 1.0\nfile /etc/passwd", "application/x-ffconcat", "refused"),
        ("push graphic-context\n", "image/x-mvg", "refused"),
        ("viewbox 0 0 1 1", "image/x-mvg", "refused"),
        ("[.ShellClassInfo]\r\nIconFile=x", "text/x-desktop-ini", "junk"),
        ("TITLE: SPOT\nFCM: DROP FRAME\n", "text/x-edl", "other"),
        ("001  AX V C 01:00:00:00 01:00:01:00", "text/x-edl", "other"),
        ("Heading\nFIELD_DELIM\tTABS\n", "text/x-ale", "other"),
        ('{"a": 1}', "application/json", "other"),
        ('{"OTIO_SCHEMA": "Timeline.1"}', "application/vnd.otio+json", "other"),
        ("[1, 2]", "application/json", "other"),
        ("[esto es una nota]", "text/plain", "other"),
        ("Comunicado de prensa número 12", "text/plain", "other"),
        (" ", "text/plain", "other"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_texts(tmp_path, document, mime, kind, encoding):
    found = make(tmp_path, document.encode(encoding))
    assert (found.mime, found.kind, found.demuxer) == (mime, kind, "")


def test_old_captions_are_in_windows_1252(tmp_path):
    assert make(tmp_path, SRT.encode("cp1252")).kind == "caption"


@pytest.mark.parametrize(
    ("document", "name", "mime"),
    [
        ("sin índice\n", "x.srt", "application/x-subrip"),
        ("sin índice\n", "X.SRT", "application/x-subrip"),
        ("a,b\n1,2\n", "x.csv", "text/csv"),
        ("<a/>", "x.xmp", "application/rdf+xml"),
        ("<a/>", "x.ttml", "application/ttml+xml"),
        ("<a/>", "x.srt", "application/xml"),
        ("<html>", "x.srt", "text/html"),
        ("#EXTM3U", "x.srt", "application/vnd.apple.mpegurl"),
        ("a,b\n", "x.mp4", "text/plain"),
        ("a,b\n", "x.jpg", "text/plain"),
    ],
)
def test_the_name_decides_between_texts_only(tmp_path, document, name, mime):
    assert make(tmp_path, document.encode(), name).mime == mime


def test_a_character_cut_at_the_end_of_the_head_is_no_harm(tmp_path):
    assert make(tmp_path, ("ñ" * HEAD_BYTES).encode()).mime == "text/plain"
    assert decode("señal".encode()[:3]) == "se"


def test_binary_is_no_text():
    assert decode(b"\x00\x01") is None
    assert decode("a\x00b".encode("utf-16")) is None
    assert text(b"\x00\x01", extension=".srt") == ""


def test_deep_or_long_markup_is_looked_at_in_no_time(tmp_path):
    """No regular expression here backtracks without bound."""
    for document in (
        b"<" * 65536,
        b"<!--" * 16384,
        b"<?xml " * 10000,
        b"{" * 65536,
        b" " * 65536,
        b"<a " * 20000,
    ):
        assert make(tmp_path, document).kind == "other"


# Bounds


def test_an_empty_file_is_refused(tmp_path):
    assert make(tmp_path, b"") == ContentType("inode/x-empty", "refused", "")


def test_a_file_that_is_not_there(tmp_path):
    with pytest.raises(FileNotFoundError):
        sniff(tmp_path / "no")


def test_no_more_than_some_pieces_are_read():
    file = io.BytesIO(b"\x01" * (HEAD_BYTES * 4))
    peek = Peek(file)
    assert len(peek.head) == HEAD_BYTES
    assert len(peek.at(HEAD_BYTES, 10**9)) == Peek.PIECE_BYTES
    for _ in range(Peek.PIECES):
        peek.at(HEAD_BYTES * 2, 10)
    assert peek.at(HEAD_BYTES * 2, 10) == b""
    assert peek.at(0, 4) == b"\x01" * 4


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=2000), start=st.sampled_from([magic for _, magic, _ in SIGNATURES] + [b"ID3\x04"])
)
def test_any_bytes_have_an_answer(tmp_path, data, start):
    for content in (data, start + data, b"RIFF" + data, b"II*\0" + data, b"OggS\0" + data):
        assert make(tmp_path, content).kind in OUR_KINDS
