"""Skies, mountains, fields, water and plants."""
# ruff: noqa: PLR2004 - a drawing is numbers

import math
from itertools import pairwise
from random import Random

from ingest.demo.paint import Canvas, Point, mix


def sky(canvas: Canvas, chance: Random, *, horizon: float, clouds: int = 7) -> None:
    """The whole ground of a picture: sky, sun or moon with its glow, stars at night, clouds."""
    light, width, height = canvas.light, canvas.width, canvas.height
    canvas.rect(0, 0, width, horizon, canvas.linear(light.sky))
    canvas.rect(0, horizon - 1, width, height - horizon + 1, light.sky[-1])
    if light.lit > 0.5:
        for _ in range(160):
            size = chance.choice((0.7, 0.9, 1.3))
            canvas.ellipse(
                chance.uniform(0, width),
                chance.uniform(0, horizon * 0.8),
                size,
                size,
                "#ffffff",
                opacity=f"{chance.uniform(0.2, 0.9):.2f}",
            )
    x, y, colour = light.sun
    x, y = x * canvas.view, y * height
    reach = height * (0.3 if light.lit > 0.5 else 0.85)
    canvas.ellipse(x, y, reach, reach, canvas.radial(colour, opacity=0.75))
    canvas.ellipse(x, y, height * 0.035, height * 0.035, colour, filter=canvas.blur(1.2))
    # one filter for all: each costs librsvg a pass over the whole picture
    canvas.add(f'<g filter="{canvas.blur(height * 0.008)}">')
    for _ in range(clouds):
        _cloud(canvas, chance, chance.uniform(0, width), chance.uniform(0.06, 0.62) * horizon)
    canvas.add("</g>")


def _cloud(canvas: Canvas, chance: Random, x: float, y: float) -> None:
    """Long and thin; low ones are lit by the horizon."""
    light, length = canvas.light, chance.uniform(0.12, 0.34) * canvas.height
    low = y / canvas.height
    colour = mix(light.sky[1], light.sky[-1], min(1.0, 0.35 + low))
    for _ in range(7):
        dx = chance.gauss(0, 0.45) * length
        thin = chance.uniform(0.03, 0.09) * length
        wide = chance.uniform(0.35, 0.8) * length
        bright = mix(colour, light.sun[2], chance.uniform(0.1, 0.55))
        canvas.ellipse(x + dx, y + chance.gauss(0, 0.06) * length, wide, thin, bright, opacity="0.4")


def profile(chance: Random, *, high: float, rough: float = 0.55, steps: int = 8) -> list[float]:
    """Heights along a ridge by midpoint displacement, about 0 to ``high``."""
    heights = [chance.uniform(0.2, 0.8), chance.uniform(0.2, 0.8)]
    swing = 0.5
    for _ in range(steps):
        middle = [(a + b) / 2 + chance.uniform(-swing, swing) * 0.6 for a, b in pairwise(heights)]
        heights = [value for pair in zip(heights, middle, strict=False) for value in pair] + [heights[-1]]
        swing *= rough
    return [value * high for value in heights]


def ridge(
    canvas: Canvas, chance: Random, *, foot: float, high: float, colour: str, far: float, rough: float = 0.5
) -> list[Point]:
    """A mountain range with mist at its foot; its outline is returned."""
    light, width = canvas.light, canvas.width
    heights = profile(chance, high=high, rough=rough)
    points = [(number * width / (len(heights) - 1), foot - each) for number, each in enumerate(heights)]
    near, lost = light.on(colour, far), light.on(colour, min(1.0, far + 0.3))
    fill = canvas.linear((near, near, lost))
    canvas.polygon([(0, canvas.height), *points, (width, canvas.height)], fill)
    return points


def at(points: list[Point], x: float) -> float:
    """The height of an outline at ``x``."""
    place = max(0, min(len(points) - 2, sum(1 for px, _ in points if px <= x) - 1))
    (x1, y1), (x2, y2) = points[place], points[place + 1]
    return y1 + (y2 - y1) * (x - x1) / max(1e-6, x2 - x1)


def tree(canvas: Canvas, chance: Random, x: float, y: float, size: float, far: float = 0.0) -> None:
    """A round tree of many tufts, dark below and lit from the sun's side."""
    light = canvas.light
    green = chance.choice(("#3f6b3a", "#4c7a3e", "#35603f", "#5a8044"))
    side = 1 if light.sun[0] * canvas.view > x else -1
    trunk = light.on("#5b4331", far)
    canvas.polygon(
        [
            (x - size * 0.04, y),
            (x - size * 0.025, y - size * 0.6),
            (x + size * 0.025, y - size * 0.6),
            (x + size * 0.045, y),
        ],
        trunk,
    )
    for shade, lift, count, big in (
        (0.62, 0.0, 16, 0.13),
        (0.4, 0.04, 18, 0.11),
        (0.16, 0.09, 16, 0.08),
        (-0.14, 0.14, 12, 0.05),
    ):
        colour = light.on(mix(green, "#0f2a1c", shade) if shade > 0 else mix(green, "#d9e08a", -shade), far)
        for _ in range(count):
            angle, reach = chance.uniform(0, 2 * math.pi), chance.random() ** 0.5 * (0.36 - lift)
            dx, dy = math.cos(angle) * reach + side * lift * 0.8, math.sin(angle) * reach * 0.8 - lift
            r = size * big * chance.uniform(0.75, 1.25)
            canvas.ellipse(x + dx * size, y - size * 0.68 + dy * size, r, r * 0.88, colour)


def pine(canvas: Canvas, chance: Random, x: float, y: float, size: float, far: float = 0.0) -> None:
    """A conifer as a dark shape."""
    colour = canvas.light.on(chance.choice(("#22392f", "#1c3329", "#2a4334")), far)
    left: list[Point] = []
    right: list[Point] = []
    for step in range(9):
        share = step / 8
        spread = size * (0.02 + 0.17 * share) * chance.uniform(0.8, 1.2)
        level = y - size * (1 - share * 0.93)
        left += [(x - spread * 0.55, level - size * 0.03), (x - spread, level)]
        right += [(x + spread * 0.55, level - size * 0.03), (x + spread, level)]
    canvas.polygon([(x, y - size * 1.04), *right, (x, y), *reversed(left)], colour)


def agave(canvas: Canvas, chance: Random, x: float, y: float, size: float, far: float = 0.0) -> None:
    """A blue agave: pointed leaves from one heart, back ones first."""
    light = canvas.light
    leaves = sorted(
        (chance.uniform(0.06, 0.94) for _ in range(17)), key=lambda each: -abs(math.sin(each * math.pi))
    )
    for number, share in enumerate(leaves):
        angle = math.pi * share
        length = size * chance.uniform(0.75, 1.05)
        tip = (x + math.cos(angle) * length, y - math.sin(angle) * length * 0.95)
        across = size * 0.075
        shade = chance.uniform(0, 0.5) if number % 2 else chance.uniform(0, 0.2)
        colour = light.on(mix("#7fa8a0", "#2f5a5c", shade), far)
        belly = (x + math.cos(angle) * length * 0.4, y - math.sin(angle) * length * 0.36)
        canvas.polygon(
            [
                (x - across * 0.5, y),
                (belly[0] - across * math.sin(angle), belly[1] - across * abs(math.cos(angle))),
                tip,
                (belly[0] + across * math.sin(angle), belly[1] + across * abs(math.cos(angle))),
                (x + across * 0.5, y),
            ],
            colour,
        )


def water(canvas: Canvas, chance: Random, level: float) -> None:
    """Still water from ``level`` down: what is above it upside down, with the sky's light on the ripples."""
    light, width, height = canvas.light, canvas.width, canvas.height
    above = "".join(canvas.parts).replace('id="d', 'id="m').replace("url(#d", "url(#m")
    canvas.add(
        f'<clipPath id="w"><rect x="0" y="{level}" width="{width}" height="{height - level}"/></clipPath>'
    )
    canvas.add(
        f'<g clip-path="url(#w)"><g transform="matrix(1,0,0,-1,0,{2 * level})" opacity="0.82">{above}</g></g>'
    )
    canvas.rect(0, level, width, height - level, canvas.linear((light.sky[0] + "18", light.sky[0] + "b0")))
    for _ in range(150):
        deep = chance.random() ** 1.7
        y = level + 4 + deep * (height - level)
        near = 1 - abs(chance.uniform(0, width) - light.sun[0] * canvas.view) / width
        x = (
            light.sun[0] * canvas.view + chance.gauss(0, 0.09 + 0.1 * deep) * width
            if chance.random() < 0.6
            else chance.uniform(0, width)
        )
        bright = mix(light.sky[-1], light.sun[2], near)
        canvas.rect(
            x,
            y,
            20 + 120 * deep * chance.random(),
            1 + 3 * deep,
            bright,
            opacity=f"{0.15 + 0.4 * chance.random():.2f}",
            rx="1",
        )


def reeds(canvas: Canvas, chance: Random, start: float, end: float) -> None:
    """Reeds at the near shore, as dark shapes."""
    colour = mix(canvas.light.on("#25301f"), "#0a0a12", 0.4)
    for _ in range(int((end - start) / 5)):
        x, tall = chance.uniform(start, end), chance.uniform(90, 300)
        lean = chance.gauss(0, 26)
        foot = canvas.height + 10
        canvas.path(
            f"M{x - 4:.1f},{foot:.1f} Q{x:.1f},{foot - tall * 0.6:.1f} {x + lean:.1f},{foot - tall:.1f} Q{x + 5:.1f},{foot - tall * 0.55:.1f} {x + 4:.1f},{foot:.1f} Z",
            colour,
        )
        if chance.random() < 0.18:
            canvas.add(f'<g transform="rotate({lean * 0.35:.1f} {x + lean:.1f} {foot - tall:.1f})">')
            canvas.rect(x + lean - 5, foot - tall - 12, 10, 46, mix("#3b2718", "#0a0a12", 0.35), rx="5")
            canvas.add("</g>")


def field(canvas: Canvas, chance: Random, *, horizon: float) -> None:
    """Agaves in rows that meet at the horizon."""
    light, width, height = canvas.light, canvas.width, canvas.height
    canvas.rect(
        0,
        horizon,
        width,
        height - horizon,
        canvas.linear((light.on("#b08a58", 0.5), light.on("#a8714a"), light.on("#7a4d36"))),
    )
    vanishing, depth = canvas.view * 0.56, 1.0
    while depth < 34:
        depth *= 1.11
    rows = range(-16, 17)
    while depth > 1.02:
        near = 1 / depth
        y = horizon + (height * 1.12 - horizon) * near
        far = max(0.0, 0.55 * (1 - near * 3.2))
        for row in rows:
            x = vanishing + (row + 0.5) * width * 0.36 * near + chance.gauss(0, 6) * near
            if -200 < x < width + 200:
                size = 210 * near * chance.uniform(0.85, 1.15)
                canvas.ellipse(x + size * 0.15, y, size * 0.9, size * 0.12, "#3a2018", opacity="0.35")
                agave(canvas, chance, x, y, size, far)
        depth /= 1.11
