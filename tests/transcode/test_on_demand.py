"""Formats made when asked for, really made and read back: TV master, radio files, and the copy that must be small."""

import struct
from dataclasses import dataclass, replace
from functools import cache
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from av.video.frame import PictureType

from tests.transcode.described import the
from tests.transcode.footage import carry_out, clip, demuxer, facts, frames
from transcode.facts import MediaFacts
from transcode.forms import CappedMp4
from transcode.measurements import delivered_loudness
from transcode.planner import plan_measure, plan_on_demand
from transcode.planner.plan import Labels, Plan, PlanError
from transcode.recipes import Recipe, named

LABELS = Labels(
    title="Campaña del agua",
    description="Señal de 30 s — versión “corta”",
    originator="GTO",
    reference="PZN33GA523",
    creator="María Núñez",
    date="2026-11-25",
    hour="18:40:00",
)


@dataclass(frozen=True)
class Delivered:
    """A format of a clip, finished."""

    path: Path
    plan: Plan

    @property
    def facts(self) -> MediaFacts:
        return facts(self.path)

    @property
    def notes(self) -> set[str]:
        return {note.code for note in self.plan.notes}


def deliver(name: str, recipe: Recipe) -> Delivered:
    source = clip(name)
    found, measured = facts(source), None
    measuring = plan_measure(found, "source", demuxer(source), recipe)
    if measuring is not None:
        measured = delivered_loudness(carry_out(measuring, source, found).folder, measuring)
    plan = plan_on_demand(found, "source", demuxer(source), recipe, measured=measured, labels=LABELS)
    return Delivered(carry_out(plan, source, found).folder / plan.outputs[0].entry, plan)


@cache
def made(name: str, slug: str) -> Delivered:
    return deliver(name, named(slug))


def samples(path: Path):
    """All of the sound, channels by samples, full scale being 1."""
    with av.open(str(path)) as container:
        resampler = av.AudioResampler(format="dblp")
        blocks = [
            block.to_ndarray() for frame in container.decode(audio=0) for block in resampler.resample(frame)
        ]
    return np.concatenate(blocks, axis=1)


def bext(path: Path) -> dict[str, str]:
    """The texts of a Broadcast Wave (EBU Tech 3285, 2.3)."""
    data = path.read_bytes()
    at = data.index(b"bext") + 8
    parts = struct.unpack_from("<256s32s32s10s8s", data, at)
    keys = ("description", "originator", "reference", "date", "time")
    return {key: part.split(b"\0")[0].decode("ascii") for key, part in zip(keys, parts, strict=True)}


class TestTvMaster:
    """surround.mov, 25 pictures of 25 a second, as XDCAM HD422."""

    def master(self) -> MediaFacts:
        return made("surround.mov", "xdcam-hd422").facts

    def test_its_picture_is_what_the_station_wrote_down(self):
        picture = the(self.master().picture)
        assert (picture.codec, picture.pixel_format) == ("mpeg2video", "yuv422p")
        assert (picture.width, picture.height) == (1920, 1080)
        assert (picture.frame_rate.num, picture.frame_rate.den) == (30000, 1001)
        assert picture.field_order == "tff"
        assert (picture.primaries, picture.transfer, picture.matrix) == ("bt709", "bt709", "bt709")
        assert "4:2:2" in picture.profile

    def test_its_container_is_mxf_that_begins_at_one_o_clock_in_drop_frame(self):
        master = self.master()
        assert (master.demuxer, master.start_timecode, master.drop_frame) == ("mxf", "01:00:00;00", True)

    def test_its_sound_is_two_mono_tracks(self):
        tracks = [(track.codec, track.channels, track.sample_rate) for track in self.master().audio]
        assert tracks == [("pcm_s24le", 1, 48_000)] * 2

    def test_it_lasts_as_long_as_the_source(self):
        assert frames(made("surround.mov", "xdcam-hd422").path) == 30

    def test_it_has_constant_50_megabits(self):
        path = made("surround.mov", "xdcam-hd422").path
        with av.open(str(path)) as container:
            sizes = [packet.size for packet in container.demux(video=0) if packet.size]
        assert sum(sizes) * 8 * 30000 / 1001 / len(sizes) == pytest.approx(50e6, rel=0.05)

    def test_groups_are_fifteen_long_with_two_b_frames(self):
        path = made("surround.mov", "xdcam-hd422").path
        with av.open(str(path)) as container:
            kinds = "".join(PictureType(frame.pict_type).name for frame in container.decode(video=0))
        assert "BBB" not in kinds
        keys = [at for at, kind in enumerate(kinds) if kind == "I"]
        assert {after - before for before, after in pairwise(keys)} <= {14, 15}
        assert keys[0] == 0

    def test_a_mix_that_is_low_enough_is_left_alone(self):
        assert not {note for note in made("surround.mov", "xdcam-hd422").notes if "gain" in note}


class TestRadioMaster:
    def test_its_texts_are_in_bext_without_accents(self):
        assert bext(made("hot.wav", "bwf").path) == {
            "description": 'Senal de 30 s - version "corta"',
            "originator": "GTO",
            "reference": "PZN33GA523",
            "date": "2026-11-25",
            "time": "18:40:00",
        }

    def test_the_mix_is_bit_for_bit_the_approved_one(self):
        path = made("hot.wav", "bwf").path
        assert np.array_equal(samples(path), samples(clip("hot.wav")))
        [track] = facts(path).audio
        assert (track.codec, track.sample_rate, track.channels) == ("pcm_s24le", 48_000, 2)

    def test_nothing_is_said_in_files_that_carry_no_texts(self):
        assert b"bext" not in made("opposed.wav", "wav").path.read_bytes()
        assert "title" not in made("opposed.wav", "wav").facts.tags

    def test_a_plain_wav_has_16_bits_of_44_100(self):
        [track] = made("hot.wav", "wav").facts.audio
        assert (track.codec, track.sample_rate, track.channels) == ("pcm_s16le", 44_100, 2)


class TestLoudness:
    @pytest.mark.parametrize(("name", "gain_db"), [("hot.wav", -6.7), ("opposed.wav", 4.0)])
    def test_the_whole_mix_is_multiplied_by_one_number(self, name, gain_db):
        before, after = samples(clip(name)), samples(made(name, "wav-loudness").path)
        if before.shape != after.shape:
            before = samples(made(name, "wav").path)  # the same but for the gain
        factor = 10 ** (gain_db / 20)
        assert np.max(np.abs(after - factor * before)) < 0.002
        assert made(name, "wav-loudness").notes == {"gain_applied"}

    @pytest.mark.parametrize("name", ["hot.wav", "opposed.wav"])
    def test_measured_again_it_is_what_was_asked_for(self, name):
        path = made(name, "wav-loudness").path
        found = facts(path)
        measuring = the(plan_measure(found, "source", "wav", named("wav-loudness")))
        again = delivered_loudness(carry_out(measuring, path, found).folder, measuring)
        assert the(again.integrated_lufs) == pytest.approx(-16.0, abs=0.15)
        assert the(again.true_peak_dbtp) <= -2.0


class TestMp3:
    def test_its_texts_are_id3_with_every_letter(self):
        path = made("hot.wav", "mp3-320").path
        assert path.read_bytes()[:4] == b"ID3\x03"
        with av.open(str(path)) as container:
            tags = container.metadata
        assert tags["title"] == "Campaña del agua"
        assert tags["artist"] == "María Núñez"
        assert tags["publisher"] == "GTO"
        assert "versión “corta”" in tags["comment"]

    def test_it_is_320_kilobits_of_stereo(self):
        [track] = made("hot.wav", "mp3-320").facts.audio
        assert (track.codec, track.sample_rate, track.channels) == ("mp3", 44_100, 2)
        assert made("hot.wav", "mp3-320").path.stat().st_size * 8 / 2 == pytest.approx(320_000, rel=0.1)


class TestMessagingCopy:
    def capped(self, most_bytes: int) -> Recipe:
        recipe = named("messaging-mp4")
        assert isinstance(recipe.parameters, CappedMp4)
        return replace(recipe, parameters=replace(recipe.parameters, most_bytes=most_bytes))

    @pytest.mark.parametrize("most_bytes", [15_500_000, 90_000])
    def test_it_stays_under_its_size_and_keeps_every_frame(self, most_bytes):
        copy = deliver("plain.mp4", self.capped(most_bytes))
        assert copy.path.stat().st_size <= most_bytes
        assert frames(copy.path) == 60
        picture, [sound] = the(copy.facts.picture), copy.facts.audio
        assert (picture.codec, picture.width, picture.height) == ("h264", 320, 180)
        assert (sound.codec, sound.channels) == ("aac", 2)

    def test_what_would_not_be_watchable_is_refused_with_the_longest_that_fits(self):
        with pytest.raises(PlanError) as refused:
            deliver("plain.mp4", self.capped(40_000))
        assert refused.value.code == "does_not_fit"
        assert refused.value.detail == {"longest_seconds": 1, "most_bytes": 40_000}

    def test_it_can_begin_before_it_has_arrived(self):
        data = deliver("silent.mp4", self.capped(200_000)).path.read_bytes()
        assert 0 < data.index(b"moov") < data.index(b"mdat")


@pytest.mark.parametrize(
    ("name", "slug", "code"),
    [
        ("silent.mp4", "bwf", "no_sound"),
        ("silent.mp4", "mp3-320", "no_sound"),
        ("hot.wav", "xdcam-hd422", "no_picture"),
        ("hot.wav", "messaging-mp4", "no_picture"),
        ("hot.wav", "photo-web", "not_for_ffmpeg"),
    ],
)
def test_what_the_material_has_not_is_refused_before_anything_runs(name, slug, code):
    with pytest.raises(PlanError) as refused:
        made(name, slug)
    assert refused.value.code == code
