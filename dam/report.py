"""The technical checks of a version in words: a line per check, with its value, its limit and its place."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from dam.models import AssetVersion, QCFinding, Verdict
from dam.report_words import ITEMS, UNITS, VALUES, YES
from dam.templatetags.acervo import clock
from dam.timecode import Counting, TimecodeError, Timeline

TONES = {Verdict.PASS: "ok", Verdict.WARN: "warn", Verdict.FAIL: "bad", Verdict.INFO: "info"}
_ORDER = [Verdict.FAIL, Verdict.WARN, Verdict.PASS, Verdict.INFO]


@dataclass(frozen=True)
class Line:
    """One line of the report, as components/report.html shows it; ``at_ms`` is where to jump to."""

    tone: str
    verdict: str
    item: str
    value: str
    limit: str
    at: str
    at_ms: int
    detail: str


def lines(version: AssetVersion, findings: Iterable[QCFinding]) -> list[Line]:
    """Return the report, what does not comply first."""
    timeline = _timeline(version)
    ordered = sorted(
        findings, key=lambda one: (_ORDER.index(Verdict(one.verdict)), one.item, one.start_ticks or 0)
    )
    return [_line(one, version.edit_rate, timeline) for one in ordered]


def verdict(findings: Iterable[QCFinding]) -> Verdict | None:
    """Return the worst verdict; None where nothing was checked."""
    found = {Verdict(one.verdict) for one in findings}
    return next((worst for worst in (Verdict.FAIL, Verdict.WARN, Verdict.PASS) if worst in found), None)


def _line(one: QCFinding, rate: Fraction | None, timeline: Timeline | None) -> Line:
    at, at_ms = _place(one.start_ticks, rate, timeline)
    return Line(
        tone=TONES[Verdict(one.verdict)],
        verdict=str(Verdict(one.verdict).label),
        item=_item(one.item),
        value=_value(one),
        limit=_("límite %(limit)s") % {"limit": _limit(one.limit)} if one.limit else "",
        at=at,
        at_ms=at_ms,
        detail=_detail(one),
    )


def _item(item: str) -> str:
    """Name a check; one that has no words here is shown by its id."""
    return str(ITEMS.get(item, item))


def _value(one: QCFinding) -> str:
    if one.item in YES:
        return ""
    value = str(VALUES.get(one.value, one.value))
    if not value:
        return ""
    if one.verdict == Verdict.PASS and value == "0" and one.unit != "tracks":
        return _("ninguno")
    return f"{value} {UNITS.get(one.unit, one.unit)}".strip()


def _limit(limit: str) -> str:
    words = str(VALUES.get(limit, limit))
    between = pgettext("entre dos límites", "a")
    words = words.replace("..", f" {between} ")
    return words.replace("<=", "≤ ").replace(">=", "≥ ").replace("<", "< ")


def _place(ticks: int | None, rate: Fraction | None, timeline: Timeline | None) -> tuple[str, int]:
    """Return where to look: timecode where the picture has one, else a clock; and the milliseconds."""
    if ticks is None or not rate:
        return "", 0
    milliseconds = round(ticks * 1000 / rate)
    return (timeline.text(ticks) if timeline else clock(milliseconds)), milliseconds


def _timeline(version: AssetVersion) -> Timeline | None:
    rate = version.edit_rate
    if rate is None or version.asset.kind != "video":
        return None
    try:
        return Timeline.starting(rate, version.start_timecode or None)
    except TimecodeError:
        return Timeline(Counting(rate))


def _detail(one: QCFinding) -> str:
    """Say of a finding that stands for many how many there are; of a decision, what it was about."""
    parts = []
    if _count(one, "places") > 1:
        parts.append(_("%(count)d lugares en total") % {"count": _count(one, "places")})
    if _count(one, "decode_errors"):
        parts.append(_("%(count)d errores al leer") % {"count": _count(one, "decode_errors")})
    if one.item.startswith("copy."):
        parts += [str(value) for value in one.detail.values()]
    return " · ".join(parts)


def _count(one: QCFinding, key: str) -> int:
    said = str(one.detail.get(key, ""))
    return int(said) if said.isdecimal() else 0
