"""Tests of the demo's spots: the plan of one, and short ones really made, progressive and interlaced."""

import re
import subprocess
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image

from ingest.demo import films
from ingest.demo.films import CROSSING_FRAMES, Film, Shot
from ingest.demo.pieces import FONT, Piece, make
from tests.ingest.demo.test_music import measured
from transcode import ffmpeg, probe
from transcode.facts import MediaFacts

CHORDS = ("C", "G", "Am", "F")


def film(*shots: Shot, lines: int = 720, gap: tuple[int, int] | None = None) -> Film:
    return Film("PRUEBA", shots, "Cada gota cuenta", "Secretaría del Agua", 120, CHORDS, lines=lines, gap=gap)


def argv(piece: Film) -> tuple[str, ...]:
    painted = [[Path(f"/x/{number}-{layer}.png") for layer in range(3)] for number in range(len(piece.shots))]
    return films.run_of(piece, painted, Path("/x/out" + piece.suffix)).argv


def graph(piece: Film) -> str:
    words = argv(piece)
    return words[words.index("-filter_complex") + 1]


def size(picture: Path) -> tuple[int, int]:
    with Image.open(picture) as opened:
        return opened.size


def said(path: Path, *filters: str) -> str:
    command = ("-nostdin", "-hide_banner", "-i", str(path), *filters, "-f", "null", "-")
    return subprocess.run([ffmpeg.program(), *command], capture_output=True, text=True, check=True).stderr


@pytest.mark.parametrize(
    ("lengths", "frames"), [((90,), 90), ((60, 60), 108), ((120, 120, 84), 300), ((30, 30, 30, 30), 84)]
)
def test_shots_cross_so_a_film_is_shorter_than_their_sum(lengths, frames):
    assert film(*(Shot("sierra", each, (0,)) for each in lengths)).frames == frames


@pytest.mark.parametrize(
    ("lines", "suffix", "pace"), [(720, ".mp4", 1), (1080, ".mxf", 2)], ids=["progressive", "interlaced"]
)
def test_interlaced_films_are_drawn_at_two_moments_a_frame(lines, suffix, pace):
    one = film(Shot("sierra", 60, (0,)), lines=lines)
    assert (one.suffix, one.pace, one.frames) == (suffix, pace, 60)
    assert argv(one)[argv(one).index("-framerate") + 1] == f"{30_000 * pace}/1001"


def test_the_plan_expects_exactly_its_frames():
    plan = films.run_of(film(Shot("sierra", 60, (0,))), [[Path("0-0.png")]], Path("a.mp4"))
    assert plan.frames is not None
    assert (plan.frames.fewest, plan.frames.expected, plan.frames.most) == (60, 60, 60)
    assert not plan.frames.damage_allowed
    assert plan.seconds == pytest.approx(60 * 1001 / 30_000)


def test_pictures_are_opened_by_name_within_the_folder_of_the_run():
    words = argv(film(Shot("sierra", 60, (0,))))
    opened = [words[at + 1] for at, word in enumerate(words) if word == "-i"]
    assert opened == ["0-0.png", "0-1.png", "0-2.png"]


def test_each_crossing_begins_where_the_shot_before_it_ends():
    three = graph(film(Shot("sierra", 60, (0,)), Shot("lagoon", 50, (0,)), Shot("card", 40, (0,))))
    begins = [float(each) for each in re.findall(r"xfade=[^\[]*offset=([\d.]+)", three)]
    frame = float(1 / films.RATE)
    assert begins == pytest.approx(
        [(60 - CROSSING_FRAMES) * frame, (110 - 2 * CROSSING_FRAMES) * frame], abs=1e-5
    )


def test_layers_move_by_whole_pixels_and_what_has_no_drift_stands():
    moving = graph(film(Shot("road", 60, (0, 3, -1))))
    assert "x=0*n" in moving
    assert "overlay=x=-3*n" in moving
    assert "overlay=x=1*n" in moving


def test_the_title_of_a_shot_goes_and_that_of_the_card_stays():
    two = graph(film(Shot("sierra", 60, (0,), title="Agua"), Shot("card", 60, (0,))))
    assert two.count("fade=t=in") == 2 + 1  # and the music's
    assert two.count("fade=t=out:st=1.0") == 1


def test_every_layer_is_painted_with_room_for_its_travel(tmp_path):
    from_left = Shot("sierra", 30, (0, 1, 4))
    painted = films.paint(film(from_left), tmp_path, font=FONT)
    *layers, title = [size(path) for path in painted[0]]
    assert set(layers) == {(1280 + 4 * 30, 720)}
    assert title == (1280, 720)


@pytest.fixture(scope="module")
def spot(tmp_path_factory) -> Path:
    """Two seconds with a crossing and nine black frames."""
    shots = (Shot("sierra", 40, (0, 1, 2), "dawn", "Cuidar el agua"), Shot("card", 32, (0, 1, 2)))
    return make(Piece("SPOT", film(*shots, gap=(10, 18))), tmp_path_factory.mktemp("spot"))


@pytest.fixture(scope="module")
def master(tmp_path_factory) -> Path:
    shot = Shot("road", 36, (0, 1, 2, -1, 8))
    return make(Piece("MASTER", film(shot, lines=1080)), tmp_path_factory.mktemp("master"))


def facts(path: Path, demuxer: str) -> MediaFacts:
    return probe.probe(str(path), demuxer)


def test_a_spot_is_progressive_720p_of_its_frames(spot):
    (video,) = facts(spot, "mov").video
    assert (video.codec, video.width, video.height, video.frames) == ("h264", 1280, 720, 60)
    assert video.frame_rate.fps == Fraction(30_000, 1001)
    assert (video.field_order, video.pixel_format) == ("progressive", "yuv420p")
    assert {video.primaries, video.transfer, video.matrix} == {"bt709"}
    assert not video.variable_frame_rate


def test_a_spot_has_stereo_sound_as_long_as_its_picture_and_its_title(spot):
    found = facts(spot, "mov")
    (sound,) = found.audio
    assert (sound.codec, sound.sample_rate, sound.channels) == ("aac", 48_000, 2)
    assert sound.samples == pytest.approx(2.002 * 48_000, abs=2048)
    assert found.tags["title"] == "Cada gota cuenta"


def test_its_gap_is_black_and_nothing_else_is(spot):
    found = re.findall(
        r"black_start:([\d.]+) black_end:([\d.]+)", said(spot, "-vf", "blackdetect=d=0.1:pix_th=0.02")
    )
    frame = 1001 / 30_000
    assert [tuple(map(float, each)) for each in found] == [pytest.approx((10 * frame, 19 * frame), abs=0.002)]


def test_its_picture_moves(spot):
    frozen = said(
        spot, "-vf", "trim=start_frame=20:end_frame=50,setpts=PTS-STARTPTS,freezedetect=n=-70dB:d=0.2"
    )
    assert "freeze_start" not in frozen


def test_its_sound_neither_clips_nor_is_lost(spot):
    loudness, peak = measured(spot)
    assert loudness == pytest.approx(-24, abs=3)  # two seconds are few blocks for a meter
    assert peak < -1


def test_a_master_is_xdcam_hd422_upper_field_first(master):
    found = facts(master, "mxf")
    (video,) = found.video
    assert (video.codec, video.width, video.height, video.frames) == ("mpeg2video", 1920, 1080, 36)
    assert (video.field_order, video.pixel_format) == ("tff", "yuv422p")
    assert found.start_timecode == "01:00:00;00"
    assert found.drop_frame
    assert [(track.codec, track.sample_rate) for track in found.audio] == [("pcm_s24le", 48_000)]


def test_the_fields_of_a_master_are_two_moments(master):
    """Separated, each field differs from the other of its frame: the road has moved on."""
    told = said(master, "-vf", "idet", "-frames:v", "36")
    counts = re.findall(r"Multi frame detection: TFF:\s*(\d+) BFF:\s*(\d+)", told)
    upper, lower = (int(each) for each in counts[-1])
    assert upper > 12
    assert lower == 0


def test_a_film_with_an_unknown_place_is_not_begun(tmp_path):
    with pytest.raises(KeyError):
        make(Piece("X", film(Shot("desierto", 30, (0,)))), tmp_path)
    assert list(tmp_path.glob("X*")) == []
