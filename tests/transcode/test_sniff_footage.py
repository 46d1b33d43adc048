"""Real containers are known by their content alone, whole, cut short, or under another's name."""

import shutil

import pytest

from tests.transcode.footage import clip, demuxer
from tests.transcode.sniffing import make
from transcode.sniff import sniff

KNOWN = {
    "flash.mp4": ("video/mp4", "video"),
    "defects.mov": ("video/quicktime", "video"),
    "odd.mkv": ("video/x-matroska", "video"),
    "tracks.mxf": ("application/mxf", "video"),
    "hot.wav": ("audio/x-wav", "audio"),
    "speech.mp3": ("audio/mpeg", "audio"),
    "stream.ts": ("video/mp2t", "video"),
}


@pytest.mark.parametrize("name", KNOWN)
class TestRealFiles:
    def test_each_is_known_and_opened_by_its_own_demuxer(self, name):
        found = sniff(clip(name))
        assert (found.mime, found.kind) == KNOWN[name]
        assert found.demuxer == demuxer(clip(name))

    @pytest.mark.parametrize("suffix", ["", ".jpg", ".exe", ".mp4", ".txt"])
    def test_its_name_changes_nothing(self, tmp_path, name, suffix):
        copy = tmp_path / f"copia{suffix}"
        shutil.copyfile(clip(name), copy)
        assert sniff(copy).mime == KNOWN[name][0]

    def test_a_first_part_of_it_is_still_known(self, tmp_path, name):
        head = clip(name).read_bytes()[:8192]
        assert make(tmp_path, head).mime == KNOWN[name][0]

    @pytest.mark.parametrize("size", [1, 4, 8, 11, 12, 16, 40, 64, 188, 512])
    def test_a_beginning_too_short_to_tell_is_never_another_kind_of_picture(self, tmp_path, name, size):
        found = make(tmp_path, clip(name).read_bytes()[:size])
        assert found.kind not in {"photo", "document"}


@pytest.mark.parametrize(
    ("major", "size", "kind"),
    [
        (b"isom", 0, "video"),
        (b"isom", 2**32 - 1, "video"),
        (b"mif1", 0, "photo"),
        (b"mif1", 2**32 - 1, "photo"),
        (b"M4A ", 8, "audio"),
    ],
)
def test_a_box_that_lies_about_its_size_is_known_by_its_brand(tmp_path, major, size, kind):
    assert make(tmp_path, size.to_bytes(4, "big") + b"ftyp" + major + b"\0" * 64).kind == kind
