"""Files made to be two things, and files cut short: one answer from the content, and never one that plays a script."""

import io
import struct
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.transcode.sniffing import make
from transcode.sniff import TABLE, of, sniff
from transcode.sniff_containers import container
from transcode.sniff_signatures import HEAD_BYTES, SIGNATURES, Peek

JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
GIF = b"GIF89a\x01\x00\x01\x00\x00\x00\x00"
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", 13, b"IHDR") + bytes(17)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
MP4 = struct.pack(">I4s4sI4s", 20, b"ftyp", b"isom", 512, b"isom") + struct.pack(">I4s", 8, b"free")
WAV = b"RIFF" + struct.pack("<I", 36) + b"WAVEfmt " + bytes(24)
PLAYLIST = b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n"
CONCAT = b"ffconcat version 1.0\nfile /etc/passwd\n"
MVG = b"push graphic-context\nimage over 0,0 0,0 'https://x/'\npop graphic-context\n"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
PHP = b"<?php system($_GET['x']); ?>"


def archive(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as made:
        for name in names:
            made.writestr(name, "x")
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (JPEG + PHP, "image/jpeg"),
        (JPEG + archive("a.txt"), "image/jpeg"),
        (JPEG + b"\xff\xfe\x00\x20" + HTML, "image/jpeg"),
        (JPEG + PDF, "image/jpeg"),
        (GIF + b"/*" + bytes(200) + b"*/=1;alert(1)", "image/gif"),
        (GIF + HTML, "image/gif"),
        (PNG + MP4, "image/png"),
        (PDF + archive("a.txt"), "application/pdf"),
        (PDF + JPEG, "application/pdf"),
        (HTML + bytes(8) + PDF, "application/pdf"),
        (MP4 + PDF, "video/mp4"),
        (WAV + PDF, "audio/x-wav"),
        (archive("a.txt") + JPEG, "application/zip"),
        (archive("META-INF/MANIFEST.MF", "A.class"), "application/zip"),
        (
            b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + PDF,
            "application/vnd.microsoft.portable-executable",
        ),
        (b"ID3\x04\x00\x00\x00\x00\x00\x00" + PLAYLIST, "audio/mpeg"),
    ],
)
def test_a_file_of_two_kinds_is_what_its_start_says(tmp_path, data, mime):
    assert make(tmp_path, data).mime == mime


@pytest.mark.parametrize(
    "name",
    ["a.mp4", "a.mov", "a.mxf", "a.jpg", "a.heic", "a.pdf", "a.wav", "a.srt", "a", "a.mp4.m3u8", ".mp4"],
)
@pytest.mark.parametrize("script", [PLAYLIST, CONCAT, MVG], ids=["playlist", "concat", "mvg"])
@pytest.mark.parametrize(
    "before", [b"", b"\xef\xbb\xbf", b"\n\n", b" \t\r\n"], ids=["", "bom", "lines", "blanks"]
)
def test_a_script_for_converters_is_refused_under_every_name(tmp_path, name, script, before):
    found = make(tmp_path, before + script, name)
    assert (found.kind, found.demuxer) == ("refused", "")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-8"])
@pytest.mark.parametrize("script", [PLAYLIST, CONCAT, MVG], ids=["playlist", "concat", "mvg"])
@pytest.mark.parametrize("shape", [str.upper, str.lower, str.title])
def test_letters_and_encoding_hide_no_script(tmp_path, script, encoding, shape):
    """FFmpeg's and ImageMagick's readers are not strict, so this is not either."""
    assert make(tmp_path, shape(script.decode()).encode(encoding)).kind == "refused"


@pytest.mark.parametrize(
    ("data", "mime"),
    [
        (SVG, "image/svg+xml"),
        (
            b"<?xml version='1.0'?><!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>" + SVG,
            "image/svg+xml",
        ),
        (b"<!-- " + b"x" * 500 + b" -->" + SVG, "image/svg+xml"),
        (HTML, "text/html"),
        (PHP, "application/x-httpd-php"),
        (b"#!/bin/sh\nrm -rf ~\n", "text/x-shellscript"),
    ],
)
@pytest.mark.parametrize("name", ["a.jpg", "a.svg", "a.pdf", "a.ttml", "a.xmp"])
def test_programs_in_the_clothes_of_pictures_are_never_shown(tmp_path, data, mime, name):
    found = make(tmp_path, data, name)
    assert (found.mime, found.kind, found.demuxer) == (mime, "other", "")


@pytest.mark.parametrize(
    "data",
    [
        b"Instrucciones: el archivo empieza con ftyp y luego moov",
        b"ID3 y otras etiquetas",
        b"GIF89 es casi un GIF",
        b"PK son las iniciales de Phil Katz",
        b"\xef\xbb\xbfOggS, dice el texto",
        b"BM: buena madera, a precio de remate",
        b"MZ es el inicio de un programa",
        b"8BPS\x20\x20 no es Photoshop",
        b"II* MM* no son TIFF",
    ],
)
def test_a_text_about_formats_is_a_text(tmp_path, data):
    found = make(tmp_path, data, "notas.txt")
    assert (found.mime, found.kind) == ("text/plain", "other")


@pytest.mark.parametrize(("at", "magic", "mime"), SIGNATURES, ids=lambda value: repr(value)[:24])
def test_a_mark_cut_by_a_byte_is_no_mark(tmp_path, at, magic, mime):
    """A file that ends within its own mark is not called by a name that it does not yet have."""
    cut = bytes(at) + magic[:-1]
    assert make(tmp_path, cut).mime != mime


@pytest.mark.parametrize(
    "whole",
    [MP4, PNG, WAV, PDF, archive("word/x", "[Content_Types].xml"), JPEG, GIF, b"II*\0\x08\0\0\0" + bytes(64)],
    ids=["mp4", "png", "wav", "pdf", "docx", "jpeg", "gif", "tiff"],
)
def test_every_cut_has_an_answer_of_the_table(tmp_path, whole):
    path = tmp_path / "x"
    for length in range(len(whole)):
        path.write_bytes(whole[:length])
        found = sniff(path)
        assert found == of(found.mime)
    assert found.kind != "refused"


@pytest.mark.parametrize(
    "data",
    [
        b"II*\0\xff\xff\xff\xff",
        b"MM\0*\x00\x00\x00\x08" + b"\xff\xff" + bytes(40),
        b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + struct.pack("<HHII", 330, 4, 2**32 - 1, 2**32 - 1),
        b"II*\0\x08\0\0\0" + struct.pack("<H", 1) + struct.pack("<HHII", 330, 4, 1, 8),
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", 2**32 - 1, b"tEXt"),
        b"\x89PNG\r\n\x1a\n" + struct.pack(">I4s", 0, b"tEXt") * 4,
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
        + bytes(22)
        + b"\xff\xff"
        + bytes(16)
        + b"\xff\xff\xff\xff"
        + bytes(60),
        b"MZ" + bytes(58) + b"\xff\xff\xff\xff",
        b"ID3\x03\x00\x00\x7f\x7f\x7f\x7f",
        struct.pack(">I4s4s", 2**32 - 1, b"ftyp", b"mif1"),
        struct.pack(">I4s4s", 0, b"ftyp", b"mif1"),
    ],
)
def test_sizes_that_lead_nowhere_are_not_followed(tmp_path, data):
    found = make(tmp_path, data)
    assert found.mime in {*TABLE, "application/x-ole-storage", "application/octet-stream"}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([JPEG, GIF, PNG, PDF, MP4, WAV]), st.binary(max_size=300))
def test_what_follows_a_mark_changes_no_kind(start, rest):
    """Marks at the very start come first; nothing after them makes it a text, a script or a program."""
    peek = Peek(io.BytesIO(start + rest))
    known = {JPEG: "photo", GIF: "photo", PNG: "photo", PDF: "document", MP4: "video", WAV: "audio"}
    first = next((mime for at, magic, mime in SIGNATURES if start.startswith(magic, at)), "")
    assert of(first or container(peek)).kind == known[start]


def test_a_pdf_is_looked_for_where_readers_look_and_no_further(tmp_path):
    assert make(tmp_path, b"\x01" * 1019 + b"%PDF-1.4").mime == "application/pdf"
    assert make(tmp_path, b"\x01" * 1020 + b"%PDF-1.4").mime == "application/octet-stream"


def test_no_mark_past_the_head_is_seen(tmp_path):
    data = b"\x01" * HEAD_BYTES
    assert make(tmp_path, data + PLAYLIST).mime == make(tmp_path, data).mime == "application/octet-stream"
