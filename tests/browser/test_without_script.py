"""A browser that runs no script: every link and form still does its work."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from tests.browser import films, steps
from tests.browser.steps import Person
from tests.live import Live

TITLE = "Cuadrilla de bacheo en Salvatierra"


@pytest.fixture(scope="module")
def clerk(live: Live, tmp_path_factory) -> Person:
    """Somebody with a recording in the archive: where all is of one kind no kind is offered as a filter."""
    person = steps.somebody(live, "Ofelia", "Tinoco", agency="SOP")
    file = films.radio(tmp_path_factory.mktemp("sop") / "Entrevista bacheo Salvatierra.wav", seconds=2)
    live.manage("ingest", str(file), "--user", person.name)
    return person


@pytest.fixture
def plain_page(browser: Browser, live: Live) -> Iterator[Page]:
    """A page without script, in a context of its own; it may not complain of anything."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{message.text} ({message.location.get('url', '')})")

    context = browser.new_context(base_url=live.url, locale="es-MX", java_script_enabled=False)
    page = context.new_page()
    page.on("console", note)
    yield page
    context.close()
    assert complaints == []


def send(page: Page, file: Path) -> None:
    """Send a file with the plain form of the upload page, and see it on the page of its batch."""
    page.goto("/subir/")
    expect(page.get_by_text("Arrastre aquí archivos o carpetas completas")).to_be_hidden()
    page.get_by_label("Archivos", exact=True).set_input_files(file)
    page.locator("#lote").get_by_label("No", exact=True).check()
    page.get_by_role("button", name="Subir", exact=True).click()
    expect(page.get_by_text("Se recibió 1 archivo.")).to_be_visible()
    expect(page).to_have_url(re.compile("/lotes/"))


def arrived(page: Page, file: Path) -> bool | None:
    """Ask for the batch again; whether its file can be opened."""
    page.reload()
    return True if page.get_by_role("link", name=file.name).count() else None


def found(page: Page, words: str) -> bool | None:
    """Search with the field on top of the page; whether the photograph and the recording are found."""
    page.get_by_label("Buscar en el acervo").fill(words)
    page.get_by_label("Buscar en el acervo").press("Enter")
    page.wait_for_url("**/acervo/?*")
    return True if steps.tile(page, TITLE).count() and page.locator(".tile").count() == 2 else None


def test_a_photograph_from_the_upload_to_the_trash(plain_page: Page, clerk: Person, tmp_path: Path):
    page = plain_page
    file = tmp_path / "Bacheo 7.jpg"
    Image.effect_noise((1600, 1000), 60).save(file)
    page.goto("/subir/")
    steps.sign_in(page, clerk)
    send(page, file)
    steps.until(lambda: arrived(page, file), "the photograph")
    page.get_by_role("link", name=file.name).click()
    page.get_by_role("link", name="Editar ficha").click()
    page.locator("[name='headline']").fill(TITLE)
    page.get_by_role("button", name="Guardar la ficha").click()
    expect(page.get_by_text("Se guardó la ficha.")).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
    steps.tab(page, "Técnica")
    expect(page.get_by_text("Archivos guardados")).to_be_visible()

    steps.until(lambda: found(page, "bacheo salvatierra"), "the photograph by its headline")
    page.get_by_role("group", name="Tipo").get_by_label("Fotografía").check()
    page.get_by_role("button", name="Aplicar filtros").click()
    expect(page.locator(".tile")).to_have_count(1)
    steps.picture(page, "n-found")
    steps.tile(page, TITLE).get_by_role("link").click()

    page.locator("summary", has_text="Descargar").click()
    name, digest = steps.download(page, page.get_by_role("link", name="Descargar el original"))
    assert (name, digest) == (file.name, steps.sha256(file))
    page.locator("summary", has_text="Más acciones").click()
    page.get_by_role("button", name="Poner en la papelera").click()
    page.goto("/papelera/")
    page.get_by_label(f"Elegir {TITLE}").check()
    page.get_by_role("button", name="Restaurar").click()
    expect(page.get_by_role("heading", name="La papelera está vacía")).to_be_visible()
