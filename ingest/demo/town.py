"""Houses on a hill, a church, and the buildings of public services."""
# ruff: noqa: PLR2004 - a drawing is numbers

from random import Random

from ingest.demo.nature import at, tree
from ingest.demo.paint import Canvas, Point, mix

WALLS = (
    "#c65a3e", "#d99a3a", "#d8748a", "#3f9693", "#2f629f", "#ecdcb8", "#8d77a8", "#7a9f62", "#a9453a", "#e3b65c",
    "#e8e0d0", "#cf6f4a", "#5f8fb5", "#b8577a",
)  # fmt: skip
LAMP = "#ffd27a"
GLASS = "#2c3542"


def _window(canvas: Canvas, chance: Random, x: float, y: float, w: float, h: float, far: float) -> None:
    light = canvas.light
    lit = chance.random() < light.lit
    if lit:
        canvas.ellipse(x + w / 2, y + h / 2, w * 1.7, h * 1.4, canvas.radial(LAMP, opacity=0.35))
    fill = mix(LAMP, light.haze, far * 0.4) if lit else light.on(GLASS, far)
    canvas.rect(x - w * 0.14, y - h * 0.1, w * 1.28, h * 1.2, light.on("#efe6d4", far))
    canvas.rect(x, y, w, h, fill)


def house(canvas: Canvas, chance: Random, x: float, y: float, w: float, h: float, far: float) -> None:
    """A house with a flat roof; ``y`` is its foot. One side lies in the shade."""
    light = canvas.light
    wall = chance.choice(WALLS)
    front, side = light.on(wall, far), light.on(mix(wall, "#20182a", 0.38), far)
    deep = w * chance.uniform(0.14, 0.3)
    canvas.rect(
        x, y - h, w, h * 2.2, canvas.linear((front, front, light.on(mix(wall, "#4a3030", 0.35), far)))
    )
    canvas.polygon(
        [(x + w, y - h), (x + w + deep, y - h + deep * 0.35), (x + w + deep, y + h), (x + w, y + h)], side
    )
    canvas.rect(x - w * 0.03, y - h * 1.04, w * 1.06, h * 0.07, light.on(mix(wall, "#ffffff", 0.45), far))
    if chance.random() < 0.28:
        tank = w * 0.2
        canvas.rect(x + w * 0.15, y - h * 1.04 - tank, tank * 0.9, tank, light.on("#33373d", far))
    columns, rows = max(1, round(w / (h * 0.42))), 2 if h > w * 0.8 else 1
    wide, tall = w / columns * 0.32, h / rows * 0.36
    for row in range(rows):
        for column in range(columns):
            if chance.random() < 0.86:
                left = x + (column + 0.5) * w / columns - wide / 2
                _window(canvas, chance, left, y - h * 0.84 + row * h / rows, wide, tall, far)


def hillside(
    canvas: Canvas,
    chance: Random,
    outline: list[Point],
    *,
    rows: int,
    foot: float,
    size: float,
    far: float = 0.5,
) -> None:
    """Houses from the outline down to ``foot``, row before row, growing as they come near."""
    for row in range(rows):
        share = row / max(1, rows - 1)
        here, away = size * (0.42 + 0.58 * share), far * (1 - share)
        x = -here * chance.random()
        while x < canvas.width:
            top = at(outline, min(canvas.width, max(0, x)))
            y = top + (foot - top) * share + chance.uniform(-0.2, 0.2) * here
            if chance.random() < 0.13:
                tree(canvas, chance, x + here * 0.3, y + here * 0.3, here * chance.uniform(0.7, 1.0), away)
                x += here * 0.6
                continue
            w, h = here * chance.uniform(0.7, 1.25), here * chance.uniform(0.62, 1.05)
            house(canvas, chance, x, y, w, h, away)
            x += w * chance.uniform(0.9, 1.2)


def arch(x: float, y: float, w: float, h: float) -> str:
    """An opening with a round head; ``x`` is its middle, ``y`` its foot."""
    r = w / 2
    return (
        f"M{x - r:.1f},{y:.1f} V{y - h + r:.1f} A{r:.1f},{r:.1f} 0 0 1 {x + r:.1f},{y - h + r:.1f} V{y:.1f} Z"
    )


def _dome(x: float, y: float, r: float, rise: float = 1.12) -> str:
    return f"M{x - r:.1f},{y:.1f} C{x - r:.1f},{y - r * rise:.1f} {x - r * 0.3:.1f},{y - r * rise * 1.12:.1f} {x:.1f},{y - r * rise * 1.15:.1f} C{x + r * 0.3:.1f},{y - r * rise * 1.12:.1f} {x + r:.1f},{y - r * rise:.1f} {x + r:.1f},{y:.1f} Z"


def cross(canvas: Canvas, x: float, y: float, size: float, colour: str) -> None:
    canvas.rect(x - size * 0.05, y - size, size * 0.1, size, colour)
    canvas.rect(x - size * 0.26, y - size * 0.76, size * 0.52, size * 0.1, colour)


def tower(canvas: Canvas, x: float, y: float, w: float, wall: str, far: float, *, stages: int = 3) -> None:
    """A bell tower of stages, each narrower, under a small dome; ``y`` is its foot, ``x`` its middle."""
    light = canvas.light
    face, dark = light.on(wall, far), light.on(mix(wall, "#2a1c26", 0.5), far)
    hole = mix(LAMP, light.haze, far * 0.5) if light.lit > 0.3 else light.on("#2b2430", far)
    height = w * 1.35
    for stage in range(stages):
        wide = w * (1 - 0.14 * stage)
        canvas.rect(x - wide / 2, y - height, wide, height + 1, canvas.linear((face, dark), across=True))
        canvas.rect(
            x - wide * 0.57, y - height, wide * 1.14, w * 0.09, light.on(mix(wall, "#fff3dd", 0.4), far)
        )
        if stage:
            canvas.path(arch(x, y - height * 0.14, wide * 0.4, height * 0.66), hole)
        y -= height
        height *= 0.78
    canvas.path(_dome(x, y + 1, w * 0.34), canvas.linear((face, dark), across=True))
    cross(canvas, x, y - w * 0.36, w * 0.32, dark)


def church(
    canvas: Canvas,
    x: float,
    y: float,
    size: float,
    far: float,
    *,
    wall: str = "#dca24a",
    roof: str = "#b2483c",
) -> None:
    """A church seen from afar: nave, two towers and a dome. ``y`` is its foot, ``size`` its width."""
    light = canvas.light
    face, dark = light.on(wall, far), light.on(mix(wall, "#2a1c26", 0.45), far)
    if light.lit > 0.3:
        canvas.ellipse(x, y - size * 0.4, size * 1.1, size * 0.9, canvas.radial(LAMP, opacity=0.4))
    drum = size * 0.2
    canvas.rect(
        x + size * 0.12, y - size * 0.86, drum * 2, size * 0.5, canvas.linear((face, dark), across=True)
    )
    canvas.rect(x + size * 0.1, y - size * 0.88, drum * 2.2, size * 0.035, light.on("#f3e3c4", far))
    red = light.on(roof, far)
    canvas.path(
        _dome(x + size * 0.32, y - size * 0.86, drum),
        canvas.linear((red, light.on(mix(roof, "#1c1020", 0.55), far)), across=True),
    )
    canvas.rect(x + size * 0.29, y - size * 1.2, size * 0.06, size * 0.1, face)
    canvas.path(_dome(x + size * 0.32, y - size * 1.19, size * 0.035), red)
    cross(canvas, x + size * 0.32, y - size * 1.22, size * 0.08, dark)
    canvas.rect(x - size * 0.4, y - size * 0.6, size, size * 1.4, canvas.linear((face, dark), across=True))
    canvas.rect(x - size * 0.42, y - size * 0.62, size * 1.04, size * 0.04, light.on("#f3e3c4", far))
    for place in (-0.12, 0.1, 0.32):
        canvas.path(
            arch(x + size * place, y - size * 0.22, size * 0.09, size * 0.24), light.on("#3a2c30", far)
        )
    tower(canvas, x - size * 0.36, y, size * 0.25, wall, far)
