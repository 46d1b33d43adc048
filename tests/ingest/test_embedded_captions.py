"""Captions inside videos: the commands as data, and real files."""

from pathlib import Path

import pytest

from ingest import embedded_captions
from tests.ingest import making
from transcode import ffmpeg, sandbox
from transcode.facts import MediaFacts, TextTrack


def facts_of(path: Path, demuxer: str) -> MediaFacts:
    return MediaFacts.from_json(sandbox.call("transcode.probe:probe_json", str(path), demuxer))


def extracted(path: Path, demuxer: str, tmp_path: Path):
    here = tmp_path / f"original{path.suffix}"
    here.symlink_to(path)
    return embedded_captions.extract(here, facts_of(path, demuxer), tmp_path)


def test_text_tracks_are_only_demultiplexed_with_the_forced_demuxer():
    tracks = [TextTrack(2, "mov_text", "spa"), TextTrack(3, "mov_text", "eng")]
    argv = embedded_captions.text_arguments("original.mp4", "mov", tracks)
    assert argv[argv.index("-f") : argv.index("-i") + 2] == (
        *("-f", "mov", "-protocol_whitelist", "file,pipe", "-format_whitelist", "mov"),
        *("-i", "file:original.mp4"),
    )
    assert argv[-14:] == (
        *("-map", "0:2", "-c:s", "srt", "-f", "srt", "captions-2.srt"),
        *("-map", "0:3", "-c:s", "srt", "-f", "srt", "captions-3.srt"),
    )
    assert "-nostdin" in argv


def test_closed_captions_come_out_of_one_picture_track():
    argv = embedded_captions.closed_arguments("original.ts", "mpegts", TextTrack(1, "eia_608", ""))
    assert "movie=original.ts:format_name=mpegts:streams=1[out0+subcc]" in argv
    assert argv[argv.index("-max_pixels") + 1].isdigit()
    assert argv[-1] == "captions-1.srt"


def test_a_text_track(tmp_path):
    found = extracted(making.clip("captioned.mp4"), "mov", tmp_path)
    (track,) = found.tracks
    assert (track["language"], track["label"]) == ("es", "")
    assert [cue["text"] for cue in track["cues"]] == ["Agua para todas las colonias", "Adiós"]
    assert found.unread == ()


def test_a_video_without_captions_costs_no_process(tmp_path, monkeypatch):
    monkeypatch.setattr(ffmpeg, "run", None)
    assert extracted(making.clip("plain.mp4"), "mov", tmp_path) == embedded_captions.Extracted()


@pytest.mark.media
@pytest.mark.parametrize(
    ("name", "demuxer", "text", "label"),
    [
        ("cea608.ts", "mpegts", "First subtitle", "CEA-608"),
        ("fragmented_captions.mp4", "mov", "♪MUSIC♪", "CEA-608"),
        ("sample_with_srt.mkv", "matroska", "This is the first subtitle.", ""),
    ],
)
def test_real_files(media, tmp_path, name, demuxer, text, label):
    (track,) = extracted(media / "captions" / name, demuxer, tmp_path).tracks
    assert track["cues"][0]["text"] == text
    assert track["cues"][0]["end_ms"] > track["cues"][0]["start_ms"]
    assert track["label"] == label


@pytest.mark.media
def test_captions_that_are_pictures_are_left_alone(media, tmp_path):
    found = extracted(media / "captions" / "sample_with_pgs_subtitles.mkv", "matroska", tmp_path)
    assert found == embedded_captions.Extracted()


def test_what_cannot_be_taken_out_is_named(tmp_path, monkeypatch):
    def broken(*_args, **_more):
        raise ffmpeg.FfmpegFailed("exit code 1", stderr_tail="")

    monkeypatch.setattr(ffmpeg, "run", broken)
    found = extracted(making.clip("captioned.mp4"), "mov", tmp_path)
    assert (found.tracks, found.unread) == ((), ("mov_text",))
