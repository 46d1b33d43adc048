"""What the probe measured of a version, in words: a few tables of names and values.

It reads ``AssetVersion.technical``, the JSON of transcode.facts, and shows what it knows of it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _

from dam.models import AssetVersion
from dam.templatetags.acervo import duration

_KBPS = 1000
_MBPS = 1_000_000
Pairs = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Table:
    """A heading and its (name, value) rows; rows without a value are left out."""

    title: str
    rows: tuple[tuple[str, str], ...]


def tables(version: AssetVersion) -> list[Table]:
    """Return what is known, the file first and then each track."""
    facts: Mapping[str, Any] = version.technical
    found = [_table(_("Archivo"), _file(version, facts))]
    found += [_table(_("Imagen"), _picture(track)) for track in facts.get("video", [])]
    audio = facts.get("audio", [])
    for number, track in enumerate(audio, start=1):
        title = _("Sonido") if len(audio) == 1 else _("Sonido %(number)d") % {"number": number}
        found.append(_table(title, _sound(track)))
    if facts.get("text"):
        found.append(_table(_("Subtítulos"), _captions(facts["text"])))
    return [table for table in found if table.rows]


def _table(title: str, pairs: Pairs) -> Table:
    return Table(title, tuple((name, value) for name, value in pairs if value))


def _file(version: AssetVersion, facts: Mapping[str, Any]) -> Pairs:
    yield _("Tipo"), version.mime
    yield _("Contenedor"), str(facts.get("container", ""))
    yield _("Formato"), str(facts.get("format", ""))
    yield _("Duración"), _length(version)
    yield _("Código de tiempo inicial"), version.start_timecode
    if version.width and version.height:
        yield _("Tamaño al mostrarse"), f"{version.width} × {version.height}"
    if facts.get("width") and (facts["width"], facts.get("height")) != (version.width, version.height):
        yield _("Tamaño guardado"), f"{facts['width']} × {facts.get('height')}"
    yield _("Tasa total"), _bit_rate(facts.get("bit_rate"))
    yield _("Carrete"), str(facts.get("reel", ""))
    yield _("Profundidad"), _bits(facts.get("bit_depth"))
    yield _("Espacio de color"), str(facts.get("colour_space", ""))
    yield _("Perfil de color"), str(facts.get("icc_profile", ""))
    yield _("Transparencia"), _("Sí") if facts.get("has_alpha") else ""
    yield _("Páginas"), str(facts["pages"]) if int(facts.get("pages") or 0) > 1 else ""


def _picture(track: Mapping[str, Any]) -> Pairs:
    yield _("Códec"), _joined(track.get("codec"), track.get("profile"))
    yield _("Tamaño guardado"), f"{track.get('width')} × {track.get('height')}"
    yield _("Cuadros por segundo"), _frame_rate(track)
    yield _("Cuadros"), str(track.get("frames") or "")
    yield _("Campos"), _fields().get(str(track.get("field_order")), "")
    yield _("Muestreo y bits"), _joined(track.get("pixel_format"), _bits(track.get("bit_depth")))
    yield _("Color"), _joined(track.get("primaries"), track.get("transfer"), track.get("matrix"))
    yield _("Alto rango dinámico"), str(track.get("hdr", "")).upper()
    if track.get("rotation"):
        yield _("Giro"), f"{track['rotation']}°"
    yield _("Tasa"), _bit_rate(track.get("bit_rate"))


def _sound(track: Mapping[str, Any]) -> Pairs:
    yield _("Códec"), str(track.get("codec", ""))
    yield _("Canales"), _joined(track.get("channels"), track.get("layout"))
    yield _("Muestreo"), _joined(_hertz(track.get("sample_rate")), _bits(track.get("bits")))
    yield _("Idioma"), str(track.get("language", ""))


def _captions(tracks: list[Mapping[str, Any]]) -> Pairs:
    for track in tracks:
        yield str(track.get("codec", "")), str(track.get("language") or "—")


def _fields() -> dict[str, str]:
    return {
        "progressive": _("Progresivo"),
        "tff": _("Entrelazado, campo superior primero"),
        "bff": _("Entrelazado, campo inferior primero"),
    }


def _length(version: AssetVersion) -> str:
    rate = version.edit_rate
    if rate is None or version.duration_ticks is None:
        return ""
    clock = duration(version)
    if version.asset.kind == "video":
        return _("%(clock)s (%(frames)d cuadros)") % {"clock": clock, "frames": version.duration_ticks}
    return clock


def _frame_rate(track: Mapping[str, Any]) -> str:
    rate = track.get("frame_rate") or {}
    if not rate.get("num") or not rate.get("den"):
        return ""
    exact = Fraction(rate["num"], rate["den"])
    words = f"{float(exact):.3f}".rstrip("0").rstrip(".")
    if exact.denominator != 1:
        words += f" ({exact.numerator}/{exact.denominator})"
    return _("%(rate)s, variable") % {"rate": words} if track.get("variable_frame_rate") else words


def _joined(*parts: Any) -> str:
    return ", ".join(str(part) for part in parts if part)


def _bits(bits: Any) -> str:
    return _("%(bits)d bits") % {"bits": bits} if bits else ""


def _hertz(sample_rate: Any) -> str:
    return f"{sample_rate / _KBPS:g} kHz" if sample_rate else ""


def _bit_rate(bit_rate: Any) -> str:
    if not bit_rate:
        return ""
    return f"{bit_rate / _MBPS:.1f} Mb/s" if bit_rate >= _MBPS else f"{bit_rate / _KBPS:.0f} kb/s"
