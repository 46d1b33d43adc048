"""What stands in front of a place: children, a bus, a boat."""

from random import Random

from ingest.demo.paint import Canvas, mix

SKIN = ("#8d5a3c", "#a56b47", "#c58a63", "#7a4a32")
HAIR = ("#1d1715", "#2b1d18", "#3a281f")
BAGS = ("#e0483e", "#f0b429", "#2f8f83", "#7b4fa3", "#2f6fb5")


def pupil(canvas: Canvas, chance: Random, x: float, *, facing: int) -> None:
    """A child in uniform with a bag, walking, seen from the side; drawn 100 high, towards the right, feet at 0."""
    light = canvas.light
    y, size = 790 + chance.uniform(-30, 60), chance.uniform(120, 168) / 100
    skin, hair, bag = (light.on(chance.choice(tones)) for tones in (SKIN, HAIR, BAGS))
    shirt, trousers = light.on("#f3f1ea"), light.on("#2b3f66")
    reach = chance.uniform(10, 24)
    canvas.add(f'<g transform="translate({x:.1f},{y:.1f}) scale({facing * size:.2f},{size:.2f})">')
    canvas.ellipse(0, 0, 22, 2.5, "#000000", opacity="0.22")
    for foot, shade in ((-reach, 0.35), (reach, 0.0)):
        colour = mix(trousers, "#000000", shade)
        _limb(canvas, f"M0,-46 Q{foot / 2 + 3:.1f},-23 {foot:.1f},-3", 10, colour)
        canvas.ellipse(foot + 3, -2, 6, 2.6, light.on("#2a2426"))
    _limb(canvas, f"M0,-76 Q6,-58 {reach * 0.9:.1f},-46", 6.5, mix(shirt, "#000000", 0.25))
    canvas.rect(-22, -78, 18, 27, bag, rx="6")
    canvas.rect(-9.5, -81, 19, 38, shirt, rx="8")
    canvas.rect(-3.5, -85, 7, 8, mix(skin, "#000000", 0.15))
    canvas.ellipse(1.2, -89, 7.8, 9, skin)
    canvas.path("M-8.5,-87 A8.5,10 0 0 1 8.5,-92 Q0,-95 -2,-86 Z", hair)
    _limb(canvas, f"M0,-75 Q-5,-59 {-reach * 0.8:.1f},-47", 6.5, mix(shirt, "#ffffff", 0.12))
    canvas.add("</g>")


def _limb(canvas: Canvas, data: str, wide: float, colour: str) -> None:
    canvas.path(data, stroke=colour, stroke_width=wide, stroke_linecap="round")


def bus(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A bus of length ``size`` going right, its wheels on ``y``."""
    light = canvas.light
    tall = size * 0.3
    body, low = light.on("#f4efe4"), light.on("#c9c2b4")
    canvas.ellipse(x + size / 2, y + size * 0.005, size * 0.52, size * 0.022, "#000000", opacity="0.35")
    canvas.rect(
        x, y - tall - size * 0.05, size, tall, canvas.linear((body, body, low)), rx=f"{size * 0.045:.1f}"
    )
    canvas.rect(x, y - size * 0.15, size, size * 0.035, light.on("#1f7f79"))
    canvas.rect(x, y - size * 0.105, size, size * 0.012, light.on("#e3a02f"))
    glass = canvas.linear((light.on("#22303c"), mix(light.on("#3b5568"), light.sky[-1], 0.45)))
    for number in range(6):
        canvas.rect(
            x + size * (0.035 + number * 0.135),
            y - tall * 1.05,
            size * 0.118,
            size * 0.125,
            glass,
            rx=f"{size * 0.012:.1f}",
        )
    canvas.path(
        f"M{x + size * 0.86:.1f},{y - tall * 1.05:.1f} h{size * 0.115:.1f} q{size * 0.02:.1f},0 {size * 0.022:.1f},{size * 0.03:.1f} l{size * 0.004:.1f},{size * 0.11:.1f} h-{size * 0.14:.1f} Z",
        glass,
    )
    for place in (0.2, 0.78):
        canvas.ellipse(x + size * place, y - size * 0.045, size * 0.058, size * 0.058, light.on("#1b1a1d"))
        canvas.ellipse(x + size * place, y - size * 0.045, size * 0.028, size * 0.028, light.on("#a9a7a2"))
    glow = canvas.radial("#fff0c0", opacity=0.9)
    canvas.ellipse(x + size * 0.99, y - size * 0.085, size * 0.09, size * 0.06, glow)
    canvas.ellipse(x + size * 0.985, y - size * 0.085, size * 0.014, size * 0.012, "#fff6da")


def boat(canvas: Canvas, x: float, y: float, size: float) -> None:
    """A small boat with somebody in it, and their likeness in the water."""
    for flip, colour, opacity in (
        (-1, "#241c2c", 0.35),
        (1, mix(canvas.light.on("#2a1d1c"), "#120d14", 0.6), 1.0),
    ):
        canvas.add(f'<g transform="translate({x:.1f},{y:.1f}) scale(1,{flip})" opacity="{opacity}">')
        canvas.path(
            f"M{-size / 2:.1f},{-size * 0.09:.1f} Q{-size * 0.36:.1f},{size * 0.035:.1f} {-size * 0.28:.1f},0 H{size * 0.28:.1f} Q{size * 0.4:.1f},{size * 0.02:.1f} {size / 2:.1f},{-size * 0.12:.1f} Q0,{-size * 0.03:.1f} {-size / 2:.1f},{-size * 0.09:.1f} Z",
            colour,
        )
        canvas.path(
            f"M{-size * 0.09:.1f},{-size * 0.03:.1f} Q{-size * 0.08:.1f},{-size * 0.25:.1f} 0,{-size * 0.26:.1f} Q{size * 0.09:.1f},{-size * 0.22:.1f} {size * 0.09:.1f},{-size * 0.03:.1f} Z",
            colour,
        )
        canvas.ellipse(0, -size * 0.31, size * 0.042, size * 0.052, colour)
        canvas.ellipse(0, -size * 0.335, size * 0.1, size * 0.016, colour)
        canvas.path(
            f"M{size * 0.02:.1f},{-size * 0.2:.1f} L{size * 0.34:.1f},{size * 0.03:.1f}",
            stroke=colour,
            stroke_width=f"{size * 0.014:.1f}",
        )
        canvas.add("</g>")
