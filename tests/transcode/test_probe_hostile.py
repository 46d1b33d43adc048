"""transcode.probe and files that are broken, cut short, or not what they say: a name for each, and no harm."""

import pytest

from tests.transcode.probing import facts, probe
from tests.transcode.reference import KINDS, at, each
from transcode.sandbox import ParserError, ParserRefused

HOSTILE = [path for path, kind in KINDS.items() if kind == "hostile"]

REFUSED = {
    "hostile/106-invalid-streaminfo.flac": "unreadable",
    "hostile/cut_with-gps.mov": "truncated",
    "hostile/issue_ghsa_crmj_qh74_2r36_poc.mov": "truncated",
    "hostile/sample_malformed_free_box.mp4": "truncated",
    "hostile/truncated-64bit.mp4": "truncated",
    "hostile/read_passwd.avi": "no_streams",
    "hostile/zero-channels.wav": "zero_channels",
}


@each([path for path in HOSTILE if path.endswith((".mov", ".mp4", ".mkv", ".avi", ".flac", ".wav"))])
def test_hostile_media_are_refused_by_name_or_measured(path):
    if path in REFUSED:
        with pytest.raises(ParserRefused) as caught:
            probe(at(path))
        assert caught.value.code == REFUSED[path]
    else:
        assert probe(at(path)).duration_ticks > 0


@pytest.mark.parametrize("demuxer", ["mov", "matroska", "mpegts", "avi", "mp3"])
def test_hostile_files_under_a_false_demuxer_do_no_harm(media, demuxer):
    """None reaches another parser, network or file; each has an answer, and quickly."""
    codes = {"unreadable", "truncated", "no_streams", "zero_channels", "unsupported_codec"}
    for path in HOSTILE:
        try:
            answer = probe(at(path), demuxer, wall_s=20, cpu_s=15).demuxer
        except ParserRefused as refusal:
            answer = refusal.code
        assert answer in {demuxer, *codes}


@pytest.mark.parametrize(
    "script",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile /etc/passwd\n",
        "#EXTM3U\n#EXTINF:1,\nhttp://127.0.0.1:9/x\n",
    ],
)
@pytest.mark.parametrize("demuxer", ["mov", "mpegts", "avi"])
def test_a_disguised_playlist_is_unreadable(tmp_path, script, demuxer):
    disguised = tmp_path / "video.mp4"
    disguised.write_text(script)
    with pytest.raises(ParserRefused):
        probe(disguised, demuxer)


def test_a_missing_file_is_no_refusal(tmp_path):
    with pytest.raises(ParserError, match="No such file") as caught:
        probe(tmp_path / "no.mp4", "mov")
    assert not isinstance(caught.value, ParserRefused)


@pytest.mark.parametrize(
    "name", ["-i.mp4", "http:x.mp4", "a%03d.mp4", "concat:a|b.mp4", "ñ\n.mp4", "\udcff.mp4"]
)
def test_names_that_look_like_something_else(media, tmp_path, name):
    disguised = tmp_path / name
    disguised.symlink_to(at("video/delivery/sample_video_only.mp4"))
    assert probe(disguised).video[0].frames == 30


@pytest.mark.parametrize(
    ("path", "size"),
    [
        ("video/delivery/sample_fragmented.mp4", 70_000),
        ("video/delivery/vtest.avi", 2_000_000),
        ("video/pro/freeMXF-mxf1a.mxf", 300_000),
        ("audio/loudness/piano.wav", 500_000),
    ],
)
def test_a_file_cut_short_says_so(media, tmp_path, path, size):
    """As an interrupted copy from a card leaves it: what is there is counted."""
    cut = tmp_path / "cut"
    cut.write_bytes(at(path).read_bytes()[:size])
    found = probe(cut)
    assert found.is_cut
    assert 0 < found.duration_ticks < facts(path).duration_ticks


def test_a_picture_nothing_decodes_is_refused(media, tmp_path):
    """Its sound alone would pass for the whole."""
    strange = tmp_path / "strange.mp4"
    strange.write_bytes(at("video/delivery/chaplin.mp4").read_bytes().replace(b"avc1", b"zzz1"))
    with pytest.raises(ParserRefused) as caught:
        probe(strange)
    assert caught.value.code == "unsupported_codec"
