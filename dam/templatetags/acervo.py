"""Template filters of the whole product: sizes, durations and codes as people write them."""

from django import template
from django.template.defaultfilters import filesizeformat

from dam.models import AssetVersion

register = template.Library()


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
