"""Fifth journey, the proof of the main job: 200 MB over a line that breaks, until it is found, seen, used and kept."""

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser import films, steps
from tests.browser.steps import Person
from tests.live import Live

SIZE = 200 * 1000 * 1000
HALF_WAY = "row => row.querySelector('progress').value >= 0.4"
SAID = "Perdimos la cosecha de cebada."
PRODUCTION = "Temporal 2026"
TITLE = "Inundación en el malecón de Acámbaro"


@pytest.fixture(scope="module")
def reporter(live: Live) -> Person:
    return steps.somebody(live, "Fermín", "Cárdenas", agency="SDAYR")


def arrive_over_a_broken_line(page: Page, file: Path, words: Path, complaints: list[str]) -> Locator:
    """Upload a film and its captions; its connection is cut half-way and comes back; the row of the film."""
    row, _ = steps.bring(page, file, words)
    page.wait_for_function(HALF_WAY, arg=row.element_handle(), timeout=steps.STEP_MS)
    page.context.set_offline(True)
    expect(row).to_contain_text("Sin conexión: seguirá donde iba en cuanto vuelva")
    steps.picture(page, "5-cut")
    kept = row.locator("progress").evaluate("bar => bar.value")
    assert kept < 1
    page.context.set_offline(False)
    expect(row).not_to_have_attribute("data-state", "offline")
    assert row.locator("progress").evaluate("bar => bar.value") >= 0.3, "it began again"
    assert complaints, "the line was not cut"
    complaints[:] = [said for said in complaints if "ERR_INTERNET_DISCONNECTED" not in said]
    return row


def take_home(live: Live, page: Page, file: Path) -> None:
    """Download the original and a copy; both are what the store has."""
    kept = steps.hashes(live, page)
    assert kept["original"] == steps.sha256(file)
    page.locator("summary", has_text="Descargar").click()
    name, digest = steps.download(page, page.get_by_role("link", name="Descargar el original"))
    assert (name, digest) == (file.name, kept["original"])
    copy = page.get_by_role("link", name="Descargar MP4 de consulta")
    expect(copy).to_be_visible(timeout=steps.PATIENCE_S * 1000)
    kept = steps.hashes(live, page)
    assert steps.download(page, copy)[1] == kept["video-mp4"]


def use(page: Page) -> None:
    """Put the asset whose page is open into a production; both sides say so."""
    uses = steps.tab(page, "Usos")
    uses.get_by_label("Agregar a una producción").select_option(label=PRODUCTION)
    uses.get_by_label("Qué es para ella").select_option(label="Grabado para")
    uses.get_by_role("button", name="Agregar", exact=True).click()
    page.wait_for_load_state()
    steps.tab(page, "Usos").get_by_role("link", name=PRODUCTION).click()
    expect(page.get_by_role("heading", level=1, name=PRODUCTION)).to_be_visible()
    steps.tile(page, TITLE).get_by_role("link").click()


def bring_a_new_version(page: Page, file: Path) -> None:
    """Upload a corrected file from the asset's page; it is the current one, the first stays within reach."""
    steps.tab(page, "Versiones").get_by_role("link", name="Subir una versión nueva").click()
    expect(page.get_by_role("heading", level=1, name="Subir una versión nueva")).to_be_visible()
    (row,) = steps.bring(page, file)
    steps.open_arrived(page, row)
    versions = steps.tab(page, "Versiones")
    expect(versions.get_by_role("listitem").filter(has_text="Versión 2")).to_contain_text("Actual")
    steps.picture(page, "5-versions")
    versions.get_by_role("link", name="Versión 1", exact=True).click()
    older = page.get_by_text("Está viendo la versión 1, que ya fue corregida por otra.")
    expect(older).to_be_visible()
    page.get_by_role("link", name="Ver la versión actual").click()
    expect(older).to_have_count(0)
    films.wait_until_made(page)  # a page that still asks how far it is hears of the trash as an error


def into_the_trash_and_back(page: Page) -> None:
    """Nothing is lost by the trash: neither the sheet nor the versions."""
    page.locator("summary", has_text="Más acciones").click()
    page.get_by_role("button", name="Poner en la papelera").click()
    page.goto("/papelera/")
    page.get_by_role("link", name=TITLE).click()
    expect(page.get_by_text("Este material está en la papelera.")).to_be_visible()
    page.get_by_role("button", name="Restaurar").click()
    expect(page.get_by_text("Este material está en la papelera.")).to_have_count(0)
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)


def test_from_a_broken_line_to_the_trash_and_back(
    live: Live, page: Page, reporter: Person, complaints: list[str], tmp_path: Path
):
    source = films.film(tmp_path / "toma.mp4", seconds=20, size="1280x720")
    words = films.captions(tmp_path / "MVI_0231.srt", (7, SAID))
    file = films.heavy(tmp_path / "MVI_0231.mp4", source, SIZE)
    page.goto("/producciones/nueva/")
    steps.sign_in(page, reporter)
    steps.open_production(page, PRODUCTION)
    page.goto("/subir/")
    row = arrive_over_a_broken_line(page, file, words, complaints)
    steps.open_arrived(page, row)
    film = films.player(page)
    film.get_by_role("button", name="Reproducir").first.click()
    films.wait_for_picture(page)
    expect(film.get_by_text(films.ENCODING)).to_be_visible()
    page.keyboard.press("k")
    films.wait_until_ready(page, 6)
    film.press("Home")
    page.keyboard.press("ArrowRight")
    films.wait_at(page, 4.9, 5.1)

    take_home(live, page, file)
    steps.describe(page, headline=TITLE)
    steps.find(page, "inundacion acambaro", TITLE).get_by_role("link").first.click()
    page.wait_for_url("**/acervo/*/*")
    use(page)
    said = steps.find(page, "cebada", TITLE).get_by_role("link").filter(has_text=SAID)
    said.click()
    films.wait_at(page, 6.95, 7.1)
    bring_a_new_version(page, films.film(tmp_path / "MVI_0231 corregido.mp4", seconds=3, tone=520))
    into_the_trash_and_back(page)
    steps.find(page, "malecon", TITLE)
