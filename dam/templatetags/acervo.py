"""Template filters of the whole product: sizes, durations and codes as people write them."""

from django import template
from django.template.defaultfilters import filesizeformat

from dam.models import AssetVersion

register = template.Library()

#: The shapes of tiles that app.css has classes for: width over height in hundredths, steps of 5.
NARROWEST, WIDEST, STEP = 50, 300, 5


@register.filter
def size(size_bytes: int | None) -> str:
    """Write a size for people: 15.2 MB."""
    return "" if size_bytes is None else filesizeformat(size_bytes)


@register.filter
def clock(milliseconds: int | None) -> str:
    """Write a duration as 0:30, 12:05 or 1:02:03."""
    if milliseconds is None:
        return ""
    minutes, seconds = divmod(round(milliseconds / 1000), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{seconds:02}" if hours else f"{minutes}:{seconds:02}"


@register.filter
def duration(version: AssetVersion | None) -> str:
    """Write the duration of a version; empty where it has none."""
    return clock(version.duration_ms) if version is not None else ""


@register.filter
def seconds(milliseconds: int) -> str:
    """Write milliseconds as the seconds of a ``?t=`` link: 12.345."""
    whole, rest = divmod(milliseconds, 1000)
    return f"{whole}.{rest:03}"


@register.filter
def ratio_class(width: int | None, height: int | None) -> str:
    """Name the class of a picture's shape (``r-150`` is 3:2), so that a grid is laid out before it loads."""
    if not width or not height:
        return "r-150"
    shape = round(width * 100 / height / STEP) * STEP
    return f"r-{min(max(shape, NARROWEST), WIDEST)}"
