"""transcode.probe: what single files hold, those of the shared media and some made here."""

import subprocess
from fractions import Fraction
from pathlib import Path

import imageio_ffmpeg
import pytest

from tests.transcode.probing import facts, probe
from tests.transcode.reference import FACTS, KINDS
from transcode.facts import Chapter

FILMS = [path for path, kind in KINDS.items() if kind == "video"]


def test_broadcast_wave(media):
    tags = facts("audio/bwf/AWM_RL_15577_side_1b.wav").tags
    said = FACTS["audio/bwf/AWM_RL_15577_side_1b.wav"]["exiftool"]
    assert tags["description"] == said["RIFF:Description"]
    assert tags["originator"] == said["RIFF:Originator"]
    assert tags["originator_reference"] == said["RIFF:OriginatorReference"]
    assert int(tags["time_reference"]) == said["RIFF:TimeReference"]
    assert (
        f"{tags['origination_date']} {tags['origination_time']}".replace("-", ":")
        == said["RIFF:DateTimeOriginal"]
    )


def test_places_of_phones(media):
    assert (
        facts("video/camera/with-gps.mov").tags["com.apple.quicktime.location.ISO6709"]
        == "+32.0929+034.8620+028.516/"
    )
    assert facts("video/camera/FLIR Thermal.mp4").tags["location"] == "+34.0754-118.2543/"


def test_embedded_captions(media):
    found = {
        path: [(track.index, track.codec, track.language) for track in facts(path).text]
        for path in KINDS
        if KINDS[path] == "video" and facts(path).text
    }
    assert found == {
        "captions/cea608.ts": [(0, "eia_608", "")],
        "captions/fragmented_captions.mp4": [(0, "eia_608", "")],
        "captions/sample_with_pgs_subtitles.mkv": [(2, "hdmv_pgs_subtitle", "eng")],
        "captions/sample_with_srt.mkv": [(2, "subrip", "eng")],
        "video/camera/Sony ILCE-7M3 (A7M3).mts": [(2, "hdmv_pgs_subtitle", "")],
        "video/delivery/nasa_13013.mp4": [(2, "mov_text", "eng"), (5, "mov_text", "eng")],
    }


def test_high_dynamic_range(media):
    found = {path: track.hdr for path in FILMS for track in facts(path).video if track.hdr}
    assert found == {
        "video/camera/dolbyVision-hdr.MOV": "hlg",
        "video/camera/hdr10-video-with-sdr-container.mp4": "hdr10",
        "video/camera/iphone_hlg_editlist.mp4": "hlg",
        "video/delivery/hdr10-av1.mp4": "hdr10",
        "video/delivery/sample_with_colr_mdcv_and_clli.mp4": "hdr10",
    }
    assert facts("video/camera/iphone_hlg_editlist.mp4").video[0].bit_depth == 10


def test_alpha_and_mirrors(media):
    assert [path for path in FILMS for track in facts(path).video if track.has_alpha] == [
        "video/delivery/no_duration.webm",  # VP9 whose header says so
        "video/delivery/transparent.webm",
    ]
    assert [path for path in FILMS for track in facts(path).video if track.mirrored] == [
        "video/delivery/sample_rotate_and_reflect.mp4"
    ]


def test_other_tracks_are_named(media):
    assert facts("video/pro/linear_speed_effects_aaf.mov").data == ("tmcd",)
    assert facts("video/delivery/sample_with_chapters.mp4").chapters[0] == Chapter(0, 6, "Chapter 1")


def test_a_film_is_measured_in_frames_and_sound_in_samples(media):
    film, sound = facts("video/delivery/chaplin.mp4"), facts("audio/loudness/piano.wav")
    assert (film.duration_ticks, str(film.edit_rate)) == (241, "25/1")
    assert (sound.duration_ticks, str(sound.edit_rate), sound.duration) == (441_000, "44100/1", Fraction(10))


# Files made here, for what the set does not hold


def make(tmp_path: Path, *arguments: str, name: str) -> Path:
    target = tmp_path / name
    subprocess.run(
        [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", *arguments, str(target)],
        check=True,
        timeout=60,
    )
    return target


BARS = ("-f", "lavfi", "-i", "testsrc2=size=128x96:rate=30000/1001:duration=1")
TONE = ("-f", "lavfi", "-i", "sine=frequency=1000:sample_rate=48000:duration=1.001")


def test_drop_frame_timecode_and_reel(tmp_path):
    film = make(
        tmp_path,
        *BARS,
        "-c:v",
        "mpeg2video",
        "-timecode",
        "10:59:59;20",
        "-metadata:s:v",
        "reel_name=CINTA 7",
        name="x.mov",
    )
    found = probe(film)
    assert (found.start_timecode, found.drop_frame, found.reel) == ("10:59:59;20", True, "CINTA 7")
    assert (found.duration_ticks, str(found.edit_rate)) == (30, "30000/1001")


@pytest.mark.parametrize(("name", "demuxer"), [("x.mka", "matroska"), ("x.m4a", "mov"), ("x.mxf", "mxf")])
def test_sound_alone_in_a_container_of_films_is_sound(tmp_path, name, demuxer):
    codec = "pcm_s16le" if demuxer != "mov" else "aac"
    muxer = ("-f", "mxf_opatom") if demuxer == "mxf" else ()
    found = probe(make(tmp_path, *TONE, "-c:a", codec, *muxer, name=name))
    assert (found.kind, found.demuxer) == ("audio", demuxer)
    assert str(found.edit_rate) == "48000/1"
    assert abs(found.duration_ticks - 48048) <= 1920  # whole packets


def test_alpha_of_prores(tmp_path):
    film = make(
        tmp_path, *BARS, "-vf", "format=yuva444p10le", "-c:v", "prores_ks", "-profile:v", "4444", name="x.mov"
    )
    video = probe(film).video[0]
    assert video.has_alpha
    assert video.bit_depth >= 10


def test_interlaced_mxf(tmp_path):
    film = make(
        tmp_path,
        *BARS,
        "-vf",
        "setparams=field_mode=tff",
        "-c:v",
        "mpeg2video",
        "-flags",
        "+ildct+ilme",
        "-f",
        "mxf",
        name="x.mxf",
    )
    video = probe(film).video[0]
    assert (video.field_order, video.frames) == ("tff", 30)


def test_hidden_frames_of_vp8(tmp_path):
    film = make(
        tmp_path,
        *BARS,
        "-c:v",
        "libvpx",
        "-auto-alt-ref",
        "1",
        "-lag-in-frames",
        "16",
        "-b:v",
        "200k",
        name="x.webm",
    )
    assert probe(film).video[0].frames == 30


def test_spanish_in_windows_1252(tmp_path):
    """A BWF description can be nothing else; FFmpeg gives the bytes as they are."""
    wave = make(tmp_path, *TONE, "-write_bext", "1", "-metadata", "description=Informe XXX", name="x.wav")
    wave.write_bytes(wave.read_bytes().replace(b"Informe XXX", "Informe año".encode("cp1252")))
    assert probe(wave).tags["description"] == "Informe año"


def test_two_sound_tracks_with_languages(tmp_path):
    film = make(
        tmp_path, *BARS, *TONE, *TONE, "-map", "0", "-map", "1", "-map", "2", "-c:v", "mpeg4", "-c:a", "aac",
        "-metadata:s:a:0", "language=spa", "-metadata:s:a:1", "language=eng", name="x.mp4",
    )  # fmt: skip
    found = probe(film)
    assert [track.language for track in found.audio] == ["spa", "eng"]
    assert found.sound is found.audio[0]


def test_a_still_of_one_frame_has_a_length(tmp_path):
    found = probe(make(tmp_path, *BARS, "-frames:v", "1", "-c:v", "mpeg4", name="x.mp4"))
    assert found.duration_ticks == 1
    assert not found.video[0].variable_frame_rate
