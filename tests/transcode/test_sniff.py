"""transcode.sniff against real files, against libmagic's opinion of them, and against made-up heads."""

import io
import tarfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.transcode.reference import FACTS, KINDS, at, each
from tests.transcode.sniffing import make
from transcode import sniff as sniffing
from transcode.sniff import KINDS as OUR_KINDS
from transcode.sniff import TABLE, ContentType, sniff
from transcode.sniff_signatures import HEAD_BYTES, SIGNATURES, Peek

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
