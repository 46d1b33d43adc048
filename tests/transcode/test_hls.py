"""Playlists: reading ffmpeg's, writing EVENT while it grows and VOD at the end, and refusing a stream that is not whole."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.transcode.described import the
from tests.transcode.footage import clip, previews
from transcode import hls
from transcode.facts import Rate
from transcode.hls import Bandwidth, HlsError, MediaPlaylist, Segment
from transcode.planner.plan import LadderStep, StreamShape

INIT = b"\0\0\0\x20avcC\x01\x64\x00\x1e\xff\xe1"
HIGH, LOW = LadderStep("v720", 1280, 720, 4500), LadderStep("v360", 640, 360, 1100)
SHAPE = StreamShape((HIGH, LOW), audio_kbps=128, segment_s=1, frame_rate=Rate(30000, 1001))
SILENT = replace(SHAPE, steps=(LOW,), audio_kbps=0)


def playlist(*seconds: str, ended: bool = False) -> MediaPlaylist:
    segments = tuple(Segment(f"{number:05}.m4s", Decimal(each)) for number, each in enumerate(seconds))
    return MediaPlaylist("init.mp4", segments, ended=ended)


def stream(folder: Path, shape: StreamShape, **lists: MediaPlaylist) -> None:
    """What ffmpeg leaves: a playlist and its files in a folder for each rung and the sound."""
    for name in hls.names(shape):
        of = lists.get(name, playlist("1.0", "1.0", ended=True))
        place = folder / "hls" / name
        place.mkdir(parents=True)
        (place / "index.m3u8").write_text(hls.media_playlist(of))
        (place / "init.mp4").write_bytes(INIT)
        for segment in of.segments:
            (place / segment.name).write_bytes(b"x" * 1000)


class TestMediaPlaylists:
    @pytest.mark.parametrize(
        ("ended", "kind", "last"), [(False, "EVENT", "00001.m4s"), (True, "VOD", "#EXT-X-ENDLIST")]
    )
    def test_it_is_an_event_until_it_has_ended(self, ended, kind, last):
        lines = hls.media_playlist(playlist("1.0", "0.5", ended=ended)).splitlines()
        assert f"#EXT-X-PLAYLIST-TYPE:{kind}" in lines
        assert lines[-1] == last

    @pytest.mark.parametrize(
        ("seconds", "target"),
        [((), 1), (("0.2",), 1), (("1.001", "1.0"), 1), (("1.5",), 2), (("4.004", "1.0"), 4)],
    )
    def test_no_segment_is_longer_than_the_target_when_rounded(self, seconds, target):
        assert f"#EXT-X-TARGETDURATION:{target}\n" in hls.media_playlist(playlist(*seconds))

    def test_what_is_written_is_read_again(self):
        wanted = playlist("1.001000", "0.500500", ended=True)
        assert hls.read(hls.media_playlist(wanted)) == wanted

    def test_its_files_are_in_the_order_in_which_a_player_fetches_them(self):
        assert playlist("1.0", "1.0").files == ("init.mp4", "00000.m4s", "00001.m4s")
        assert playlist("1.0", "0.25").seconds == Decimal("1.25")

    def test_lines_it_does_not_know_are_passed_over(self):
        text = "#EXTM3U\n#EXT-X-PROGRAM-DATE-TIME:2026-01-01T00:00:00Z\n\n#EXTINF:1.0,title\na.m4s\n"
        assert hls.read(text).segments == (Segment("a.m4s", Decimal("1.0")),)

    @pytest.mark.parametrize("text", ["", "<html>", "#EXTM3U\n00000.m4s\n", "#EXTM3U\n#EXTINF:1,\na\nb\n"])
    def test_what_is_no_playlist_is_refused(self, text):
        with pytest.raises(HlsError):
            hls.read(text)


class TestMasterPlaylist:
    CODECS = {"v720": "avc1.64001f", "v360": "avc1.64001e"}

    def test_the_best_rung_comes_first_and_each_says_what_it_is(self):
        lines = hls.master_playlist(SHAPE, self.CODECS).splitlines()
        addresses = [line for line in lines if not line.startswith("#")]
        assert addresses == ["v720/index.m3u8", "v360/index.m3u8"]
        assert (
            "#EXT-X-STREAM-INF:BANDWIDTH=4628000,AVERAGE-BANDWIDTH=4628000,RESOLUTION=1280x720,"
            'FRAME-RATE=29.970,CODECS="avc1.64001f,mp4a.40.2",AUDIO="audio"'
        ) in lines

    def test_without_sound_nothing_of_sound_is_said(self):
        text = hls.master_playlist(SILENT, self.CODECS)
        assert "AUDIO" not in text
        assert "mp4a" not in text
        assert "BANDWIDTH=1100000," in text

    def test_measured_rates_take_the_place_of_the_limits(self):
        measured = {"v720": Bandwidth(900, 700), "v360": Bandwidth(300, 200), "aud": Bandwidth(100, 90)}
        text = hls.master_playlist(SHAPE, self.CODECS, measured)
        assert "BANDWIDTH=1000,AVERAGE-BANDWIDTH=790," in text
        assert "BANDWIDTH=400,AVERAGE-BANDWIDTH=290," in text

    @pytest.mark.parametrize(
        ("seconds", "sizes", "wanted"),
        [
            (("1", "1"), (1000, 1000), Bandwidth(8000, 8000)),
            (("1", "1"), (3000, 1000), Bandwidth(24000, 16000)),
            # a short tail may be dense: it is no peak of its own
            (("1", "1", "0.1"), (1000, 1000, 1000), Bandwidth(14546, 11429)),
        ],
    )
    def test_the_peak_is_of_a_stretch_as_long_as_a_segment(self, seconds, sizes, wanted):
        of = playlist(*seconds)
        names = [segment.name for segment in of.segments]
        assert hls.bandwidth(of, dict(zip(names, sizes, strict=True))) == wanted

    @pytest.mark.parametrize("init", [b"", b"hvcC" * 4, b"....avcC\x01\x64"])
    def test_an_initialisation_without_h264_is_refused(self, init):
        with pytest.raises(HlsError, match=r"H\.264"):
            hls.h264_codec(init)

    def test_profile_and_level_are_read_from_it(self):
        assert hls.h264_codec(INIT) == "avc1.64001e"


class TestGrowingAndEnding:
    def test_nothing_is_shown_before_every_rung_has_its_first_segment(self, tmp_path):
        assert hls.live_master(tmp_path, SHAPE) is None
        stream(tmp_path, SHAPE, v360=playlist())
        assert hls.live_master(tmp_path, SHAPE) is None

    def test_from_then_on_there_is_a_master(self, tmp_path):
        stream(tmp_path, SHAPE, aud=playlist("1.0"))
        assert "v720/index.m3u8" in the(hls.live_master(tmp_path, SHAPE))

    def test_the_end_is_vod_everywhere_and_has_measured_rates(self, tmp_path):
        stream(tmp_path, SHAPE)
        hls.finish(tmp_path, SHAPE)
        for name in hls.names(SHAPE):
            assert "PLAYLIST-TYPE:VOD" in (tmp_path / "hls" / name / "index.m3u8").read_text()
        assert "BANDWIDTH=16000,AVERAGE-BANDWIDTH=16000," in (tmp_path / "hls" / "master.m3u8").read_text()

    @pytest.mark.parametrize(
        ("lists", "said"),
        [
            ({"v720": playlist("1.0", "1.0")}, "v720 did not end"),
            ({"aud": playlist(ended=True)}, "aud did not end"),
            ({"v360": playlist("1.0", ended=True)}, "not equally long"),
        ],
    )
    def test_a_stream_that_is_not_whole_is_refused(self, tmp_path, lists, said):
        stream(tmp_path, SHAPE, **lists)
        with pytest.raises(HlsError, match=said):
            hls.finish(tmp_path, SHAPE)
        assert not (tmp_path / "hls" / "master.m3u8").exists()

    @pytest.mark.parametrize("lost", ["v360/00001.m4s", "aud/init.mp4"])
    def test_a_file_that_is_missing_is_named(self, tmp_path, lost):
        stream(tmp_path, SHAPE)
        (tmp_path / "hls" / lost).unlink()
        with pytest.raises(HlsError, match=f"{Path(lost).name} is missing"):
            hls.finish(tmp_path, SHAPE)

    def test_rungs_may_differ_by_less_than_half_a_segment(self, tmp_path):
        stream(tmp_path, SHAPE, v360=playlist("1.0", "0.6", ended=True))
        hls.finish(tmp_path, SHAPE)


@pytest.mark.parametrize("name", ["defects.mov", "surround.mov", "portrait.mp4", "flash.mp4", "turned.mp4"])
class TestRealStreams:
    def test_no_rung_is_larger_than_the_source(self, name):
        done = previews(clip(name))
        picture = the(done.facts.picture)
        for step in the(done.plan.stream).steps:
            assert step.width <= picture.display_width
            assert step.height <= picture.display_height
        kbps = [step.most_kbps for step in the(done.plan.stream).steps]
        assert kbps == sorted(kbps, reverse=True)

    def test_the_final_playlists_are_vod_as_long_as_the_source(self, name):
        done = previews(clip(name))
        shape = the(done.plan.stream)
        for path in hls.names(shape):
            text = (done.folder / "hls" / path / "index.m3u8").read_text()
            assert "PLAYLIST-TYPE:VOD" in text
            seconds = float(hls.read(text).seconds)
            assert seconds == pytest.approx(float(done.facts.duration), abs=0.1)

    def test_the_master_names_h264_and_sound_only_where_there_is_some(self, name):
        done = previews(clip(name))
        master = (done.folder / "hls" / "master.m3u8").read_text()
        assert 'CODECS="avc1.64' in master
        assert ("mp4a.40.2" in master) is bool(done.facts.audio)
