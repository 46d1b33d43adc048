"""First journey: coming in, an empty archive that says how to begin, and going out again."""

import pytest
from playwright.sync_api import Page, expect

from tests.browser.steps import Person, picture, sign_in, somebody
from tests.live import Live


@pytest.fixture(scope="module")
def newcomer(live: Live) -> Person:
    """The first producer of a secretariat that has no material yet: to her the archive is empty."""
    return somebody(live, "Citlali", "Rangel Ávila", agency="SECTUR")


def test_a_wrong_password_is_said_and_the_right_one_opens_the_page_that_was_wanted(page, newcomer):
    page.goto("/producciones/")
    expect(page).to_have_title("Entrar · Acervo")
    sign_in(page, newcomer, password="otra-que-no-es")
    expect(page.get_by_role("alert")).to_contain_text("El usuario o la contraseña no coinciden.")
    expect(page.get_by_label("Contraseña")).to_have_value("")
    picture(page, "1-wrong-password")
    sign_in(page, newcomer)
    expect(page.get_by_role("heading", level=1, name="Producciones")).to_be_visible()
    expect(page.get_by_role("heading", name="Aquí estarán las producciones")).to_be_visible()


def test_an_empty_archive_says_what_will_be_there_and_how_to_begin(page, newcomer):
    sign_in(page, newcomer)
    expect(page.get_by_role("heading", level=1, name="Hola, Citlali")).to_be_visible()
    expect(page.get_by_role("heading", name="Aquí aparecerá el material más reciente")).to_be_visible()
    picture(page, "1-empty-home")
    page.get_by_role("navigation", name="Lugares").get_by_role("link", name="Acervo").last.click()
    expect(page.get_by_role("heading", name="Aquí estará todo el material")).to_be_visible()
    picture(page, "1-empty-library")
    page.get_by_role("main").get_by_role("link", name="Subir material").click()
    expect(page.get_by_role("heading", level=1, name="Subir material")).to_be_visible()
    expect(page.get_by_role("heading", name="Arrastre aquí archivos o carpetas completas")).to_be_visible()
    picture(page, "1-empty-upload")


def test_empty_places_of_the_house_say_what_they_are_for(page, newcomer):
    sign_in(page, newcomer)
    for address, words in (
        ("/papelera/", "La papelera está vacía"),
        ("/colecciones/", "Aquí estarán sus colecciones"),
        ("/trabajos/", "Aquí se verán los trabajos"),
        ("/acervo/?q=feria", "Nada coincide con lo que pidió"),
    ):
        page.goto(address)
        expect(page.get_by_role("heading", name=words)).to_be_visible()
    page.goto("/operacion/")
    expect(page.get_by_role("heading", level=1, name="Operación")).to_be_visible()
    picture(page, "1-empty-operations")


def test_going_out_closes_every_door(page: Page, newcomer):
    page.goto("/acervo/")
    sign_in(page, newcomer)
    expect(page).to_have_url("/acervo/")
    page.locator("summary", has_text="Menú de").click()
    picture(page, "1-menu")
    page.get_by_role("button", name="Salir").click()
    expect(page).to_have_title("Entrar · Acervo")
    page.goto("/acervo/")
    expect(page.get_by_label("Contraseña")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Contraseña")).to_be_visible()
