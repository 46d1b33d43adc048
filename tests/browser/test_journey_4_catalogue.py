"""Fourth journey: a batch is described once, found by what is said in it, used in a production, taken home, thrown away."""

import csv
import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import films, steps
from tests.browser.steps import Person
from tests.live import Live

EVENT = "Feria del mezcal de Jaral de Berrios"
FILM = "La maestra mezcalera abre el horno"


@pytest.fixture(scope="module")
def cataloguer(live: Live) -> Person:
    return steps.somebody(live, "Abril", "Zúñiga", agency="SECULT")


@pytest.fixture(scope="module")
def card(tmp_path_factory) -> dict[str, Path]:
    """What comes home from the fair: a film with its captions beside it, and two photographs."""
    folder = tmp_path_factory.mktemp("card")
    words = [(2, "Aquí se cuece el maguey tres días."), (7, "El alambique lo hizo mi abuelo.")]
    for name, colour in (("DSC_0101.jpg", "#7c8a5a"), ("DSC_0102.jpg", "#b08a5a")):
        Image.effect_noise((1200, 800), 40).convert("RGB").save(folder / name, comment=colour.encode())
    films.film(folder / "Horno.mp4", seconds=10)
    films.captions(folder / "Horno.srt", *words)
    return {file.name: file for file in folder.iterdir()}


@pytest.fixture(scope="module")
def codes(live: Live, cataloguer: Person, card: dict[str, Path]) -> dict[str, str]:
    """The codes of what the first test brought, by file name, filled by it."""
    return {}


def test_a_batch_is_described_once_while_it_travels(page: Page, cataloguer, card, codes):
    page.goto("/subir/")
    steps.sign_in(page, cataloguer)
    rows = steps.bring(page, *card.values())
    form = page.locator("#lote")
    form.locator("[name='event']").fill(EVENT)
    form.locator("[name='keywords']").fill("mezcal, artesanas")
    form.locator("[name='location_created.city']").fill("San Felipe")
    form.get_by_label("No", exact=True).check()
    expect(form.get_by_role("status")).to_contain_text("Guardado")
    for row in rows:
        expect(row).to_contain_text("Ya está a salvo", timeout=steps.PATIENCE_S * 1000)
    expect(page.locator("[data-part='sum-words']")).to_have_text(
        "Ya está todo a salvo: puede borrar la tarjeta"
    )
    steps.picture(page, "4-batch")
    for name, row in zip(card, rows, strict=True):
        address = row.get_by_role("link", name="Abrir").get_attribute("href") or ""
        codes[name] = address.rstrip("/").rsplit("/", 1)[1]
    page.goto(f"/acervo/{codes['Horno.mp4']}/")
    expect(steps.tab(page, "Ficha")).to_contain_text(EVENT)
    steps.describe(page, headline=FILM, persons_shown="Graciela Ángel, Noé Ángel")
    expect(steps.tab(page, "Ficha").get_by_role("link", name="Graciela Ángel")).to_be_visible()


def test_a_spoken_word_opens_the_film_at_its_second(page: Page, cataloguer, codes):
    assert codes, "nothing was brought"
    page.goto("/acervo/")
    steps.sign_in(page, cataloguer)
    found = steps.find(page, "alambiques", FILM)
    said = found.get_by_role("link").filter(has_text="El alambique lo hizo mi abuelo.")
    expect(said).to_contain_text("0:07")
    expect(said.locator("mark")).to_have_text("alambique")
    steps.picture(page, "4-spoken")
    said.click()
    page.wait_for_url("**/acervo/*/?t=7*")
    films.wait_at(page, 6.95, 7.1)
    expect(page.get_by_role("heading", name="Subtítulos")).to_be_visible()
    page.get_by_role("link", name="00:00:02").or_(page.locator("[data-seek-ms='2000']")).first.click()
    films.wait_at(page, 1.95, 2.1)
    expect(page.locator(".cues [aria-current]")).to_contain_text("Aquí se cuece el maguey")
    page.get_by_role("button", name="Subtítulos").click()
    expect(page.get_by_role("button", name="Subtítulos")).to_have_attribute("aria-pressed", "true")


def test_facets_narrow_and_a_selection_goes_to_a_production_and_home(page: Page, cataloguer, card, codes):
    assert codes, "nothing was brought"
    page.goto("/producciones/nueva/")
    steps.sign_in(page, cataloguer)
    steps.open_production(page, "Mezcal 2026")
    steps.find(page, "mezcal", "DSC_0101")
    expect(page.locator(".total")).to_contain_text("3 materiales")
    page.get_by_role("group", name="Tipo").get_by_label("Fotografía").check()
    expect(page.locator(".total")).to_contain_text("2 materiales")
    expect(steps.tile(page, FILM)).to_have_count(0)
    steps.picture(page, "4-facets")
    choose_all(page)
    page.locator("summary", has_text="Usar en producción").click()
    page.get_by_label("Función").select_option(label="Grabado para")
    page.get_by_role("button", name="Agregar", exact=True).click()
    expect(page.get_by_text("Se agregaron 2 materiales a “Mezcal 2026”.")).to_be_visible()
    page.goto(f"/acervo/{codes['DSC_0101.jpg']}/")
    steps.tab(page, "Usos").get_by_role("link", name="Mezcal 2026").click()
    expect(page.locator(".tile")).to_have_count(2)
    steps.picture(page, "4-production")

    choose_all(page)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="Descargar (zip)").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        told = archive.read("manifest.csv").decode("utf-8-sig")
        rows = {row["código"]: row for row in csv.DictReader(io.StringIO(told))}
        assert set(rows) == {codes["DSC_0101.jpg"], codes["DSC_0102.jpg"]}
        for name in ("DSC_0101.jpg", "DSC_0102.jpg"):
            row = rows[codes[name]]
            assert row["SHA-256"] == steps.sha256(card[name])
            assert archive.read(row["archivo"]) == card[name].read_bytes()


def choose_all(page: Page) -> None:
    """Choose everything that is shown, by its first box and the bar that comes up."""
    page.locator(".tile-pick input").first.check()
    page.get_by_role("button", name="Elegir todos").click()
    expect(page.locator("[data-part='count']")).to_have_text("2 elegidos")


def test_a_selection_is_thrown_away_and_comes_back_as_it_was(page: Page, cataloguer, codes):
    assert codes, "nothing was brought"
    page.goto("/acervo/")
    steps.sign_in(page, cataloguer)
    steps.find(page, "DSC_0102", "DSC_0102").get_by_role("checkbox").check()
    page.get_by_role("button", name="A la papelera").click()
    expect(page.get_by_role("link", name="Deshacer")).to_be_visible()
    page.goto("/papelera/")
    page.get_by_role("checkbox", name="Elegir DSC_0102").check()
    steps.picture(page, "4-trash")
    page.get_by_role("button", name="Restaurar").click()
    expect(page.get_by_role("heading", name="La papelera está vacía")).to_be_visible()
    page.goto(f"/acervo/{codes['DSC_0102.jpg']}/")
    expect(steps.tab(page, "Ficha")).to_contain_text(EVENT)
    expect(steps.tab(page, "Usos")).to_contain_text("Mezcal 2026")
