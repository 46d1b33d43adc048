"""The last step of a preview plan: the files that are made from what ffmpeg left, not by it."""

from pathlib import Path

from transcode import hls, sprites, waveform
from transcode.planner.plan import FIRST_SHEET, SPRITE_FOLDER, SPRITE_INDEX, WAVEFORM_FILE, Plan


def finish(plan: Plan, folder: Path) -> None:
    """Write final playlists, the sprite's index and the waveform, after all passes succeeded.

    Then every output of the plan is whole. Raise HlsError when the stream is not.
    """
    if plan.stream is not None:
        hls.finish(folder, plan.stream)
    if plan.sprite is not None:
        (folder / SPRITE_FOLDER / f"{FIRST_SHEET - 1}.jpg").unlink(missing_ok=True)
        text = sprites.index(plan.sprite)
        (folder / SPRITE_FOLDER / SPRITE_INDEX).write_text(text, encoding="utf-8")
    if plan.waveform is not None:
        waveform.write(folder, plan.waveform, WAVEFORM_FILE)
