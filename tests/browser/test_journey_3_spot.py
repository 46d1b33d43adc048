"""Third journey: a spot for television and one for radio are uploaded, and play while they are still encoding."""

import re
import sys
import time
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser import films, steps
from tests.browser.steps import Person
from tests.live import Live


@pytest.fixture(scope="module")
def editor(live: Live) -> Person:
    return steps.somebody(live, "Itzel", "Barrera", agency="SECTUR")


@pytest.fixture(scope="module")
def spot(tmp_path_factory) -> Path:
    return films.film(tmp_path_factory.mktemp("spot") / "Spot camino a casa.mp4", seconds=20, size="1280x720")


def test_a_film_plays_while_it_is_still_encoding(page: Page, editor: Person, spot: Path, capsys):
    page.goto("/subir/")
    steps.sign_in(page, editor)
    (row,) = steps.bring(page, spot)
    expect(row).to_have_attribute("data-state", re.compile("complete|checking|safe|accepted"))
    last_byte = time.monotonic()
    steps.open_arrived(page, row)
    film = films.player(page)
    film.get_by_role("button", name="Reproducir").first.click()
    films.wait_for_picture(page)
    seconds = time.monotonic() - last_byte
    expect(film.get_by_text(films.ENCODING)).to_be_visible()
    with capsys.disabled():
        sys.stdout.write(f"\nfrom the last byte to the first picture: {seconds:.1f} s\n")
    steps.picture(page, "3-film-while-encoding")

    page.reload()
    films.player(page).press("Home")
    expect(page.get_by_text("Todo listo.")).to_be_visible(timeout=steps.PATIENCE_S * 1000)
    page.get_by_role("link", name="Actualizar la ficha").click()
    report = steps.tab(page, "Técnica")
    for item in ("Archivo completo", "Cuadros leídos", "Sonoridad integrada", "Pico real"):
        expect(report.locator(".report-line").filter(has_text=item)).to_have_count(1)
    expect(report.locator(".report-line").filter(has_text="Cuadros leídos")).to_contain_text("500")
    steps.picture(page, "3-film-report")

    timeline = page.get_by_role("slider", name="Posición")
    box = timeline.bounding_box()
    assert box is not None
    timeline.click(position={"x": box["width"] * 0.5, "y": box["height"] / 2})
    films.wait_at(page, 9.5, 10.5)
    page.keyboard.press("ArrowLeft")
    films.wait_at(page, 4.5, 5.5)


def test_a_spot_for_radio_is_heard_and_measured(page: Page, editor: Person, tmp_path: Path):
    file = films.radio(tmp_path / "Cuña Día del maíz.wav")
    page.goto("/subir/")
    steps.sign_in(page, editor)
    (row,) = steps.bring(page, file)
    steps.open_arrived(page, row)
    films.player(page).get_by_role("button", name="Reproducir").first.click()
    films.wait_at(page, 0.2, 20)
    expect(page.get_by_role("button", name="Pausar")).to_be_visible()
    page.get_by_role("button", name="Pausar").click()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    films.wait_at(page, 4.9, 5.1)
    steps.picture(page, "3-radio")

    steps.until(lambda: _measured(page), "the measurements of the spot")
    page.locator("summary", has_text="Descargar").click()
    name, digest = steps.download(page, page.get_by_role("link", name="Descargar el original"))
    assert (name, digest) == (file.name, steps.sha256(file))


def _measured(page: Page) -> bool | None:
    page.reload()
    line = steps.tab(page, "Técnica").locator(".report-line").filter(has_text="Sonoridad integrada")
    return True if steps.is_there(line) else None
