"""transcode.probe, through the sandbox, against what ffprobe, mediainfo and exiftool read from the same files."""

import json
import subprocess
from fractions import Fraction
from functools import cache
from pathlib import Path

import imageio_ffmpeg
import pytest

from tests.transcode.reference import FACTS, KINDS, at, each
from transcode.facts import Chapter, MediaFacts
from transcode.sandbox import Limits, ParserError, ParserRefused, call
from transcode.sniff import sniff

MEDIA_KINDS = {"video", "audio"}
SOUND_FILES = [path for path, kind in KINDS.items() if kind in MEDIA_KINDS]
VIDEO_FILES = [path for path in SOUND_FILES if "frame_gap_ms" in FACTS[path]["ffprobe"]]
HOSTILE = [path for path, kind in KINDS.items() if kind == "hostile"]
FIELD_ORDERS = {"progressive": "progressive", "tt": "tff", "tb": "tff", "bb": "bff", "bt": "bff"}

# Where ffprobe 5.1.9 counts otherwise. ffmpeg decodes as many frames as we say (test below).
FRAMES = {
    "video/camera/Sony ILCE-7M3 (A7M3).mts": (13, "26 packets hold one field each"),
    "video/camera/dolbyVision-hdr.MOV": (4, "the edit list hides one of 5 packets"),
    "video/camera/iphone_hlg_editlist.mp4": (77, "the edit list hides 9 of 86 packets"),
    "video/pro/freeMXF-mxf1a.mxf": (266, "ffprobe 5.1 lost packets at the index; mediainfo counts 266 too"),
}
VARIABLE = {
    "video/camera/iphone_hlg_editlist.mp4": (False, "what varies is what the edit list hides"),
    "video/pro/freeMXF-mxf1a.mxf": (False, "with all packets there are no gaps"),
}
# Averages of rounded or hidden times, where the rate is a standard one
RATES = {
    "captions/sample_with_srt.mkv": (Fraction(30), "29.97 in milliseconds, too short to tell; ffprobe: 1000"),
    "video/delivery/sample.flv": (Fraction(30), "29.97 in milliseconds, too short to tell; ffprobe: 1000"),
    "video/camera/8k24fps_300ms.mp4": (Fraction(24), "ffprobe: 24.0056"),
    "video/camera/h265_with_metadata_track.mp4": (Fraction(30000, 1001), "ffprobe: 29.98"),
    "video/camera/ipad_mini_hevc.mov": (Fraction(30000, 1001), "ffprobe: 29.9572"),
    "video/camera/iphone_hlg_editlist.mp4": (Fraction(30000, 1001), "ffprobe: 28.0282 with the hidden ones"),
    "video/camera/portrait_4k60.mp4": (Fraction(60), "ffprobe: 60.0578"),
    "video/camera/with-gps.mov": (Fraction(30000, 1001), "ffprobe: 29.9875"),
}
# Durations which ffprobe takes from a header or a bit rate; ours are counted
SAMPLES = {
    "audio/comprimido/bear-id3.mp3": (135_936, "ffprobe estimates by bit rate"),
    "audio/comprimido/enst_audio.aac": (337_920, "ffprobe estimates by bit rate"),
    "audio/comprimido/sample_wb.amr": (54_080, "ffprobe estimates by bit rate"),
    "video/delivery/sample_fragmented.mp4": (47_104, "the header says 97391 s"),
    "audio/comprimido/sample.ac3": (15_360, "ffprobe estimates by bit rate"),
    "video/camera/FLIR Thermal.mp4": (488_384, "the edit list hides two packets and 64 samples"),
}
# Attached pictures that ffprobe 5.1.9 did not show
COVERS = {"audio/comprimido/bear_with_id3.flac": 1}


@cache
def facts(path: str) -> MediaFacts:
    source = at(path)
    return MediaFacts.from_json(call("transcode.probe:probe_json", str(source), sniff(source).demuxer))


def probe(path: Path, demuxer: str = "", **limits) -> MediaFacts:
    answer = call(
        "transcode.probe:probe_json", str(path), demuxer or sniff(path).demuxer, limits=Limits(**limits)
    )
    return MediaFacts.from_json(answer)


def theirs(path, kind):
    """What ffprobe said of the tracks of a kind, covers left out."""
    streams = FACTS[path]["ffprobe"]["streams"]
    return [each_ for each_ in streams if each_["type"] == kind and not each_.get("attached_picture")]


# Against ffprobe: every sound file and film of the set


@each(SOUND_FILES)
def test_the_tracks(path):
    found = facts(path)
    for ours, kind in ((found.video, "video"), (found.audio, "audio")):
        assert [(track.index, track.codec) for track in ours] == [
            (track["index"], track["codec"]) for track in theirs(path, kind)
        ]
    covers = [track for track in FACTS[path]["ffprobe"]["streams"] if track.get("attached_picture")]
    assert found.attached_pictures == COVERS.get(path, len(covers))


@each(SOUND_FILES)
def test_the_kind_is_told_by_the_tracks(path):
    assert facts(path).kind == KINDS[path]


@each(VIDEO_FILES)
def test_geometry(path):
    for ours, said in zip(facts(path).video, theirs(path, "video"), strict=True):
        assert (ours.width, ours.height) == (said["width"], said["height"])
        assert str(ours.sample_aspect).replace("/", ":") == said["sample_aspect_ratio"]
        assert ours.rotation == said["rotation"]
        assert (ours.display_width, ours.display_height) == (said["display_width"], said["display_height"])


@each(VIDEO_FILES)
def test_frames(path):
    assert facts(path).video[0].frames == FRAMES.get(path, (FACTS[path]["ffprobe"]["packets"],))[0]


@each(sorted(FRAMES))
def test_frames_where_we_disagree_are_those_ffmpeg_decodes(path):
    ffmpeg = [imageio_ffmpeg.get_ffmpeg_exe(), "-nostdin", "-i", str(at(path)), "-map", "0:v:0"]
    ended = subprocess.run(
        [*ffmpeg, "-fps_mode", "passthrough", "-progress", "-", "-f", "null", "-"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    counts = [line.partition("=")[2] for line in ended.stdout.splitlines() if line.startswith("frame=")]
    assert int(counts[-1]) == FRAMES[path][0]


@each(VIDEO_FILES)
def test_variable_rates(path):
    said = FACTS[path]["ffprobe"]["variable_frame_rate"]
    assert facts(path).video[0].variable_frame_rate == VARIABLE.get(path, (said,))[0]


@each(VIDEO_FILES)
def test_frame_rates(path):
    said = theirs(path, "video")[0]
    expected = Fraction(str(said["avg_fps"])) if said.get("avg_fps") else Fraction(said["r_frame_rate"])
    ours = facts(path).video[0].frame_rate.fps
    if path in RATES:
        assert ours == RATES[path][0]
    else:
        assert abs(ours / expected - 1) < Fraction(1, 10_000)


@each(VIDEO_FILES)
def test_field_order(path):
    for ours, said in zip(facts(path).video, theirs(path, "video"), strict=True):
        assert ours.field_order == FIELD_ORDERS.get(said.get("field_order"), "unknown")


@each([path for path in VIDEO_FILES if FACTS[path]["ffprobe"]["interlaced_flag"]])
def test_field_order_is_what_mediainfo_says_too(path):
    said = next(track for track in FACTS[path]["mediainfo"] if track["type"] == "Video")
    if "ScanOrder" in said:
        assert facts(path).video[0].field_order == said["ScanOrder"].lower()


@each(VIDEO_FILES)
def test_signal(path):
    for ours, said in zip(facts(path).video, theirs(path, "video"), strict=True):
        assert ours.pixel_format == said["pix_fmt"]
        assert ours.primaries == said.get("color_primaries", "")
        assert ours.transfer == said.get("color_transfer", "")
        assert ours.matrix == said.get("color_space", "")
        assert ours.colour_range == said.get("color_range", "")
        assert ours.dolby_vision == ("DOVI configuration record" in said.get("hdr_side_data", ()))


@each(VIDEO_FILES)
def test_profile(path):
    """FFmpeg 5.1 had a number, not a name, for the profile of HTJ2K."""
    for ours, said in zip(facts(path).video, theirs(path, "video"), strict=True):
        assert ours.profile == ("" if said.get("profile", "").isdigit() else said.get("profile", ""))


@each(SOUND_FILES)
def test_sound(path):
    for ours, said in zip(facts(path).audio, theirs(path, "audio"), strict=True):
        assert (ours.channels, ours.sample_rate) == (said["channels"], said["sample_rate"])
        assert ours.layout == said.get("channel_layout", "")
        assert ours.bits == (0 if said["codec"].startswith("adpcm") else int(said["bits"]))
        assert ours.language == ("" if said.get("language") == "und" else said.get("language", ""))


@each(SOUND_FILES)
def test_samples(path):
    """Exact without compression; within a packet of what the header says with it."""
    for ours, said in zip(facts(path).audio, theirs(path, "audio"), strict=True):
        assert ours.samples
        if path in SAMPLES:
            assert ours.samples == SAMPLES[path][0]
        elif "duration_s" in said:
            exact = said["codec"].startswith("pcm_") or said["codec"] == "flac"
            assert abs(ours.samples - said["duration_s"] * ours.sample_rate) <= (0.5 if exact else 1728)


@each(SOUND_FILES)
def test_timecode(path):
    assert facts(path).start_timecode == FACTS[path]["ffprobe"].get("timecode")
    assert not facts(path).drop_frame


@each([path for path in SOUND_FILES if FACTS[path]["ffprobe"].get("chapters")])
def test_chapters(path):
    found, rate = facts(path).chapters, facts(path).edit_rate.fps
    assert [chapter.title for chapter in found] == [
        said["title"] for said in FACTS[path]["ffprobe"]["chapters"]
    ]
    for chapter, said in zip(found, FACTS[path]["ffprobe"]["chapters"], strict=True):
        assert abs(chapter.start - said["start_s"] * rate) <= 0.5
        assert chapter.start < chapter.end


@each([path for path in SOUND_FILES if FACTS[path]["ffprobe"].get("tags") and "bwf" not in path])
def test_tags(path):
    said = {name: value.strip() for name, value in FACTS[path]["ffprobe"]["tags"].items() if value.strip()}
    ours = facts(path).tags
    assert {name: ours.get(name) for name in said if not name.startswith("iTun")} == {
        name: value for name, value in said.items() if not name.startswith("iTun")
    }


@each(SOUND_FILES)
def test_the_answer_is_plain_and_complete(path):
    found = facts(path)
    assert "\\u0000" not in json.dumps(found.to_json())
    assert found.duration_ticks > 0
    assert found.edit_rate == (found.video[0].frame_rate if found.video else found.edit_rate)
    assert found.bit_rate
    assert not found.is_cut
    assert all(track.bit_depth >= 8 for track in found.video)


# What single files hold


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
    found = {path: track.hdr for path in VIDEO_FILES for track in facts(path).video if track.hdr}
    assert found == {
        "video/camera/dolbyVision-hdr.MOV": "hlg",
        "video/camera/hdr10-video-with-sdr-container.mp4": "hdr10",
        "video/camera/iphone_hlg_editlist.mp4": "hlg",
        "video/delivery/hdr10-av1.mp4": "hdr10",
        "video/delivery/sample_with_colr_mdcv_and_clli.mp4": "hdr10",
    }
    assert facts("video/camera/iphone_hlg_editlist.mp4").video[0].bit_depth == 10


def test_alpha_and_mirrors(media):
    assert [path for path in VIDEO_FILES for track in facts(path).video if track.has_alpha] == [
        "video/delivery/no_duration.webm",  # VP9 whose header says so
        "video/delivery/transparent.webm",
    ]
    assert [path for path in VIDEO_FILES for track in facts(path).video if track.mirrored] == [
        "video/delivery/sample_rotate_and_reflect.mp4"
    ]


def test_other_tracks_are_named(media):
    assert facts("video/pro/linear_speed_effects_aaf.mov").data == ("tmcd",)
    assert facts("video/delivery/sample_with_chapters.mp4").chapters[0] == Chapter(0, 6, "Chapter 1")


def test_a_film_is_measured_in_frames_and_sound_in_samples(media):
    film, sound = facts("video/delivery/chaplin.mp4"), facts("audio/loudness/piano.wav")
    assert (film.duration_ticks, str(film.edit_rate)) == (241, "25/1")
    assert (sound.duration_ticks, str(sound.edit_rate), sound.duration) == (441_000, "44100/1", 10)


# Hostile and broken files

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
