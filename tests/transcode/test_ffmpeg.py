"""Running ffmpeg: a pass succeeds only when all it had to make is there and whole; every other ending has its name."""

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.transcode import footage
from tests.transcode.described import the
from tests.transcode.sandboxing import ends_within, is_running
from transcode import ffmpeg, qc_profile, recipes
from transcode.ffmpeg import (
    DiskFull,
    FfmpegError,
    FfmpegFailed,
    FfmpegStopped,
    FfmpegTimedOut,
    FrameCountMismatch,
    Limits,
    TooLarge,
)
from transcode.ffmpeg_output import Progress
from transcode.planner import plan_previews
from transcode.planner.plan import Frames, Pass

HEAD = (
    *("-nostdin", "-hide_banner", "-nostats", "-y", "-loglevel", "repeat+level+info"),
    *("-stats_period", "0.1", "-progress", "pipe:1"),
)
TWO_SECONDS = ("-f", "lavfi", "-i", "testsrc2=size=160x90:rate=25:duration=2")
FOR_EVER = ("-re", "-f", "lavfi", "-i", "testsrc2=size=64x36:rate=25")
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
NOWHERE = ("-f", "null", "-")
EXACTLY_50 = Frames(50, 50, 50, damage_allowed=False)


def step(*argv: str, files: tuple[str, ...] = (), seconds: float = 2.0, **more) -> Pass:
    return Pass(name="test", argv=(*HEAD, *argv), files=files, seconds=seconds, **more)


def child() -> int:
    """The process that this thread has just started."""
    children = Path(f"/proc/self/task/{threading.get_native_id()}/children").read_text().split()
    return int(children[-1])


class TestSuccess:
    def test_what_it_had_to_make_is_there_and_counted(self, tmp_path):
        done = ffmpeg.run(
            step(*TWO_SECONDS, *X264, "made/here/out.mp4", files=("made/here/out.mp4",), frames=EXACTLY_50),
            tmp_path,
        )
        assert done.frames == 50
        assert done.seconds == pytest.approx(2.0, abs=0.05)
        assert (done.picture_errors, done.sound_errors) == (0, 0)
        assert 0 < done.wall_s < 60
        assert footage.frames(tmp_path / "made" / "here" / "out.mp4") == 50

    def test_what_it_said_is_kept_beside_the_files(self, tmp_path):
        ffmpeg.run(step(*TWO_SECONDS, *NOWHERE, log="pass.log"), tmp_path)
        assert "testsrc2" in (tmp_path / "pass.log").read_text()

    def test_progress_grows_to_the_end(self, tmp_path):
        heard: list[Progress] = []
        command = step("-re", *TWO_SECONDS, *NOWHERE, frames=EXACTLY_50)
        ffmpeg.run(command, tmp_path, on_progress=heard.append)
        shares = [news.fraction for news in heard]
        assert len(heard) > 5
        assert shares == sorted(shares)
        assert shares[-1] == 1.0
        halfway = next(news for news in heard if news.fraction > 0.5)
        assert halfway.eta_s == pytest.approx(2 * (1 - halfway.fraction), abs=1)

    def test_without_a_picture_seconds_tell_how_far_it_is(self, tmp_path):
        heard: list[Progress] = []
        command = step("-f", "lavfi", "-i", "sine=duration=2", *NOWHERE, fewest_seconds=1.9)
        done = ffmpeg.run(command, tmp_path, on_progress=heard.append)
        assert done.frames == 0
        assert done.seconds == pytest.approx(2.0)
        assert heard[-1].fraction == 1.0


class TestErrors:
    def test_an_error_says_the_last_lines(self, tmp_path):
        (tmp_path / "source").write_bytes(os.urandom(5000))
        with pytest.raises(FfmpegFailed, match="exit code") as failed:
            ffmpeg.run(step("-f", "mov", "-i", "source", *NOWHERE), tmp_path)
        assert failed.value.code == "ffmpeg_failed"
        assert "[error]" in failed.value.stderr_tail
        assert "Invalid data found" in failed.value.stderr_tail

    def test_no_room_is_named_whatever_the_exit_code(self, tmp_path):
        (tmp_path / "out.mkv").symlink_to("/dev/full")
        with pytest.raises(DiskFull) as full:
            ffmpeg.run(step(*TWO_SECONDS, *X264, "out.mkv", files=("out.mkv",)), tmp_path)
        assert full.value.code == "disk_full"
        assert "No space left on device" in full.value.stderr_tail

    def test_a_file_that_was_not_written(self, tmp_path):
        with pytest.raises(FfmpegFailed, match=r"poster\.jpg was not written"):
            ffmpeg.run(step(*TWO_SECONDS, *NOWHERE, files=("poster.jpg",)), tmp_path)

    def test_an_empty_file_counts_as_none(self, tmp_path):
        (tmp_path / "x.mp4").touch()
        with pytest.raises(FfmpegFailed, match=r"x\.mp4 was not written"):
            ffmpeg.run(step(*TWO_SECONDS, *NOWHERE, files=("x.mp4",)), tmp_path)

    def test_a_result_past_its_largest_size(self, tmp_path):
        with pytest.raises(TooLarge, match=r"out.mp4: \d+ bytes, more than 900"):
            ffmpeg.run(step(*TWO_SECONDS, *X264, "out.mp4", files=("out.mp4",), most_bytes=900), tmp_path)

    def test_a_death_is_told_by_its_signal(self, tmp_path):
        with pytest.raises(FfmpegFailed, match="ended by SIGSEGV"):
            ffmpeg.run(
                step(*FOR_EVER, *NOWHERE), tmp_path, on_progress=lambda _: os.kill(child(), signal.SIGSEGV)
            )


class TestCounts:
    @pytest.mark.parametrize(
        ("frames", "is_right"),
        [
            (None, True),
            (Frames(50, 50, 50, damage_allowed=False), True),
            (Frames(60, 40, 60, damage_allowed=False), True),
            (Frames(51, 51, 51, damage_allowed=False), False),
            (Frames(51, 51, 162, damage_allowed=True), False),
            (Frames(40, 40, 49, damage_allowed=False), False),
        ],
    )
    def test_a_good_exit_is_not_enough(self, tmp_path, frames, is_right):
        command = step(*TWO_SECONDS, *NOWHERE, frames=frames)
        if is_right:
            assert ffmpeg.run(command, tmp_path).frames == 50
            return
        with pytest.raises(FrameCountMismatch) as wrong:
            ffmpeg.run(command, tmp_path)
        assert (wrong.value.code, wrong.value.found) == ("frame_count", 50)
        assert wrong.value.expected == frames.expected

    def test_sound_that_ends_too_early(self, tmp_path):
        command = step("-f", "lavfi", "-i", "sine=duration=1", *NOWHERE, seconds=2.0, fewest_seconds=1.9)
        with pytest.raises(FrameCountMismatch, match="1 instead of 2"):
            ffmpeg.run(command, tmp_path)

    def test_a_file_that_arrived_in_part_ends_well_but_short(self, tmp_path):
        """Its index is in front and promises all; ffmpeg ends with 0."""
        whole = footage.previews(footage.clip("plain.mp4")).folder / "progressive.mp4"
        (tmp_path / "source").write_bytes(whole.read_bytes()[: whole.stat().st_size * 6 // 10])
        command = step("-f", "mov", "-i", "source", "-map", "0:v", *NOWHERE)
        assert 10 < ffmpeg.run(command, tmp_path).frames < 50
        promised = Frames(60, 60, 60, damage_allowed=False)
        with pytest.raises(FrameCountMismatch):
            ffmpeg.run(step("-f", "mov", "-i", "source", "-map", "0:v", *NOWHERE, frames=promised), tmp_path)

    def test_frames_that_a_broken_part_takes_along_are_allowed_for_as_long_as_half_is_left(self, tmp_path):
        broken = bytearray(footage.clip("silent.mp4").read_bytes())
        broken[len(broken) // 2 : len(broken) * 2 // 3] = bytes(len(broken) * 2 // 3 - len(broken) // 2)
        (tmp_path / "source").write_bytes(broken)
        source = ("-f", "mov", "-i", "source", "-map", "0:v", "-fps_mode", "passthrough", *NOWHERE)
        found = ffmpeg.run(step(*source), tmp_path)
        assert found.picture_errors
        allowed = Frames(found.frames + 5, found.frames + 5, 200, damage_allowed=True)
        assert ffmpeg.run(step(*source, frames=allowed), tmp_path).frames == found.frames
        for strict in (
            Frames(found.frames + 5, found.frames + 5, 200, damage_allowed=False),
            Frames(3 * found.frames, 3 * found.frames, 900, damage_allowed=True),
        ):
            with pytest.raises(FrameCountMismatch):
                ffmpeg.run(step(*source, frames=strict), tmp_path)


class TestStopping:
    def test_it_is_killed_when_asked_to_stop(self, tmp_path):
        seen: list[int] = []

        def on_progress(news: Progress) -> None:
            seen.append(child())

        with pytest.raises(FfmpegStopped) as stopped:
            ffmpeg.run(
                step(*FOR_EVER, *NOWHERE), tmp_path, on_progress=on_progress, should_stop=lambda: bool(seen)
            )
        assert stopped.value.code == "stopped"
        assert not is_running(seen[0])

    def test_it_is_killed_when_who_watches_it_fails(self, tmp_path):
        seen: list[int] = []

        def on_progress(news: Progress) -> None:
            seen.append(child())
            raise ConnectionError("the database is gone")

        with pytest.raises(ConnectionError):
            ffmpeg.run(step(*FOR_EVER, *NOWHERE), tmp_path, on_progress=on_progress)
        assert not is_running(seen[0])

    def test_it_dies_with_the_worker(self, tmp_path):
        """Even of a kill -9, which gives the worker no chance to tidy up."""
        script = (
            "import os, pathlib\n"
            "from tests.transcode import test_ffmpeg as here\n"
            "from transcode import ffmpeg\n"
            "tell = lambda news: print(here.child(), flush=True)\n"
            f"ffmpeg.run(here.step(*here.FOR_EVER, *here.NOWHERE), pathlib.Path({str(tmp_path)!r}),"
            " on_progress=tell)\n"
        )
        command = [sys.executable, "-c", script]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as worker:
            pid = int(the(worker.stdout).readline())
            assert is_running(pid)
            worker.kill()
        assert ends_within(pid, 3)


class TestLimits:
    @pytest.mark.parametrize(
        ("argv", "limits", "ending", "words"),
        [
            ((*FOR_EVER, *NOWHERE), Limits(wall_s=0.6), FfmpegTimedOut, "more than 0.6 s"),
            (("-f", "mpegts", "-i", "pipe", *NOWHERE), Limits(stall_s=0.5), FfmpegTimedOut, "no progress"),
            (
                ("-f", "lavfi", "-i", "testsrc2=size=1920x1080,noise=alls=80:allf=t", *NOWHERE),
                Limits(cpu_s=1),
                FfmpegTimedOut,
                "processor time",
            ),
            (
                ("-f", "lavfi", "-i", "nullsrc=size=640x360,geq=random(1)*255", "-f", "rawvideo", "out"),
                Limits(file_bytes=200_000),
                TooLarge,
                "largest size",
            ),
            (
                ("-f", "lavfi", "-i", "testsrc2=size=3840x2160:duration=1", *X264, "out.mp4"),
                Limits(memory_bytes=250 * 1024**2),
                FfmpegError,
                "exit code",
            ),
        ],
        ids=["wall", "stall", "processor", "file", "memory"],
    )
    def test_each_one_ends_it_by_its_name(self, tmp_path, argv, limits, ending, words):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(ending, match=words):
            ffmpeg.run(step(*argv), tmp_path, limits=limits)

    def test_a_long_piece_has_more_time(self):
        assert Limits.for_seconds(30).wall_s == 2400
        assert Limits.for_seconds(3600).cpu_s == 2 * Limits.for_seconds(3600).wall_s
        assert Limits.for_seconds(-1).wall_s == 600

    def test_nothing_of_the_worker_reaches_it(self, tmp_path, monkeypatch):
        """What a program in ffmpeg's place would see: no secret, no core dump, the limits it was given."""
        script = tmp_path / "program"
        script.write_text("#!/bin/sh\nenv >&2\nulimit -v >&2\nulimit -c >&2\npwd >&2\n")
        script.chmod(0o755)
        monkeypatch.setenv("ACERVO_SECRET_KEY", "no debe verse")
        monkeypatch.setattr(ffmpeg, "program", lambda: str(script))
        ffmpeg.run(step(), tmp_path, limits=Limits(memory_bytes=1024**3))
        *seen, memory, core, folder = (tmp_path / "ffmpeg.log").read_text().splitlines()
        names = {line.partition("=")[0] for line in seen}
        asked = {"PATH", "HOME", "TMPDIR", "LC_ALL", "MALLOC_ARENA_MAX", "AV_LOG_FORCE_NOCOLOR"}
        assert asked <= names <= asked | {"PWD", "OLDPWD", "SHLVL", "_"}
        assert (memory, core, folder) == (str(1024**2), "0", str(tmp_path))


@pytest.mark.parametrize(
    "script",
    [
        "#EXTM3U\n#EXTINF:2,\nsecret.mp4\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile secret.mp4\n",
        "#EXTM3U\n#EXTINF:2,\nhttp://127.0.0.1:9/x.ts\n#EXT-X-ENDLIST\n",
    ],
)
def test_a_playlist_in_the_place_of_a_film_is_not_followed(tmp_path, script):
    secret = footage.clip("plain.mp4")
    (tmp_path / "secret.mp4").symlink_to(secret)
    (tmp_path / "source").write_text(script)
    at_once = recipes.of_kind("video", "at_once")
    plan = plan_previews(footage.facts(secret), "source", "mov", at_once, qc_profile.shipped())
    with pytest.raises(FfmpegFailed):
        ffmpeg.run(plan.passes[0], tmp_path)
    assert not list(tmp_path.rglob("*.m4s"))
