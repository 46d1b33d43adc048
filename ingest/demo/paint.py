"""Paint: colours that mix, the light of an hour, and a canvas that collects SVG."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from transcode.images.drawing import Lettering, Sheet

Point = tuple[float, float]


def seeded(word: str) -> Random:
    """The same chances at every run."""
    return Random(word)  # noqa: S311 - it draws pictures and keeps no secret


def mix(one: str, other: str, share: float) -> str:
    """Return a colour (#rrggbb) that is the other by ``share``, 0 to 1."""
    pairs = ((int(one[place : place + 2], 16), int(other[place : place + 2], 16)) for place in (1, 3, 5))
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


@dataclass(frozen=True)
class Light:
    """What an hour does to colours: the sky from its top to the horizon, what distance fades into, and a tint.

    ``sun`` is its place as shares of width and height, and its colour; ``lit`` the share of windows with light.
    """

    sky: tuple[str, ...]
    haze: str
    tint: str
    strength: float
    sun: tuple[float, float, str]
    lit: float = 0.0

    def on(self, colour: str, far: float = 0.0) -> str:
        """Return a thing's colour in this light, ``far`` from 0 (here) to 1 (lost in the distance)."""
        return mix(mix(colour, self.tint, self.strength), self.haze, far)


LIGHTS = {
    "dawn": Light(
        ("#33457c", "#7a6ba3", "#e08f8c", "#f8c998"), "#eab79f", "#a8688a", 0.3, (0.7, 0.6, "#ffe9c2"), 0.12
    ),
    "morning": Light(("#3f86c6", "#86bde3", "#dcecee"), "#c3dbe3", "#ffeccc", 0.08, (0.2, 0.16, "#fffbe8")),
    "golden": Light(
        ("#4d76a8", "#a9b0a6", "#f1c070", "#fbe2a2"), "#edc58c", "#e8883a", 0.24, (0.28, 0.5, "#fff1c4"), 0.05
    ),
    "dusk": Light(
        ("#1b2450", "#513f7d", "#b5587c", "#f49163"),
        "#8f5d86",
        "#3f2a62",
        0.48,
        (0.62, 0.62, "#ffd29a"),
        0.45,
    ),
    "night": Light(
        ("#060a1c", "#0f1a3d", "#24345f"), "#1c2a54", "#0d1534", 0.74, (0.78, 0.16, "#e8ecf6"), 0.62
    ),
    "mist": Light(("#7f9aa9", "#b9c9ce", "#eceee8"), "#dde5e4", "#6f8c99", 0.24, (0.55, 0.3, "#fbf6e6")),
}


class Canvas:
    """A transparent sheet that is drawn on, from back to front; of its width one sees ``view`` at a time."""

    def __init__(self, width: float, height: float, light: Light, view: float = 0.0) -> None:
        self.width, self.height, self.light, self.view = width, height, light, view or width
        self.parts: list[str] = []
        self.lettering: list[Lettering] = []
        self._made = 0

    def sheet(self) -> Sheet:
        """Return everything drawn so far."""
        size = f'width="{self.width:g}" height="{self.height:g}" viewBox="0 0 {self.width:g} {self.height:g}"'
        svg = f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(self.parts)}</svg>'
        return Sheet(svg, tuple(self.lettering))

    def add(self, markup: str) -> None:
        self.parts.append(markup)

    def polygon(self, points: Iterable[Point], fill: str, **style: object) -> None:
        places = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        self.add(f'<polygon points="{places}" fill="{fill}"{_style(style)}/>')

    def path(self, data: str, fill: str = "none", **style: object) -> None:
        self.add(f'<path d="{data}" fill="{fill}"{_style(style)}/>')

    def rect(self, x: float, y: float, w: float, h: float, fill: str, **style: object) -> None:
        self.add(
            f'<rect x="{x:.1f}" y="{y:.1f}" width="{w:.1f}" height="{h:.1f}" fill="{fill}"{_style(style)}/>'
        )

    def ellipse(self, x: float, y: float, rx: float, ry: float, fill: str, **style: object) -> None:
        self.add(
            f'<ellipse cx="{x:.1f}" cy="{y:.1f}" rx="{rx:.1f}" ry="{ry:.1f}" fill="{fill}"{_style(style)}/>'
        )

    def write(self, text: str, x: float, y: float, size: float, **style: object) -> None:
        """Set lines of text; see ``Lettering``."""
        self.lettering.append(Lettering(text, x, y, size, **style))  # type: ignore[arg-type]

    def linear(self, stops: Sequence[str], *, across: bool = False) -> str:
        """Return a fill that runs evenly over colours, downwards or across."""
        end = 'x2="1" y2="0"' if across else 'x2="0" y2="1"'
        return self._gradient("linearGradient", f'x1="0" y1="0" {end}', stops)

    def radial(self, colour: str, *, opacity: float = 1.0) -> str:
        """Return a fill that glows in the middle and is nothing at its rim."""
        stops = "".join(
            f'<stop offset="{place}" stop-color="{colour}" stop-opacity="{opacity * share:g}"/>'
            for place, share in ((0, 1), (0.25, 0.55), (0.55, 0.18), (1, 0))
        )
        return self._define("radialGradient", "", stops)

    def blur(self, amount: float) -> str:
        """Return a filter that softens."""
        return self._define(
            "filter",
            'x="-60%" y="-60%" width="220%" height="220%"',
            f'<feGaussianBlur stdDeviation="{amount:g}"/>',
        )

    def _gradient(self, kind: str, where: str, stops: Sequence[str]) -> str:
        last = max(1, len(stops) - 1)
        inside = "".join(_stop(number / last, colour) for number, colour in enumerate(stops))
        return self._define(kind, where, inside)

    def _define(self, kind: str, attributes: str, inside: str) -> str:
        self._made += 1
        self.add(f'<{kind} id="d{self._made}" {attributes}>{inside}</{kind}>')
        return f"url(#d{self._made})"


def _stop(offset: float, colour: str) -> str:
    """A colour may have its opacity as a fourth pair of digits."""
    opacity = f' stop-opacity="{int(colour[7:], 16) / 255:.3f}"' if len(colour) > len("#rrggbb") else ""
    return f'<stop offset="{offset:.3f}" stop-color="{colour[:7]}"{opacity}/>'


def _style(style: dict[str, object]) -> str:
    return "".join(f' {name.replace("_", "-")}="{value}"' for name, value in style.items())
