"""The index of the seek bar's small pictures, as WebVTT: each cue names a sheet and the place on it."""

from transcode.planner.plan import FIRST_SHEET, SpriteShape


def index(shape: SpriteShape) -> str:
    """One cue an interval; `#xywh=` as Media Fragments 1.0, in pixels. Sheets are 1.jpg, 2.jpg... beside it."""
    lines = ["WEBVTT", ""]
    per_sheet = shape.columns * shape.rows
    for number in range(shape.count):
        row, column = divmod(number % per_sheet, shape.columns)
        start, end = number * shape.interval_s, (number + 1) * shape.interval_s
        x, y = column * shape.width, row * shape.height
        lines += [
            f"{_clock(start)} --> {_clock(end)}",
            f"{FIRST_SHEET + number // per_sheet}.jpg#xywh={x},{y},{shape.width},{shape.height}",
            "",
        ]
    return "\n".join(lines)


def _clock(seconds: int) -> str:
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}.000"
