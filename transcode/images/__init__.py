"""Pictures: the only door to libvips, Pillow, pillow-heif and LibRaw. Runs in the sandbox; no Django.

`inspect` says what a picture is, `readable` how much of it is there, `derive` makes smaller copies,
`encode` writes pixels that another parser drew.
"""

from transcode.images.derivatives import LIMITS, Derivative, Order, derive, encode
from transcode.images.inspection import USABLE_FRACTION, inspect, readable

__all__ = ["LIMITS", "USABLE_FRACTION", "Derivative", "Order", "derive", "encode", "inspect", "readable"]
