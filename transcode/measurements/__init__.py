"""Reads what ffmpeg's measuring filters left behind, and says it in frames and samples.

Places come from frame numbers. Times in those files have six digits only: they are used to find the frame that
carries that very time, and for silence, where a hundredth of a second is lost after a quarter of an hour.
"""

from transcode.measurements.lines import Span
from transcode.measurements.picture import PictureMeasures, read_picture
from transcode.measurements.sound import Loudness, SoundMeasures, delivered_loudness, read_sound

__all__ = [
    "Loudness",
    "PictureMeasures",
    "SoundMeasures",
    "Span",
    "delivered_loudness",
    "read_picture",
    "read_sound",
]
