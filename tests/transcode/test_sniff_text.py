"""transcode.sniff_text: captions, sidecars, scripts and programs, in the encodings people use."""

import pytest

from tests.transcode.sniffing import make
from transcode.sniff_signatures import HEAD_BYTES
from transcode.sniff_text import decode, text

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
