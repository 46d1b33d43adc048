"""What is made after ffmpeg has ended: the index of the seek bar's pictures, and peaks that show what is heard."""

import json
import re
from itertools import pairwise

import pytest
from PIL import Image

from tests.transcode.described import the
from tests.transcode.footage import clip, previews
from transcode import finishing, sprites
from transcode.hls import HlsError
from transcode.planner.plan import SpriteShape

CUE = re.compile(r"(\S+) --> (\S+)\n(\d+)\.jpg#xywh=(\d+),(\d+),(\d+),(\d+)")
VIDEOS = ["defects.mov", "flash.mp4", "surround.mov", "portrait.mp4"]


def cues(text: str) -> list[tuple[str, ...]]:
    return CUE.findall(text)


def shape(count: int, **changes: int) -> SpriteShape:
    fields = {"width": 160, "height": 90, "interval_s": 1, "columns": 10, "rows": 10} | changes
    return SpriteShape(count=count, **fields)


class TestIndex:
    @pytest.mark.parametrize(
        ("number", "sheet", "x", "y"),
        [
            (0, 1, 0, 0),
            (9, 1, 1440, 0),
            (10, 1, 0, 90),
            (99, 1, 1440, 810),
            (100, 2, 0, 0),
            (215, 3, 800, 90),
        ],
    )
    def test_pictures_lie_row_by_row_and_sheet_by_sheet(self, number, sheet, x, y):
        _start, _end, *place = cues(sprites.index(shape(250)))[number]
        assert [int(value) for value in place] == [sheet, x, y, 160, 90]

    @pytest.mark.parametrize(
        ("interval_s", "number", "start", "end"),
        [
            (1, 0, "00:00:00.000", "00:00:01.000"),
            (1, 59, "00:00:59.000", "00:01:00.000"),
            (10, 360, "01:00:00.000", "01:00:10.000"),
        ],
    )
    def test_each_is_shown_for_an_interval(self, interval_s, number, start, end):
        found = cues(sprites.index(shape(400, interval_s=interval_s)))
        assert found[number][:2] == (start, end)

    def test_times_follow_each_other_without_a_gap(self):
        found = cues(sprites.index(shape(120)))
        assert len(found) == 120
        assert all(before[1] == after[0] for before, after in pairwise(found))

    def test_it_is_webvtt_even_when_empty(self):
        assert sprites.index(shape(0)).startswith("WEBVTT\n")
        assert sprites.index(shape(3)).count("\n\n") == 3

    @pytest.mark.parametrize(("count", "sheets"), [(1, 1), (100, 1), (101, 2), (400, 4)])
    def test_sheets_are_as_many_as_are_needed(self, count, sheets):
        assert shape(count).sheets == sheets


@pytest.mark.parametrize("name", VIDEOS)
class TestRealSprites:
    def test_every_cue_lies_on_a_sheet_that_exists(self, name):
        done = previews(clip(name))
        folder = done.folder / "sprite"
        found = cues((folder / "sprite.vtt").read_text())
        assert len(found) == the(done.plan.sprite).count
        for *_times, sheet, x, y, width, height in found:
            with Image.open(folder / f"{sheet}.jpg") as picture:
                assert int(x) + int(width) <= picture.width
                assert int(y) + int(height) <= picture.height

    def test_nothing_but_the_sheets_and_their_index_is_left(self, name):
        done = previews(clip(name))
        names = {path.name for path in (done.folder / "sprite").iterdir()}
        sheets = range(1, the(done.plan.sprite).sheets + 1)
        assert names == {"sprite.vtt", *(f"{number}.jpg" for number in sheets)}

    def test_the_pictures_have_the_shape_of_the_source(self, name):
        done = previews(clip(name))
        picture, sprite = the(done.facts.picture), the(done.plan.sprite)
        wanted = picture.display_width / picture.display_height
        assert sprite.width / sprite.height == pytest.approx(wanted, rel=0.06)


def test_a_black_beginning_is_black_on_the_sheet_and_the_rest_is_not():
    done = previews(clip("defects.mov"))
    with Image.open(done.folder / "sprite" / "1.jpg") as picture:
        grey = picture.convert("L")
        tile = the(done.plan.sprite)
        boxes = [(at * tile.width, 0, (at + 1) * tile.width, tile.height) for at in range(2)]
        first, second = (max(grey.crop(box).resize((1, 1)).tobytes()) for box in boxes)
    assert first < 40 < second


class TestPeaks:
    def drawn(self, name: str) -> dict[str, list[int] | int]:
        drawn: dict[str, list[int] | int] = json.loads(
            (previews(clip(name)).folder / "waveform.json").read_text()
        )
        return drawn

    def data(self, name: str) -> list[int]:
        data = self.drawn(name)["data"]
        assert isinstance(data, list)
        return data

    @pytest.mark.parametrize(
        ("name", "channels", "length"),
        [("defects.mov", 2, 72), ("hot.wav", 2, 40), ("opposed.wav", 2, 80), ("surround.mov", 1, 20)],
    )
    def test_there_are_twenty_bins_a_second_of_every_channel(self, name, channels, length):
        drawn = self.drawn(name)
        assert (drawn["channels"], drawn["length"]) == (channels, length)
        assert len(self.data(name)) == length * channels * 2

    def test_what_is_clipped_fills_it_and_what_is_silent_leaves_it_empty(self):
        data = self.data("defects.mov")
        assert (min(data[:16]), max(data[:16])) == (-128, 127)
        silent = data[22 * 4 : 68 * 4]
        assert set(silent) <= {-1, 0, 1}

    def test_a_steady_tone_is_as_high_as_it_is_loud(self):
        data = self.data("opposed.wav")
        assert set(data[8:-8]) <= {-13, 13}

    def test_a_single_channel_of_six_is_not_averaged_away(self):
        assert max(self.data("surround.mov")) == 13


@pytest.mark.parametrize("name", ["flash.mp4", "black.mp4"])
def test_without_sound_there_is_no_waveform(name):
    assert not (previews(clip(name)).folder / "waveform.json").exists()


def test_a_stream_that_is_not_whole_leaves_no_index_behind(tmp_path):
    with pytest.raises(HlsError):
        finishing.finish(previews(clip("flash.mp4")).plan, tmp_path)
    assert not list(tmp_path.rglob("*.vtt"))
