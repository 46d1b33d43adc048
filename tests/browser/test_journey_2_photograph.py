"""Second journey: photographs come in by the command and by the browser, are found, seen and taken home."""

import json
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser import steps
from tests.browser.steps import Person
from tests.live import Live


@pytest.fixture(scope="module")
def photographer(live: Live) -> Person:
    return steps.somebody(live, "Renata", "Olmos", agency="SIC")


def landscape(file: Path, sky: str, sun: tuple[int, int]) -> Path:
    """A photograph of hills that looks like something, 2400 x 1600."""
    image = Image.effect_noise((2400, 1600), 12).convert("RGB")
    image = Image.blend(image, Image.new("RGB", image.size, sky), 0.85)
    drawn = ImageDraw.Draw(image)
    drawn.ellipse((sun[0] - 140, sun[1] - 140, sun[0] + 140, sun[1] + 140), fill="#f5d9a0")
    for step, colour in enumerate(("#6f7f7a", "#4d5f57", "#2c3a34")):
        top = 900 + step * 180
        drawn.polygon(
            [(0, top + 160), (700, top - 90), (1500, top + 120), (2400, top), (2400, 1600), (0, 1600)], colour
        )
    image.save(file, quality=88)
    return file


def see(page: Page) -> None:
    """The photograph is on the stage, with its pixels."""
    shown = page.get_by_role("region", name="Vista previa").locator("img").first
    expect(shown).to_be_visible()
    page.wait_for_function("image => image.complete && image.naturalWidth > 1000", arg=shown.element_handle())


def test_by_the_command(live: Live, page: Page, photographer: Person, tmp_path: Path):
    file = landscape(tmp_path / "IMG_4711.jpg", "#b9cfe0", (1700, 480))
    told = live.manage("ingest", str(file), "--user", photographer.name, "--wait", "--json")
    report = json.loads(told.stdout)
    assert (report["outcome"], report["reason"]) == ("accepted", None)

    steps.sign_in(page, photographer)
    page.goto(f"/acervo/{report['asset']}/")
    see(page)
    steps.picture(page, "2-photo-undescribed")
    steps.describe(
        page,
        headline="Inauguración del camellón en Irapuato",
        description="La presidenta municipal corta el listón del camellón de la avenida Guerrero.",
        keywords="obra pública, Irapuato",
    )
    expect(page.get_by_role("heading", level=1)).to_have_text("Inauguración del camellón en Irapuato")
    steps.picture(page, "2-photo")

    steps.find(page, "inauguracion camellon", "Inauguración del camellón en Irapuato")
    steps.picture(page, "2-found")
    steps.tile(page, "Inauguración del camellón").get_by_role("link").click()
    see(page)

    kept = steps.hashes(live, page)
    assert kept["original"] == steps.sha256(file)
    expect(steps.tab(page, "Técnica")).to_contain_text(kept["original"])
    page.locator("summary", has_text="Descargar").click()
    steps.picture(page, "2-downloads")
    name, digest = steps.download(page, page.get_by_role("link", name="Descargar el original"))
    assert (name, digest) == ("IMG_4711.jpg", kept["original"])
    name, digest = steps.download(page, page.get_by_role("link", name="Descargar Web"))
    assert digest == kept["photo-web"]
    assert name.endswith("Inauguración del camellón en Irapuato.jpg")


def test_by_the_browser(live: Live, page: Page, photographer: Person, tmp_path: Path):
    file = landscape(tmp_path / "Mirador de la presa (3).jpg", "#e0c9a6", (800, 520))
    page.goto("/subir/")
    steps.sign_in(page, photographer)
    (row,) = steps.bring(page, file)
    steps.open_arrived(page, row)
    see(page)
    steps.describe(page, headline="Mirador de la presa de la Purísima")
    steps.find(page, "purisima", "Mirador de la presa de la Purísima")
    steps.tile(page, "Mirador de la presa").get_by_role("link").click()
    see(page)

    page.keyboard.press("+")
    expect(page.locator(".zoom-view canvas").first).to_be_visible()
    steps.picture(page, "2-closer")
    page.keyboard.press("0")

    page.locator("summary", has_text="Descargar").click()
    name, digest = steps.download(page, page.get_by_role("link", name="Descargar el original"))
    assert (name, digest) == ("Mirador de la presa (3).jpg", steps.sha256(file))
    press = page.get_by_role("listitem").filter(has_text="Prensa")
    press.get_by_role("button", name="Preparar").click()
    ready = press.get_by_role("link", name="Descargar")
    expect(ready).to_be_visible(timeout=steps.PATIENCE_S * 1000)
    name, digest = steps.download(page, ready)
    assert digest == steps.hashes(live, page)["photo-press"]
