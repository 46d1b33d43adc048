"""Caption tracks of a version: cues brought to its own time and written, once per file or embedded track."""

import re
from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from django.db import transaction

from dam import assets
from dam.models import AssetVersion, CaptionCue, CaptionSource, CaptionTrack, VersionFile
from ingest.reading.cues import Cue, align

TIMECODE = re.compile(r"(\d{2}):(\d{2}):(\d{2})[:;.](\d{2,3})")
DROPPED_PER_MINUTE = Fraction(
    2, 30
)  # of a nominal second's frames: 2 at 29.97, 4 at 59.94 (SMPTE ST 12-1, 5.2.2)


def add_track(
    version: AssetVersion,
    cues: Iterable[Mapping[str, Any]],
    *,
    language: str,
    label: str = "",
    file: VersionFile | None = None,
) -> CaptionTrack:
    """Write a track: of an attached file, or embedded where ``file`` is None. The same file twice is one track."""
    with transaction.atomic():
        if file is not None and (known := CaptionTrack.objects.filter(version=version, file=file).first()):
            return known
        track = CaptionTrack.objects.create(
            version=version,
            file=file,
            language=language[:20],
            label=label[:100],
            source=CaptionSource.FILE if file else CaptionSource.EMBEDDED,
        )
        own = align(
            [Cue.from_json(cue) for cue in cues],
            start_ms=start_ms(version),
            duration_ms=version.duration_ms or 0,
        )
        shown = [cue for cue in own if cue.end_ms > 0]
        CaptionCue.objects.bulk_create(
            CaptionCue(
                track=track, position=number, start_ms=max(0, cue.start_ms), end_ms=cue.end_ms, text=cue.text
            )
            for number, cue in enumerate(shown)
        )
        assets.announce([version.asset_id])
    return track


def start_ms(version: AssetVersion) -> int:
    """Return the wall-clock milliseconds from midnight at which the version's timecode begins; 0 without one.

    Frames are counted as SMPTE ST 12-1 labels them: with drop-frame, two labels in every minute but the tenth do
    not exist at 29.97, four at 59.94.
    """
    rate, label = version.edit_rate, TIMECODE.fullmatch(version.start_timecode)
    if rate is None or label is None or version.width is None:
        return 0
    hours, minutes, seconds, frames = (int(part) for part in label.groups())
    nominal = round(rate)
    total = (hours * 3600 + minutes * 60 + seconds) * nominal + frames
    if version.drop_frame:
        whole_minutes = hours * 60 + minutes
        total -= round(DROPPED_PER_MINUTE * nominal) * (whole_minutes - whole_minutes // 10)
    return round(total / rate * 1000)
