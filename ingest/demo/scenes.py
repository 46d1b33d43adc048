"""The places of the demo: each is drawn in layers from the sky to what is nearest, for a still or a camera move."""
# ruff: noqa: PLR2004 - a drawing is numbers

from collections.abc import Callable
from random import Random

from ingest.demo import buildings, figures, nature, town
from ingest.demo.paint import Canvas, Light

#: Units: a landscape is 900 high, a portrait 1350.
Layers = list[Canvas]


class Stage:
    """Makes the layers of one place, all of one size."""

    def __init__(self, width: float, height: float, light: Light, view: float = 0.0) -> None:
        self.width, self.height, self.light, self.view = width, height, light, view or width
        self.layers: Layers = []

    def layer(self) -> Canvas:
        """Return a new sheet before the others."""
        self.layers.append(Canvas(self.width, self.height, self.light, self.view))
        return self.layers[-1]

    def sky(self, chance: Random, horizon: float, clouds: int = 7) -> Canvas:
        """Return the first layer with its sky painted."""
        canvas = self.layer()
        nature.sky(canvas, chance, horizon=horizon, clouds=clouds)
        return canvas


def hillside(stage: Stage, chance: Random) -> None:
    """Coloured houses up a hill around a church."""
    back = stage.sky(chance, 430)
    nature.ridge(back, chance, foot=420, high=120, colour="#5f6a5a", far=0.7, rough=0.6)
    hill = stage.layer()
    outline = nature.ridge(hill, chance, foot=470, high=180, colour="#5b6148", far=0.45)
    crown = [(x, y + 18) for x, y in outline]
    town.hillside(hill, chance, crown, rows=9, foot=700, size=74, far=0.55)
    middle = stage.layer()
    town.church(middle, stage.view * 0.62, 640, 210, 0.12)
    town.hillside(
        middle, chance, [(0, 720), (500, 690), (stage.width, 740)], rows=3, foot=900, size=130, far=0.12
    )
    near = stage.layer()
    town.hillside(near, chance, [(0, 900), (stage.width, 880)], rows=2, foot=980, size=190, far=0.0)


def sierra(stage: Stage, chance: Random) -> None:
    """Range behind range, with pines on the nearest."""
    back = stage.sky(chance, 560)
    for foot, high, far in ((480, 190, 0.82), (560, 210, 0.68)):
        nature.ridge(back, chance, foot=foot, high=high, colour="#2f5544", far=far, rough=0.62)
    middle = stage.layer()
    for foot, high, far in ((640, 190, 0.5), (720, 170, 0.34)):
        outline = nature.ridge(middle, chance, foot=foot, high=high, colour="#2c5341", far=far, rough=0.58)
        _pines(middle, chance, outline, (26, 54), far)
    near = stage.layer()
    outline = nature.ridge(near, chance, foot=850, high=130, colour="#1f4033", far=0.08)
    _pines(near, chance, outline, (90, 190), 0.06)


def _pines(
    canvas: Canvas, chance: Random, outline: list[tuple[float, float]], sizes: tuple[float, float], far: float
) -> None:
    x = 0.0
    while x < canvas.width:
        size = chance.uniform(*sizes)
        nature.pine(canvas, chance, x, nature.at(outline, x) + size * 0.16, size, far)
        x += size * chance.choice((0.3, 0.4, 0.55, 1.6))


def lagoon(stage: Stage, chance: Random) -> None:
    """Water that mirrors the evening, two boats, reeds."""
    back = stage.sky(chance, 470)
    nature.ridge(back, chance, foot=480, high=150, colour="#3c4450", far=0.4, rough=0.6)
    nature.water(back, chance, 470)
    middle = stage.layer()
    figures.boat(middle, stage.view * 0.36, 610, 190)
    figures.boat(middle, stage.view * 0.74, 545, 90)
    near = stage.layer()
    nature.reeds(near, chance, stage.view * 0.02, stage.view * 0.3)
    nature.reeds(near, chance, stage.view * 0.86, stage.view * 1.02)


def agaves(stage: Stage, chance: Random) -> None:
    """Rows of agave that run to the mountains."""
    back = stage.sky(chance, 430)
    nature.ridge(back, chance, foot=420, high=170, colour="#54624f", far=0.66, rough=0.6)
    nature.ridge(back, chance, foot=450, high=90, colour="#56623f", far=0.5)
    field = stage.layer()
    nature.field(field, chance, horizon=440)


def road(stage: Stage, chance: Random) -> None:
    """A road through the plain; the bus is a layer of its own."""
    back = stage.sky(chance, 560)
    nature.ridge(back, chance, foot=540, high=210, colour="#4d5a5e", far=0.66, rough=0.6)
    hills = stage.layer()
    outline = nature.ridge(hills, chance, foot=600, high=110, colour="#5a6046", far=0.4)
    for _ in range(int(stage.width / 60)):
        x = chance.uniform(0, stage.width)
        nature.tree(hills, chance, x, nature.at(outline, x) + 12, chance.uniform(24, 46), 0.4)
    plain = stage.layer()
    light = stage.light
    plain.rect(0, 615, stage.width, 300, plain.linear((light.on("#8c8450", 0.2), light.on("#6b6a3c"))))
    for _ in range(int(stage.width / 26)):
        x, y = chance.uniform(0, stage.width), chance.uniform(640, 700)
        nature.agave(plain, chance, x, y, (y - 580) * 0.3, 0.15)
    plain.rect(0, 716, stage.width, 130, plain.linear((light.on("#55535a"), light.on("#3b3a42"))))
    plain.rect(0, 722, stage.width, 4, light.on("#e8e2d0"))
    for dash in range(int(stage.width / 120) + 1):
        plain.rect(dash * 120, 786, 64, 6, light.on("#e7b84e"))
    figures.bus(stage.layer(), stage.view * 0.16, 800, 500)
    near = stage.layer()
    near.rect(0, 846, stage.width, 60, near.linear((light.on("#5b5a33"), light.on("#2f3220"))))
    for _ in range(int(stage.width / 70)):
        x = chance.uniform(0, stage.width)
        nature.agave(near, chance, x, 915, chance.uniform(40, 90))


def school(stage: Stage, chance: Random) -> None:
    """Children on their way into a school."""
    back = stage.sky(chance, 600)
    nature.ridge(back, chance, foot=600, high=150, colour="#6b7f63", far=0.6)
    house = stage.layer()
    for _ in range(int(stage.width / 80)):
        nature.tree(house, chance, chance.uniform(0, stage.width), 660, chance.uniform(120, 200), 0.25)
    buildings.school(house, stage.view * 0.09, 690, stage.view * 0.82)
    buildings.ground(house, 690, "#d9c7a4", "#b99d78")
    walking = stage.layer()
    places = (0.12, 0.19, 0.24, 0.36, 0.46, 0.64, 0.72, 0.81, 0.9, 1.02, 1.12)
    for number, share in enumerate(places):
        if share * stage.view < stage.width:
            figures.pupil(walking, chance, share * stage.view, facing=1 if number < 5 else -1)
    near = stage.layer()
    for share in (0.04, 0.96, 1.2):
        nature.tree(near, chance, share * stage.view, 760, 400)


def card(stage: Stage, chance: Random) -> None:
    """The ground of an end card: large domes, as in the emblem, that keep moving."""
    ground = stage.layer()
    ground.rect(0, 0, stage.width, 900, ground.linear(("#10474a", "#176a66", "#0d3b40")))
    for high, colour in ((520, "#1f7f7966"), (330, "#0b3034aa")):
        domes, x = stage.layer(), -200.0
        while x < stage.width + 200:
            r = chance.uniform(0.4, 0.75) * high
            domes.ellipse(x, 930, r, r, colour[:7], opacity=f"{int(colour[7:], 16) / 255:.2f}")
            x += r * chance.uniform(0.8, 1.2)


SCENES: dict[str, Callable[[Stage, Random], None]] = {
    scene.__name__: scene for scene in (hillside, sierra, lagoon, agaves, road, school, card)
}
