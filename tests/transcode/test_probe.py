"""transcode.probe, through the sandbox, against what ffprobe, mediainfo and exiftool read from the same files."""

import json
import subprocess
from fractions import Fraction

import imageio_ffmpeg

from tests.transcode.probing import facts
from tests.transcode.reference import FACTS, KINDS, at, each

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
