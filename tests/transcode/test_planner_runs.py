"""Preview plans carried out by the real ffmpeg on small real clips: counts, times, pictures."""

import json
from itertools import pairwise

import av
import pytest

from tests.transcode import footage
from tests.transcode.described import the
from tests.transcode.footage import clip, frames, picture, previews
from transcode import hls
from transcode.planner.plan import AUDIO_NAME

MOVING = [
    *("plain.mp4", "silent.mp4", "portrait.mp4", "upper.mov", "lower.mov", "anamorphic.mov", "odd.mkv"),
    *("variable.mp4", "hlg.mkv", "alpha.mov", "tracks.mxf", "surround.mov", "turned.mp4", "stream.ts"),
]


def mp4(name):
    return previews(clip(name)).folder / "progressive.mp4"


def colour_at(pixels, x, y):
    """Which of the four primaries of `quarters.mp4` a place has, in shares of the picture."""
    height, width = pixels.shape[:2]
    red, green, blue = (int(value) > 128 for value in pixels[int(y * height), int(x * width)])
    return {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (1, 1, 1): "white"}.get(
        (red, green, blue), "?"
    )


def corners(name):
    pixels = picture(mp4(name), 5)
    return [colour_at(pixels, x, y) for y in (0.25, 0.75) for x in (0.25, 0.75)]


@pytest.mark.parametrize("name", MOVING)
class TestEveryKind:
    def test_no_frame_is_lost_or_made_up(self, name):
        done = previews(clip(name))
        count = the(footage.facts(clip(name)).picture).frames
        assert done.results[0].frames == frames(mp4(name)) == count

    def test_the_stream_is_whole_and_starts_at_zero(self, name):
        done = previews(clip(name))
        for path, playlist in hls.growing(done.folder, the(done.plan.stream)).items():
            assert playlist.ended
            assert [
                file for file in playlist.files if not (done.folder / "hls" / path / file).stat().st_size
            ] == []
            assert first_decode_time(done.folder / "hls" / path / playlist.segments[0].name) == 0

    def test_pixels_are_square_and_colours_are_named(self, name):
        with av.open(str(mp4(name))) as container:
            stream = container.streams.video[0]
            context = stream.codec_context
            assert stream.sample_aspect_ratio in {None, 1}
            assert (context.color_primaries, context.color_trc, context.colorspace) == (1, 1, 1)
            assert context.pix_fmt == "yuv420p"
            assert context.profile == "High"

    def test_the_index_is_in_front(self, name):
        head = mp4(name).read_bytes()[:200_000]
        assert head.index(b"moov") < head.index(b"mdat")

    def test_there_is_a_poster_and_a_sheet_of_small_pictures(self, name):
        done = previews(clip(name))
        sheet = picture(done.folder / "sprite" / "1.jpg")
        shape = the(done.plan.sprite)
        assert sheet.shape[:2] == (shape.height * shape.rows, shape.width * shape.columns)
        assert not (done.folder / "sprite" / "0.jpg").exists()
        poster = picture(done.folder / "poster.jpg")
        best = the(done.plan.stream).steps[0]
        assert poster.shape[:2] == (best.height, best.width)


def first_decode_time(segment):
    """The base decode time of a fragment (ISO/IEC 14496-12, tfdt)."""
    content = segment.read_bytes()
    at = content.index(b"tfdt")
    size = 8 if content[at + 4] == 1 else 4
    return int.from_bytes(content[at + 8 : at + 8 + size], "big")


def first_composition_offset(segment):
    """Of the first sample of a fragment's run (trun, version 1, with size and offset per sample)."""
    content = segment.read_bytes()
    at = content.index(b"trun")
    flags = int.from_bytes(content[at + 5 : at + 8], "big")
    place = at + 12 + 4 * bool(flags & 1) + 4 * bool(flags & 4)
    before = sum(4 for flag in (0x100, 0x200, 0x400) if flags & flag)
    return int.from_bytes(content[place + before : place + before + 4], "big", signed=True)


def test_picture_and_sound_start_together():
    done = previews(clip("plain.mp4"))
    first = done.folder / "hls" / "v360" / "00000.m4s"
    assert first_decode_time(first) == 0
    assert first_composition_offset(first) == 0
    with av.open(str(mp4("plain.mp4"))) as container:
        assert container.streams.video[0].start_time == 0
        assert container.streams.audio[0].start_time == 0


def test_segments_last_a_second_and_begin_with_a_key_frame():
    done = previews(clip("plain.mp4"))
    playlist = hls.growing(done.folder, the(done.plan.stream))["v360"]
    assert [round(float(segment.seconds), 3) for segment in playlist.segments] == [1.001, 1.001]
    init = (done.folder / "hls" / "v360" / playlist.init).read_bytes()
    for segment in playlist.segments:
        alone = done.folder / "alone.mp4"
        alone.write_bytes(init + (done.folder / "hls" / "v360" / segment.name).read_bytes())
        with av.open(str(alone)) as container:
            first = next(packet for packet in container.demux(video=0) if packet.size)
            assert first.is_keyframe


def test_the_sound_is_as_long_as_it_was():
    with av.open(str(mp4("plain.mp4"))) as container:
        stream = container.streams.audio[0]
        seconds = the(stream.duration) * the(stream.time_base)
    assert float(seconds) == pytest.approx(2.0, abs=0.03)


class TestShapes:
    @pytest.mark.parametrize(
        ("name", "size"),
        [
            ("portrait.mp4", (202, 360)),
            ("anamorphic.mov", (320, 180)),
            ("odd.mkv", (320, 180)),
            ("turned.mp4", (180, 320)),
            ("upper.mov", (320, 240)),
        ],
    )
    def test_sizes(self, name, size):
        assert picture(mp4(name)).shape[:2] == size[::-1]

    def test_the_clip_itself(self):
        assert corners("quarters.mp4") == ["red", "green", "blue", "white"]

    def test_a_quarter_turn_clockwise(self):
        assert the(footage.facts(clip("turned.mp4")).picture).rotation == -90
        assert corners("turned.mp4") == ["blue", "red", "white", "green"]

    def test_a_mirror(self):
        assert corners("mirrored.mp4") == ["green", "red", "white", "blue"]

    def test_transparency_is_on_black(self):
        clear, opaque = picture(mp4("alpha.mov"), 3), picture(mp4("plain.mp4"), 3)
        assert clear.mean() < opaque.mean() * 0.7

    @pytest.mark.parametrize("name", ["upper.mov", "lower.mov"])
    def test_no_combs_are_left(self, name):
        """Lines of one field differ from their neighbours where things move; deinterlaced, they do not."""
        assert comb(picture(mp4(name), 20)) < 0.6 * comb(picture(clip(name), 20))


def comb(pixels):
    grey = pixels.astype(int).sum(axis=2)
    return abs(2 * grey[1:-1] - grey[:-2] - grey[2:]).mean() - abs(grey[2:] - grey[:-2]).mean()


class TestTimes:
    def test_a_variable_rate_keeps_its_times(self):
        def times(path):
            with av.open(str(path)) as container:
                found = [float(the(frame.pts) * the(frame.time_base)) for frame in container.decode(video=0)]
            return [time - found[0] for time in found]

        before, after = times(clip("variable.mp4")), times(mp4("variable.mp4"))
        assert max(abs(one - other) for one, other in zip(before, after, strict=True)) < 0.002
        gaps = {round(later - earlier, 2) for earlier, later in pairwise(after)}
        assert len(gaps) > 1

    def test_120_frames_become_60(self):
        assert footage.previews(clip("fast.mp4")).results[0].frames == 60
        assert frames(mp4("fast.mp4")) == 60


class TestPoster:
    def test_a_fade_from_black_is_not_the_poster(self):
        poster = picture(previews(clip("defects.mov")).folder / "poster.jpg")
        assert poster.mean() > 60

    def test_a_black_film_has_a_black_one(self):
        poster = picture(previews(clip("black.mp4")).folder / "poster.jpg")
        assert poster.mean() < 5


class TestSound:
    def test_audio_only_gives_two_copies_and_peaks(self):
        done = previews(clip("stereo.wav"))
        assert [output.slug for output in done.plan.outputs] == ["audio-m4a", "audio-mp3", "audio-waveform"]
        for name in ("audio-m4a.m4a", "audio-mp3.mp3"):
            with av.open(str(done.folder / name)) as container:
                stream = container.streams.audio[0]
                assert (stream.rate, stream.channels) == (48000, 2)
                assert float(the(container.duration) / av.time_base) == pytest.approx(3.0, abs=0.06)
        peaks = json.loads((done.folder / "waveform.json").read_text())
        assert (peaks["channels"], peaks["length"], len(peaks["data"])) == (2, 60, 240)
        assert (min(peaks["data"]), max(peaks["data"])) == (-13, 13)

    def test_several_pairs_of_tracks(self):
        done = previews(clip("tracks.mxf"))
        assert [checks.tracks for checks in done.plan.sound] == [(1, 2), (3, 4)]
        assert AUDIO_NAME in hls.growing(done.folder, the(done.plan.stream))

    @pytest.mark.media
    def test_mp3_with_a_cover_has_no_picture(self, media):
        done = previews(media / "audio" / "comprimido" / "bear-id3.mp3")
        assert done.plan.stream is None
        assert len(done.plan.outputs) == 3


@pytest.mark.media
class TestRealCameras:
    """A few of the shared set; all of it goes through the whole pipeline elsewhere."""

    @pytest.mark.parametrize(
        ("name", "count", "size"),
        [
            ("camera/FLIR Thermal.mp4", 84, (1440, 1080)),
            ("camera/dolbyVision-hdr.MOV", 4, (1280, 720)),
            ("camera/iphone_hlg_editlist.mp4", 77, (1920, 1080)),
            ("camera/Sony ILCE-7M3 (A7M3).mts", 13, (1080, 1920)),
            ("pro/dv-pal-interlaced.mov", 25, (576, 786)),
            ("pro/freeMXF-mxf1a.mxf", 266, (576, 768)),
            ("delivery/sample_fragmented.mp4", 30, (720, 1080)),
        ],
    )
    def test_frames_and_sizes(self, media, name, count, size):
        path = media / "video" / name
        if name.endswith((".mts", ".MOV")):
            suffix = {".mts": ".ts", ".MOV": ".mov"}[path.suffix]
            linked = footage.clip("plain.mp4").parent / f"linked-{path.stem}{suffix}"
            if not linked.exists():
                linked.symlink_to(path)
            path = linked
        done = previews(path)
        assert done.results[0].frames == frames(done.folder / "progressive.mp4") == count
        assert picture(done.folder / "progressive.mp4").shape[:2] == size
