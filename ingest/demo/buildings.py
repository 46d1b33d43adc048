"""Buildings seen from the front or from the street: a school, a clinic, an alley."""
# ruff: noqa: PLR2004 - a drawing is numbers

from ingest.demo.paint import Canvas, mix

PAPER = ("#e0483e", "#f0b429", "#2f9f93", "#d24f8f", "#7b4fa3", "#3f7fc5", "#f5f0e6")


def _panes(
    canvas: Canvas, x: float, y: float, w: float, h: float, *, across: int = 2, frame: str = "#f3ecdd"
) -> None:
    """A window that mirrors the sky."""
    light = canvas.light
    glass = canvas.linear(
        (mix(light.on("#3c4f60"), light.sky[0], 0.35), mix(light.on("#5d7282"), light.sky[-1], 0.4))
    )
    canvas.rect(x - w * 0.07, y - h * 0.06, w * 1.14, h * 1.12, light.on(frame))
    canvas.rect(x, y, w, h, glass)
    canvas.polygon(
        [(x + w * 0.1, y + h), (x + w * 0.45, y), (x + w * 0.65, y), (x + w * 0.3, y + h)],
        "#ffffff",
        opacity="0.16",
    )
    for bar in range(1, across):
        canvas.rect(x + w * bar / across - w * 0.02, y, w * 0.04, h, light.on(frame))
    canvas.rect(x, y + h * 0.36, w, h * 0.04, light.on(frame))


def school(canvas: Canvas, x: float, y: float, w: float) -> None:
    """A school of two floors with its entrance in the middle; ``y`` is the ground."""
    light = canvas.light
    tall = w * 0.3
    wall, base = light.on("#f0dfbd"), light.on("#b4553c")
    canvas.rect(x, y - tall, w, tall, canvas.linear((wall, mix(wall, light.on("#b98f68"), 0.35))))
    canvas.rect(x, y - tall * 0.2, w, tall * 0.2, base)
    canvas.rect(x - w * 0.012, y - tall - w * 0.018, w * 1.024, w * 0.022, light.on("#8f4432"))
    canvas.rect(x, y - tall * 0.56, w, tall * 0.035, light.on("#8f4432"))
    for column in range(12):
        left = x + w * (0.02 + column * 0.0815)
        if not 4 < column < 7:
            _panes(canvas, left + w * 0.012, y - tall * 0.48, w * 0.05, tall * 0.25)
        _panes(canvas, left + w * 0.012, y - tall * 0.92, w * 0.05, tall * 0.3)
    _entrance(canvas, x + w * 0.41, y, w * 0.18, tall * 1.16)
    mast = x + w * 0.9
    canvas.rect(mast, y - tall * 1.75, w * 0.005, tall * 1.75, light.on("#d9d6cf"))
    canvas.path(
        f"M{mast + w * 0.005:.1f},{y - tall * 1.73:.1f} q{w * 0.03:.1f},{-tall * 0.06:.1f} {w * 0.05:.1f},0 t{w * 0.05:.1f},0 v{tall * 0.22:.1f} q{-w * 0.025:.1f},{tall * 0.06:.1f} {-w * 0.05:.1f},0 t{-w * 0.05:.1f},0 Z",
        light.on("#1f7f79"),
    )


def _entrance(canvas: Canvas, x: float, y: float, w: float, h: float) -> None:
    light = canvas.light
    canvas.rect(x, y - h, w, h, canvas.linear((light.on("#c9694a"), light.on("#a44d36"))))
    canvas.rect(x - w * 0.05, y - h - w * 0.08, w * 1.1, w * 0.1, light.on("#8f4432"))
    canvas.path(
        f"M{x + w * 0.24:.1f},{y:.1f} V{y - h * 0.42:.1f} A{w * 0.26:.1f},{w * 0.26:.1f} 0 0 1 {x + w * 0.76:.1f},{y - h * 0.42:.1f} V{y:.1f} Z",
        light.on("#3a2a26"),
    )
    canvas.rect(x + w * 0.29, y - h * 0.4, w * 0.2, h * 0.4, light.on("#5d8f8a"))
    canvas.rect(x + w * 0.51, y - h * 0.4, w * 0.2, h * 0.4, light.on("#4f7f7b"))
    canvas.write(
        "ESCUELA PRIMARIA", x + w / 2, y - h * 0.83, w * 0.088, colour="#fff3dc", weight=600, align="m"
    )
    canvas.write("Luz del Bajío", x + w / 2, y - h * 0.72, w * 0.1, colour="#fff3dc", weight=400, align="m")


def ground(canvas: Canvas, y: float, far: str, near: str) -> None:
    """The pavement before a building."""
    light = canvas.light
    canvas.rect(0, y, canvas.width, canvas.height - y, canvas.linear((light.on(far), light.on(near))))
    canvas.rect(0, y, canvas.width, (canvas.height - y) * 0.1, light.on("#ffffff"), opacity="0.16")


def mark(canvas: Canvas, x: float, y: float, size: float, *, plain: str = "") -> None:
    """The emblem of the demo's office: three domes and the sun; ``y`` is their foot. ``plain``: in one colour."""
    for dx, r, colour in ((-0.34, 0.26, "#1f7f79"), (0.36, 0.22, "#c9533c"), (0.02, 0.34, "#e3a02f")):
        canvas.path(
            f"M{x + (dx - r) * size:.1f},{y:.1f} A{r * size:.1f},{r * size * 1.15:.1f} 0 0 1 {x + (dx + r) * size:.1f},{y:.1f} Z",
            plain or colour,
            opacity="0.94",
        )
    canvas.ellipse(x + size * 0.46, y - size * 0.48, size * 0.075, size * 0.075, plain or "#e3a02f")
