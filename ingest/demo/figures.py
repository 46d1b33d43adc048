"""What stands in front of a place: people, a bus, a lectern, things on a table."""

from random import Random

from ingest.demo.paint import Canvas, mix

SKIN = ("#8d5a3c", "#a56b47", "#c58a63", "#7a4a32")
HAIR = ("#1d1715", "#2b1d18", "#3a281f")
BAGS = ("#e0483e", "#f0b429", "#2f8f83", "#7b4fa3", "#2f6fb5")


def person(
    canvas: Canvas,
    chance: Random,
    x: float,
    y: float,
    size: float,
    *,
    shirt: str,
    trousers: str,
    bag: str = "",
    facing: int = 1,
    stride: float = 0.5,
) -> None:
    """Somebody walking, seen from the side; ``y`` is the ground, ``size`` the height."""  # fmt: skip
    light = canvas.light
    skin, hair = light.on(chance.choice(SKIN)), light.on(chance.choice(HAIR))
    hip, neck, head = y - size * 0.46, y - size * 0.8, y - size * 0.89
    canvas.ellipse(x, y, size * 0.22, size * 0.025, "#000000", opacity="0.22")
    for swing, tone in ((-stride, 0.35), (stride, 0.0)):
        foot = x + facing * swing * size * 0.3
        colour = mix(light.on(trousers), "#000000", tone)
        knee = (x + foot) / 2 + facing * size * 0.03
        _limb(canvas, (x, hip), (knee, (hip + y) / 2), (foot, y - size * 0.03), size * 0.1, colour)
        canvas.ellipse(
            foot + facing * size * 0.03, y - size * 0.02, size * 0.06, size * 0.026, light.on("#2a2426")
        )
    _limb(
        canvas,
        (x, neck + size * 0.04),
        (x + facing * size * 0.06, hip - size * 0.12),
        (x + facing * stride * size * 0.28, hip),
        size * 0.065,
        mix(light.on(shirt), "#000000", 0.25),
    )
    if bag:
        canvas.rect(
            x - facing * size * 0.13 - size * 0.09,
            neck + size * 0.02,
            size * 0.18,
            size * 0.27,
            light.on(bag),
            rx=f"{size * 0.06:.1f}",
        )
    canvas.rect(
        x - size * 0.095,
        neck - size * 0.01,
        size * 0.19,
        size * 0.38,
        light.on(shirt),
        rx=f"{size * 0.08:.1f}",
    )
    canvas.rect(x - size * 0.035, neck - size * 0.05, size * 0.07, size * 0.08, mix(skin, "#000000", 0.15))
    canvas.ellipse(x + facing * size * 0.012, head, size * 0.078, size * 0.09, skin)
    canvas.path(
        f"M{x - size * 0.085:.1f},{head + size * 0.02:.1f} A{size * 0.085:.1f},{size * 0.1:.1f} 0 0 1 {x + size * 0.085:.1f},{head - size * 0.03:.1f} Q{x:.1f},{head - size * 0.06:.1f} {x - facing * size * 0.02:.1f},{head + size * 0.03:.1f} Z",
        hair,
    )
    _limb(
        canvas,
        (x, neck + size * 0.05),
        (x - facing * size * 0.05, hip - size * 0.13),
        (x - facing * stride * size * 0.24, hip - size * 0.01),
        size * 0.065,
        mix(light.on(shirt), "#ffffff", 0.12),
    )


def pupil(canvas: Canvas, chance: Random, x: float, *, facing: int) -> None:
    """A child in uniform with a bag."""
    y, size, bag = 790 + chance.uniform(-30, 60), chance.uniform(120, 168), chance.choice(BAGS)
    person(
        canvas,
        chance,
        x,
        y,
        size,
        shirt="#f3f1ea",
        trousers="#2b3f66",
        bag=bag,
        facing=facing,
        stride=chance.uniform(0.35, 0.8),
    )


def _limb(
    canvas: Canvas,
    start: tuple[float, float],
    bend: tuple[float, float],
    end: tuple[float, float],
    wide: float,
    colour: str,
) -> None:
    canvas.path(
        f"M{start[0]:.1f},{start[1]:.1f} Q{bend[0]:.1f},{bend[1]:.1f} {end[0]:.1f},{end[1]:.1f}",
        stroke=colour, stroke_width=f"{wide:.1f}", stroke_linecap="round",
    )  # fmt: skip


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
