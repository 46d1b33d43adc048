"""Files for the journeys: spots with sound, captions, and a file as big as an evening's card, all made in seconds."""

import subprocess
from pathlib import Path

import imageio_ffmpeg
from playwright.sync_api import Locator, Page, expect

from tests.browser import steps

BOX_HEAD = 8
ENCODING = "Se está preparando: puede verse lo que ya está listo."
PICTURE_SEEN = """player => {
  const media = player.querySelector("video");
  return media.readyState >= 2 && media.videoWidth > 0 && media.getVideoPlaybackQuality().totalVideoFrames > 0;
}"""
AT_REST = """([player, from, to]) => {
  const media = player.querySelector("video, audio");
  return !media.seeking && media.readyState >= 2 && media.currentTime >= from && media.currentTime <= to;
}"""


def film(file: Path, *, seconds: int = 4, size: str = "640x360", tone: int = 440) -> Path:
    """A spot with moving bars, grain and a tone."""
    picture = f"testsrc2=size={size}:rate=25:duration={seconds},noise=alls=8:allf=t"
    sound = f"sine=frequency={tone}:sample_rate=48000:duration={seconds},volume=0.2"
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac", "-ac", "2")
    return _made(file, "-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound, *coded)


def radio(file: Path, *, seconds: int = 20) -> Path:
    """A spot for radio: two voices that are not the same on both sides, with a pause."""
    left, right = (f"0.2*sin({pitch}*2*PI*t)*lt(mod(t,5),4)" for pitch in (330, 440))
    sound = f"aevalsrc={left}|{right}:s=48000:d={seconds}"
    return _made(file, "-f", "lavfi", "-i", sound.replace(",", r"\,"), "-c:a", "pcm_s16le")


def heavy(file: Path, source: Path, size_bytes: int) -> Path:
    """The film with a box of nothing behind it: as many bytes as asked, and the same pictures."""
    content = source.read_bytes()
    rest = size_bytes - len(content)
    with file.open("wb") as made:
        made.write(content + rest.to_bytes(4) + b"free")
        made.truncate(size_bytes)
    assert rest > BOX_HEAD
    return file


def captions(file: Path, *lines: tuple[int, str]) -> Path:
    """SubRip captions, each line one second long from its second on."""
    written = [
        f"{number}\n00:00:{second:02},000 --> 00:00:{second + 1:02},000\n{words}\n"
        for number, (second, words) in enumerate(lines, start=1)
    ]
    file.write_text("\n".join(written))
    return file


def player(page: Page) -> Locator:
    """The player on the stage, as soon as there is one."""
    shown = page.locator("acervo-player")
    shown.wait_for(timeout=steps.PATIENCE_S * 1000)
    return shown


def wait_for_picture(page: Page) -> None:
    """Wait until a picture of the film that plays is on the screen."""
    page.wait_for_function(PICTURE_SEEN, arg=player(page).element_handle(), timeout=steps.PATIENCE_S * 1000)


def wait_until_ready(page: Page, seconds: float) -> None:
    """Wait until a film that is still encoding can be seen as far as a second; the player does not go further."""
    page.wait_for_function(
        "([player, seconds]) => player.readyUntil >= seconds",
        arg=[player(page).element_handle(), seconds],
        timeout=steps.PATIENCE_S * 1000,
    )


def wait_until_made(page: Page) -> None:
    """Wait until everything is made of the film, and look at it so: the page then asks for nothing by itself."""
    expect(page.locator("[hx-trigger^='every']")).to_have_count(0, timeout=steps.PATIENCE_S * 1000)
    page.reload()
    player(page)


def wait_at(page: Page, start: float, end: float) -> None:
    """Wait until the player stands, or plays, between two seconds, with something to show."""
    page.wait_for_function(
        AT_REST, arg=[player(page).element_handle(), start, end], timeout=steps.PATIENCE_S * 1000
    )


def _made(file: Path, *arguments: str) -> Path:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-nostdin", "-y", *arguments, str(file)]
    subprocess.run(command, check=True, timeout=120)
    return file
