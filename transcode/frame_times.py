"""The table of times of a picture without a constant rate: when each of its frames is shown.

A tick of such a version is a frame, so that a place in it stays whole numbers; the table says when that is. It is kept
as ``times.json`` beside the stream, in whole microseconds from the first frame: as exact as ffmpeg writes times.
"""

import json
import logging
from itertools import pairwise
from pathlib import Path

from dam import files
from dam.models import Rendition
from dam.storage import StorageError
from transcode.measurements.lines import frames_of

FILE = "times.json"
PER_SECOND = 1_000_000
logger = logging.getLogger(__name__)


def write(measured: Path, into: Path) -> None:
    """Write the table of the frames that were measured (planner.checks.picture_values), gaps between them."""
    times = [round(time * PER_SECOND) for _number, time, _values in frames_of(measured)]
    gaps = [after - before for before, after in pairwise(times)]
    text = json.dumps({"per_second": PER_SECOND, "gaps": gaps}, separators=(",", ":"))
    (into / FILE).write_text(text, encoding="ascii")


def of(stream: Rendition) -> list[int]:
    """Return when each frame is shown, in milliseconds; empty for a constant rate, or where it cannot be read now."""
    kept = next((file for file in stream.files.all() if file.path == FILE), None)
    if kept is None:
        return []
    try:
        store, key = files.where(kept.stored)
        table = json.loads(b"".join(store.read(key)))
    except (StorageError, OSError, ValueError) as error:
        logger.warning("the times of %s cannot be read: %s", stream, error)
        return []
    times = [0]
    for gap in table["gaps"]:
        times.append(times[-1] + gap)
    return [round(time * 1000 / table["per_second"]) for time in times]
